//! Waits for locks and flights, as the stacks of a dump show them.

use contend_finding::Severity;

use super::{BASE, Class};

pub(super) const TABLE: &[Class] = &[
    Class {
        id: "lock-cycle",
        title: "goroutines wait for each other's locks in a circle",
        meaning: "Each holds a lock that the next one wants: two places take the same locks in \
different orders.",
        not_proved: "Go prints who waits, not who holds. Holders are inferred from arguments.",
        other_side: "The members of the circle, in the list of places.",
        fix: &[
            "Take the locks in one order everywhere, for instance by a number of the object.",
            "Or give up the first lock before the call that takes the second.",
        ],
        weight: 130,
        is_hang: true,
        ..BASE
    },
    Class {
        id: "double-lock",
        title: "a goroutine waits for a mutex that its own caller holds",
        meaning: "Go's mutexes are not re-entrant: the second Lock waits for the first one's \
Unlock, which stands behind it.",
        not_proved: "That the caller still holds it: this is read from the stack's shape.",
        other_side: "The same goroutine, further down its stack.",
        fix: &["Split the inner function: one form that locks, one that expects the lock held."],
        weight: 126,
        is_hang: true,
        ..BASE
    },
    Class {
        id: "rwmutex-upgrade",
        title: "a goroutine asks for the write lock while its own caller holds the lock",
        meaning: "A read lock cannot be turned into a write lock: Lock waits until all readers \
have gone, and one of them is this goroutine.",
        not_proved: "Which side the caller holds, read or write: both end like this.",
        other_side: "The same goroutine, further down its stack.",
        fix: &[
            "Give up the read lock, take the write lock, and look again whether the work is \
still to be done.",
            "Or take the write lock from the start.",
        ],
        weight: 126,
        is_hang: true,
        ..BASE
    },
    Class {
        id: "recursive-read-lock",
        title: "a reader takes the read lock a second time while a writer waits",
        meaning: "A waiting writer stops new readers, also the one that already holds the lock: \
writer waits for reader, reader for writer.",
        not_proved: "That the outer frame still holds the read lock: this is read from the \
stack's shape.",
        other_side: "The waiting writer, and the reader's own caller.",
        fix: &["Take the read lock once: let the inner function expect it to be held."],
        weight: 127,
        is_hang: true,
        ..BASE
    },
    Class {
        id: "lock-convoy",
        title: "many wait for a lock whose holder waits for something slow",
        meaning: "A slow call (network, disk, sleep, channel) stands inside a critical section; \
all who need the lock queue behind it.",
        not_proved: "That it lasts: one dump is one moment. Take a second one.",
        other_side: "The probable holder, in the list of places.",
        fix: &[
            "Move the slow call out of the section: copy under the lock, unlock, then call.",
            "Give the call a deadline.",
        ],
        severity: Severity::Warning,
        weight: 105,
        is_hang: true,
        ..BASE
    },
    Class {
        id: "rwmutex-convoy",
        title: "a slow reader stops a writer, and the writer stops all readers",
        meaning: "A writer waits for the readers inside; every reader that comes later waits \
for the writer.",
        not_proved: "Who reads inside: that is inferred.",
        other_side: "The reader that holds the lock, in the list of places.",
        fix: &[
            "Shorten the long read: copy what it needs under the lock and go on without.",
            "Publish a snapshot by an atomic pointer, so that readers need no lock.",
        ],
        severity: Severity::Warning,
        weight: 106,
        is_hang: true,
        ..BASE
    },
    Class {
        id: "lock-pile-up",
        title: "many goroutines wait for one lock",
        meaning: "More ask for the lock than it can serve, or its holder does not give it up.",
        not_proved: "Who holds it, and that it lasts: take a second dump.",
        other_side: "A goroutine that is not among the waiters and works on the same object; or \
one that has ended without unlocking.",
        fix: &["Find the section's longest path; look for returns without Unlock."],
        severity: Severity::Warning,
        weight: 95,
        is_hang: true,
        ..BASE
    },
    Class {
        id: "lock-without-holder",
        title: "goroutines wait for a lock that nobody left can give up",
        meaning: "All goroutines sleep and none of them is a likely holder: the one that took \
the lock ended, returned, or panicked and was recovered, without unlocking.",
        not_proved: "Where the lock was taken.",
        other_side: "Functions that lock and have a return or a panic before the unlock.",
        fix: &["Unlock by defer right behind Lock."],
        weight: 115,
        is_hang: true,
        ..BASE
    },
    Class {
        id: "flight-self-wait",
        title: "a singleflight call waits for itself",
        meaning: "The function of a flight asked the same group for the same key: the inner call \
joins the flight that it is part of.",
        not_proved: "The key: it is seen only where the arguments were printed.",
        other_side: "The same goroutine, further down its stack.",
        fix: &["Use another key or another group inside, or call the inner function directly."],
        weight: 128,
        is_hang: true,
        ..BASE
    },
    Class {
        id: "shared-call-pile-up",
        title: "many wait for one call that is still running",
        meaning: "A singleflight group or a sync.Once runs the call once for all who ask. While \
it does not come back, nobody does.",
        not_proved: "That the call hangs: it may be slow. Take a second dump.",
        other_side: "The goroutine that makes the call, in the list of places.",
        fix: &[
            "Give the shared call a context and a deadline of its own, not those of the first \
caller.",
            "Let callers wait with DoChan and their own context.",
        ],
        severity: Severity::Warning,
        weight: 104,
        is_hang: true,
        ..BASE
    },
    Class {
        id: "lock-partner-wait",
        title: "the holder of a lock waits for those who wait for the lock",
        meaning: "Inside its critical section a goroutine waits for a channel, a WaitGroup or a \
condition. Whoever should end that wait needs the lock first.",
        not_proved: "That it is these waiters who should end the wait: they are the only ones left, \
or were started by the holder.",
        other_side: "The waiters, in the list of places.",
        fix: &[
            "Unlock before the wait: take what is needed under the lock, unlock, then send or wait.",
            "Or let the others come to their end without the lock.",
        ],
        weight: 116,
        is_hang: true,
        ..BASE
    },
];
