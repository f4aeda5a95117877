//! How a kind of fault is kept from coming back.

use crate::Class;

const MAPS: &[&str] = &[
    "Run `contend check` in continuous integration: it reads every access of a map, also those \
     that no test runs.",
    "Run the tests, and one instance under real load, with -race.",
    "Keep a map and its lock in one small type whose methods are the only code that touches it; \
     return copies.",
];
const RACES: &[&str] = &[
    "Run `contend check` and the tests with -race in continuous integration.",
    "Give shared words the types of sync/atomic, which have no plain access.",
];
const LOCKS: &[&str] = &[
    "Write down beside each mutex what it guards and which locks may be held when it is taken.",
    "Call nothing that waits (network, disk, channel, foreign callback) while a lock is held.",
    "Alert on requests that are older than their deadline, and take a goroutine dump when it fires.",
];
const ENDS: &[&str] = &[
    "Give every wait a second end: a context with a deadline, a channel that is closed at shutdown.",
    "Test the paths on which a partner fails or returns early, with a time limit.",
];
const UNLOCKS: &[&str] = &[
    "Write `defer mu.Unlock()` on the line behind Lock, and nothing else that unlocks.",
    "Run `contend check` in continuous integration: it follows locks over all paths and finds \
     copies.",
];
const CHANNELS: &[&str] = &[
    "Let one goroutine own each channel: it makes it, sends, and closes it.",
    "Test shutdown under -race, with senders that are still busy.",
];
const LEAKS: &[&str] = &[
    "Compare the goroutine count at the end of tests with that at the start.",
    "Plot the goroutine count of each instance and alert on steady growth.",
    "Give every goroutine an end: a context, a closed channel, or a WaitGroup that is waited for.",
];
const WAITS: &[&str] = &[
    "Give every call that leaves the process a deadline, and test it with a peer that is silent.",
    "Alert on goroutines that wait for longer than the longest deadline.",
];
const GROUPS: &[&str] =
    &["Use WaitGroup.Go (Go 1.25), or Add in front of the go statement and one deferred Done."];
const MEMORY: &[&str] = &[
    "Run the tests with -race: most damage of this kind begins as a data race.",
    "Keep `unsafe` and cgo behind small packages with tests of their own.",
];

impl Class {
    /// How faults of this kind are kept from coming back; empty if there is no general rule.
    pub fn prevention(&self) -> &'static [&'static str] {
        match self.id {
            "map-write-write" | "map-read-write" | "map-iterate-write" | "map-clone-write"
            | "data-race-map" | "sync-map-damaged" | "map-damaged" | "crash-loop" => MAPS,
            "data-race" | "race-limit" | "concurrent-use-panic" | "iterator-raced" => RACES,
            "lock-cycle"
            | "double-lock"
            | "rwmutex-upgrade"
            | "recursive-read-lock"
            | "lock-convoy"
            | "rwmutex-convoy"
            | "lock-pile-up"
            | "lock-without-holder"
            | "flight-self-wait"
            | "shared-call-pile-up"
            | "lock-partner-wait"
            | "reentrant-wait" => LOCKS,
            "all-asleep" | "pool-exhausted" => ENDS,
            "unlock-of-unlocked"
            | "rwmutex-unlock-of-unlocked"
            | "mutex-state-corrupt"
            | "copied-sync-value" => UNLOCKS,
            "send-on-closed" | "close-of-closed" | "close-of-nil" | "nil-channel"
            | "channel-pile-up" => CHANNELS,
            "goroutine-leak" | "goroutine-growth" | "leaked-goroutine" | "thread-exhaustion"
            | "out-of-memory" => LEAKS,
            "io-wait"
            | "child-wait"
            | "syscall-pile-up"
            | "accept-backoff"
            | "descriptors-exhausted" => WAITS,
            "waitgroup-negative" | "waitgroup-misuse" => GROUPS,
            "runtime-invariant"
            | "runtime-lock-broken"
            | "timer-damaged"
            | "heap-corrupt"
            | "memory-fault"
            | "unsafe-misuse" => MEMORY,
            _ => &[],
        }
    }
}
