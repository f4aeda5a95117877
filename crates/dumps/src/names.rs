//! Names inside the text that was read: functions, files, states. Equal bytes have equal ids.

use std::borrow::Cow;
use std::hash::Hasher as _;

use contend_base::{Idx, Span};
use hashbrown::HashTable;
use rustc_hash::FxHasher;

/// A name of the document that made the id.
pub type NameId = Idx<Name>;

/// What [`NameId`] counts. It is never built; the text itself holds the names.
#[derive(Debug)]
pub enum Name {}

/// The names of one text, each kept as the place where it was first seen.
#[derive(Debug)]
pub(crate) struct Names<'t> {
    text: &'t [u8],
    spans: Vec<Span>,
    table: HashTable<u32>,
}

impl<'t> Names<'t> {
    pub(crate) fn new(text: &'t [u8]) -> Self {
        Self {
            text,
            spans: Vec::new(),
            table: HashTable::new(),
        }
    }

    /// The id of the bytes at `start..end`.
    pub(crate) fn intern(&mut self, start: usize, end: usize) -> NameId {
        let bytes = &self.text[start..end];
        let hash = hash_of(bytes);
        let (text, spans) = (self.text, &self.spans);
        let found = self.table.find(hash, |&slot| {
            let span = spans[slot as usize];
            &text[span.start as usize..span.end as usize] == bytes
        });
        if let Some(&slot) = found {
            return Idx::new(slot as usize);
        }
        let slot = self.spans.len() as u32;
        self.spans.push(Span::new(start as u32, end as u32));
        let spans = &self.spans;
        self.table.insert_unique(hash, slot, |&slot| {
            let span = spans[slot as usize];
            hash_of(&text[span.start as usize..span.end as usize])
        });
        Idx::new(slot as usize)
    }

    /// The id of a name that is known to be there, or `None`.
    pub(crate) fn find(&self, name: &[u8]) -> Option<NameId> {
        let found = self.table.find(hash_of(name), |&slot| {
            self.bytes(Idx::new(slot as usize)) == name
        });
        found.map(|&slot| Idx::new(slot as usize))
    }

    pub(crate) fn bytes(&self, id: NameId) -> &'t [u8] {
        let span = self.spans[id.index()];
        &self.text[span.start as usize..span.end as usize]
    }

    pub(crate) fn str(&self, id: NameId) -> Cow<'t, str> {
        String::from_utf8_lossy(self.bytes(id))
    }

    pub(crate) fn len(&self) -> usize {
        self.spans.len()
    }

    /// Adds the names of `other`, a reader of another part of the same text. The result maps the
    /// ids of `other` to ids of `self`.
    pub(crate) fn absorb(&mut self, other: &Self) -> Vec<NameId> {
        other
            .spans
            .iter()
            .map(|span| self.intern(span.start as usize, span.end as usize))
            .collect()
    }
}

fn hash_of(bytes: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(bytes);
    hasher.finish()
}
