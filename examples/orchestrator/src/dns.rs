//! The DNS responder: a UDP socket that answers for the cluster's zone.

use std::sync::Arc;

use example_shared::shutdown::Shutdown;
use metrics_instrumented::instrumented;
use simple_dns::rdata::{PTR, RData, SRV};
use simple_dns::{
    CLASS, Name, OPCODE, Packet, PacketFlag, QTYPE, Question, RCODE, ResourceRecord, TYPE, header_buffer,
};
use tokio::net::UdpSocket;

use super::cluster::Cluster;
use super::metrics::{DnsQuery, RecordKind};
use super::names::{Record, Unresolved};

/// For how many seconds an answer holds: containers come and go.
const TTL: u32 = 5;

/// The longest packet without EDNS.
const LIMIT: usize = 512;

/// Answers queries until the shutdown.
pub(super) async fn serve(socket: UdpSocket, cluster: Arc<Cluster>, shutdown: Shutdown) {
    let mut packet = [0; 4096];
    loop {
        let received = tokio::select! {
            received = socket.recv_from(&mut packet) => received,
            () = shutdown.wait() => return,
        };
        // UDP is unreliable: an error concerns one packet, and a client without a response retries.
        let Ok((length, peer)) = received else { continue };
        if let Some(answer) = cluster.answer(&packet[..length]) {
            let _ = socket.send_to(&answer, peer).await;
        }
    }
}

impl Cluster {
    /// The answer to a packet, if it is a query.
    fn answer(&self, packet: &[u8]) -> Option<Vec<u8>> {
        let Ok(query) = Packet::parse(packet) else {
            // An invalid query gets an error response, if it has an ID.
            let mut refusal = Packet::new_reply(header_buffer::id(packet).ok()?);
            *refusal.rcode_mut() = RCODE::FormatError;
            return refusal.build_bytes_vec().ok();
        };
        if query.has_flags(PacketFlag::RESPONSE) {
            return None;
        }
        let mut reply = Packet::new_reply(query.id());
        reply.set_flags(PacketFlag::AUTHORITATIVE_ANSWER);
        if query.has_flags(PacketFlag::RECURSION_DESIRED) {
            reply.set_flags(PacketFlag::RECURSION_DESIRED);
        }
        *reply.rcode_mut() = match (query.opcode(), &*query.questions) {
            (OPCODE::StandardQuery, [question]) => match RecordKind::of(question) {
                Some(kind) => match self.reply_to(kind, question, &mut reply) {
                    Ok(()) => RCODE::NoError,
                    Err(Unresolved::NoSuchName) => RCODE::NameError,
                    Err(Unresolved::NotOurs) => RCODE::Refused,
                },
                None => RCODE::NotImplemented,
            },
            (OPCODE::StandardQuery, _) => RCODE::FormatError,
            _ => RCODE::NotImplemented,
        };
        reply.questions = query.questions;
        let bytes = reply.build_bytes_vec_compressed().ok()?;
        if bytes.len() <= LIMIT {
            return Some(bytes);
        }
        reply.answers.clear();
        reply.set_flags(PacketFlag::TRUNCATION);
        reply.build_bytes_vec_compressed().ok()
    }

    /// Puts the records that are asked for into the reply.
    #[instrumented(DnsQuery { kind })]
    fn reply_to<'a>(
        &self,
        kind: RecordKind,
        question: &Question<'a>,
        reply: &mut Packet<'a>,
    ) -> Result<(), Unresolved> {
        let records = self.resolve(kind, &question.qname.to_string())?.into_iter().filter_map(data);
        reply.answers = records.map(|data| ResourceRecord::new(question.qname.clone(), CLASS::IN, TTL, data)).collect();
        Ok(())
    }
}

impl RecordKind {
    /// What a question asks for, if that is served here.
    fn of(question: &Question<'_>) -> Option<Self> {
        match question.qtype {
            QTYPE::TYPE(TYPE::A) => Some(Self::A),
            QTYPE::TYPE(TYPE::AAAA) => Some(Self::Aaaa),
            QTYPE::TYPE(TYPE::SRV) => Some(Self::Srv),
            QTYPE::TYPE(TYPE::PTR) => Some(Self::Ptr),
            _ => None,
        }
    }
}

/// A record as it is on the wire, if its name can be there.
fn data(record: Record) -> Option<RData<'static>> {
    let name = |name: &str| Name::new(name).ok().map(Name::into_owned);
    Some(match record {
        Record::A(addr) => RData::A(addr.into()),
        Record::Aaaa(addr) => RData::AAAA(addr.into()),
        Record::Srv { port, target } => RData::SRV(SRV { priority: 0, weight: 0, port, target: name(&target)? }),
        Record::Ptr(target) => RData::PTR(PTR(name(&target)?)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_invalid_query_is_answered_or_ignored() {
        let dir = tempfile::tempdir().unwrap();
        let cluster = Cluster::start(1, 1, dir.path()).unwrap();
        assert_eq!(cluster.answer(b"?"), None);
        let garbage = [7, 8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xff];
        let answer = cluster.answer(&garbage).unwrap();
        let answer = Packet::parse(&answer).unwrap();
        assert_eq!((answer.id(), answer.rcode()), (0x0708, RCODE::FormatError));
        let reply = Packet::new_reply(1).build_bytes_vec().unwrap();
        assert_eq!(cluster.answer(&reply), None);
        let mut text = Packet::new_query(2);
        let name = Name::new_unchecked("web.warren.internal");
        text.questions.push(Question::new(name, TYPE::TXT.into(), CLASS::IN.into(), false));
        let answer = cluster.answer(&text.build_bytes_vec().unwrap()).unwrap();
        assert_eq!(Packet::parse(&answer).unwrap().rcode(), RCODE::NotImplemented);
    }
}
