//! A reqwest client behind the layer for clients, and hyper-util's client beside it. It prints the metrics at the end.

use http::{Request, Response};
use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use reqwest::Body;
use tower::{BoxError, Service, ServiceBuilder, ServiceExt};

/// `reqwest::Client` has request and response types of its own, so both ends are converted.
fn reqwest_client() -> impl Service<Request<Body>, Response = Response<impl http_body::Body>, Error = BoxError> + Clone
{
    ServiceBuilder::new()
        .layer(metrics_instrumented::http::client())
        .map_err(BoxError::from)
        .map_response(Response::<Body>::from)
        .service(tower::service_fn({
            let client = reqwest::Client::new();
            move |request: Request<Body>| {
                let client = client.clone();
                async move { client.execute(request.try_into()?).await }
            }
        }))
}

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let metrics = metrics_instrumented::exporter().install_recorder()?;
    let server = http_services::serve().await?;

    let client = reqwest_client();
    for path in ["found", "found", "missing"] {
        let request = Request::get(format!("http://{server}/{path}")).body(Body::default())?;
        let response = client.clone().oneshot(request).await?;
        // The request ends with the response's body.
        response.into_body().collect().await.map_err(|_| "the body failed")?;
    }

    let client = Client::builder(TokioExecutor::new()).build_http::<Empty<Bytes>>();
    let client = ServiceBuilder::new().layer(metrics_instrumented::http::client()).service(client);
    let request = Request::head(format!("http://{server}/found")).body(Empty::new())?;
    client.oneshot(request).await?.into_body().collect().await?;

    print!("{}", metrics.render());
    Ok(())
}
