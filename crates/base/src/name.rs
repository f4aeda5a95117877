//! Interned identifiers, shared by all threads of the process.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::hash::Hasher;
use std::sync::{LazyLock, Mutex, PoisonError};

use rustc_hash::{FxHashMap, FxHasher};

/// An interned string: equal strings have equal names, and comparing names is comparing integers.
///
/// The numbers depend on which thread met a string first. They are for looking up, never for
/// ordering output: sort by [`Name::as_str`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(u32);

impl Name {
    /// The name of `text`. The text is kept for the life of the process.
    pub fn intern(text: &str) -> Self {
        RECENT.with_borrow_mut(|recent| recent.intern(text.as_bytes()))
    }

    /// The text.
    pub fn as_str(self) -> &'static str {
        TABLE.texts[self.0 as usize]
    }

    /// True for names that other packages can see: the first letter is upper case.
    pub fn is_exported(self) -> bool {
        self.as_str().chars().next().is_some_and(char::is_uppercase)
    }

    /// True for the blank identifier `_`.
    pub fn is_blank(self) -> bool {
        self == known::BLANK
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

macro_rules! known_names {
    ($($constant:ident = $text:literal,)*) => {
        /// Names that are known before any source is read.
        #[allow(missing_docs, reason = "each constant is its own text")]
        pub mod known {
            use super::Name;
            known_names!(@each 0u32; $($constant)*);
            pub(super) const TEXTS: &[&str] = &[$($text),*];
        }
    };
    (@each $n:expr; $constant:ident $($rest:ident)*) => {
        pub const $constant: Name = Name($n);
        known_names!(@each $n + 1; $($rest)*);
    };
    (@each $n:expr;) => {};
}

known_names! {
    EMPTY = "",
    BLANK = "_",
    DOT = ".",
    MAIN = "main",
    INIT = "init",
    C = "C",
    UNSAFE = "unsafe",
    ERROR = "error",
    ERROR_METHOD = "Error",
    NIL = "nil",
    IOTA = "iota",
    ANY = "any",
    COMPARABLE = "comparable",
}

const SHARDS: usize = 64;
const RECENT_SLOTS: usize = 16384;

thread_local! {
    static RECENT: RefCell<NameCache> = RefCell::new(NameCache::take());
    /// The cache that the last reader on this thread gave back.
    static IDLE: Cell<Option<NameCache>> = const { Cell::new(None) };
}

/// The names that one reader met last: most identifiers never reach the shared table.
///
/// Readers of source take one, use it for all their names and give it back; it is much faster
/// than [`Name::intern`].
pub struct NameCache {
    /// By hash: a newer name takes the slot of an older one.
    slots: Box<[(Key, Name)]>,
}

impl NameCache {
    /// The cache of this thread, warm if it was used before.
    pub fn take() -> Self {
        IDLE.take().unwrap_or_else(|| {
            let empty = (Key::of(b""), known::EMPTY);
            Self {
                slots: vec![empty; RECENT_SLOTS].into_boxed_slice(),
            }
        })
    }

    /// Leaves the cache to the next reader on this thread.
    pub fn give_back(self) {
        IDLE.set(Some(self));
    }

    /// The name of `text`; bytes that are not UTF-8 become U+FFFD.
    #[inline]
    pub fn intern(&mut self, text: &[u8]) -> Name {
        let key = Key::of(text);
        let slot = &mut self.slots[key.slot()];
        if slot.0 != key || !key.is_whole() && slot.1.as_str().as_bytes() != text {
            *slot = (key, intern_shared(text));
        }
        slot.1
    }
}

#[cold]
fn intern_shared(text: &[u8]) -> Name {
    let text = String::from_utf8_lossy(text);
    TABLE.intern(&text, hash_of(text.as_bytes()))
}

/// The length of a text and eight bytes of each end, which is all of it up to 16 bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Key {
    first: u64,
    last: u64,
    len: u32,
}

impl Key {
    #[inline]
    fn of(text: &[u8]) -> Self {
        let (first, last) = match (text.last_chunk::<8>(), text.last_chunk::<4>(), text) {
            (Some(last), ..) => {
                let first = text.first_chunk().copied().unwrap_or_default();
                (u64::from_le_bytes(first), u64::from_le_bytes(*last))
            }
            (_, Some(last), _) => {
                let first = text.first_chunk().copied().unwrap_or_default();
                (
                    u64::from(u32::from_le_bytes(first)),
                    u64::from(u32::from_le_bytes(*last)),
                )
            }
            (.., &[first, .., last]) => (
                u64::from(first),
                u64::from(text[text.len() / 2]) << 8 | u64::from(last),
            ),
            (.., &[only]) => (u64::from(only), 0),
            _ => (0, 0),
        };
        Self {
            first,
            last,
            len: text.len() as u32,
        }
    }

    /// Two texts with this key are the same.
    #[inline]
    fn is_whole(self) -> bool {
        self.len <= 16
    }

    #[inline]
    fn slot(self) -> usize {
        const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;
        let mixed = self.first ^ self.last.rotate_left(23) ^ u64::from(self.len) << 57;
        (mixed.wrapping_mul(MULTIPLIER) >> 40) as usize % RECENT_SLOTS
    }
}

static TABLE: LazyLock<Table> = LazyLock::new(Table::new);

struct Table {
    shards: Vec<Mutex<FxHashMap<&'static str, Name>>>,
    texts: boxcar::Vec<&'static str>,
}

impl Table {
    fn new() -> Self {
        let shards = (0..SHARDS).map(|_| Mutex::default()).collect();
        let table = Self {
            shards,
            texts: boxcar::Vec::with_capacity(1 << 16),
        };
        for text in known::TEXTS {
            table.intern(text, hash_of(text.as_bytes()));
        }
        table
    }

    fn intern(&self, text: &str, hash: u64) -> Name {
        let shard = &self.shards[(hash >> 32) as usize % SHARDS];
        // A thread that panicked here left the map whole: every step leaves it valid.
        let mut names = shard.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(&name) = names.get(text) {
            return name;
        }
        let text: &'static str = Box::leak(text.into());
        let name = Name(self.texts.push(text) as u32);
        names.insert(text, name);
        name
    }
}

fn hash_of(text: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(text);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_names_have_their_texts() {
        assert_eq!(known::INIT.as_str(), "init");
        assert_eq!(Name::intern("comparable"), known::COMPARABLE);
        assert!(known::BLANK.is_blank());
    }

    #[test]
    fn threads_agree() {
        let texts: Vec<String> = (0..2000).map(|i| format!("name{i}")).collect();
        let intern_all = || {
            texts
                .iter()
                .map(|text| Name::intern(text))
                .collect::<Vec<_>>()
        };
        let (a, b) = std::thread::scope(|scope| {
            let (a, b) = (scope.spawn(intern_all), scope.spawn(intern_all));
            (a.join().expect("no panic"), b.join().expect("no panic"))
        });
        assert_eq!(a, b);
        assert!(
            a.iter()
                .zip(&texts)
                .all(|(name, text)| name.as_str() == text)
        );
    }

    #[test]
    fn the_cache_tells_texts_apart() {
        let mut cache = NameCache::take();
        let long = "a_name_of_more_than_16_bytes";
        let mut texts: Vec<String> = (0..long.len()).map(|len| long[..len].to_owned()).collect();
        texts.extend((0..long.len()).map(|at| long.replacen(&long[at..=at], "Z", 1)));
        texts.extend((0..50_000).map(|i| format!("prefix__{i:08}__postfix")));
        for text in &texts {
            assert_eq!(cache.intern(text.as_bytes()).as_str(), text);
        }
        assert_eq!(cache.intern(b"a\xff").as_str(), "a\u{FFFD}");
        assert_eq!(cache.intern(b""), known::EMPTY);
    }

    #[test]
    fn exported_means_upper_case() {
        assert!(Name::intern("Éclair").is_exported());
        assert!(!Name::intern("éclair").is_exported());
        assert!(!Name::intern("_X").is_exported());
    }
}
