//! A service and its client with all four kinds of calls, written by hand on tonic's own types, as its code generator writes them.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::http::uri::PathAndQuery;
use axum::http::{Request as HttpRequest, Response as HttpResponse};
use bytes::{Buf, BufMut, Bytes};
use futures::future::BoxFuture;
use futures::stream::{self, BoxStream, StreamExt};
use tonic::body::Body;
use tonic::client::GrpcService;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::server::{Grpc, NamedService};
use tonic::{Code, Request, Response, Status, Streaming};
use tower::service_fn;

pub(super) const NAME: &str = "test.Greeter";

/// Messages are strings.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Text;

impl Codec for Text {
    type Encode = String;
    type Decode = String;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Text {
    type Item = String;
    type Error = Status;

    fn encode(&mut self, item: String, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put_slice(item.as_bytes());
        Ok(())
    }
}

impl Decoder for Text {
    type Item = String;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<String>, Status> {
        let bytes: Bytes = buffer.copy_to_bytes(buffer.remaining());
        String::from_utf8(bytes.into()).map(Some).map_err(|error| Status::internal(error.to_string()))
    }
}

/// What a message asks for: `echo`, `fail <code>`, `panic`, `wait` for ever.
async fn obey(message: &str) -> Result<String, Status> {
    match message.split_once(' ') {
        Some(("fail", code)) => Err(Status::new(Code::from(code.parse::<i32>().expect("a number")), "as asked")),
        _ if message == "panic" => panic!("as asked"),
        _ if message == "wait" => std::future::pending().await,
        _ => Ok(message.to_owned()),
    }
}

type Answers = BoxStream<'static, Result<String, Status>>;

async fn unary(request: Request<String>) -> Result<Response<String>, Status> {
    obey(request.get_ref()).await.map(Response::new)
}

/// Takes all messages; the last one says how it ends.
async fn collect(request: Request<Streaming<String>>) -> Result<Response<String>, Status> {
    let (mut messages, mut last) = (request.into_inner(), String::new());
    while let Some(message) = messages.message().await? {
        last = message;
    }
    unary(Request::new(last)).await
}

/// Three messages, and then what the message asks for.
async fn many(request: Request<String>) -> Result<Response<Answers>, Status> {
    let last = request.into_inner();
    let three = stream::iter(["one", "two", "three"]).map(|text| Ok(text.to_owned()));
    Ok(Response::new(three.chain(stream::once(async move { obey(&last).await })).boxed()))
}

/// An answer for each message.
async fn both(request: Request<Streaming<String>>) -> Result<Response<Answers>, Status> {
    Ok(Response::new(request.into_inner().then(|message| async { obey(&message?).await }).boxed()))
}

/// The server's side.
#[derive(Clone, Debug)]
pub(super) struct Greeter;

impl NamedService for Greeter {
    const NAME: &'static str = NAME;
}

impl tower::Service<HttpRequest<Body>> for Greeter {
    type Response = HttpResponse<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<HttpResponse<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: HttpRequest<Body>) -> Self::Future {
        Box::pin(async move {
            let mut grpc = Grpc::new(Text);
            let method = request.uri().path().rsplit('/').next().unwrap_or_default().to_owned();
            Ok(match method.as_str() {
                "Unary" => grpc.unary(service_fn(unary), request).await,
                "Collect" => grpc.client_streaming(service_fn(collect), request).await,
                "Many" => grpc.server_streaming(service_fn(many), request).await,
                "Both" => grpc.streaming(service_fn(both), request).await,
                _ => Status::unimplemented("no such method").into_http(),
            })
        })
    }
}

/// The client's side, on a channel or on layers around one.
#[derive(Clone, Debug)]
pub(super) struct Client<S>(tonic::client::Grpc<S>);

/// The messages of a response.
pub(super) type Messages = Streaming<String>;

impl<S, B> Client<S>
where
    S: GrpcService<Body, ResponseBody = B>,
    S::Error: Into<tower::BoxError>,
    B: hyper::body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<tower::BoxError> + Send,
{
    pub(super) fn new(service: S) -> Self {
        Self(tonic::client::Grpc::new(service))
    }

    async fn ready(&mut self, method: &str) -> Result<PathAndQuery, Status> {
        self.0.ready().await.map_err(|error| Status::unavailable(error.into().to_string()))?;
        Ok(format!("/{NAME}/{method}").parse().expect("a path"))
    }

    pub(super) async fn unary(&mut self, request: impl tonic::IntoRequest<String>) -> Result<String, Status> {
        let path = self.ready("Unary").await?;
        self.0.unary(request.into_request(), path, Text).await.map(Response::into_inner)
    }

    pub(super) async fn unknown(&mut self, method: &str) -> Result<String, Status> {
        let path = self.ready(method).await?;
        self.0.unary(Request::new(String::new()), path, Text).await.map(Response::into_inner)
    }

    pub(super) async fn collect(&mut self, messages: &[&str]) -> Result<String, Status> {
        let path = self.ready("Collect").await?;
        self.0.client_streaming(Request::new(texts(messages)), path, Text).await.map(Response::into_inner)
    }

    pub(super) async fn many(&mut self, message: &str) -> Result<Messages, Status> {
        let path = self.ready("Many").await?;
        self.0.server_streaming(Request::new(message.to_owned()), path, Text).await.map(Response::into_inner)
    }

    pub(super) async fn both(&mut self, messages: &[&str]) -> Result<Messages, Status> {
        let path = self.ready("Both").await?;
        self.0.streaming(Request::new(texts(messages)), path, Text).await.map(Response::into_inner)
    }
}

fn texts(messages: &[&str]) -> Pin<Box<dyn futures::Stream<Item = String> + Send + Sync>> {
    Box::pin(stream::iter(messages.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>()))
}

/// Reads a stream to its end.
pub(super) async fn rest(mut messages: Messages) -> Result<Vec<String>, Status> {
    let mut all = Vec::new();
    while let Some(message) = messages.message().await? {
        all.push(message);
    }
    Ok(all)
}
