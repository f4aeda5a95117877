//! Block scopes: a flat stack of names, and the variables that function literals capture.

use std::hash::BuildHasher;

use contend_base::Name;
use contend_syntax::ast::ExprId;
use rustc_hash::FxBuildHasher;

use crate::{Capture, ObjId};

/// The names of all open blocks, innermost last.
///
/// A block is a mark: the length of the stack when it was opened. Most names that are looked up
/// are declared close by, or not here at all; the filter answers the second case without a walk.
#[derive(Default)]
pub(crate) struct Scopes {
    entries: Vec<(Name, ObjId)>,
    filter: [u64; 4],
    /// Names below this mark belong to a declaration that is being interrupted by another one.
    floor: usize,
    /// The function literals around the current place, outermost first.
    literals: Vec<Literal>,
}

/// A function literal whose body is being typed.
struct Literal {
    expr: ExprId,
    /// Variables below this mark are declared outside the literal.
    base: usize,
    captures: Vec<Capture>,
}

impl Scopes {
    /// The mark of a new block, to be given to [`Scopes::close`].
    pub(crate) fn open(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn close(&mut self, mark: usize) {
        self.entries.truncate(mark);
    }

    /// Hides all names that are open now; returns what [`Scopes::reveal`] needs.
    pub(crate) fn hide(&mut self) -> usize {
        std::mem::replace(&mut self.floor, self.entries.len())
    }

    pub(crate) fn reveal(&mut self, floor: usize) {
        self.entries.truncate(self.floor);
        self.floor = floor;
    }

    pub(crate) fn declare(&mut self, name: Name, object: ObjId) {
        if name.is_blank() {
            return;
        }
        let (word, bit) = filter_bit(name);
        self.filter[word] |= bit;
        self.entries.push((name, object));
    }

    /// The innermost object of this name and its place in the stack.
    pub(crate) fn lookup(&self, name: Name) -> Option<(ObjId, usize)> {
        let (word, bit) = filter_bit(name);
        if self.filter[word] & bit == 0 {
            return None;
        }
        let open = &self.entries[self.floor..];
        let at = open.iter().rposition(|entry| entry.0 == name)?;
        Some((open[at].1, self.floor + at))
    }

    /// The object of this name in the block that was opened with `mark`.
    pub(crate) fn lookup_since(&self, mark: usize, name: Name) -> Option<ObjId> {
        let block = self.entries.get(mark..)?;
        block
            .iter()
            .rev()
            .find(|entry| entry.0 == name)
            .map(|entry| entry.1)
    }

    pub(crate) fn enter_literal(&mut self, expr: ExprId) {
        self.literals.push(Literal {
            expr,
            base: self.entries.len(),
            captures: Vec::new(),
        });
    }

    /// Leaves the innermost function literal; what it captures, in order of first use.
    pub(crate) fn leave_literal(&mut self) -> Option<(ExprId, Vec<Capture>)> {
        let literal = self.literals.pop()?;
        Some((literal.expr, literal.captures))
    }

    /// Notes that the variable at place `at` of the stack is used here.
    pub(crate) fn note_use(&mut self, variable: ObjId, at: usize) {
        for literal in self.literals.iter_mut().rev() {
            if literal.base <= at {
                return;
            }
            if !literal
                .captures
                .iter()
                .any(|capture| capture.variable == variable)
            {
                literal.captures.push(Capture {
                    variable,
                    written: false,
                });
            }
        }
    }

    /// Notes that a variable is assigned to or its address taken here. It was used before.
    pub(crate) fn note_write(&mut self, variable: ObjId) {
        for literal in self.literals.iter_mut().rev() {
            let found = literal
                .captures
                .iter_mut()
                .find(|capture| capture.variable == variable);
            let Some(capture) = found else {
                return;
            };
            capture.written = true;
        }
    }

    /// True inside a function literal.
    pub(crate) fn in_literal(&self) -> bool {
        !self.literals.is_empty()
    }
}

fn filter_bit(name: Name) -> (usize, u64) {
    let hash = FxBuildHasher.hash_one(name) & 0xff;
    ((hash >> 6) as usize, 1 << (hash & 63))
}
