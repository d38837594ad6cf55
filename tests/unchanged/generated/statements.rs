//! Bodies: statements that use, move, drop and replace what is there, and leave on all paths.

use super::Generator;
use super::arguments::{Ty, Variable};
use super::functions::Kind;
use super::returns::Returned;
use super::scope::{Exits, Scope};

impl Generator {
    /// Statements and a last expression.
    pub(super) fn body(&mut self, scope: &mut Scope) -> String {
        let count = self.rng.u32(1..8);
        let mut text = self.statements(scope, count);
        text.push_str(&self.tail(scope));
        text
    }

    fn tail(&mut self, scope: &mut Scope) -> String {
        let returned = scope.returned;
        if returned == Returned::Unit && self.once_in(2) {
            return String::new();
        }
        if scope.depth == 0 || returned.is_one_expression() || self.once_in(2) {
            return format!("{}\n", self.expression(scope));
        }
        let (at, noisy, label) = (self.input(), self.noisy(), self.new_name("'l"));
        let mut inner = scope.inner();
        let other = self.tail_of(&mut scope.inner());
        let value = self.tail_of(&mut inner);
        let mut all = vec![
            format!("if n > {at} {{\n{other}}} else {{\n{value}}}\n"),
            format!("match n {{\n{at} => {{\n{other}}}\n_ => {{\n{value}}}\n}}\n"),
            format!("{label}: {{\nif n == {at} {{\nbreak {label} {{\n{other}}};\n}}\n{value}}}\n"),
            format!("{{\nlet _inner = {noisy};\n{value}}}\n"),
            format!("match {noisy}.0 {{\n0 => {{\n{other}}}\n_ => {{\n{value}}}\n}}\n"),
            format!("if let Some(_held) = Some(&{noisy}) {{\n{other}}} else {{\n{value}}}\n"),
            format!("loop {{\nbreak {{\n{value}}};\n}}\n"),
            format!("unsafe {{\n{value}}}\n"),
        ];
        all.push(format!("return {{\n{value}}};\n"));
        all.push(format!("return {{\n{value}}}\n"));
        self.one_allowed(all, scope)
    }

    fn tail_of(&mut self, scope: &mut Scope) -> String {
        let count = self.rng.u32(0..2);
        let text = self.statements(scope, count);
        text + &format!("{}\n", self.expression(scope))
    }

    pub(super) fn statements(&mut self, scope: &mut Scope, count: u32) -> String {
        (0..count).map(|_| self.statement(scope)).collect()
    }

    fn statement(&mut self, scope: &mut Scope) -> String {
        match self.rng.u32(0..if scope.depth > 0 { 26 } else { 12 }) {
            0..=1 => self.note(scope),
            2..=3 => self.local(scope),
            4..=6 => self.moved(scope),
            7 => self.assigned(scope),
            8..=9 => self.fails(scope),
            10 => self.closure(scope),
            11 => self.temporary(),
            12..=15 => self.exit_if(scope),
            16..=17 => self.branches(scope),
            18 => self.repeats(scope),
            19 => self.block(scope),
            20 => self.caught(scope),
            21 => self.nested_function(scope),
            22..=23 if scope.is_async => self.awaits(scope),
            _ => self.calls(scope),
        }
    }

    fn note(&mut self, scope: &Scope) -> String {
        let usable: Vec<_> = scope.variables.iter().filter(|variable| variable.ty.is_debug()).collect();
        if usable.is_empty() {
            return "note(&n);\n".to_owned();
        }
        format!("note(&{});\n", usable[self.rng.usize(0..usable.len())].name)
    }

    fn local(&mut self, scope: &mut Scope) -> String {
        let (name, mut before) = (self.new_name("x"), String::new());
        let ty = self.one_of(&[
            Ty::Noisy,
            Ty::Noisy,
            Ty::Boxed,
            Ty::Choice,
            Ty::Tuple(vec![Ty::Noisy, Ty::Number]),
            Ty::Pair,
        ]);
        let value = self.value(&ty, &mut before);
        if self.once_in(4) && ty != Ty::Choice {
            return self.one_of(&[format!("let _ = {value};\n"), format!("let _{name} = {value};\n")]);
        }
        if self.once_in(3) && ty != Ty::Choice {
            let pattern = self.pattern(&ty, false, &mut scope.variables);
            return format!("let {pattern} = {value};\n");
        }
        let is_mutable = self.once_in(3);
        let text = ty.text();
        let text = format!("let {}{name}: {text} = {value};\n", if is_mutable { "mut " } else { "" });
        scope.variables.push(Variable { name, ty, is_mutable, is_movable: true, is_reference: false });
        text
    }

    fn moved(&mut self, scope: &mut Scope) -> String {
        let movable: Vec<usize> = (0..scope.variables.len()).filter(|at| scope.variables[*at].is_movable).collect();
        if movable.is_empty() {
            return self.temporary();
        }
        let at = self.one_of(&movable);
        let Variable { name, ty, .. } = scope.variables[at].clone();
        if ty.is_copy() {
            return format!("note(&{name});\n");
        }
        scope.variables.remove(at);
        if ty == Ty::Function {
            return format!("note(&{name}());\n");
        }
        let (other, noisy) = (self.new_name("y"), self.noisy());
        if self.once_in(4) && name != "self" {
            let mut inner = Vec::new();
            let pattern = self.pattern(&ty, false, &mut inner);
            scope.variables.extend(inner);
            // What is not bound stays where it is.
            return format!("let {pattern} = {name};\n");
        }
        self.one_of(&[
            format!("drop({name});\n"),
            format!("drop({name});\n"),
            format!("let {other} = {name};\nnote(&{other});\n"),
            format!("let _{other} = ({name}, {noisy});\n"),
            format!("{{ let _{other} = {name}; }}\n"),
            format!("let {other} = move || {{ let whole = &{name}; note(&whole); }};\n{other}();\n"),
            format!("let _ = ({name}, {noisy}).1;\n"),
            format!("match {name} {{ _{other} => note(&n) }}\n"),
            format!("std::mem::forget({name});\n"),
            format!("let {other} = Rc::new({name});\ndrop({other}.clone());\n"),
        ])
    }

    fn assigned(&mut self, scope: &mut Scope) -> String {
        let mutable: Vec<Variable> = scope
            .variables
            .iter()
            .filter(|variable| {
                variable.is_mutable && matches!(variable.ty, Ty::Noisy | Ty::Maybe | Ty::Pair | Ty::Boxed)
            })
            .cloned()
            .collect();
        if mutable.is_empty() {
            return self.temporary();
        }
        let Variable { name, ty, .. } = self.one_of(&mutable);
        let (value, noisy) = (self.value(&ty, &mut String::new()), self.noisy());
        match ty {
            Ty::Noisy if self.once_in(2) => format!("let _ = std::mem::replace(&mut {name}, {value});\n"),
            Ty::Maybe if self.once_in(2) => format!("{name}.take();\n"),
            Ty::Pair if self.once_in(2) => format!("{name}.first = {noisy};\n"),
            // A `mut` argument that is only assigned counts as used when it is bound again.
            _ => format!("{name} = {value};\nnote(&{name});\n"),
        }
    }

    fn temporary(&mut self) -> String {
        let (noisy, other, name) = (self.noisy(), self.noisy(), self.new_name("t"));
        self.one_of(&[
            format!("note(&{noisy});\n"),
            format!("let _ = {noisy}.0 + {other}.0;\n"),
            format!("match &{noisy} {{ value => note(value) }}\n"),
            format!("if let Noisy(0) = {noisy} {{ note(&0); }} else {{ note(&{other}); }}\n"),
            format!("assert!({noisy}.0 != n, \"asserted\");\n"),
            format!("let {name} = &{noisy};\nnote({name});\n"),
            format!("let {name} = Calling(|| note(&{other}));\n"),
            format!("for {name} in [{noisy}, {other}] {{\nif {name}.0 % 2 == n % 2 {{ break; }}\n}}\n"),
            format!("note(&format_args!(\"{{:?}}\", {noisy}).to_string());\n"),
        ])
    }

    /// What may panic, or fail with `?`.
    fn fails(&mut self, scope: &Scope) -> String {
        let (at, name, noisy) = (self.input(), self.new_name("z"), self.noisy());
        let mut all = vec![
            format!("let {name} = explode(n, {at});\nnote(&{name});\n"),
            format!("note(&explode(n, {at} + {noisy}.0));\n"),
        ];
        if let Some(failing) = scope.returned.failing() {
            if scope.exits.fails {
                all.clear();
            }
            let failing = [
                format!("{failing}(n, {at})?;\n"),
                format!("note(&({noisy}, {failing}(n, {at})?));\n"),
                format!("let {name} = attempt!({failing}(n, {at}));\nnote(&{name});\n"),
            ];
            all.extend(failing);
        }
        self.one_allowed(all, scope)
    }

    /// A statement that leaves a loop, a block or the function.
    fn exit(&mut self, scope: &Scope) -> String {
        if let Some((label, is_loop)) = scope.labels.last().cloned()
            && self.once_in(2)
        {
            let word = if is_loop { self.one_of(&["break", "continue"]) } else { "break" };
            return format!("{word} {label};\n");
        }
        if !scope.exits.returns || scope.returned.is_one_expression() {
            return format!("panic!(\"left {}\");\n", self.new_id());
        }
        if scope.returned == Returned::Unit {
            return "return;\n".to_owned();
        }
        format!("return {};\n", self.expression(&mut scope.clone()))
    }

    fn exit_if(&mut self, scope: &mut Scope) -> String {
        if scope.exits.fails && scope.returned.failing().is_some() && self.once_in(2) {
            return self.fails(scope);
        }
        let (at, name, noisy) = (self.input(), self.new_name("z"), self.noisy());
        if scope.exits.by_macro && !scope.returned.is_one_expression() && self.once_in(4) {
            let value = self.expression(&mut scope.clone());
            return format!("leave!(n == {at}, {value});\n");
        }
        let count = self.rng.u32(0..2);
        let mut inner = scope.inner();
        let before = self.statements(&mut inner, count);
        let exit = before + &self.exit(&inner);
        if !scope.labels.is_empty() {
            // It may go on behind a loop or a block.
            scope.without_moved(&inner);
        }
        self.one_of(&[
            format!("if n == {at} {{\n{exit}}}\n"),
            format!("if n > {at} {{\n{exit}}}\n"),
            format!("let {name} = if n == {at} {{\n{exit}}} else {{\n{noisy}\n}};\nnote(&{name});\n"),
            format!("let {name} = match n {{\n{at} => {{\n{exit}}}\nother if other > {noisy}.0 => other,\nother => other + 1,\n}};\nnote(&{name});\n"),
            format!("let Some({name}) = maybe(n, {at}) else {{\n{exit}}};\nnote(&{name});\n"),
            format!("match n {{\n{at} => {{\n{exit}}}\n_ => {{}}\n}}\n"),
        ])
    }

    fn branches(&mut self, scope: &mut Scope) -> String {
        let at = self.input();
        let (mut then, mut otherwise) = (scope.inner(), scope.inner());
        let [first, second] = [&mut then, &mut otherwise].map(|inner| {
            let count = self.rng.u32(1..3);
            self.statements(inner, count)
        });
        scope.without_moved(&then);
        scope.without_moved(&otherwise);
        format!("if n < {at} {{\n{first}}} else {{\n{second}}}\n")
    }

    fn repeats(&mut self, scope: &mut Scope) -> String {
        let (label, name, noisy) = (self.new_name("'l"), self.new_name("i"), self.noisy());
        let form = self.rng.u32(0..3);
        let mut inner = scope.repeated();
        // The second form would go on for ever.
        inner.labels.push((label.clone(), form != 1));
        let count = self.rng.u32(1..3);
        let (body, at) = (self.statements(&mut inner, count), self.input());
        match form {
            0 => format!(
                "{label}: for {name} in 0..3 {{\nlet _inner = {noisy};\nif {name} == n {{ break {label}; }}\n{body}}}\n"
            ),
            1 => format!(
                "{label}: while let Some({name}) = maybe(n, {at}) {{\n{body}note(&{name});\nbreak {label};\n}}\n"
            ),
            _ => format!(
                "let mut {name} = 0;\n{label}: loop {{\n{name} += 1;\nif {name} > 2 {{ break {label}; }}\n{body}}}\n"
            ),
        }
    }

    fn block(&mut self, scope: &mut Scope) -> String {
        let (label, name) = (self.new_name("'l"), self.new_name("x"));
        let mut inner = scope.inner();
        inner.labels.push((label.clone(), false));
        let count = self.rng.u32(1..3);
        let body = self.statements(&mut inner, count);
        scope.without_moved(&inner);
        let (at, noisy) = (self.input(), self.noisy());
        self.one_of(&[
            format!("{label}: {{\n{body}}}\n"),
            format!("let {name} = {label}: {{\nif n == {at} {{ break {label}; }}\n{body}}};\nnote(&{name});\n"),
            format!("{label}: {{\nlet _{name} = {noisy};\n{body}}}\n"),
        ])
    }

    /// Closures with exits of their own.
    fn closure(&mut self, scope: &Scope) -> String {
        let (at, name, noisy) = (self.input(), self.new_name("c"), self.noisy());
        let note = self.note(scope);
        let mut all = vec![
            format!("let {name} = |number: u32| number + n;\nnote(&{name}(1));\n"),
            format!("let {name} = || {{ {note} }};\n{name}();\n"),
        ];
        all.push(format!(
            "let {name} = |number: u32| {{ if number == {at} {{ return {noisy}.0; }} number }};\nnote(&{name}(n));\n"
        ));
        all.push(format!(
            "let {name} = (|| {{ let _inner = {noisy}; check(n, {at})?; Ok::<_, Fail>(1) }})();\nnote(&{name});\n"
        ));
        self.one_allowed(all, scope)
    }

    fn caught(&mut self, scope: &Scope) -> String {
        let (name, at, noisy) = (self.new_name("c"), self.input(), self.noisy());
        let mut inner = scope.repeated();
        (inner.exits, inner.is_async, inner.labels) = (Exits::default(), false, Vec::new());
        let count = self.rng.u32(0..2);
        let body = self.statements(&mut inner, count);
        format!(
            "let {name} = catch_unwind(AssertUnwindSafe(|| {{\nlet _inner = {noisy};\n{body}explode(n, {at})\n}})).is_ok();\nnote(&{name});\n"
        )
    }

    fn nested_function(&mut self, scope: &Scope) -> String {
        let (name, at, noisy) = (self.new_name("inner_"), self.input(), self.noisy());
        let bodies = vec![
            "check(n, 2)\n".to_owned(),
            "Ok(check(n, 2)? + 1)\n".to_owned(),
            format!("if n == {at} {{ return Ok(9); }}\nOk(check(n, 2)? + 1)\n"),
        ];
        let body = self.one_allowed(bodies, scope);
        format!("fn {name}(n: u32) -> Result<u32, Fail> {{\nlet _inner = {noisy};\n{body}}}\nnote(&{name}(n));\n")
    }

    fn awaits(&mut self, scope: &Scope) -> String {
        let (name, at, noisy) = (self.new_name("x"), self.input(), self.noisy());
        let note = self.note(scope);
        let count = self.rng.u32(0..3);
        let all = vec![
            format!("Yields({count}).await;\n"),
            format!("Yields({count}).await;\n"),
            format!("{{\nlet _{name} = {noisy};\nYields(1).await;\n}}\n"),
            format!("async {{\nlet _{name} = {noisy};\nYields({count}).await;\n{note}}}.await;\n"),
            format!(
                "let {name} = async {{\nif n == {at} {{ return 1; }}\nYields(1).await;\n2\n}};\nnote(&{name}.await);\n"
            ),
            format!(
                "note(&async {{\nlet number = check(n, {at})?;\nYields(1).await;\nOk::<_, Fail>(number)\n}}.await);\n"
            ),
            format!("cancel(async {{\nlet _{name} = {noisy};\nYields(2).await;\nnote(&n);\n}}, {count});\n"),
            format!("match Yields(1).await {{ () => {note} }}\n", note = note.trim_end().trim_end_matches(';')),
        ];
        self.one_allowed(all, scope)
    }

    /// A call of another function of the program.
    fn calls(&mut self, scope: &Scope) -> String {
        let shallow: Vec<_> = self.functions.iter().filter(|function| function.depth < 2).cloned().collect();
        if shallow.is_empty() {
            return self.temporary();
        }
        let function = self.one_of(&shallow);
        self.depth = self.depth.max(function.depth + 1);
        let (mut before, condition) = (String::new(), self.input());
        let call = self.call(&function, "n", &mut before);
        let name = self.new_name("h");
        let text = match (function.kind, scope.is_async) {
            (Kind::Sync, _) if before.is_empty() && function.may_be_unwound() && self.once_in(4) => {
                // It may be called while a panic unwinds.
                let used = function.returned.use_of();
                return format!(
                    "let _{name} = Calling(|| note(&catch_unwind(AssertUnwindSafe(|| {call}{used})).is_ok()));\n"
                );
            }
            (kind, _) if kind != Kind::Sync && before.is_empty() && self.once_in(4) => {
                return format!("let mut {name} = Box::pin({call});\nnote(&poll({name}.as_mut()).is_ready());\n");
            }
            (Kind::Sync, _) => format!("{before}note(&{call}{});\n", function.returned.use_of()),
            (_, true) => format!("{before}note(&{call}.await);\n"),
            (_, false) => {
                let polls = self.rng.u32(0..4);
                format!("{before}cancel({call}, {polls});\n")
            }
        };
        if self.once_in(2) { format!("if n != {condition} {{\n{text}}}\n") } else { format!("{{\n{text}}}\n") }
    }
}
