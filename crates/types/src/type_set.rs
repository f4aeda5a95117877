//! Type sets: which types an interface stands for.

use std::cell::Cell;

use contend_base::{Name, known};

use crate::{Basic, ChanDir, InterfaceMethod, PkgId, Term, Type, TypeId, World};

/// The methods that every type of the set has, and the types in it.
#[derive(Clone, Debug, Default)]
pub struct TypeSet {
    /// All methods, those of embedded interfaces included: exported ones first, then by name and
    /// package.
    pub methods: Vec<InterfaceMethod>,
    /// `None` for all types. No two terms overlap.
    pub terms: Option<Vec<Term>>,
    /// Only comparable types; false where there are terms.
    pub comparable: bool,
}

/// Unions with more terms than this are not expanded, as in Go.
const MAX_TERMS: usize = 100;

/// Comparing the terms of a set may need other sets, which in broken programs need the first one.
/// Deeper than this, an interface counts as all types.
const MAX_NESTING: u32 = 40;

thread_local! {
    /// How many questions for a type set wait for the one that is being answered.
    static NESTING: Cell<u32> = const { Cell::new(0) };
}

/// What stands for an interface whose declaration is still being resolved.
static ALL_TYPES: TypeSet = TypeSet {
    methods: Vec::new(),
    terms: None,
    comparable: false,
};

impl TypeSet {
    /// No type is in the set.
    pub fn is_empty(&self) -> bool {
        self.terms.as_ref().is_some_and(Vec::is_empty)
    }

    /// The set of the empty interface.
    pub fn is_all(&self) -> bool {
        self.is_method_set() && self.methods.is_empty()
    }

    /// Methods are all there is to it, so it may be the type of a variable.
    pub fn is_method_set(&self) -> bool {
        !self.comparable && self.terms.is_none()
    }

    /// The terms, if there are any but not all types.
    pub fn specific_terms(&self) -> Option<&[Term]> {
        self.terms.as_deref().filter(|terms| !terms.is_empty())
    }

    /// The position of a method, as seen from a package.
    pub fn method(&self, world: &World, from: Option<PkgId>, name: Name) -> Option<usize> {
        let is_it =
            |method: &InterfaceMethod| method.name == name && world.visible(method.object, from);
        self.methods.iter().position(is_it)
    }
}

impl World {
    /// The type set of an interface or a type parameter. Any other type is the only one of its
    /// set. Interfaces that are not resolved yet count as all types.
    pub fn type_set(&self, ty: TypeId) -> &TypeSet {
        let entered = NESTING.with(|nesting| {
            nesting.set(nesting.get() + 1);
            nesting.get() <= MAX_NESTING
        });
        let set = if entered {
            self.type_set_inside(ty, &mut Vec::new())
        } else {
            None
        };
        NESTING.with(|nesting| nesting.set(nesting.get() - 1));
        set.unwrap_or(&ALL_TYPES)
    }

    /// `None` if the set cannot be told yet, since a declaration it needs is not resolved.
    fn type_set_inside(&self, ty: TypeId, open: &mut Vec<TypeId>) -> Option<&TypeSet> {
        let underlying = self.underlying(ty);
        let Type::Interface { methods, embedded } = self.ty(underlying) else {
            return self.set_of_one(ty);
        };
        let cell = self.type_set_cell(underlying);
        if let Some(set) = cell.get() {
            return Some(set);
        }
        if open.contains(&underlying) {
            return Some(&ALL_TYPES);
        }
        open.push(underlying);
        let set = self.compute_type_set(methods, embedded, open);
        open.pop();
        let set = set?;
        Some(cell.get_or_init(|| Box::new(set)))
    }

    /// The set of a type that is no interface.
    fn set_of_one(&self, ty: TypeId) -> Option<&TypeSet> {
        let cell = self.type_set_cell(ty);
        if let Some(set) = cell.get() {
            return Some(set);
        }
        let set = match self.ty(ty) {
            Type::Union(_) => self.union_set(ty, &mut Vec::new())?,
            _ => TypeSet {
                terms: Some(vec![Term { tilde: false, ty }]),
                ..TypeSet::default()
            },
        };
        Some(cell.get_or_init(|| Box::new(set)))
    }

    fn compute_type_set(
        &self,
        methods: &[InterfaceMethod],
        embedded: &[TypeId],
        open: &mut Vec<TypeId>,
    ) -> Option<TypeSet> {
        let mut set = TypeSet {
            methods: methods.to_vec(),
            terms: None,
            comparable: false,
        };
        for &element in embedded {
            if element == self.comparable_type_id() {
                self.intersect(&mut set, None, true);
                continue;
            }
            if self.is_unresolved(element) {
                return None;
            }
            let underlying = self.underlying(element);
            match self.ty(underlying) {
                Type::Interface { .. } => {
                    let inner = self.type_set_inside(underlying, open)?;
                    for method in &inner.methods {
                        self.add_method(&mut set.methods, *method);
                    }
                    self.intersect(&mut set, inner.terms.as_deref(), inner.comparable);
                }
                Type::Union(_) => {
                    let union = self.union_set(underlying, open)?;
                    self.intersect(&mut set, union.terms.as_deref(), false);
                }
                Type::Basic(Basic::Invalid) => {}
                _ => {
                    let terms = [Term {
                        tilde: false,
                        ty: element,
                    }];
                    self.intersect(&mut set, Some(&terms), false);
                }
            }
        }
        set.methods.sort_by_cached_key(|method| {
            let package = self.object(method.object).package;
            let path = package.map_or(known::EMPTY, |id| self.package(id).source.path);
            (
                !method.name.is_exported(),
                method.name.as_str(),
                path.as_str(),
            )
        });
        Some(set)
    }

    fn is_unresolved(&self, ty: TypeId) -> bool {
        self.named_parts(ty)
            .is_some_and(|(origin, _)| self.named(origin).underlying.get().is_none())
    }

    fn comparable_type_id(&self) -> TypeId {
        self.universe().comparable
    }

    fn add_method(&self, methods: &mut Vec<InterfaceMethod>, method: InterfaceMethod) {
        let known = methods.iter().any(|other| {
            other.name == method.name && self.same_origin_package(other.object, method.object)
        });
        if !known {
            methods.push(method);
        }
    }

    /// Narrows a set to the types that `terms` and `comparable` also allow.
    fn intersect(&self, set: &mut TypeSet, terms: Option<&[Term]>, comparable: bool) {
        set.terms = match (set.terms.take(), terms) {
            (None, None) => None,
            (Some(own), None) => Some(own),
            (None, Some(others)) => Some(others.to_vec()),
            (Some(own), Some(others)) => Some(self.intersect_terms(&own, others)),
        };
        set.comparable |= comparable;
        if set.comparable
            && let Some(terms) = &mut set.terms
        {
            terms.retain(|term| self.strictly_comparable(term.ty));
            set.comparable = false;
        }
    }

    fn intersect_terms(&self, xs: &[Term], ys: &[Term]) -> Vec<Term> {
        let mut result = Vec::new();
        for &x in xs {
            for &y in ys {
                if !self.disjoint(x, y) {
                    self.add_term(&mut result, if x.tilde && !y.tilde { y } else { x });
                }
            }
        }
        result
    }

    /// The terms of a union, none of which overlap; `None` for all types.
    pub(crate) fn union_terms(&self, union: TypeId) -> Option<Vec<Term>> {
        self.union_set(union, &mut Vec::new())?.terms
    }

    /// The types that a union stands for; `None` if that cannot be told yet.
    fn union_set(&self, union: TypeId, open: &mut Vec<TypeId>) -> Option<TypeSet> {
        let Type::Union(terms) = self.ty(union) else {
            return Some(TypeSet::default());
        };
        let mut result = Vec::new();
        for term in terms {
            if self.is_unresolved(term.ty) {
                return None;
            }
            let underlying = self.underlying(term.ty);
            match self.ty(underlying) {
                Type::Interface { .. } => {
                    let Some(inner) = &self.type_set_inside(underlying, open)?.terms else {
                        return Some(TypeSet::default());
                    };
                    for &inner in inner {
                        self.add_term(&mut result, inner);
                    }
                }
                Type::Basic(Basic::Invalid) => {}
                // No type has `term.ty` as its underlying type.
                _ if term.tilde && !self.identical(term.ty, underlying) => {}
                _ => self.add_term(&mut result, *term),
            }
            if MAX_TERMS < result.len() {
                result.clear();
                break;
            }
        }
        Some(TypeSet {
            terms: Some(result),
            ..TypeSet::default()
        })
    }

    fn add_term(&self, terms: &mut Vec<Term>, term: Term) {
        if terms.iter().any(|&other| self.term_within(term, other)) {
            return;
        }
        terms.retain(|&other| !self.term_within(other, term));
        terms.push(term);
    }

    fn disjoint(&self, x: Term, y: Term) -> bool {
        let a = if y.tilde { self.underlying(x.ty) } else { x.ty };
        let b = if x.tilde { self.underlying(y.ty) } else { y.ty };
        !self.identical(a, b)
    }

    /// Every type of `x` is one of `y`.
    fn term_within(&self, x: Term, y: Term) -> bool {
        !self.disjoint(x, y) && (!x.tilde || y.tilde)
    }

    /// True if a type is one of those that a term stands for.
    pub(crate) fn term_includes(&self, term: Term, ty: TypeId) -> bool {
        self.term_within(Term { tilde: false, ty }, term)
    }

    /// Every type of `xs` is one of `ys`.
    pub(crate) fn terms_within(&self, xs: Option<&[Term]>, ys: Option<&[Term]>) -> bool {
        match (xs, ys) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(xs), Some(ys)) => xs
                .iter()
                .all(|&x| ys.iter().any(|&y| self.term_within(x, y))),
        }
    }

    pub(crate) fn same_terms(&self, xs: Option<&[Term]>, ys: Option<&[Term]>) -> bool {
        self.terms_within(xs, ys) && self.terms_within(ys, xs)
    }

    /// Calls `f` with each type of a type parameter's type set and its underlying type, until it
    /// returns false; with `None` once if there are no specific types. Other types are the only
    /// one of their set, interfaces included. True if all calls returned true.
    pub fn all_in_type_set(
        &self,
        ty: TypeId,
        mut f: impl FnMut(Option<(TypeId, TypeId)>) -> bool,
    ) -> bool {
        if !self.is_type_param(ty) {
            return f(Some((ty, self.underlying(ty))));
        }
        let Some(terms) = self.type_set(ty).specific_terms() else {
            return f(None);
        };
        terms
            .iter()
            .all(|term| f(Some((term.ty, self.underlying(term.ty)))))
    }

    /// The underlying type that all types of the set share; for plain types simply the
    /// underlying type. Channels may differ in direction, the restricted one wins.
    pub fn core_type(&self, ty: TypeId) -> Option<TypeId> {
        if !self.is_type_param(ty) {
            return Some(self.underlying(ty));
        }
        self.common_underlying(self.type_set(ty).specific_terms()?)
    }

    /// The core type of an interface used as a constraint, and whether it stands for more than
    /// one type because of a tilde.
    pub(crate) fn common_underlying(&self, terms: &[Term]) -> Option<TypeId> {
        let mut common: Option<TypeId> = None;
        for term in terms {
            let underlying = self.underlying(term.ty);
            let Some(so_far) = common else {
                common = Some(underlying);
                continue;
            };
            common = Some(self.common_of(so_far, underlying)?);
        }
        common
    }

    fn common_of(&self, x: TypeId, y: TypeId) -> Option<TypeId> {
        if let (Type::Chan { dir: d, element: e }, Type::Chan { dir: f, element: g }) =
            (self.ty(x), self.ty(y))
        {
            if !self.identical(*e, *g) {
                return None;
            }
            return match (d, f) {
                _ if d == f => Some(x),
                (ChanDir::Both, _) => Some(y),
                (_, ChanDir::Both) => Some(x),
                _ => None,
            };
        }
        self.identical(x, y).then_some(x)
    }

    /// Like [`World::core_type`], but a set of byte slices and strings has the core type
    /// `string`, as for `append`, `copy`, indexing and slicing.
    pub fn core_string(&self, ty: TypeId) -> Option<TypeId> {
        if !self.is_type_param(ty) {
            return Some(self.underlying(ty));
        }
        let terms = self.type_set(ty).specific_terms()?;
        if let Some(common) = self.common_underlying(terms) {
            return Some(common);
        }
        let is_text = |term: &Term| self.is_string(term.ty) || self.is_byte_slice(term.ty);
        terms.iter().all(is_text).then(|| self.basic(Basic::String))
    }
}

#[cfg(test)]
mod tests {
    use crate::snippet::Snippet;
    use crate::{TypeId, World};

    fn terms(world: &World, ty: TypeId) -> String {
        let Some(terms) = &world.type_set(ty).terms else {
            return "all".into();
        };
        let text = |term: &crate::Term| {
            format!(
                "{}{}",
                if term.tilde { "~" } else { "" },
                world.type_string(term.ty)
            )
        };
        terms.iter().map(text).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn terms_are_intersected() {
        let snippet = Snippet::new(
            "type MyInt int
            type Ints interface { ~int | ~int8 }
            type Exact interface { int | string }
            type Both interface { Ints; Exact }
            type Nothing interface { Ints; string }
            type Merged interface { MyInt | ~int | int }
            type Wide interface { Ints | any }
            type Keys interface { comparable; []int | string }
            type Same interface { comparable; String() string }",
        );
        let world = &snippet.world;
        let terms = |name: &str| terms(world, snippet.ty(name));
        assert_eq!(terms("Ints"), "~int ~int8");
        assert_eq!(terms("Both"), "int");
        assert_eq!(terms("Nothing"), "");
        assert_eq!(terms("Merged"), "~int");
        assert_eq!(terms("Wide"), "all");
        assert_eq!(terms("Keys"), "string");
        assert_eq!(terms("Same"), "all");
        assert!(world.type_set(snippet.ty("Same")).comparable);
        assert!(!world.type_set(snippet.ty("Keys")).comparable);
    }

    #[test]
    fn methods_are_those_of_embedded_interfaces_too() {
        let snippet = Snippet::new(
            "type A interface { B; z(); Close() }
            type B interface { Close(); Read() }",
        );
        let set = snippet.world.type_set(snippet.ty("A"));
        let names: Vec<&str> = set
            .methods
            .iter()
            .map(|method| method.name.as_str())
            .collect();
        assert_eq!(names, ["Close", "Read", "z"]);
    }

    #[test]
    fn core_types() {
        let snippet = Snippet::new(
            "type Slices interface { ~[]int | []int }
            type Texts interface { ~string | ~[]byte }
            type Chans interface { chan int | <-chan int }
            type Conflict interface { chan<- int | <-chan int }
            type G[S Slices, T Texts, C Chans, D Conflict, A any] struct { s S; t T; c C; d D; a A }",
        );
        let world = &snippet.world;
        let core = |name: &str| {
            let core = world.core_type(snippet.field(snippet.ty("G"), name));
            core.map(|core| world.type_string(core))
        };
        assert_eq!(core("s").as_deref(), Some("[]int"));
        assert_eq!(core("t"), None);
        assert_eq!(core("c").as_deref(), Some("<-chan int"));
        assert_eq!(core("d"), None);
        assert_eq!(core("a"), None);
        let texts = snippet.field(snippet.ty("G"), "t");
        let string = world.core_string(texts).map(|core| world.type_string(core));
        assert_eq!(string.as_deref(), Some("string"));
    }
}
