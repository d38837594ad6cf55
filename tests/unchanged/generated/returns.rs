//! What functions return: the type, expressions of it, and what a caller does with it.

use super::Generator;
use super::arguments::{Ty, Variable};
use super::scope::Scope;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Returned {
    Unit,
    Number,
    Noisy,
    Result,
    Alias,
    OfNoisy,
    Maybe,
    Tuple,
    Array,
    Many,
    Object,
    /// `Result<Box<dyn Fn>, _>`.
    OfFunction,
    /// `Result<impl Debug, _>`.
    OfOpaque,
    OfParameter,
    OfLent,
    Opaque,
    Iterator,
    Closure,
    Verdict,
    Parameter,
    /// A reference out of an argument.
    Lent,
    Mutable,
    Never,
}

impl Returned {
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Unit => "()",
            Self::Number => "u32",
            Self::Noisy => "Noisy",
            Self::Result => "Result<u32, Fail>",
            Self::Alias => "Checked<Noisy>",
            Self::OfNoisy => "Result<Noisy, Noisy>",
            Self::Maybe => "Option<Noisy>",
            Self::Tuple => "(Noisy, u32)",
            Self::Array => "[Noisy; 2]",
            Self::OfFunction => "Result<Box<dyn Fn(u32) -> u32>, Fail>",
            Self::OfOpaque => "Result<impl Debug, Fail>",
            Self::OfParameter => "Result<T, Fail>",
            Self::OfLent => "Result<&'a Noisy, Fail>",
            Self::Many => "Vec<Noisy>",
            Self::Object => "Box<dyn Debug>",
            Self::Opaque => "impl Debug",
            Self::Iterator => "impl Iterator<Item = Noisy>",
            Self::Closure => "impl Fn(u32) -> u32",
            Self::Verdict => "Verdict",
            Self::Parameter => "T",
            Self::Lent => "&'a Noisy",
            Self::Mutable => "&'a mut Noisy",
            Self::Never => "!",
        }
    }

    /// How a caller knows that it is an error.
    pub(super) fn is_error(self) -> &'static str {
        match self {
            Self::Result
            | Self::Alias
            | Self::OfNoisy
            | Self::OfFunction
            | Self::OfOpaque
            | Self::OfParameter
            | Self::OfLent => "|value| value.is_err()",
            Self::Verdict => "|value| value.is_error()",
            _ => "|_| false",
        }
    }

    /// What makes a value of it that can be printed.
    pub(super) fn use_of(self) -> &'static str {
        match self {
            Self::Iterator => ".collect::<Vec<_>>()",
            Self::Closure => "(5)",
            Self::OfFunction => ".map(|function| function(5))",
            _ => "",
        }
    }

    /// Whether each expression has a type of its own.
    pub(super) fn is_one_expression(self) -> bool {
        self == Self::Closure
    }

    /// Whether it borrows from an argument.
    pub(super) fn is_lent(self) -> bool {
        matches!(self, Self::Lent | Self::OfLent | Self::Mutable)
    }

    /// What fails with `?`.
    pub(super) fn failing(self) -> Option<&'static str> {
        match self {
            Self::Result | Self::Alias | Self::OfFunction | Self::OfOpaque | Self::OfParameter | Self::OfLent => {
                Some("check")
            }
            Self::Maybe => Some("maybe"),
            _ => None,
        }
    }
}

impl Generator {
    /// A return type that a function with these variables can have.
    pub(super) fn returned(&mut self, variables: &mut [Variable], has_parameter: bool, is_future: bool) -> Returned {
        const ALWAYS: [Returned; 15] = [
            Returned::Unit,
            Returned::Unit,
            Returned::Number,
            Returned::Noisy,
            Returned::Result,
            Returned::Result,
            Returned::Result,
            Returned::Alias,
            Returned::Alias,
            Returned::OfNoisy,
            Returned::Maybe,
            Returned::Tuple,
            Returned::Array,
            Returned::Verdict,
            Returned::Many,
        ];
        let lent = |of: &dyn Fn(Box<Ty>) -> Ty, variable: &Variable| {
            variable.is_movable && variable.ty == of(Box::new(Ty::Noisy))
        };
        if self.once_in(2)
            && let Some(variable) = variables.iter_mut().find(|variable| lent(&Ty::Shared, variable))
        {
            variable.is_movable = false;
            variable.ty = Ty::Lender;
            return self.one_of(&[Returned::Lent, Returned::OfLent]);
        }
        if self.once_in(2)
            && let Some(variable) = variables.iter_mut().find(|variable| lent(&Ty::Mutable, variable))
        {
            // It stays until it is returned.
            variable.is_movable = false;
            variable.ty = Ty::Lender;
            return Returned::Mutable;
        }
        if has_parameter && self.once_in(3) {
            return self.one_of(&[Returned::Parameter, Returned::OfParameter]);
        }
        if !is_future && self.once_in(40) {
            return Returned::Never;
        }
        if !is_future && self.once_in(4) {
            return self.one_of(&[
                Returned::Object,
                Returned::Opaque,
                Returned::Iterator,
                Returned::Closure,
                Returned::OfFunction,
                Returned::OfOpaque,
            ]);
        }
        self.one_of(&ALWAYS)
    }

    /// An expression of the returned type.
    pub(super) fn expression(&mut self, scope: &mut Scope) -> String {
        match scope.returned {
            Returned::Unit => "()".to_owned(),
            Returned::Number => self.number(scope),
            Returned::Noisy => self.owned(&Ty::Noisy, scope),
            Returned::Result => {
                let at = self.input();
                let (number, noisy) = (self.number(scope), self.noisy());
                let mut all = vec![
                    format!("Ok({number})"),
                    format!("Err(Fail({noisy}))"),
                    format!("check(n, {at})"),
                    format!("check(n, {at}).map(|number| number + 1)"),
                ];
                all.push(format!("Ok(check(n, {at})?)"));
                self.one_allowed(all, scope)
            }
            Returned::Alias => {
                let at = self.input();
                let (value, noisy) = (self.owned(&Ty::Noisy, scope), self.noisy());
                self.one_of(&[
                    format!("Ok({value})"),
                    format!("check(n, {at}).map(|_| {value})"),
                    format!("{{ let _kept = {value}; Err(Fail({noisy})) }}"),
                ])
            }
            Returned::OfNoisy => {
                let value = self.owned(&Ty::Noisy, scope);
                self.one_of(&[format!("Ok({value})"), format!("Err({value})")])
            }
            Returned::Maybe => {
                let (value, at) = (self.owned(&Ty::Noisy, scope), self.input());
                self.one_of(&[format!("Some({value})"), format!("maybe(n, {at}).map(|_| {value})")])
            }
            Returned::Tuple => format!("({}, {})", self.owned(&Ty::Noisy, scope), self.number(scope)),
            Returned::Array => format!("[{}, {}]", self.noisy(), self.owned(&Ty::Noisy, scope)),
            Returned::OfFunction => {
                let (number, at) = (self.new_id(), self.input());
                self.one_of(&[
                    format!("Ok(Box::new(|number| number + {number}))"),
                    format!("check(n, {at}).map(|number| Box::new(move |other| number + other) as _)"),
                ])
            }
            Returned::OfOpaque => {
                let (value, at) = (self.owned(&Ty::Noisy, scope), self.input());
                self.one_of(&[format!("check(n, {at}).map(|_| {value})"), format!("Ok({value})")])
            }
            Returned::OfParameter => {
                let (value, at) = (self.owned(&Ty::Parameter, scope), self.input());
                self.one_of(&[format!("check(n, {at}).map(|_| {value})"), format!("Ok({value})")])
            }
            Returned::OfLent => {
                let (name, at) = (scope.lender(), self.input());
                self.one_of(&[format!("check(n, {at}).map(|_| {name})"), format!("Ok({name})")])
            }
            Returned::Many => format!("vec![{}, {}]", self.noisy(), self.owned(&Ty::Noisy, scope)),
            Returned::Object => format!("Box::new({})", self.owned(&Ty::Noisy, scope)),
            Returned::Opaque => format!("Some({})", self.owned(&Ty::Noisy, scope)),
            Returned::Iterator => format!("vec![{}].into_iter()", self.owned(&Ty::Noisy, scope)),
            Returned::Closure => {
                let owned = self.owned(&Ty::Noisy, scope);
                if owned.starts_with("Noisy") {
                    "move |number| number + n".to_owned()
                } else {
                    format!("move |number: u32| {{ let whole = &{owned}; whole.0 + number }}")
                }
            }
            Returned::Verdict => format!("Verdict({})", self.number(scope)),
            Returned::Parameter => self.owned(&Ty::Parameter, scope),
            Returned::Lent | Returned::Mutable => scope.lender(),
            Returned::Never => format!("panic!(\"never {}\")", self.new_id()),
        }
    }

    fn number(&mut self, scope: &mut Scope) -> String {
        let (noisy, at) = (self.noisy(), self.input());
        let mut all = vec![
            "n".to_owned(),
            "n * 2".to_owned(),
            format!("{noisy}.0"),
            format!("{{ let inner = {noisy}; inner.0 + n }}"),
            format!("if n > {at} {{ {noisy}.0 }} else {{ n }}"),
            format!("match &{noisy} {{ value => value.0 }}"),
            format!("format!(\"{{:?}}\", {noisy}).len() as u32"),
        ];
        if let Some(cell) = scope.variables.iter().find(|variable| scope.cells.contains(&variable.name)) {
            let name = &cell.name;
            all.push(format!("{name}.borrow().0"));
            all.push(format!("match {name}.borrow().0 {{ 0 => 1, other => other }}"));
        }
        if let Some(list) = scope.variables.iter().find(|variable| variable.ty == Ty::Many) {
            all.push(format!("{}.iter().map(|value| value.0).sum()", list.name));
        }
        if let Some(failing) = scope.returned.failing() {
            all.push(format!("{failing}(n, {at})?"));
            all.push(format!("attempt!({failing}(n, {at}))"));
        }
        self.one_allowed(all, scope)
    }

    /// A new value or a variable, which is then moved.
    fn owned(&mut self, ty: &Ty, scope: &mut Scope) -> String {
        let found = |variable: &Variable| variable.is_movable && variable.ty == *ty;
        if self.once_in(2)
            && let Some(at) = scope.variables.iter().position(found)
        {
            return scope.variables.remove(at).name;
        }
        match ty {
            Ty::Parameter => format!("T::made({})", self.new_id()),
            _ => self.noisy(),
        }
    }
}
