//! Type identity.

use smallvec::SmallVec;

use crate::{ObjId, Signature, Type, TypeId, World};

/// Pairs of interfaces whose comparison is under way. Interfaces are the only types that can
/// contain themselves without a defined type in between.
type Pairs = SmallVec<[(TypeId, TypeId); 4]>;

impl World {
    /// True if Go calls the two types identical.
    pub fn identical(&self, a: TypeId, b: TypeId) -> bool {
        self.maybe_identical(a, b) && (a == b || self.same(a, b, true, &mut Pairs::new()))
    }

    /// Like [`World::identical`], struct tags aside, as conversions ask.
    pub fn identical_ignoring_tags(&self, a: TypeId, b: TypeId) -> bool {
        self.maybe_identical(a, b) && (a == b || self.same(a, b, false, &mut Pairs::new()))
    }

    /// False if a look at the ids and traits shows that the types differ.
    fn maybe_identical(&self, a: TypeId, b: TypeId) -> bool {
        a == b || self.traits(a).loose || self.traits(b).loose
    }

    fn same(&self, a: TypeId, b: TypeId, tags: bool, pairs: &mut Pairs) -> bool {
        if a == b {
            return true;
        }
        if !self.maybe_identical(a, b) {
            return false;
        }
        match (self.ty(a), self.ty(b)) {
            (Type::Pointer(x), Type::Pointer(y)) | (Type::Slice(x), Type::Slice(y)) => {
                self.same(*x, *y, tags, pairs)
            }
            (
                Type::Array { len, element: x },
                Type::Array {
                    len: other,
                    element: y,
                },
            ) => (*len < 0 || *other < 0 || len == other) && self.same(*x, *y, tags, pairs),
            (
                Type::Map { key, value },
                Type::Map {
                    key: other_key,
                    value: other_value,
                },
            ) => {
                self.same(*key, *other_key, tags, pairs)
                    && self.same(*value, *other_value, tags, pairs)
            }
            (
                Type::Chan { dir, element: x },
                Type::Chan {
                    dir: other,
                    element: y,
                },
            ) => dir == other && self.same(*x, *y, tags, pairs),
            (
                Type::Named { origin, args: x },
                Type::Named {
                    origin: other,
                    args: y,
                },
            ) => {
                // Type arguments are compared on their own: with their tags.
                origin == other && self.same_lists(x, y, true, pairs)
            }
            (Type::Tuple(x), Type::Tuple(y)) => self.same_lists(x, y, tags, pairs),
            (Type::Struct(x), Type::Struct(y)) => {
                x.len() == y.len()
                    && x.iter().zip(y).all(|(f, g)| {
                        f.name == g.name
                            && f.embedded == g.embedded
                            && (!tags || f.tag == g.tag)
                            && self.same_origin_package(f.object, g.object)
                            && self.same(f.ty, g.ty, tags, pairs)
                    })
            }
            (Type::Signature(x), Type::Signature(y)) => self.same_signatures(x, y, tags, pairs),
            (Type::Interface { .. }, Type::Interface { .. }) => {
                self.same_interfaces(a, b, tags, pairs)
            }
            (Type::Union(_), Type::Union(_)) => {
                let (x, y) = (self.union_terms(a), self.union_terms(b));
                self.same_terms(x.as_deref(), y.as_deref())
            }
            _ => false,
        }
    }

    fn same_lists(&self, x: &[TypeId], y: &[TypeId], tags: bool, pairs: &mut Pairs) -> bool {
        x.len() == y.len() && x.iter().zip(y).all(|(&x, &y)| self.same(x, y, tags, pairs))
    }

    /// Names that start with a lower-case letter differ from package to package.
    pub(crate) fn same_origin_package(&self, a: ObjId, b: ObjId) -> bool {
        a == b || {
            let (x, y) = (self.object(a), self.object(b));
            x.package == y.package || x.name.is_exported()
        }
    }

    fn same_signatures(&self, x: &Signature, y: &Signature, tags: bool, pairs: &mut Pairs) -> bool {
        if x.variadic != y.variadic
            || x.params.len() != y.params.len()
            || x.results.len() != y.results.len()
            || x.type_params.len() != y.type_params.len()
        {
            return false;
        }
        if x.type_params.is_empty() {
            return self.same_lists(&x.params, &y.params, tags, pairs)
                && self.same_lists(&x.results, &y.results, tags, pairs);
        }
        // The names of type parameters mean nothing: compare with those of `x` in both.
        let own: Vec<TypeId> = x
            .type_params
            .iter()
            .map(|&id| self.type_param_type(id))
            .collect();
        let rename = |ty: TypeId| self.subst(ty, &y.type_params, &own);
        let constraints = x.type_params.iter().zip(&y.type_params).all(|(&p, &q)| {
            let (p, q) = (self.type_param(p), self.type_param(q));
            match (p.constraint.get(), q.constraint.get()) {
                (Some(&p), Some(&q)) => self.same(p, rename(q), tags, pairs),
                _ => true,
            }
        });
        let mut each = |x: &[TypeId], y: &[TypeId]| {
            x.iter()
                .zip(y)
                .all(|(&x, &y)| self.same(x, rename(y), tags, pairs))
        };
        constraints && each(&x.params, &y.params) && each(&x.results, &y.results)
    }

    fn same_interfaces(&self, a: TypeId, b: TypeId, tags: bool, pairs: &mut Pairs) -> bool {
        let (x, y) = (self.type_set(a), self.type_set(b));
        if x.comparable != y.comparable
            || x.methods.len() != y.methods.len()
            || !self.same_terms(x.terms.as_deref(), y.terms.as_deref())
        {
            return false;
        }
        if pairs
            .iter()
            .any(|&(p, q)| (p, q) == (a, b) || (p, q) == (b, a))
        {
            return true;
        }
        pairs.push((a, b));
        let same = x.methods.iter().zip(&y.methods).all(|(m, n)| {
            m.name == n.name
                && self.same_origin_package(m.object, n.object)
                && self.same(m.ty, n.ty, tags, pairs)
        });
        pairs.pop();
        same
    }
}

#[cfg(test)]
mod tests {
    use crate::snippet::Snippet;

    fn same(text: &str) -> bool {
        let snippet = Snippet::new(text);
        snippet.world.identical(snippet.ty("x"), snippet.ty("y"))
    }

    #[test]
    fn literals_are_compared_by_structure() {
        assert!(same(
            "var x struct{ a int; b string }\nvar y struct{ a int; b string }"
        ));
        assert!(!same("var x struct{ a int }\nvar y struct{ a int `tag` }"));
        assert!(!same("var x struct{ a int }\nvar y struct{ b int }"));
        assert!(!same("type E int\nvar x struct{ E }\nvar y struct{ E E }"));
        assert!(same(
            "var x []map[string]struct{ f func(int) }\nvar y []map[string]struct{ f func(int) }"
        ));
        assert!(!same("var x func(...int)\nvar y func([]int)"));
        assert!(!same("var x chan int\nvar y <-chan int"));
    }

    #[test]
    fn interfaces_are_their_type_sets() {
        assert!(same(
            "var x interface{ A(); B() }\nvar y interface{ B(); A() }"
        ));
        assert!(same(
            "type C interface{ A() }\nvar x interface{ C; B() }\nvar y interface{ B(); A() }"
        ));
        assert!(same("var x interface{ any }\nvar y any"));
        assert!(!same("var x interface{ A() }\nvar y interface{ A() int }"));
        assert!(same(
            "type T interface { m() interface{ T } }
            type U interface { m() interface{ U } }
            var x interface{ T }
            var y interface{ U }"
        ));
    }

    #[test]
    fn defined_types_are_themselves() {
        assert!(!same("type A struct{}\ntype B struct{}\nvar x A\nvar y B"));
        assert!(same(
            "type L[T any] struct{}\nvar x L[struct{ a int }]\nvar y L[struct{ a int }]"
        ));
        assert!(!same("type L[T any] struct{}\nvar x L[int]\nvar y L[uint]"));
    }

    #[test]
    fn names_of_type_parameters_mean_nothing() {
        assert!(same(
            "func x[A any, B []A](A) B { panic(0) }\nfunc y[C any, D []C](C) D { panic(0) }"
        ));
        assert!(!same("func x[A any](A) {}\nfunc y[A comparable](A) {}"));
    }
}
