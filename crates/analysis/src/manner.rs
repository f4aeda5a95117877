//! What an access is for, as far as its function tells.

use contend_ir::{
    Body, Func, InstrKind, Operand, Operator, PlaceId, PlaceKind, RangeKind, Terminator,
};
use contend_syntax::ast::BinaryOp;
use contend_types::{Type, World};
use rustc_hash::FxHashSet;

/// Why or how something is accessed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Manner {
    #[default]
    Plain,
    /// A loop goes over the map.
    Iterates,
    /// An entry is taken out of the map.
    Removes,
    /// `if x == nil { x = ... }`.
    FirstUse,
    /// `if x == 0 { x = 1 }`, and nothing else: a constant takes the place of another one.
    Default,
    /// `n += x`: work that goes on, and no setting up.
    Changes,
    /// A function of the library calls methods of what an interface holds.
    ThroughInterface,
    /// An interface value is written: a type and a pointer, one after the other.
    Interface,
    /// A named result, by a `return`.
    Returned,
}

/// What the writes of a function are compared with.
pub struct Manners {
    /// Conditions that compare a place with nil.
    tests: FxHashSet<(PlaceId, PlaceId)>,
    /// Those that compare it with another constant.
    of_constants: FxHashSet<(PlaceId, PlaceId)>,
    predecessors: Vec<Vec<contend_ir::BlockId>>,
}

impl Manners {
    pub fn of(body: &Body, func: &Func) -> Self {
        let tests = |is_tested: fn(Operand) -> bool| -> FxHashSet<(PlaceId, PlaceId)> {
            let instrs = func.instrs.iter();
            let tests = instrs.filter_map(|instr| match instr.kind {
                InstrKind::Operation {
                    dst,
                    op: Operator::Binary(BinaryOp::Equal | BinaryOp::NotEqual),
                    left: Operand::Place(place),
                    right,
                } if is_tested(right) => Some((dst, place)),
                _ => None,
            });
            tests.collect()
        };
        let of_constants = tests(|it| matches!(it, Operand::Int(_) | Operand::Const));
        let tests = tests(|it| it == Operand::Nil);
        let predecessors = if tests.is_empty() && of_constants.is_empty() {
            Vec::new()
        } else {
            body.predecessors(func)
        };
        Self {
            tests,
            of_constants,
            predecessors,
        }
    }

    /// The manner of the access that instruction number `at` is.
    pub fn at(&self, world: &World, body: &Body, func: &Func, at: usize) -> Manner {
        match func.instrs[at].kind {
            InstrKind::Next {
                kind: RangeKind::Map,
                ..
            } => Manner::Iterates,
            InstrKind::MapDelete { .. } | InstrKind::MapClear(_) => Manner::Removes,
            InstrKind::Write { place, value } => {
                let ty = body.places.ty(place);
                // What a type parameter stands for is known to its callers only.
                let is_interface = |ty| {
                    matches!(world.underlying_type(ty), Type::Interface { .. })
                        && !matches!(world.ty(ty), Type::TypeParam(_))
                };
                // The first error is kept, not made.
                let is_error = ty == Some(world.universe().error);
                if is_result(body, func, place) && is_of_return(func, at) {
                    Manner::Returned
                } else if value != Operand::Nil && !is_error && self.is_first_use(func, at, place) {
                    Manner::FirstUse
                } else if matches!(value, Operand::Int(_) | Operand::Const)
                    && self.is_default(func, at, place)
                {
                    Manner::Default
                } else if ty.is_some_and(is_interface) {
                    Manner::Interface
                } else {
                    Manner::Plain
                }
            }
            _ => Manner::Plain,
        }
    }

    /// True for `if x == 0 { x = 1 }` without anything else inside.
    fn is_default(&self, func: &Func, at: usize, place: PlaceId) -> bool {
        let mut blocks = func.blocks();
        let Some((id, block)) = blocks.find(|(_, block)| block.instrs.as_usize().contains(&at))
        else {
            return false;
        };
        let is_alone = func.instrs(block).iter().all(|instr| match instr.kind {
            InstrKind::Read(_) => true,
            InstrKind::Write { place: it, .. } => it == place,
            _ => false,
        });
        let before = self.predecessors.get(id.index()).map(Vec::as_slice);
        let Some(&[before]) = before.filter(|_| is_alone) else {
            return false;
        };
        match func.block(before).terminator {
            Terminator::Branch {
                cond: Operand::Place(cond),
                ..
            } => self.of_constants.contains(&(cond, place)),
            _ => false,
        }
    }

    /// True for `if x == nil { x = ... }` and what comes down to it.
    fn is_first_use(&self, func: &Func, at: usize, place: PlaceId) -> bool {
        if !self.tests.iter().any(|(_, tested)| *tested == place) {
            return false;
        }
        let mut blocks = func.blocks();
        let Some((mut block, _)) = blocks.find(|(_, block)| block.instrs.as_usize().contains(&at))
        else {
            return false;
        };
        // The way up, as long as there is just one.
        for _ in 0..MAX_BLOCKS {
            let &[before] = self.predecessors[block.index()].as_slice() else {
                return false;
            };
            if let Terminator::Branch {
                cond: Operand::Place(cond),
                ..
            } = func.block(before).terminator
                && self.tests.contains(&(cond, place))
            {
                return true;
            }
            block = before;
        }
        false
    }
}

/// True for the place of a named result.
fn is_result(body: &Body, func: &Func, place: PlaceId) -> bool {
    matches!(body.places.kind(place), PlaceKind::Var(variable)
        if func.results.contains(&Some(variable)))
}

/// True for what a `return` statement does.
fn is_of_return(func: &Func, at: usize) -> bool {
    func.blocks.iter().any(|block| {
        matches!(block.terminator, Terminator::Return(_))
            && block.instrs.as_usize().contains(&at)
            && block.end_span == func.instrs[at].span
    })
}

/// A condition further away has little to do with the assignment.
const MAX_BLOCKS: usize = 4;
