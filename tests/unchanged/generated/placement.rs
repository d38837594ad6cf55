//! Where functions are, and which attributes they have: each one of its own, or one on a block.

use super::Generator;
use super::functions::{Counted, Function, Kind, Owner};
use super::returns::Returned;

/// The generator's types whose functions are methods.
const TYPES: [&str; 3] = ["Plain", "Closing", "Wrapped"];

impl Generator {
    /// One or several functions with what is around them.
    pub(super) fn item(&mut self) -> String {
        let name = format!("b{}", self.functions.len());
        match self.rng.u32(0..9) {
            0..=1 => self.free(),
            2 => self.by_macro(&name),
            3 => self.inherent(false),
            4 => self.inherent(true),
            5 => self.of_trait(&name),
            6 => self.defaults(&name),
            _ => self.module(&name),
        }
    }

    fn free(&mut self) -> String {
        let function = self.function(Owner::Module(String::new()), false);
        let text = format!("\n{}", function.text);
        self.functions.push(function);
        text
    }

    /// A macro that puts the attribute on an item that it is given.
    fn by_macro(&mut self, name: &str) -> String {
        let function = self.function(Owner::Module(String::new()), false);
        if function.text.contains("labels(") {
            // Names in a macro are other names.
            let text = format!("\n{}", function.text);
            self.functions.push(function);
            return text;
        }
        let (attribute, item) = function.text.split_once("pub ").expect("a function");
        let text = format!(
            "\nmacro_rules! {name} {{\n($item:item) => {{\n{attribute}$item\n}};\n}}\n{name}! {{\npub {item}}}\n"
        );
        self.functions.push(function);
        text
    }

    fn inherent(&mut self, is_block: bool) -> String {
        let ty = self.one_of(&TYPES);
        let header =
            if ty == "Wrapped" { "impl<T: Made + 'static> Wrapped<T>".to_owned() } else { format!("impl {ty}") };
        let functions = self.several(&Owner::Type(ty), is_block);
        format!("\n{}{header} {{\n{functions}}}\n", attribute(is_block))
    }

    fn of_trait(&mut self, name: &str) -> String {
        let (of, is_block) = (format!("Trait{name}"), self.once_in(2));
        let owner = Owner::Trait(of.clone(), self.one_of(&TYPES[..2]));
        let begin = self.functions.len();
        let functions = self.several(&owner, is_block);
        let declared: Vec<_> =
            self.functions[begin..].iter().map(|function| function.signature(false) + ";\n").collect();
        let declared = declared.concat();
        let Owner::Trait(_, ty) = owner else { unreachable!("it is one") };
        format!("\ntrait {of} {{\n{declared}}}\n{}impl {of} for {ty} {{\n{functions}}}\n", attribute(is_block))
    }

    fn defaults(&mut self, name: &str) -> String {
        let (of, is_block, ty) = (format!("Trait{name}"), self.once_in(2), self.one_of(&TYPES[..2]));
        let functions = self.several(&Owner::Default(of.clone(), ty), is_block);
        format!(
            "\n{}trait {of}: Debug + Sized + 'static {{\n{functions}}}\nimpl {of} for {ty} {{}}\n",
            attribute(is_block)
        )
    }

    fn module(&mut self, name: &str) -> String {
        let functions = self.several(&Owner::Module(format!("{name}::")), true);
        format!("\n{}mod {name} {{\nuse super::*;\n{functions}}}\n", attribute(true))
    }

    fn several(&mut self, owner: &Owner, is_in_block: bool) -> String {
        let mut text = String::new();
        for _ in 0..self.rng.u32(1..4) {
            let function = self.function(owner.clone(), is_in_block);
            text.push_str(&function.text);
            self.functions.push(function);
        }
        text
    }

    /// The attribute of a function, which is empty in most blocks.
    pub(super) fn attribute(&mut self, function: &mut Function, is_in_block: bool) -> String {
        let name = &function.name;
        if is_in_block && self.once_in(5) {
            function.counted = Counted::Not;
            return "#[instrumented(skip)]\n".to_owned();
        }
        if is_in_block && self.once_in(2) {
            return String::new();
        }
        let mut keys = vec![
            String::new(),
            String::new(),
            format!("name = \"{name}\""),
            "in_flight(peak, oldest)".to_owned(),
            "duration(sample = 10)".to_owned(),
            "duration(outcome)".to_owned(),
            "started".to_owned(),
            "buckets = native(factor = 1.1)".to_owned(),
            "help = \"Calls.\"".to_owned(),
            "outcome = none".to_owned(),
        ];
        keys.pop_if(|_| is_in_block);
        if function.has_plain_input() {
            keys.push(format!("name = \"{name}\", labels(even: bool = n % 2 == 0)"));
            keys.push(format!("name = \"{name}\", labels(small = n < 3, input = open(&n.to_string(), max = 3))"));
            keys.push("labels(even = n.is_multiple_of(2))".to_owned());
        }
        if function.kind != Kind::Sync {
            keys.push("polls".to_owned());
        }
        let key = self.one_of(&keys);
        if key == "outcome = none" {
            function.counted = Counted::WithoutOutcome;
        }
        let tracks = function.kind == Kind::Sync
            && function.returned == Returned::Unit
            && !function.owns_self()
            && self.once_in(4);
        let tracks = if tracks { "#[track_caller]\n" } else { "" };
        if key.is_empty() { format!("#[instrumented]\n{tracks}") } else { format!("#[instrumented({key})]\n{tracks}") }
    }
}

fn attribute(is_there: bool) -> &'static str {
    if is_there { "#[instrumented]\n" } else { "" }
}
