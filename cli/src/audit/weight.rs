//! The weight of a function.

use serde::Serialize;
use syn::visit::{self, Visit};
use syn::{ExprAwait, ExprMethodCall, Path, ReturnType, Signature, Visibility};

/// Modules and crates for I/O.
const OUTSIDE: &[&str] = &[
    "fs",
    "net",
    "reqwest",
    "hyper",
    "ureq",
    "sqlx",
    "diesel",
    "redis",
    "rusqlite",
    "tonic",
    "tokio_postgres",
    "aws_sdk_s3",
];

/// Types for I/O, and their constructors: a user's enum may have the same name.
const TYPES: &[&str] = &[
    "File",
    "OpenOptions",
    "TcpStream",
    "TcpListener",
    "UdpSocket",
    "UnixStream",
    "UnixListener",
    "Command",
    "TcpSocket",
];
const MAKES: &[&str] = &["open", "create", "create_new", "new", "connect", "bind", "options"];

/// Methods that do I/O, on any type.
const DOES_IO: &[&str] = &[
    "read_to_end",
    "read_to_string",
    "read_exact",
    "read_line",
    "write_all",
    "flush",
    "sync_all",
    "connect",
    "accept",
    "send_to",
    "recv_from",
    "fetch_one",
    "fetch_all",
    "fetch_optional",
    "execute",
    "query_row",
    "query_map",
];

/// The properties of a function.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[allow(clippy::struct_excessive_bools, reason = "four answers to four questions, each in the JSON under its name")]
pub(crate) struct Traits {
    pub(crate) public: bool,
    pub(crate) fallible: bool,
    #[serde(rename = "async")]
    pub(crate) is_async: bool,
    pub(crate) io: bool,
}

impl Traits {
    /// The properties of a function with a body.
    pub(super) fn of(visibility: &Visibility, signature: &Signature, body: &syn::Block) -> Self {
        let mut look = Look::default();
        look.visit_block(body);
        Self {
            public: matches!(visibility, Visibility::Public(_)),
            fallible: is_fallible(&signature.output),
            is_async: signature.asyncness.is_some() || look.returns_future(&signature.output),
            io: look.io,
        }
    }

    /// Whether the function is worth measuring: it can fail, is async, or does I/O.
    pub(super) const fn worth_it(self) -> bool {
        self.fallible || self.is_async || self.io
    }

    /// 1 for each of public, fallible and async, and 2 for I/O, which is slow and fails most often.
    pub(crate) fn weight(self) -> u32 {
        let count =
            u32::from(self.public) + u32::from(self.fallible) + u32::from(self.is_async) + 2 * u32::from(self.io);
        count.max(1)
    }
}

fn is_fallible(output: &ReturnType) -> bool {
    let ReturnType::Type(_, ty) = output else { return false };
    let mut names = Names(Vec::new());
    names.visit_type(ty);
    names.0.iter().any(|name| name == "Result" || name.ends_with("Result"))
}

struct Names(Vec<String>);

impl<'ast> Visit<'ast> for Names {
    fn visit_path(&mut self, path: &'ast Path) {
        self.0.extend(path.segments.iter().map(|segment| segment.ident.to_string()));
        visit::visit_path(self, path);
    }
}

/// The properties of a body.
#[derive(Default)]
struct Look {
    io: bool,
    waits: bool,
}

impl Look {
    /// Whether the return type is a future: `impl Future`, or a boxed one.
    fn returns_future(&self, output: &ReturnType) -> bool {
        let ReturnType::Type(_, ty) = output else { return false };
        let mut names = Names(Vec::new());
        names.visit_type(ty);
        names.0.iter().any(|name| name == "Future" || name == "BoxFuture")
            || (self.waits && names.0.iter().any(|name| name == "Pin"))
    }
}

impl<'ast> Visit<'ast> for Look {
    fn visit_path(&mut self, path: &'ast Path) {
        let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.io |= names.windows(2).any(|pair| {
            OUTSIDE.contains(&pair[0].as_str())
                || (TYPES.contains(&pair[0].as_str()) && MAKES.contains(&pair[1].as_str()))
        });
        visit::visit_path(self, path);
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        self.io |= DOES_IO.iter().any(|name| call.method == name);
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_await(&mut self, await_: &'ast ExprAwait) {
        self.waits = true;
        visit::visit_expr_await(self, await_);
    }
}
