//! Package sync: misuse and damage that it or the runtime reports.

use super::{BASE, Class};

pub(super) const TABLE: &[Class] = &[
    Class {
        id: "unlock-of-unlocked",
        title: "a mutex is unlocked that is not locked",
        meaning: "Unlock ran twice, ran on a path that did not lock, or ran on a copy.",
        not_proved: "Who unlocked first: only the second Unlock is printed.",
        other_side: "The same function: a deferred Unlock and an explicit one on an early return. \
Otherwise another goroutine that unlocked a lock it did not take.",
        fix: &[
            "Keep one Unlock for each Lock: `defer mu.Unlock()` behind Lock and no other.",
            "Look for copies: go vet -copylocks, values passed instead of pointers.",
        ],
        ..BASE
    },
    Class {
        id: "rwmutex-unlock-of-unlocked",
        title: "a read or write lock is given up that nobody holds",
        meaning: "RUnlock without RLock, Unlock without Lock, or Lock paired with RUnlock.",
        not_proved: "Who gave it up first: only the second one is printed.",
        other_side: "The same function: look for Lock with RUnlock and for two deferred unlocks.",
        fix: &["Pair RLock with RUnlock and Lock with Unlock, each by defer on the next line."],
        ..BASE
    },
    Class {
        id: "mutex-state-corrupt",
        title: "a mutex is in a state that it cannot reach by itself",
        meaning: "Its memory was overwritten: a copied mutex, a race on the struct around it, \
unsafe or C code.",
        not_proved: "Which of these it was.",
        other_side: "Whatever writes to the struct that holds the mutex.",
        fix: &["Run with -race; run go vet -copylocks; check unsafe and cgo near the struct."],
        ..BASE
    },
    Class {
        id: "waitgroup-negative",
        title: "a WaitGroup counter fell below zero",
        meaning: "Done ran more often than Add had counted.",
        not_proved: "Which Done was the surplus one: the last one is printed.",
        other_side: "An error path with its own Done beside the deferred one, or Add inside the \
goroutine it counts.",
        fix: &[
            "One deferred Done a goroutine, and Add in front of the go statement.",
            "From Go 1.25 on, WaitGroup.Go does both.",
        ],
        ..BASE
    },
    Class {
        id: "waitgroup-misuse",
        title: "WaitGroup.Add runs while Wait is on its way",
        meaning: "Add from zero raced Wait, or the WaitGroup was used again before Wait had \
returned everywhere.",
        not_proved: "Whether work was lost: Wait may have returned too early in other runs.",
        other_side: "The goroutine in Wait, and the one that adds.",
        fix: &["Call Add before Wait can start: in the goroutine that waits, before `go`."],
        ..BASE
    },
    Class {
        id: "copied-sync-value",
        title: "a value of package sync was copied after its first use",
        meaning: "The copy shares the waiters but not the state.",
        fix: &["Pass a pointer; run go vet -copylocks."],
        not_proved: "Which copy was used first.",
        other_side: "The line that copies the struct: an assignment, a parameter or receiver \
without a star, a range over values.",
        ..BASE
    },
    Class {
        id: "sync-map-damaged",
        title: "the inside of a sync.Map or of an interned value is damaged",
        meaning: "A race on the struct around it, a copy, a key that changes, or unsafe code.",
        not_proved: "Which of these it was.",
        other_side: "Code that copies or changes the struct around the map, and whatever uses \
unsafe near it.",
        fix: &["Run with -race; do not copy the struct that holds the sync.Map; use stable keys."],
        ..BASE
    },
    Class {
        id: "sync-misuse",
        title: "package sync was called in a way that it forbids",
        meaning: "The message says which rule was broken.",
        not_proved: "A race: one goroutine can break the rule alone.",
        other_side: "Nobody: the rule was broken in the failing frame.",
        fix: &["Read the documentation of the method in the failing frame."],
        weight: 90,
        ..BASE
    },
    Class {
        id: "atomic-value-type",
        title: "an atomic.Value got a value of another type than its first one",
        meaning: "An atomic.Value keeps the concrete type of its first Store for ever. An interface \
does not help: errors of two types are two types.",
        not_proved: "A race: one goroutine can break the rule alone.",
        other_side: "Whoever stored first, with the other type.",
        fix: &[
            "Use atomic.Pointer[T], or store a struct of one type that holds the interface value: \
`v.Store(box{err})`.",
        ],
        weight: 90,
        ..BASE
    },
    Class {
        id: "fd-misuse",
        title: "a file or socket was used beyond its rules",
        meaning: "Too many operations at once on one descriptor, or a descriptor whose state is \
broken.",
        not_proved: "Which of the goroutines does it wrongly: the one that is printed only met \
the limit.",
        other_side: "All goroutines that read, write or close the same connection.",
        fix: &["Limit the goroutines for one connection; close it once, by its owner."],
        weight: 90,
        ..BASE
    },
    Class {
        id: "iterator-raced",
        title: "two goroutines drive one pulled iterator at the same time",
        meaning: "next of iter.Pull was called while an earlier call of next was still running.",
        not_proved: "Who made the earlier call: the later one is printed. An iterator that calls \
its own next fails alike.",
        other_side: "Everybody who has the same `next`: worker goroutines that share it.",
        fix: &[
            "Let one goroutine pull, and hand the values on by a channel.",
            "Or guard next and stop by one mutex.",
        ],
        ..BASE
    },
];
