//! Random services and bodies behind random layers: each layer counts what a model of one request says, and no gauge stays up.

use std::any::Any;
use std::collections::{BTreeMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use axum::http::{HeaderMap, HeaderValue, Request, Response};
use bytes::Bytes;
use http_body_util::BodyExt;
use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::{Body, Frame, SizeHint};
use metrics_instrumented::http::{self, RequestHead};
use metrics_instrumented::{LabelValue, Operation};

use metrics_instrumented_tests::{Calls, Exposition, Local};
use proptest::bool::weighted;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use tower::util::BoxService;
use tower::{Layer, Service};

/// Requests of this test.
#[derive(Operation)]
#[operation(name = "http_model_requests")]
struct ModelRequest {}

/// What a future or a body does when it is polled.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    Pending,
    /// The head of the response.
    Head,
    Data(usize),
    /// With this gRPC status.
    Trailers(Option<u16>),
    Fail,
    Panic,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Server,
    Client,
    GrpcServer,
    GrpcClient,
    Own,
}

/// What a body knows of itself.
#[derive(Clone, Copy, Debug)]
struct Knows {
    size: bool,
    end: bool,
}

#[derive(Clone, Debug)]
struct Case {
    layers: Vec<Kind>,
    method: &'static str,
    status: u16,
    /// The gRPC status in the head.
    head: Option<u16>,
    content_length: bool,
    knows: Knows,
    panics_in_call: bool,
    future: Vec<Step>,
    body: Vec<Step>,
    /// After so many polls, everything is dropped.
    polls: usize,
}

fn bytes_of(steps: &VecDeque<Step>) -> usize {
    steps.iter().map(|step| if let Step::Data(bytes) = step { *bytes } else { 0 }).sum()
}

struct Script {
    steps: VecDeque<Step>,
    knows: Knows,
}

impl Body for Script {
    type Data = Bytes;
    type Error = &'static str;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, &'static str>>> {
        Poll::Ready(match self.steps.pop_front() {
            Some(Step::Pending) => return Poll::Pending,
            Some(Step::Data(bytes)) => Some(Ok(Frame::data(Bytes::from(vec![0; bytes])))),
            Some(Step::Trailers(code)) => {
                let mut trailers = HeaderMap::new();
                if let Some(code) = code {
                    trailers.insert("grpc-status", HeaderValue::from(code));
                }
                Some(Ok(Frame::trailers(trailers)))
            }
            Some(Step::Fail) => Some(Err("the body fails")),
            Some(Step::Panic) => panic!("in the body"),
            Some(Step::Head) | None => None,
        })
    }

    fn is_end_stream(&self) -> bool {
        self.knows.end && self.steps.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        if self.knows.size { SizeHint::with_exact(bytes_of(&self.steps) as u64) } else { SizeHint::default() }
    }
}

type BoxBody = UnsyncBoxBody<Bytes, &'static str>;
type Boxed = BoxService<Request<()>, Response<BoxBody>, &'static str>;

impl Case {
    fn response(&self) -> Response<BoxBody> {
        let script = Script { steps: self.body.iter().copied().collect(), knows: self.knows };
        let mut response = Response::builder().status(self.status);
        if self.content_length {
            response = response.header("content-length", bytes_of(&script.steps));
        }
        if let Some(code) = self.head {
            response = response.header("grpc-status", code);
        }
        response.body(script.boxed_unsync()).unwrap()
    }

    fn service(&self) -> Boxed {
        let case = self.clone();
        let mut service = BoxService::new(tower::service_fn(move |_: Request<()>| {
            assert!(!case.panics_in_call, "in the call");
            let (case, mut steps) = (case.clone(), VecDeque::from(case.future.clone()));
            std::future::poll_fn(move |_| match steps.pop_front() {
                Some(Step::Head) => Poll::Ready(Ok(case.response())),
                Some(Step::Fail) => Poll::Ready(Err("the service fails")),
                Some(Step::Panic) => panic!("in the service"),
                _ => Poll::Pending,
            })
        }));
        for kind in &self.layers {
            service = match kind {
                Kind::Server => around(http::server(), service),
                Kind::Client => around(http::client(), service),
                Kind::GrpcServer => around(http::grpc_server(), service),
                Kind::GrpcClient => around(http::grpc_client(), service),
                Kind::Own => around(http::layer(|_: RequestHead<'_>| ModelRequest {}), service),
            };
        }
        service
    }

    /// Sends the request, and returns what is left of it and whether it is still running. What has panicked is left, too: it is dropped later.
    fn run(&self) -> (Box<dyn Any>, bool) {
        let mut polls = self.polls;
        let request = Request::builder().method(self.method).uri("/pkg.Service/Method").body(()).unwrap();
        let context = &mut Context::from_waker(Waker::noop());
        let Some(mut future) = caught(|| self.service().call(request)) else { return (Box::new(()), false) };
        let body = loop {
            if polls == 0 {
                return (Box::new(future), true);
            }
            polls -= 1;
            match caught(|| future.as_mut().poll(context)) {
                Some(Poll::Pending) => {}
                Some(Poll::Ready(Ok(response))) => break response.into_body(),
                Some(Poll::Ready(Err(_))) | None => return (Box::new(future), false),
            }
        };
        let mut body = Box::new(body);
        while polls > 0 {
            polls -= 1;
            match caught(|| pin!(&mut body).poll_frame(context)) {
                Some(Poll::Ready(None | Some(Err(_)))) | None => return (body, false),
                Some(Poll::Pending | Poll::Ready(Some(Ok(_)))) => {}
            }
        }
        (body, true)
    }

    /// How the request ends, and its gRPC status.
    fn model(&self) -> (End, Option<u16>) {
        let (mut polls, mut code) = (self.polls, None);
        if self.panics_in_call {
            return (End::Panicked, code);
        }
        let mut future = self.future.iter();
        loop {
            if polls == 0 {
                return (End::Cancelled, code);
            }
            polls -= 1;
            match future.next() {
                Some(Step::Head) => break,
                Some(Step::Fail) => return (End::Failed, code),
                Some(Step::Panic) => return (End::Panicked, code),
                _ => {}
            }
        }
        code = self.head;
        let mut body: VecDeque<Step> = self.body.iter().copied().collect();
        let size = (self.knows.size || self.content_length).then(|| bytes_of(&body));
        let bodiless = self.method == "HEAD" || [101, 204, 304].contains(&self.status);
        let (mut passed, mut complete) = (0, bodiless || size == Some(0) || (self.knows.end && body.is_empty()));
        while polls > 0 {
            polls -= 1;
            match body.pop_front() {
                Some(Step::Pending) => {}
                Some(Step::Data(bytes)) => {
                    passed += bytes;
                    complete |= size == Some(passed) || (self.knows.end && body.is_empty());
                }
                Some(Step::Trailers(status)) => {
                    code = status.or(code);
                    complete = true;
                }
                Some(Step::Fail) => return (End::Failed, code),
                Some(Step::Panic) => return (End::Panicked, code),
                Some(Step::Head) | None => return (End::Complete, code),
            }
        }
        (if complete { End::Complete } else { End::Cancelled }, code)
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Complete,
    Failed,
    Cancelled,
    Panicked,
}

/// `None` if it panics.
fn caught<R>(f: impl FnOnce() -> R) -> Option<R> {
    catch_unwind(AssertUnwindSafe(f)).ok()
}

/// Wraps a service, and boxes its body.
fn around<L, B>(layer: L, service: Boxed) -> Boxed
where
    L: Layer<Boxed>,
    L::Service: Service<Request<()>, Response = Response<B>, Error = &'static str> + Send + 'static,
    <L::Service as Service<Request<()>>>::Future: Send + 'static,
    B: Body<Data = Bytes, Error = &'static str> + Send + 'static,
{
    BoxService::new(tower::util::MapResponse::new(layer.layer(service), |response: Response<B>| {
        response.map(BodyExt::boxed_unsync)
    }))
}

/// How many layers of a kind there are.
fn layers(case: &Case, is_it: fn(&Kind) -> bool) -> usize {
    case.layers.iter().filter(|kind| is_it(kind)).count()
}

fn check(case: &Case) -> Result<(), TestCaseError> {
    let local = Local::new();
    // Layers of one kind count a request once, except for those of a user.
    let once = |is_it| layers(case, is_it).min(1);
    let own = layers(case, |kind| matches!(kind, Kind::Own));
    let (left, is_running) = local.run(|| case.run());
    // A scrape takes longer than all else.
    let held = local.read_only("http_");
    for (name, count) in [
        ("http_server_active_requests", once(|kind| matches!(kind, Kind::Server))),
        ("http_client_active_requests", once(|kind| matches!(kind, Kind::Client))),
        ("http_model_requests_in_flight", own),
    ] {
        prop_assert_eq!(gauge(&held, name), if is_running { count } else { 0 }.to_string(), "{}", name);
    }
    local.run(|| drop(left));
    let (http_families, rpc_families) = (local.read_only("http_"), local.read_only("rpc_"));
    for name in ["http_server_active_requests", "http_client_active_requests", "http_model_requests_in_flight"] {
        prop_assert_eq!(gauge(&http_families, name), "0", "{}", name);
    }
    let (end, code) = case.model();
    let (http, grpc) = (http_status(case, end), grpc_code(case, end, code));
    for (families, side, status, count) in [
        (&http_families, "http_server_request", &*http, once(|kind| matches!(kind, Kind::Server))),
        (&http_families, "http_client_request", &*http, once(|kind| matches!(kind, Kind::Client))),
        (&rpc_families, "rpc_server_call", grpc, once(|kind| matches!(kind, Kind::GrpcServer))),
        (&rpc_families, "rpc_client_call", grpc, once(|kind| matches!(kind, Kind::GrpcClient))),
    ] {
        let expected: Vec<String> = (count > 0).then(|| format!("{status} 1")).into_iter().collect();
        prop_assert_eq!(ended(families, &format!("{side}_duration_seconds")), expected, "{}", side);
    }
    let own = u64::try_from(own).unwrap();
    let calls = match end {
        End::Complete if case.status >= 500 => Calls { error: own, ..Calls::NONE },
        End::Complete => Calls { ok: own, ..Calls::NONE },
        End::Failed => Calls { error: own, ..Calls::NONE },
        End::Cancelled => Calls { cancelled: own, ..Calls::NONE },
        End::Panicked => Calls { panic: own, ..Calls::NONE },
    };
    prop_assert_eq!(Calls::of(&http_families, "http_model_requests", &[]), calls);
    Ok(())
}

fn http_status(case: &Case, end: End) -> String {
    match end {
        End::Complete => case.status.to_string(),
        End::Failed => "error".to_owned(),
        End::Cancelled => "cancelled".to_owned(),
        End::Panicked => "panic".to_owned(),
    }
}

fn grpc_code(case: &Case, end: End, code: Option<u16>) -> &'static str {
    match (end, code, case.status) {
        (End::Complete, Some(code), _) => http::GrpcCode::VALUES[usize::from(code)],
        (End::Complete, None, 404) => "UNIMPLEMENTED",
        (End::Complete, None, 503) | (End::Failed, ..) => "UNAVAILABLE",
        (End::Cancelled, ..) => "CANCELLED",
        (End::Complete | End::Panicked, ..) => "UNKNOWN",
    }
}

/// The requests of a family of durations that ended, as `status count`.
fn ended(families: &Exposition, name: &str) -> Vec<String> {
    let counts = families.samples().filter(|sample| sample.name == format!("{name}_count") && sample.value > 0.0);
    let status = |labels: &BTreeMap<String, String>| {
        let own = labels.iter().find(|(name, _)| name.ends_with("response_status_code"));
        own.map_or_else(String::new, |(_, status)| status.clone())
    };
    counts.map(|sample| format!("{} {}", status(&sample.labels), sample.value)).collect()
}

fn gauge(families: &Exposition, name: &str) -> String {
    let samples = families.samples().filter(|sample| sample.name == name);
    samples.fold(0.0, |sum, sample| sum + sample.value).to_string()
}

fn future() -> impl Strategy<Value = Vec<Step>> {
    let last = prop_oneof![6 => Just(Step::Head), 1 => Just(Step::Fail), 1 => Just(Step::Panic)];
    (0..3_usize, last).prop_map(|(pending, last)| [vec![Step::Pending; pending], vec![last]].concat())
}

fn body() -> impl Strategy<Value = Vec<Step>> {
    let code = proptest::option::of(0..17_u16);
    let step = prop_oneof![
        2 => Just(Step::Pending),
        4 => (0..4_usize).prop_map(Step::Data),
    ];
    let last = prop_oneof![
        4 => Just(None),
        3 => code.prop_map(|code| Some(Step::Trailers(code))),
        1 => Just(Some(Step::Fail)),
        1 => Just(Some(Step::Panic)),
    ];
    (vec(step, 0..4), last).prop_map(|(steps, last)| steps.into_iter().chain(last).collect())
}

fn case() -> impl Strategy<Value = Case> {
    let layers = vec(select(&[Kind::Server, Kind::Client, Kind::GrpcServer, Kind::GrpcClient, Kind::Own][..]), 1..6);
    let method = prop_oneof![5 => select(&["GET", "POST"][..]), 1 => Just("HEAD")];
    let status = prop_oneof![5 => select(&[200_u16, 206, 404, 503][..]), 1 => select(&[101_u16, 204, 304][..])];
    let head = prop_oneof![3 => Just(None), 1 => (0..17_u16).prop_map(Some)];
    let knows = (weighted(0.3), weighted(0.5)).prop_map(|(size, end)| Knows { size, end });
    let call = prop_oneof![15 => Just(false), 1 => Just(true)];
    (layers, method, status, head, weighted(0.3), knows, call, future(), body(), any::<Index>()).prop_map(
        |(layers, method, status, head, content_length, knows, panics_in_call, future, body, polls)| Case {
            polls: polls.index(future.len() + body.len() + 3),
            layers,
            method,
            status,
            head,
            content_length,
            knows,
            panics_in_call,
            future,
            body,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(100) })]

    #[test]
    fn any_request_behind_any_layers_counts_as_the_model_says(case in case()) {
        check(&case)?;
    }
}
