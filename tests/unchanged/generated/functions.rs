//! One function: its signature, its body, its attribute, and calls of it.

use super::Generator;
use super::arguments::{Argument, Ty, Variable};
use super::returns::Returned;
use super::scope::{Exits, Scope};

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    Sync,
    Async,
    /// It returns `impl Future`.
    Future,
    /// It returns `Pin<Box<dyn Future>>`.
    Boxed,
}

/// Where a function is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Owner {
    /// In this module, or in none.
    Module(String),
    /// In an `impl` block of this type.
    Type(&'static str),
    /// In an `impl` block of a trait, of this name, for this type.
    Trait(String, &'static str),
    /// It is the default method of a trait, which this type has.
    Default(String, &'static str),
}

/// Whether calls are counted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Counted {
    ByOutcome,
    WithoutOutcome,
    Not,
}

#[derive(Clone, Debug)]
pub(super) struct Function {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) returned: Returned,
    pub(super) owner: Owner,
    pub(super) counted: Counted,
    receiver: Option<&'static str>,
    arguments: Vec<Argument>,
    /// How the input is taken, and what precedes it.
    input: &'static str,
    input_at: usize,
    /// How many calls of other functions are inside each other.
    pub(super) depth: u32,
    pub(super) text: String,
}

const RECEIVERS: [&str; 14] = [
    "self",
    "self",
    "mut self",
    "mut self",
    "&self",
    "&self",
    "&mut self",
    "self: Box<Self>",
    "mut self: Box<Self>",
    "self: Rc<Self>",
    "self: Arc<Self>",
    "self: Pin<&mut Self>",
    "self: Pin<Box<Self>>",
    "self: &Self",
];

const INPUTS: [&str; 7] = [
    "n: u32",
    "n: u32",
    "n: u32",
    "mut n: u32",
    "(n, _): (u32, Noisy)",
    "&n: &'a u32",
    "Wrapped { n, .. }: Wrapped<Noisy>",
];

impl Generator {
    /// A function with this owner, inside a block that carries the attribute or not.
    pub(super) fn function(&mut self, owner: Owner, is_in_block: bool) -> Function {
        let name = format!("f{}", self.functions.len());
        let kind =
            self.one_of(&[Kind::Sync, Kind::Sync, Kind::Sync, Kind::Async, Kind::Async, Kind::Future, Kind::Boxed]);
        let mut variables = Vec::new();
        let count = self.rng.usize(0..4);
        let arguments: Vec<_> = (0..count).map(|_| self.argument(&mut variables)).collect();
        let (input, input_at) = (self.one_of(&INPUTS), self.rng.usize(0..=count));
        let is_method = !matches!(owner, Owner::Module(_)) && !self.once_in(8);
        let receiver = is_method.then(|| self.one_of(&RECEIVERS));
        let has_parameter =
            owner == Owner::Type("Wrapped") || arguments.iter().any(|argument| argument.ty.has_parameter());
        let mut returned = self.returned(&mut variables, has_parameter, kind != Kind::Sync);
        if returned == Returned::Closure && receiver.is_some_and(|receiver| !receiver.contains('&')) {
            // The documentation says that an owned `self` is then dropped after the call.
            returned = Returned::Noisy;
        }
        let mut function = Function {
            name,
            kind,
            returned,
            owner,
            counted: Counted::ByOutcome,
            receiver,
            arguments,
            input,
            input_at,
            depth: 0,
            text: String::new(),
        };
        self.depth = 0;
        if input == "mut n: u32" && self.once_in(2) {
            variables.push(Variable {
                name: "n".to_owned(),
                ty: Ty::Number,
                is_mutable: true,
                is_movable: false,
                is_reference: false,
            });
        }
        variables.extend(self.fields(&function));
        let attribute = self.attribute(&mut function, is_in_block);
        let mut body = self.whole_body(&function, variables);
        if attribute.contains("labels(") {
            // In the bare function, the input may be unused otherwise.
            body.insert_str(0, "note(&n);\n");
        }
        function.depth = self.depth;
        let other = self.one_of(&[
            "",
            "",
            "",
            "",
            "/// Documented.\n///\n/// - a list\n",
            "#[inline]\n",
            "#[cold]\n",
            "#[allow(unused_mut)]\n",
            "#[expect(unused_variables, reason = \"it may be\")]\n",
            "#[must_use]\n",
        ]);
        let attribute = if self.once_in(2) { format!("{attribute}{other}") } else { format!("{other}{attribute}") };
        function.text = format!("{attribute}{} {{\n{body}}}\n", function.signature(true));
        function
    }

    /// `self` as variables: its fields, or itself.
    fn fields(&mut self, function: &Function) -> Vec<Variable> {
        let Some(receiver) = function.receiver else { return Vec::new() };
        let (is_owned, is_mutable) = (!receiver.contains('&'), receiver.contains("mut self"));
        let is_default = matches!(function.owner, Owner::Default(..));
        if is_default || self.once_in(3) {
            let name = "self".to_owned();
            return vec![Variable {
                name,
                ty: Ty::Itself,
                is_mutable: false,
                is_movable: is_owned,
                is_reference: false,
            }];
        }
        let of = function.owner.ty();
        // A closure that moves a field out of a box would move the whole box.
        let is_movable = is_owned && !receiver.contains(':') && of != "Closing";
        let first = if of == "Wrapped" { Ty::Parameter } else { Ty::Noisy };
        [("self.a", first), ("self.b", Ty::Noisy)]
            .into_iter()
            .map(|(name, ty)| Variable { name: name.to_owned(), ty, is_mutable, is_movable, is_reference: false })
            .collect()
    }

    fn whole_body(&mut self, function: &Function, variables: Vec<Variable>) -> String {
        let returned = function.returned;
        let exits = if returned == Returned::Never { Exits::default() } else { self.exits() };
        if matches!(function.kind, Kind::Sync | Kind::Async) {
            let mut scope = Scope::new(variables, returned, exits, function.kind == Kind::Async);
            return self.body(&mut scope);
        }
        let mut scope = Scope::new(variables, returned, Exits::default(), false);
        let count = self.rng.u32(0..3);
        let mut text = self.statements(&mut scope, count);
        scope.variables.retain(|variable| !variable.is_reference);
        let mut inner = Scope::new(scope.variables, returned, exits, true);
        if function.kind == Kind::Boxed && returned != Returned::Never && self.once_in(3) {
            let (at, early) = (self.input(), self.expression(&mut inner.clone()));
            text.extend([format!("if n == {at} {{\nreturn Box::pin(async move {{ {early} }});\n}}\n")]);
        }
        let body = self.body(&mut inner);
        let future = format!("async move {{\n{body}}}");
        match function.kind {
            Kind::Boxed if self.once_in(3) => text + &format!("let future = {future};\nBox::pin(future)\n"),
            Kind::Boxed => text + &format!("Box::pin({future})\n"),
            _ => text + &future + "\n",
        }
    }

    /// A call of it with this input, after statements that create what it borrows.
    pub(super) fn call(&mut self, function: &Function, input: &str, before: &mut String) -> String {
        let mut arguments: Vec<_> =
            function.arguments.iter().map(|argument| self.value(&argument.ty, before)).collect();
        let input = match function.input {
            "(n, _): (u32, Noisy)" => format!("({input}, {})", self.noisy()),
            "&n: &'a u32" => format!("&({input})"),
            "Wrapped { n, .. }: Wrapped<Noisy>" => {
                format!("Wrapped {{ a: {}, b: {}, n: {input} }}", self.noisy(), self.noisy())
            }
            _ => input.to_owned(),
        };
        arguments.insert(function.input_at, input);
        let path = match &function.owner {
            Owner::Module(module) => format!("{module}{}", function.name),
            Owner::Type("Wrapped") => format!("Wrapped::<Noisy>::{}", function.name),
            Owner::Type(ty) => format!("{ty}::{}", function.name),
            Owner::Trait(of, ty) | Owner::Default(of, ty) => format!("<{ty} as {of}>::{}", function.name),
        };
        if let Some(receiver) = function.receiver {
            let value = format!("{} {{ a: {}, b: {}, n: 1 }}", function.owner.ty(), self.noisy(), self.noisy());
            let name = self.new_name("s");
            let value = match receiver.trim_start_matches("mut ") {
                "self" => value,
                "self: Box<Self>" => format!("Box::new({value})"),
                "self: Rc<Self>" => format!("Rc::new({value})"),
                "self: Arc<Self>" => format!("Arc::new({value})"),
                "self: Pin<Box<Self>>" => format!("Box::pin({value})"),
                borrowed => {
                    let is_mutable = borrowed.contains("mut");
                    before.extend([format!("let {}{name} = {value};\n", if is_mutable { "mut " } else { "" })]);
                    match borrowed {
                        "self: Pin<&mut Self>" => format!("Pin::new(&mut {name})"),
                        _ if is_mutable => format!("&mut {name}"),
                        _ => format!("&{name}"),
                    }
                }
            };
            arguments.insert(0, value);
        }
        let (name, call) = (&function.name, format!("{path}({})", arguments.join(", ")));
        let is_error = function.returned.is_error();
        let suffix = if function.counted == Counted::WithoutOutcome { "-" } else { "" };
        match (function.kind, function.counted) {
            (_, Counted::Not) => call,
            (Kind::Sync, _) => format!("call(\"{name}{suffix}\", || {call}, {is_error})"),
            _ => format!("watch(\"{name}{suffix}\", {call}, {is_error})"),
        }
    }
}

impl Owner {
    fn ty(&self) -> &'static str {
        match self {
            Self::Module(_) => "",
            Self::Type(ty) | Self::Trait(_, ty) | Self::Default(_, ty) => ty,
        }
    }
}

impl Function {
    /// Whether the input is a plain argument, which labels can read.
    pub(super) fn has_plain_input(&self) -> bool {
        self.input.ends_with("n: u32")
    }

    /// Whether a call during unwinding can be told from one that panics: not in a function whose value is not needed.
    pub(super) fn may_be_unwound(&self) -> bool {
        use Returned::{Array, Closure, Never, Number, Tuple, Unit};
        let is_needed = !matches!(self.returned, Array | Closure | Never | Number | Tuple | Unit);
        is_needed && self.depth == 0 && !self.returned.is_lent() && self.counted == Counted::ByOutcome
    }

    /// Whether it has a `self` by value.
    pub(super) fn owns_self(&self) -> bool {
        self.receiver.is_some_and(|receiver| !receiver.contains('&'))
    }

    /// The signature, or that of the declaration in a trait, which has no patterns.
    pub(super) fn signature(&self, has_patterns: bool) -> String {
        let is_future = matches!(self.kind, Kind::Future | Kind::Boxed);
        let argument = |argument: &Argument| {
            let pattern = if has_patterns { &argument.pattern } else { "_" };
            format!("{pattern}: {}", argument.ty.text())
        };
        let mut inputs: Vec<_> = self.arguments.iter().map(argument).collect();
        let (pattern, ty) = self.input.rsplit_once(": ").expect("a type");
        inputs.insert(self.input_at, format!("{}: {ty}", if has_patterns { pattern } else { "_" }));
        if let Some(receiver) = self.receiver {
            let receiver = if has_patterns { receiver } else { receiver.trim_start_matches("mut ") };
            inputs.insert(0, if is_future { receiver.replacen('&', "&'a ", 1) } else { receiver.to_owned() });
        }
        let inputs = inputs.join(", ");
        let mut generics = Vec::new();
        if inputs.contains("'a") {
            generics.push("'a");
        }
        let has_parameter = self.arguments.iter().any(|argument| argument.ty.has_parameter());
        if has_parameter && self.owner != Owner::Type("Wrapped") {
            generics.push("T: Made + 'static");
        }
        if inputs.contains("; N]") {
            generics.push("const N: usize");
        }
        let generics = if generics.is_empty() { String::new() } else { format!("<{}>", generics.join(", ")) };
        let (output, bound) = (self.returned.text(), if inputs.contains("'a") { " + 'a" } else { "" });
        let returned = match self.kind {
            Kind::Future => format!(" -> impl Future<Output = {output}>{bound}"),
            Kind::Boxed => format!(" -> Pin<Box<dyn Future<Output = {output}>{bound}>>"),
            _ if output == "()" => String::new(),
            _ => format!(" -> {output}"),
        };
        let visibility = if matches!(self.owner, Owner::Trait(..) | Owner::Default(..)) { "" } else { "pub " };
        let asyncness = if self.kind == Kind::Async { "async " } else { "" };
        format!("{visibility}{asyncness}fn {}{generics}({inputs}){returned}", self.name)
    }
}
