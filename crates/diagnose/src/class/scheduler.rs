//! The scheduler: deadlocks that it sees itself, threads, broken invariants.

use super::{BASE, Class};

pub(super) const TABLE: &[Class] = &[
    Class {
        id: "all-asleep",
        title: "every goroutine waits for another one",
        meaning: "No goroutine can run, no timer is set and no network or C call is open, so the \
runtime ended the process.",
        not_proved: "In programs with network, timers or cgo this message never comes: its \
absence says nothing about goroutines that wait for ever.",
        other_side: "All goroutines are printed: the circle is among them.",
        fix: &["Look at what each waits for in the list; one of them must be woken by none."],
        weight: 80,
        is_hang: true,
        ..BASE
    },
    Class {
        id: "main-goexit",
        title: "the main goroutine ended by Goexit and no other can run",
        meaning: "runtime.Goexit in main (also t.FailNow outside a test) leaves the process \
without a main goroutine.",
        not_proved: "That the others have failed: they may have ended as they should.",
        other_side: "Who called Goexit or FailNow in the main goroutine: the dump no longer has \
its stack.",
        fix: &["Return from main; call FailNow only from the test's own goroutine."],
        weight: 80,
        is_hang: true,
        ..BASE
    },
    Class {
        id: "synctest-deadlock",
        title: "all goroutines of a synctest bubble wait for ever",
        meaning: "Within the bubble nobody can wake anybody.",
        not_proved: "A fault of the code under test: the test itself may be what should send, \
close or cancel.",
        other_side: "The other goroutines of the same bubble; their headers have its number.",
        fix: &["Look at the waits of the bubble's goroutines."],
        weight: 85,
        is_hang: true,
        ..BASE
    },
    Class {
        id: "test-timeout",
        title: "a test did not end in time",
        meaning: "The test binary's own alarm went off and printed all goroutines.",
        not_proved: "That the test hangs: it may be slow.",
        fix: &["Look at what the test's goroutine waits for."],
        weight: 75,
        is_hang: true,
        ..BASE
    },
    Class {
        id: "thread-exhaustion",
        title: "the program needs more threads than it may have",
        meaning: "Each goroutine in a blocking system call or in C holds a thread; there were \
more than the limit (10,000).",
        not_proved: "Which calls block: count the goroutines in `syscall`.",
        other_side: "The largest group of goroutines in system calls.",
        fix: &["Limit the calls at one time; give files and names in the network a deadline."],
        ..BASE
    },
    Class {
        id: "go-nil-func",
        title: "a go statement with a nil function",
        meaning: "The function value was nil when the goroutine should have started.",
        not_proved: "A race: mostly the function was never set. It is one where another goroutine \
sets it.",
        other_side: "Who sets the function value, and when.",
        fix: &["Check the function value before `go`."],
        weight: 90,
        ..BASE
    },
    Class {
        id: "thread-misuse",
        title: "a goroutine and its thread were parted against the rules",
        meaning: "LockOSThread, Goexit or C callbacks were used in a way that the scheduler \
forbids.",
        not_proved: "That other goroutines are part of it.",
        other_side: "The code that locked the thread, or the C code that called in.",
        fix: &["Pair LockOSThread with UnlockOSThread; no Goexit on threads of C."],
        weight: 90,
        ..BASE
    },
    Class {
        id: "runtime-invariant",
        title: "the runtime found itself in a state that cannot be",
        meaning: "An invariant of the scheduler, a lock or the collector is broken. The usual \
cause is memory that a data race, unsafe or C code overwrote.",
        not_proved: "That Go itself is at fault, or that the goroutine printed here is.",
        other_side: "Whoever overwrote the memory, mostly long before: there is no trace of it in \
the dump.",
        fix: &[
            "Run with -race, then with GODEBUG=cgocheck=1 (experiment cgocheck2) and -d=checkptr.",
            "If neither finds anything, report it with the whole dump.",
        ],
        weight: 90,
        ..BASE
    },
    Class {
        id: "runtime-lock-broken",
        title: "a lock or semaphore inside the runtime is in a state that it cannot reach",
        meaning: "The runtime's own mutexes, semaphores and queues of waiters are guarded against \
wrong use; what breaks them is memory that somebody else overwrote.",
        not_proved: "That Go itself is at fault, or that the goroutine printed here is.",
        other_side: "Data races on structs that hold a sync type, copies of them, unsafe and C \
code.",
        fix: &[
            "Run with -race, and go vet -copylocks.",
            "If neither finds anything, report it with the whole dump.",
        ],
        weight: 92,
        ..BASE
    },
    Class {
        id: "timer-damaged",
        title: "the timers of the runtime are damaged",
        meaning: "A time.Timer or Ticker was used by two goroutines in the middle of a change, or \
its memory was overwritten.",
        not_proved: "Which of these it was. From Go 1.23 on, timers have a lock of their own.",
        other_side: "All who call Reset or Stop on the same timer; copies of a Timer or Ticker.",
        fix: &[
            "Let one goroutine own each timer; do not copy Timer and Ticker values.",
            "Run with -race.",
        ],
        weight: 92,
        ..BASE
    },
];
