//! Package sync, file descriptors and iterators.

use super::{Kind, Texts};

pub(super) const TABLE: &[Texts] = &[
    Texts {
        kind: Kind::Fatal,
        class: "unlock-of-unlocked",
        list: &["sync: unlock of unlocked mutex"],
    },
    Texts {
        kind: Kind::Fatal,
        class: "mutex-state-corrupt",
        list: &["sync: inconsistent mutex state"],
    },
    Texts {
        kind: Kind::Fatal,
        class: "rwmutex-unlock-of-unlocked",
        list: &[
            "sync: RUnlock of unlocked RWMutex",
            "sync: Unlock of unlocked RWMutex",
        ],
    },
    Texts {
        kind: Kind::Panic,
        class: "waitgroup-negative",
        list: &["sync: negative WaitGroup counter"],
    },
    Texts {
        kind: Kind::Panic,
        class: "waitgroup-misuse",
        list: &[
            "sync: WaitGroup is reused before previous Wait has returned",
            "sync: WaitGroup misuse: Add called concurrently with Wait",
        ],
    },
    Texts {
        kind: Kind::Panic,
        class: "copied-sync-value",
        list: &["sync.Cond is copied"],
    },
    Texts {
        kind: Kind::Panic,
        class: "sync-map-damaged",
        list: &[
            "called entry on non-entry node",
            "called indirect on entry node",
            "internal/concurrent.HashMapTrie: ran out of hash bits while inserting",
            "internal/concurrent.HashMapTrie: ran out of hash bits while iterating",
            "internal/concurrent.HashTrieMap: ran out of hash bits*",
            "internal/sync.HashTrieMap: ran out of hash bits while inserting",
            "internal/sync.HashTrieMap: ran out of hash bits while inserting (incorrect use of unsafe or cgo, or data race?)",
            "internal/sync.HashTrieMap: ran out of hash bits while iterating",
            "unique.canonMap: ran out of hash bits while inserting",
            "unique.canonMap: ran out of hash bits while iterating",
        ],
    },
    Texts {
        kind: Kind::Fatal,
        class: "sync-misuse",
        list: &[
            "makechan: bad alignment",
            "makechan: invalid channel element type",
        ],
    },
    Texts {
        kind: Kind::Panic,
        class: "sync-misuse",
        list: &[
            "called CompareAndDelete when value is not of comparable type",
            "called CompareAndSwap when value is not of comparable type",
            "makechan: size out of range",
            "nil Pool",
            "sync/atomic: compare and swap of nil value into Value",
            "sync/atomic: store of nil value into Value",
            "sync/atomic: swap of nil value into Value",
        ],
    },
    Texts {
        kind: Kind::Fatal,
        class: "fd-misuse",
        list: &[
            "runtime: blocked read on closing polldesc",
            "runtime: blocked read on free polldesc",
            "runtime: blocked write on closing polldesc",
            "runtime: blocked write on free polldesc",
            "runtime: close polldesc w/o unblock",
            "runtime: corrupted polldesc",
            "runtime: double wait",
            "runtime: inconsistent read deadline",
            "runtime: inconsistent write deadline",
            "runtime: unblock on closing polldesc",
        ],
    },
    Texts {
        kind: Kind::Panic,
        class: "fd-misuse",
        list: &[
            "inconsistent poll.fdMutex",
            "too many concurrent operations on a single file or socket*",
        ],
    },
    Texts {
        kind: Kind::Panic,
        class: "iterator-raced",
        list: &[
            "iter.Pull2: next called again before yield",
            "iter.Pull2: yield called again before next",
            "iter.Pull: next called again before yield",
            "iter.Pull: yield called again before next",
        ],
    },
    Texts {
        kind: Kind::Panic,
        class: "range-func-misuse",
        list: &[
            "range function continued iteration after exit",
            "range function continued iteration after function for loop body returned false",
            "range function continued iteration after loop body panic",
            "range function continued iteration after whole loop exit",
            "range function recovered a loop body panic and did not resume panicking",
            "runtime error: range function continued iteration*",
        ],
    },
    Texts {
        kind: Kind::Panic,
        class: "atomic-value-type",
        list: &[
            "sync/atomic: compare and swap of inconsistently typed value into Value",
            "sync/atomic: compare and swap of inconsistently typed values",
            "sync/atomic: store of inconsistently typed value into Value",
            "sync/atomic: swap of inconsistently typed value into Value",
        ],
    },
];
