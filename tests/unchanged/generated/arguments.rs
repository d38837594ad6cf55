//! Arguments: a type, a pattern, and a value for each call.

use super::Generator;

/// A type of an argument or a variable.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Ty {
    Noisy,
    Number,
    Text,
    Pair,
    Tuple(Vec<Ty>),
    Choice,
    Maybe,
    Array,
    Boxed,
    Many,
    Object,
    /// `RefCell<Noisy>`, from which temporaries borrow.
    Cell,
    /// A list of a constant length.
    Constant,
    /// `impl Debug`.
    Opaque,
    /// The parameter `T: Made`.
    Parameter,
    /// `impl FnOnce() -> u32`.
    Function,
    Shared(Box<Ty>),
    Mutable(Box<Ty>),
    Lent,
    /// A reference that is kept until it is returned.
    Lender,
    /// `Self`, or what holds it.
    Itself,
}

/// A variable that a body can use.
#[derive(Clone, Debug)]
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) ty: Ty,
    pub(super) is_mutable: bool,
    pub(super) is_movable: bool,
    /// Whether it refers to the argument, which stays where it is.
    pub(super) is_reference: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Argument {
    pub(super) pattern: String,
    pub(super) ty: Ty,
}

impl Ty {
    pub(super) fn text(&self) -> String {
        match self {
            Self::Noisy => "Noisy".to_owned(),
            Self::Number => "u32".to_owned(),
            Self::Text => "String".to_owned(),
            Self::Pair => "Pair".to_owned(),
            Self::Tuple(types) => {
                let types: Vec<_> = types.iter().map(Self::text).collect();
                format!("({},)", types.join(", "))
            }
            Self::Choice => "Result<Noisy, Noisy>".to_owned(),
            Self::Maybe => "Option<Noisy>".to_owned(),
            Self::Array => "[Noisy; 2]".to_owned(),
            Self::Boxed => "Box<Noisy>".to_owned(),
            Self::Many => "Vec<Noisy>".to_owned(),
            Self::Object => "Box<dyn Debug>".to_owned(),
            Self::Cell => "RefCell<Noisy>".to_owned(),
            Self::Constant => "[u32; N]".to_owned(),
            Self::Opaque => "impl Debug + 'static".to_owned(),
            Self::Parameter => "T".to_owned(),
            Self::Function => "impl FnOnce() -> u32 + 'static".to_owned(),
            Self::Shared(ty) => format!("&'a {}", ty.text()),
            Self::Mutable(ty) => format!("&'a mut {}", ty.text()),
            Self::Lender => "&'a mut Noisy".to_owned(),
            Self::Itself => "Self".to_owned(),
            Self::Lent => "&'a str".to_owned(),
        }
    }

    pub(super) fn has_parameter(&self) -> bool {
        match self {
            Self::Parameter => true,
            Self::Tuple(types) => types.iter().any(Self::has_parameter),
            _ => false,
        }
    }

    pub(super) fn is_copy(&self) -> bool {
        matches!(self, Self::Number | Self::Constant | Self::Shared(_) | Self::Lent)
    }

    pub(super) fn is_debug(&self) -> bool {
        *self != Self::Function
    }
}

impl Generator {
    /// An argument, whose variables are added.
    pub(super) fn argument(&mut self, variables: &mut Vec<Variable>) -> Argument {
        let ty = self.ty(2);
        let mut pattern = self.pattern(&ty, true, variables);
        if self.once_in(12) {
            pattern.insert_str(
                0,
                self.one_of(&["#[allow(unused_variables)] ", "#[cfg(all())] ", "#[cfg_attr(any(), cfg(any()))] "]),
            );
        }
        Argument { pattern, ty }
    }

    fn ty(&mut self, depth: u32) -> Ty {
        match self.rng.u32(0..if depth > 0 { 22 } else { 10 }) {
            0..=3 => Ty::Noisy,
            4 => Ty::Number,
            5 => Ty::Pair,
            6 => Ty::Choice,
            7 => Ty::Maybe,
            8 => Ty::Boxed,
            9 => Ty::Cell,
            20 => Ty::Array,
            21 if depth > 1 => Ty::Constant,
            10 => Ty::Text,
            11 => Ty::Many,
            12 => Ty::Object,
            13 => Ty::Parameter,
            14 if depth > 1 => self.one_of(&[Ty::Opaque, Ty::Function]),
            15 => Ty::Lent,
            16 => Ty::Shared(Box::new(self.ty(0))),
            17 => Ty::Mutable(Box::new(self.ty(0))),
            _ => {
                let count = self.rng.usize(1..4);
                Ty::Tuple((0..count).map(|_| self.ty(depth - 1)).collect())
            }
        }
    }

    /// A pattern of a value that is owned.
    pub(super) fn pattern(&mut self, ty: &Ty, may_be_ignored: bool, variables: &mut Vec<Variable>) -> String {
        if may_be_ignored && self.once_in(6) {
            return "_".to_owned();
        }
        if self.once_in(2) {
            return self.binding(ty, variables);
        }
        match ty {
            Ty::Pair => {
                let (first, second) = (self.field("first", variables), self.field("second", variables));
                self.one_of(&[format!("Pair {{ {first}, {second} }}"), format!("Pair {{ {second}, {first} }}")])
            }
            Ty::Tuple(types) => {
                if types.len() > 1 && self.once_in(4) {
                    let first = self.pattern(&types[0], true, variables);
                    return format!("({first}, ..)");
                }
                let patterns: Vec<_> = types.iter().map(|ty| self.pattern(ty, true, variables)).collect();
                format!("({},)", patterns.join(", "))
            }
            Ty::Choice => {
                let mutable = self.one_of(&["", "mut ", "ref "]);
                let name = self.new_name("v");
                bound(&name, &Ty::Noisy, mutable, variables);
                format!("(Ok({mutable}{name}) | Err({mutable}{name}))")
            }
            Ty::Array => {
                let first = self.pattern(&Ty::Noisy, true, variables);
                if self.once_in(3) {
                    return self.one_of(&[format!("[{first}, ..]"), format!("[.., {first}]")]);
                }
                let second = self.pattern(&Ty::Noisy, true, variables);
                format!("[{first}, {second}]")
            }
            Ty::Shared(inner) if **inner == Ty::Number => {
                let inner = self.binding(&Ty::Number, variables);
                if inner.starts_with("mut") || inner.starts_with("ref") {
                    format!("&({inner})")
                } else {
                    format!("&{inner}")
                }
            }
            Ty::Shared(inner) if **inner == Ty::Pair => {
                let name = self.new_name("v");
                bound(&name, &Ty::Noisy, "ref ", variables);
                format!("Pair {{ first: {name}, .. }}")
            }
            _ => self.binding(ty, variables),
        }
    }

    fn field(&mut self, field: &str, variables: &mut Vec<Variable>) -> String {
        let pattern = self.pattern(&Ty::Noisy, true, variables);
        format!("{field}: {pattern}")
    }

    fn binding(&mut self, ty: &Ty, variables: &mut Vec<Variable>) -> String {
        let mode = self.one_of(&["", "", "", "mut ", "mut ", "ref "]);
        let prefix = self.one_of(&["v", "v", "_v"]);
        let name = self.new_name(prefix);
        bound(&name, ty, mode, variables);
        if *ty == Ty::Pair && mode.is_empty() && self.once_in(3) {
            return format!("{name} @ Pair {{ .. }}");
        }
        format!("{mode}{name}")
    }

    /// A value, and statements before that create what it borrows.
    pub(super) fn value(&mut self, ty: &Ty, before: &mut String) -> String {
        match ty {
            Ty::Noisy | Ty::Parameter | Ty::Lender | Ty::Itself => self.noisy(),
            Ty::Number => self.input().to_string(),
            Ty::Text => format!("String::from(\"text {}\")", self.new_id()),
            Ty::Lent => format!("\"lent {}\"", self.new_id()),
            Ty::Pair => format!("Pair {{ first: {}, second: {} }}", self.noisy(), self.noisy()),
            Ty::Tuple(types) => {
                let values: Vec<_> = types.iter().map(|ty| self.value(ty, before)).collect();
                format!("({},)", values.join(", "))
            }
            Ty::Choice => format!("{}({})", self.one_of(&["Ok", "Err"]), self.noisy()),
            Ty::Maybe => {
                if self.once_in(4) {
                    "None".to_owned()
                } else {
                    format!("Some({})", self.noisy())
                }
            }
            Ty::Array => format!("[{}, {}]", self.noisy(), self.noisy()),
            Ty::Boxed => format!("Box::new({})", self.noisy()),
            Ty::Many => format!("vec![{}, {}]", self.noisy(), self.noisy()),
            Ty::Cell => format!("RefCell::new({})", self.noisy()),
            Ty::Constant => "[1, 2, 3]".to_owned(),
            Ty::Object => format!("Box::new({}) as Box<dyn Debug>", self.noisy()),
            Ty::Opaque => format!("Some({})", self.noisy()),
            Ty::Function => {
                let noisy = self.noisy();
                let name = self.new_name("g");
                before.extend([format!("let {name} = {noisy};\n")]);
                format!("move || {{ let whole = &{name}; whole.0 + 1 }}")
            }
            Ty::Shared(ty) => {
                let (value, name) = (self.value(ty, before), self.new_name("g"));
                before.extend([format!("let {name} = {value};\n")]);
                format!("&{name}")
            }
            Ty::Mutable(ty) => {
                let (value, name) = (self.value(ty, before), self.new_name("g"));
                before.extend([format!("let mut {name} = {value};\n")]);
                format!("&mut {name}")
            }
        }
    }
}

fn bound(name: &str, ty: &Ty, mode: &str, variables: &mut Vec<Variable>) {
    let is_reference = mode == "ref ";
    variables.push(Variable {
        name: name.to_owned(),
        ty: ty.clone(),
        is_mutable: mode == "mut ",
        is_movable: !is_reference,
        is_reference,
    });
}
