//! Type argument inference.
//!
//! The phases and their order are those of `go/types` (infer.go, Go 1.21 and newer).

use smallvec::SmallVec;

use crate::unify::{Mode, Unifier};
use crate::{Basic, Term, Type, TypeId, TypeParamId, World};

/// An argument of a call whose type arguments are inferred.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InferArg {
    /// A value of this type. For a generic function as argument: its signature as made by
    /// [`World::fresh_copy`], whose parameters are then among those to infer.
    Typed(TypeId),
    /// An untyped constant or boolean of this kind.
    Untyped(Basic),
    /// Untyped nil, or something that could not be typed.
    Nothing,
}

/// Why no type arguments were found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InferError {
    /// The argument at this position does not match its parameter.
    Mismatch { arg: usize },
    /// Untyped arguments of different kinds.
    Kinds { arg: usize },
    /// What was found for this type parameter does not satisfy its constraint.
    Constraint(TypeParamId),
    /// Nothing says what this type parameter is.
    Unknown(TypeParamId),
}

impl World {
    /// A fresh copy of type parameters, number `copy` of them, and `ty` in terms of the copy. A
    /// generic signature loses its own list of parameters: they are free in the result.
    ///
    /// Calls need a copy since arguments may mention the very parameters that are inferred, as in
    /// recursive calls; `f(g, g)` needs one more for each `g`. Asking again for the same number
    /// gives the same parameters, so that copies do not pile up.
    pub fn fresh_copy(
        &self,
        params: &[TypeParamId],
        ty: TypeId,
        copy: u32,
    ) -> (&[TypeParamId], TypeId) {
        let ty = match self.ty(ty) {
            Type::Signature(signature) if !signature.type_params.is_empty() => {
                self.without_type_params(signature)
            }
            _ => ty,
        };
        let fresh = self.renamed_params(params, copy);
        let types: SmallVec<[TypeId; 8]> =
            fresh.iter().map(|&id| self.type_param_type(id)).collect();
        (fresh, self.subst(ty, params, &types))
    }

    /// Finds the type arguments of a call. `explicit` are those written, first ones first;
    /// `formal` and `args` are parameters and arguments, as many of one as of the other.
    ///
    /// Whether the result satisfies the constraints is not checked in full: see
    /// [`World::unsatisfied`].
    pub fn infer(
        &self,
        params: &[TypeParamId],
        explicit: &[TypeId],
        formal: &[TypeId],
        args: &[InferArg],
    ) -> Result<Vec<TypeId>, InferError> {
        let mut known: Vec<Option<TypeId>> = explicit.iter().copied().map(Some).collect();
        known.resize(params.len(), None);
        self.infer_partial(params, &known, formal, args)
    }

    /// Like [`World::infer`] where any of the arguments may be known: one entry a parameter.
    pub fn infer_partial(
        &self,
        params: &[TypeParamId],
        known: &[Option<TypeId>],
        formal: &[TypeId],
        args: &[InferArg],
    ) -> Result<Vec<TypeId>, InferError> {
        if let Some(all) = known.iter().copied().collect::<Option<Vec<TypeId>>>()
            && all.len() == params.len()
        {
            return Ok(all);
        }
        let formal: SmallVec<[TypeId; 8]> = formal
            .iter()
            .map(|&ty| self.subst_known(ty, params, known))
            .collect();
        let mut inference = Inference {
            world: self,
            params,
            unifier: Unifier::new(self, params, known),
        };
        let untyped = inference.use_arguments(&formal, args)?;
        inference.use_constraints()?;
        inference.use_untyped(&formal, args, &untyped)?;
        inference.simplify(known)
    }

    /// The first type parameter whose constraint its argument does not satisfy.
    pub fn unsatisfied(&self, params: &[TypeParamId], args: &[TypeId]) -> Option<usize> {
        params.iter().zip(args).position(|(&param, &arg)| {
            let constraint = self.type_param(param).constraint.get();
            constraint.is_some_and(|&bound| !self.satisfies(arg, self.subst(bound, params, args)))
        })
    }

    /// The type that a constraint says its arguments are like, and whether there is only one
    /// such term. The tilde says that arguments need only have it as their underlying type.
    fn core_term(&self, param: TypeId) -> Option<(Term, bool)> {
        let terms = self.type_set(param).specific_terms()?;
        if let [single] = terms {
            return Some((*single, true));
        }
        let ty = self.common_underlying(terms)?;
        Some((
            Term {
                tilde: terms.iter().any(|term| term.tilde),
                ty,
            },
            false,
        ))
    }
}

struct Inference<'a> {
    world: &'a World,
    params: &'a [TypeParamId],
    unifier: Unifier<'a>,
}

impl Inference<'_> {
    /// Matches parameters with typed arguments. Returns the positions of untyped ones that stand
    /// for a bare type parameter.
    fn use_arguments(
        &mut self,
        formal: &[TypeId],
        args: &[InferArg],
    ) -> Result<SmallVec<[usize; 4]>, InferError> {
        let world = self.world;
        let mut untyped = SmallVec::new();
        for (at, (&param, arg)) in formal.iter().zip(args).enumerate() {
            match *arg {
                InferArg::Typed(ty) => {
                    let concerned =
                        world.mentions(param, self.params) || world.mentions(ty, self.params);
                    if concerned && !self.unifier.unify(param, ty, Mode::ASSIGN) {
                        return Err(InferError::Mismatch { arg: at });
                    }
                }
                // A default type is basic, so it can only match a bare type parameter.
                InferArg::Untyped(_) if self.unifier.bound(param).is_some() => untyped.push(at),
                InferArg::Untyped(_) | InferArg::Nothing => {}
            }
        }
        Ok(untyped)
    }

    /// Matches what is known with the constraints' core types and methods, as long as that finds
    /// anything.
    fn use_constraints(&mut self) -> Result<(), InferError> {
        loop {
            let before = self.unifier.unknowns();
            for at in 0..self.params.len() {
                if !self.use_constraint(at) {
                    return Err(InferError::Constraint(self.params[at]));
                }
            }
            if self.unifier.unknowns() == before {
                return Ok(());
            }
        }
    }

    fn use_constraint(&mut self, at: usize) -> bool {
        let world = self.world;
        let param = world.type_param_type(self.params[at]);
        let found = self.unifier.at(at);
        match (world.core_term(param), found) {
            (Some((core, _)), Some(ty)) if !self.unifier.unify(ty, core.ty, Mode::INEXACT) => {
                return false;
            }
            (Some((core, true)), None) if !core.tilde => self.unifier.set(at, core.ty),
            _ => {}
        }
        let Some(ty) = found.filter(|&ty| !world.mentions(ty, self.params)) else {
            return true;
        };
        let unifier = &mut self.unifier;
        world.has_all_methods(ty, param, true, |x, y| unifier.unify(x, y, Mode::EXACT))
    }

    /// Gives parameters that are still unknown the default type of their untyped arguments, of
    /// the largest kind if there are several.
    fn use_untyped(
        &mut self,
        formal: &[TypeId],
        args: &[InferArg],
        untyped: &[usize],
    ) -> Result<(), InferError> {
        let world = self.world;
        let mut largest: SmallVec<[(usize, TypeId); 4]> = SmallVec::new();
        for &arg in untyped {
            let (Some(param), InferArg::Untyped(kind)) =
                (self.unifier.bound(formal[arg]), args[arg])
            else {
                continue;
            };
            if self.unifier.at(param).is_some() {
                continue;
            }
            let kind = world.basic(kind);
            match largest.iter_mut().find(|(other, _)| *other == param) {
                Some((_, so_far)) => {
                    let Some(max) = world.max_type(*so_far, kind) else {
                        return Err(InferError::Kinds { arg });
                    };
                    *so_far = max;
                }
                None => largest.push((param, kind)),
            }
        }
        for (param, kind) in largest {
            self.unifier.set(param, world.default_type(kind));
        }
        Ok(())
    }

    /// Replaces parameters inside what was found by what was found for them.
    fn simplify(&mut self, known: &[Option<TypeId>]) -> Result<Vec<TypeId>, InferError> {
        let world = self.world;
        let mut types: Vec<Option<TypeId>> = (0..self.params.len())
            .map(|at| self.unifier.at(at))
            .collect();
        self.kill_cycles(&mut types);
        let mut dirty: Vec<usize> = (0..types.len())
            .filter(|&at| types[at].is_some() && known.get(at).copied().flatten().is_none())
            .collect();
        while !dirty.is_empty() {
            let current = types.clone();
            dirty.retain(|&at| {
                let Some(ty) = types[at] else { return false };
                let simpler = world.subst_known(ty, self.params, &current);
                types[at] = Some(simpler);
                simpler != ty
            });
        }
        let finish = |(at, ty): (usize, Option<TypeId>)| match ty {
            Some(ty) if !world.mentions(ty, self.params) => Ok(ty),
            _ => Err(InferError::Unknown(self.params[at])),
        };
        types.into_iter().enumerate().map(finish).collect()
    }

    /// Forgets types that contain their own parameter: replacing would never end.
    fn kill_cycles(&self, types: &mut [Option<TypeId>]) {
        for at in 0..self.params.len() {
            self.walk(
                self.world.type_param_type(self.params[at]),
                types,
                &mut Vec::new(),
            );
        }
    }

    fn walk(&self, ty: TypeId, types: &mut [Option<TypeId>], open: &mut Vec<TypeId>) {
        let world = self.world;
        if !world.is_parameterized(ty) {
            return;
        }
        let bound = self.unifier.bound(ty);
        if open.contains(&ty) {
            if let Some(at) = bound {
                types[at] = None;
            }
            return;
        }
        open.push(ty);
        match bound {
            Some(at) => {
                if let Some(inner) = types[at] {
                    self.walk(inner, types, open);
                }
            }
            None => world
                .ty(ty)
                .for_each_part(|part| self.walk(part, types, open)),
        }
        open.pop();
    }
}

#[cfg(test)]
mod tests {
    use crate::snippet::Snippet;

    /// The type of `x` in package `p`.
    fn inferred(text: &str) -> String {
        Snippet::new(text).text("x")
    }

    #[test]
    fn from_arguments() {
        let list = "func f[T any](...T) []T { return nil }\n";
        assert_eq!(inferred(&format!("{list}var x = f(1, 2)")), "[]int");
        assert_eq!(inferred(&format!("{list}var x = f(1, 2.5)")), "[]float64");
        assert_eq!(inferred(&format!("{list}var x = f('a', 1)")), "[]int32");
        assert_eq!(
            inferred(&format!("{list}type S string\nvar s S\nvar x = f(s, \"\")")),
            "[]p.S"
        );
        let of_map = "func keys[M ~map[K]V, K comparable, V any](m M) []K { return nil }\n";
        assert_eq!(
            inferred(&format!("{of_map}var m map[string]int\nvar x = keys(m)")),
            "[]string"
        );
        assert_eq!(
            inferred(&format!("{of_map}type N map[bool]int\nvar x = keys(N{{}})")),
            "[]bool"
        );
    }

    #[test]
    fn from_constraints() {
        let text = "type Setter[B any] interface { Set(string); *B }
            func from[T any, PT Setter[T]](s []string) []T { return nil }
            type S int
            func (*S) Set(string) {}
            var x = from[S](nil)";
        assert_eq!(inferred(text), "[]p.S");
        let text = "type Iter[T any] interface { Next() (T, bool) }
            func all[I Iter[T], T any](i I) []T { return nil }
            type C struct{}
            func (C) Next() (rune, bool) { return 0, false }
            var x = all(C{})";
        assert_eq!(inferred(text), "[]int32");
    }

    #[test]
    fn from_functions() {
        let text = "func apply[A, B any](a []A, f func(A) B) []B { return nil }
            func id[T any](t T) T { return t }
            func text(int) string { return \"\" }\n";
        assert_eq!(
            inferred(&format!("{text}var x = apply([]int{{}}, text)")),
            "[]string"
        );
        assert_eq!(
            inferred(&format!("{text}var x = apply([]bool{{}}, id)")),
            "[]bool"
        );
        assert_eq!(
            inferred(&format!("{text}var x func(int) int = id")),
            "func(int) int"
        );
    }

    #[test]
    fn directed_channels_win() {
        let text = "func f[T any](a, b T) T { return a }
            var both chan int
            var only <-chan int\n";
        assert_eq!(
            inferred(&format!("{text}var x = f(both, only)")),
            "<-chan int"
        );
        assert_eq!(
            inferred(&format!("{text}var x = f(only, both)")),
            "<-chan int"
        );
    }

    #[test]
    fn a_function_may_call_itself() {
        let snippet = Snippet::new(
            "func f[T any](t T, n int) int {
                if n == 0 { return 0 }
                return f([]T{t}, n-1) + f(t, n-1)
            }",
        );
        snippet.infos();
    }

    #[test]
    fn methods_have_type_parameters_of_their_own() {
        let text = "type T[P any] struct{}
            func (T[P]) N[Q interface{ ~[]P }, R any](q Q, r R) map[string]R { return nil }
            type S []int
            var t T[int]\n";
        let inferred = |rest: &str| inferred(&format!("{text}{rest}"));
        assert_eq!(inferred("var x = t.N(S{}, true)"), "map[string]bool");
        assert_eq!(inferred("var x = t.N([]int{}, 'a')"), "map[string]int32");
    }

    #[test]
    fn cycles_end() {
        let snippet = Snippet::new(
            "func f[A interface{ *B }, B interface{ []A }](a A) {}
            func g[P interface{ *P }]() {}
            func h() { g() }",
        );
        let errors: usize = snippet
            .world
            .check_package(snippet.package)
            .iter()
            .map(|info| info.errors.len())
            .sum();
        assert!(0 < errors);
    }
}
