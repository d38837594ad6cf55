//! The layers for HTTP and gRPC, on real servers and clients over loopback.

mod abrupt;
mod client;
mod client_middleware;
mod conventions;
mod endings;
mod grpc;
mod http2;
mod middleware;
mod model;
mod nested;
mod own_operation;
mod routers;
mod routes;
mod serve;
mod sizes;
