//! What the statements of a body can use, and how they may leave it.

use super::Generator;
use super::arguments::{Ty, Variable};
use super::returns::Returned;

/// How a body may be left before its end. A body with none of these stays in place.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Exits {
    pub(super) returns: bool,
    /// With `?`.
    pub(super) fails: bool,
    pub(super) by_macro: bool,
}

impl Exits {
    /// Whether these statements contain nothing else.
    fn allow(self, text: &str) -> bool {
        let text = text.replace(":?}", "");
        (self.returns || !text.contains("return"))
            && (self.fails || !text.contains('?'))
            && (self.by_macro || !(text.contains("leave!") || text.contains("attempt!")))
    }
}

/// What a statement can use.
#[derive(Clone, Debug)]
pub(super) struct Scope {
    pub(super) variables: Vec<Variable>,
    pub(super) returned: Returned,
    pub(super) exits: Exits,
    pub(super) is_async: bool,
    /// The arguments that temporaries of the last expression may borrow from.
    pub(super) cells: Vec<String>,
    /// The labels of loops, and those of blocks.
    pub(super) labels: Vec<(String, bool)>,
    pub(super) depth: u32,
}

impl Scope {
    pub(super) fn new(variables: Vec<Variable>, returned: Returned, exits: Exits, is_async: bool) -> Self {
        let cells = variables.iter().filter(|variable| variable.ty == Ty::Cell).map(|variable| variable.name.clone());
        Self { cells: cells.collect(), variables, returned, exits, is_async, labels: Vec::new(), depth: 3 }
    }

    /// The reference that the function returns.
    pub(super) fn lender(&self) -> String {
        let of = self.variables.iter().find(|variable| variable.ty == Ty::Lender);
        of.expect("the function was given one").name.clone()
    }

    pub(super) fn inner(&self) -> Self {
        Self { depth: self.depth - 1, ..self.clone() }
    }

    /// A scope that runs several times, or not where it is written: nothing is moved out of what is around it.
    pub(super) fn repeated(&self) -> Self {
        let mut scope = self.inner();
        for variable in &mut scope.variables {
            variable.is_movable = false;
        }
        scope
    }

    /// Forgets what was moved in an inner scope.
    pub(super) fn without_moved(&mut self, inner: &Self) {
        self.variables.retain(|variable| inner.variables.iter().any(|other| other.name == variable.name));
    }
}

impl Generator {
    /// How a body may be left: a third of them not before their end.
    pub(super) fn exits(&mut self) -> Exits {
        let [returns, fails, by_macro] = [self.rng.bool(), self.rng.bool(), self.rng.bool()];
        match self.rng.u32(0..6) {
            0..=1 => Exits::default(),
            2 => Exits { fails: true, ..Exits::default() },
            3 => Exits { by_macro: true, ..Exits::default() },
            _ => Exits { returns, fails, by_macro },
        }
    }

    /// One of these statements or expressions that the body may have. The first is always possible.
    pub(super) fn one_allowed(&mut self, all: Vec<String>, scope: &Scope) -> String {
        let allowed: Vec<_> = all.into_iter().filter(|text| scope.exits.allow(text)).collect();
        self.one_of(&allowed)
    }
}
