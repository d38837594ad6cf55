//! The thread that renders expositions for requests. There is one for each exporter, so that many concurrent scrapes use at most one core and do not block
//! a tokio runtime. All requests that arrived before a rendering began share its result.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Instant;

use hyper::body::Bytes;
use tokio::sync::oneshot;

use super::gzip::Gzip;
use super::negotiation::Rendition;
use crate::exporter::error::Error;
use crate::exporter::own_metrics::Scrapes;
use crate::exporter::scrape::Scrape;

/// A handle of the thread, which ends when the last handle is dropped.
#[derive(Clone)]
pub(super) struct Renderer(Sender<Ask>);

struct Ask {
    rendition: Rendition,
    answer: oneshot::Sender<Bytes>,
}

/// The data that the thread renders.
pub(super) struct ScrapeSource {
    pub(super) scrape: Scrape,
    pub(super) scrapes: Scrapes,
}

impl Renderer {
    pub(super) fn start(source: ScrapeSource) -> Result<Self, Error> {
        let (ask, asked) = channel();
        let thread = thread::Builder::new().name("metrics-renderer".into());
        thread.spawn(move || source.serve(&asked)).map_err(Error::Thread)?;
        Ok(Self(ask))
    }

    /// Renders; `None` if the rendering panicked.
    pub(super) async fn render(self, rendition: Rendition) -> Option<Bytes> {
        let (answer, answered) = oneshot::channel();
        self.0.send(Ask { rendition, answer }).ok()?;
        // The sender is dropped, so that a shutdown does not wait for pending requests.
        drop(self);
        answered.await.ok()
    }
}

impl ScrapeSource {
    fn serve(&self, asked: &Receiver<Ask>) {
        while let Ok(first) = asked.recv() {
            let mut waiting: Vec<Ask> = std::iter::once(first).chain(asked.try_iter()).collect();
            // Clients that disconnected need no response.
            waiting.retain(|ask| !ask.answer.is_closed());
            // The panic hook has reported the panic. The dropped senders end the waiting requests.
            let _ = catch_unwind(AssertUnwindSafe(|| self.answer(waiting)));
        }
    }

    fn answer(&self, waiting: Vec<Ask>) {
        if waiting.is_empty() {
            return;
        }
        let begun = Instant::now();
        self.scrape.collectors.collect();
        let mut rest = waiting;
        while let Some(format) = rest.first().map(|ask| ask.rendition.format) {
            let (waiting, others): (Vec<_>, Vec<_>) = rest.into_iter().partition(|ask| ask.rendition.format == format);
            rest = others;
            let (gzip, identity): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|ask| ask.rendition.gzip);
            let mut zip = (!gzip.is_empty()).then(Gzip::new);
            let mut compress = |piece: &[u8]| zip.iter_mut().for_each(|zip| zip.add(piece));
            let (plain, length, series) = if identity.is_empty() {
                let mut length = 0;
                let series = self.scrape.sink.render_in_pieces(format, &mut |piece| {
                    length += piece.len();
                    compress(piece);
                });
                (Vec::new(), length, series)
            } else {
                let (plain, series) = self.scrape.sink.render(format);
                compress(&plain);
                let length = plain.len();
                (plain, length, series)
            };
            let compressed = zip.map(Gzip::finish).unwrap_or_default();
            self.scrapes.rendered(begun.elapsed(), length, series);
            for (waiting, body) in [(identity, Bytes::from(plain)), (gzip, compressed)] {
                for ask in waiting {
                    // The client may have disconnected.
                    let _ = ask.answer.send(body.clone());
                }
            }
        }
    }
}
