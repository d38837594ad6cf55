//! Types that are known by their names: no alias and no trait has to be asked about them.

use proc_macro2::Ident;
use syn::{GenericArgument, Path, PathArguments, Type, TypeImplTrait, TypeParamBound, TypeTuple};

use super::tokens::is_one_of;

/// Types of the prelude that are always `ok`.
const PRELUDE: [&str; 3] = ["Option", "String", "Vec"];

/// Other types of the standard library that are always `ok`, and mostly have parameters.
const ALWAYS_OK: [&str; 21] = [
    "Arc",
    "BTreeMap",
    "BTreeSet",
    "BinaryHeap",
    "Cell",
    "ControlFlow",
    "Cow",
    "HashMap",
    "HashSet",
    "LinkedList",
    "Mutex",
    "MutexGuard",
    "PhantomData",
    "Pin",
    "Poll",
    "Rc",
    "RefCell",
    "RwLock",
    "RwLockReadGuard",
    "RwLockWriteGuard",
    "VecDeque",
];

pub(super) fn is_primitive(path: &Path) -> bool {
    const PRIMITIVES: [&str; 17] = [
        "bool", "char", "str", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize",
        "f32", "f64",
    ];
    path.get_ident().is_some_and(|ident| is_one_of(ident, &PRIMITIVES))
}

/// Whether a type of which `Err(..)` is a value is a `Result`, judging by its name, as that of `io::Result` or `IResult`.
pub(super) fn is_result(path: &Path) -> bool {
    path.segments.last().is_some_and(|last| last.ident.to_string().ends_with("Result"))
}

pub(super) fn is_in_prelude(name: &Ident) -> bool {
    is_one_of(name, &PRELUDE)
}

/// Whether this name, without a path, is that of another type of the standard library that is always `ok`.
pub(super) fn is_always_ok(name: &Ident) -> bool {
    is_one_of(name, &ALWAYS_OK)
}

/// The type of the status, if the tuple can be a response of axum: `(StatusCode, T)` or `(StatusCode, H, T)`, under any alias. No other tuple can
/// have an outcome, because other crates cannot implement `Outcome` for it.
pub(super) fn status_of(tuple: &TypeTuple) -> Option<&Type> {
    let first = tuple.elems.first().filter(|_| matches!(tuple.elems.len(), 2 | 3))?;
    let Type::Path(path) = first else { return None };
    let last = &path.path.segments.last()?.ident;
    (path.qself.is_none()
        && !is_primitive(&path.path)
        && !is_in_prelude(last)
        && !is_always_ok(last)
        && last != "Result")
        .then_some(first)
}

/// Whether a type is written with names and type arguments only: without lifetimes, references, functions and traits.
pub(super) fn consists_of_names(ty: &Type) -> bool {
    consists_of(ty, &|path| path.segments.iter().all(|segment| are_types(&segment.arguments, consists_of_names)))
}

/// Whether a path's arguments are types for which the predicate holds, or none.
pub(super) fn are_types(arguments: &PathArguments, is: impl Fn(&Type) -> bool) -> bool {
    match arguments {
        PathArguments::None => true,
        PathArguments::AngleBracketed(arguments) => {
            arguments.args.iter().all(|argument| matches!(argument, GenericArgument::Type(ty) if is(ty)))
        }
        PathArguments::Parenthesized(_) => false,
    }
}

/// Whether the predicate holds for all paths in a type, which has no other parts than tuples and arrays.
pub(super) fn consists_of(ty: &Type, is: &impl Fn(&Path) -> bool) -> bool {
    match ty {
        Type::Array(array) => consists_of(&array.elem, is),
        Type::Group(group) => consists_of(&group.elem, is),
        Type::Paren(paren) => consists_of(&paren.elem, is),
        Type::Tuple(tuple) => tuple.elems.iter().all(|part| consists_of(part, is)),
        Type::Path(path) => path.qself.is_none() && is(&path.path),
        _ => false,
    }
}

/// Whether an `impl Trait` is certainly no future and has no outcome: a closure or an iterator.
pub(super) fn is_closure_or_iterator(imp: &TypeImplTrait) -> bool {
    imp.bounds.iter().any(|bound| is_closure(bound) || is_iterator(bound))
}

pub(super) fn is_closure(bound: &TypeParamBound) -> bool {
    let TypeParamBound::Trait(bound) = bound else { return false };
    let last = bound.path.segments.last();
    last.is_some_and(|last| matches!(last.arguments, PathArguments::Parenthesized(_)))
}

fn is_iterator(bound: &TypeParamBound) -> bool {
    const ITERATORS: [&str; 3] = ["DoubleEndedIterator", "ExactSizeIterator", "Iterator"];
    let TypeParamBound::Trait(bound) = bound else { return false };
    bound.path.segments.last().is_some_and(|last| ITERATORS.iter().any(|name| last.ident == name))
}
