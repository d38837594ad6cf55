//! Many requests at once on one connection of HTTP/2.

use axum::Router;
use axum::routing::get;
use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper_util::rt::{TokioExecutor, TokioIo};
use metrics_instrumented::http;
use metrics_instrumented_tests::Local;
use tokio::net::TcpStream;

use super::serve::{CHUNK, chunks, ended, serve, settled, stalling};

#[test]
fn streams_of_http_2_count_once_each_and_those_that_are_reset_are_cancelled() {
    let local = Local::new();
    local.block_on(async {
        let router = Router::new()
            .route("/small", get(|| async { "small" }))
            .route("/large", get(|| async { chunks(64) }))
            .route("/stalling", get(|| async { stalling(3) }));
        let address = serve(router.layer(http::server())).await;
        let stream = TcpStream::connect(address).await.unwrap();
        let builder = hyper::client::conn::http2::Builder::new(TokioExecutor::new());
        let (sender, connection) = builder.handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let get = |path: &str| {
            let mut sender = sender.clone();
            let request = hyper::Request::get(format!("http://{address}{path}")).body(Empty::<Bytes>::new()).unwrap();
            async move {
                sender.ready().await.unwrap();
                sender.send_request(request).await.unwrap()
            }
        };
        let whole = futures::future::join_all(
            (0..40).map(|_| async { get("/small").await.into_body().collect().await.unwrap().to_bytes().len() }),
        );
        let large = async { get("/large").await.into_body().collect().await.unwrap().to_bytes().len() };
        let reset = async {
            let mut response = get("/stalling").await;
            response.frame().await.unwrap().unwrap();
        };
        let (whole, large, ()) = futures::join!(whole, large, reset);
        assert_eq!((whole, large), (vec![5; 40], 64 * CHUNK));
        settled(&local).await;
    });
    assert_eq!(ended(&local, "/small"), ["GET 200 40"]);
    assert_eq!(ended(&local, "/large"), ["GET 200 1"]);
    assert_eq!(ended(&local, "/stalling"), ["GET cancelled 1"]);
}
