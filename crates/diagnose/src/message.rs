//! The texts of fatal errors, throws and panics that speak of concurrency, Go 1.18 to 1.27.

use crate::{Class, class};

/// A text of the runtime and the class it belongs to.
#[derive(Debug)]
pub struct Message {
    /// How the text starts.
    pub text: &'static str,
    /// [`Class::id`].
    pub class: &'static str,
}

/// The class of what stands behind `fatal error: ` (`fatal`) or `panic: `.
pub(crate) fn classify(text: &str, fatal: bool) -> &'static Class {
    let text = text.trim_start();
    let found = MESSAGES.iter().find(|m| text.starts_with(m.text));
    match found {
        Some(message) => class(message.class),
        // A throw that is in no table: by far most of them are broken invariants.
        None if fatal => class("runtime-invariant"),
        None => class("panic-other"),
    }
}

macro_rules! messages {
    ($($class:literal: $($text:literal),+;)*) => {
        /// All texts. The first that fits counts, so longer ones stand before their beginnings.
        pub const MESSAGES: &[Message] = &[$($(Message { text: $text, class: $class },)+)*];
    };
}

messages! {
    "map-write-write": "concurrent map writes";
    "map-read-write": "concurrent map read and map write";
    "map-iterate-write": "concurrent map iteration and map write";
    "map-clone-write": "concurrent map clone and map write";
    "nil-map-write": "assignment to entry in nil map";

    "unlock-of-unlocked": "sync: unlock of unlocked mutex";
    "mutex-state-corrupt": "sync: inconsistent mutex state";
    "rwmutex-unlock-of-unlocked":
        "sync: RUnlock of unlocked RWMutex", "sync: Unlock of unlocked RWMutex";
    "waitgroup-negative": "sync: negative WaitGroup counter";
    "synctest-misuse": "sync: WaitGroup.Add called from";
    "waitgroup-misuse":
        "sync: WaitGroup misuse", "sync: WaitGroup is reused before previous Wait has returned",
        "sync: WaitGroup.Go";
    "copied-sync-value": "sync.Cond is copied";
    "sync-map-damaged":
        "internal/sync.HashTrieMap: ran out of hash bits",
        "internal/concurrent.HashMapTrie: ran out of hash bits",
        "internal/concurrent.HashTrieMap: ran out of hash bits",
        "called entry on non-entry node", "called indirect on entry node";
    "sync-misuse":
        "called CompareAndSwap when value is not of comparable type",
        "called CompareAndDelete when value is not of comparable type",
        "nil Pool", "sync/atomic: store of inconsistently typed value",
        "sync/atomic: compare and swap of inconsistently typed values",
        "sync/atomic: swap of inconsistently typed value", "sync/atomic: store of nil value";
    "fd-misuse":
        "inconsistent poll.fdMutex", "too many concurrent operations on a single file or socket";

    "send-on-closed": "send on closed channel";
    "close-of-closed": "close of closed channel";
    "close-of-nil": "close of nil channel";
    "sync-misuse": "makechan: ";
    "channel-corrupt":
        "G waiting list is corrupted", "chansend: spurious wakeup", "chanrecv: spurious wakeup",
        "select: broken sort", "selectgo: bad wakeup", "gp.waiting != nil";
    "synctest-misuse":
        "send on synctest channel from outside bubble",
        "receive on synctest channel from outside bubble",
        "close of synctest channel from outside bubble",
        "select on synctest channel from outside bubble",
        "semaphore wake of synctest goroutine from outside bubble",
        "synctest.Run called from within a synctest bubble",
        "goroutine is not in a bubble", "synctest.Wait already in progress",
        "wait already in progress";

    "all-asleep": "all goroutines are asleep - deadlock!";
    "main-goexit": "no goroutines (main called runtime.Goexit) - deadlock!";
    "synctest-deadlock": "deadlock: ";
    "test-timeout": "test timed out after ";
    "thread-exhaustion": "thread exhaustion";
    "go-nil-func": "go of nil func value";
    "thread-misuse":
        "exited a goroutine internally locked to the OS thread",
        "runtime.Goexit called in a thread that was not created by the Go runtime",
        "LockOSThread nesting overflow", "lockOSThread nesting overflow",
        "runtime: internal error: misuse of lockOSThread/unlockOSThread";
    "runtime-invariant":
        "checkdead: ", "unlock of unlocked lock", "runtime.unlock: lock count",
        "runtime.lock: ", "runlock of unlocked rwmutex", "unlock of unlocked rwmutex",
        "notewakeup - double wakeup", "notesleep not on g0", "notetsleep not on g0",
        "semacquire not on the G stack", "corrupted semaphore ticket",
        "runtime: bad notifyList size", "semaRoot queue", "semaRoot rotateLeft",
        "semaRoot rotateRight", "casgstatus", "casfrom_Gscanstatus", "bad g transition",
        "bad g->status in ready", "gopark: bad g status", "self deadlock", "deadlock",
        "panic on system stack", "panic during malloc", "panic during preemptoff",
        "panic holding locks", "panic during panic", "panic during gc";

    "heap-corrupt":
        "found pointer to free object", "marking free object", "found bad pointer in Go heap",
        "scan missed a g", "sweep increased allocation count", "bad pointer in Go heap",
        "runtime: found bad pointer", "span has no free objects", "s.allocCount != s.nelems",
        "mark - bad status", "bad sweepgen in refill", "freeing stack not in a stack span",
        "workbuf is not empty";
    "nil-dereference": "runtime error: invalid memory address or nil pointer dereference";
    "nil-dereference": "invalid memory address or nil pointer dereference";
    "memory-fault": "fault", "unexpected signal during runtime execution",
        "runtime error: invalid memory address", "unsafe.Slice", "runtime error: unsafe";
    "stack-overflow": "stack overflow";
    "out-of-memory":
        "runtime: out of memory", "out of memory", "cannot allocate memory",
        "runtime: cannot allocate memory";
    "range-func-misuse": "range function continued iteration", "runtime error: range function";
    "race-limit": "race: limit on";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_leads_to_its_class_and_no_other() {
        for message in MESSAGES {
            assert!(
                crate::classes().any(|class| class.id == message.class),
                "{} is no class",
                message.class
            );
            let found = classify(message.text, true);
            assert_eq!(found.id, message.class, "{}", message.text);
        }
    }

    #[test]
    fn unknown_texts_are_told_apart_by_kind() {
        assert_eq!(classify("something new", true).id, "runtime-invariant");
        assert_eq!(classify("my own error", false).id, "panic-other");
    }
}
