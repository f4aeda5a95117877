//! The kinds of faults: what each means, what it does not prove, where to look, what helps.

use contend_finding::Severity;

/// A kind of fault.
#[derive(Debug)]
pub struct Class {
    /// Kebab-case, never changed.
    pub id: &'static str,
    /// What happened, one line without full stop.
    pub title: &'static str,
    /// The mechanism.
    pub meaning: &'static str,
    /// What the evidence leaves open.
    pub not_proved: &'static str,
    /// Where the other goroutine is to be found; empty if there is none.
    pub other_side: &'static str,
    /// What helps, the first step first.
    pub fix: &'static [&'static str],
    /// How bad it is.
    pub severity: Severity,
    /// How much it explains: what is certain and specific comes before what is vague.
    pub weight: u32,
    /// True if the program did not fail but stopped: its goroutines tell why.
    pub is_hang: bool,
}

/// The class called `id`, which must be one of the table.
pub fn class(id: &str) -> &'static Class {
    let found = CLASSES.iter().find(|class| class.id == id);
    found.unwrap_or(&CLASSES[0])
}

const BASE: Class = Class {
    id: "",
    title: "",
    meaning: "",
    not_proved: "",
    other_side: "",
    fix: &[],
    severity: Severity::Error,
    weight: 100,
    is_hang: false,
};

const MAP_NOT_PROVED: &str = "The check is best effort: it sees only operations that overlap. How \
long the race has been there, and which of several writers was the other side, it does not say. A \
run without this crash proves nothing.";
const MAP_FIX: &[&str] = &[
    "Guard every access of this map, reads too, with one lock: a sync.Mutex beside the map, held \
     from the check to the write.",
    "If the map is filled once and then only read, build it first and publish it by an atomic \
     pointer. sync.Map suits keys that are written once and read often.",
    "Run the tests with -race: the report names both sides.",
    "recover() does not help: fatal errors are no panics and end the process.",
];

/// All classes. The first one is what is used where nothing fits.
pub const CLASSES: &[Class] = &[
    Class {
        id: "panic-other",
        title: "a panic that no goroutine recovered",
        meaning: "A goroutine panicked and no deferred function of that goroutine recovered it, so \
the process ended.",
        not_proved: "Whether concurrency is part of it: the message is none of the known ones.",
        fix: &["Read the panic's text and the failing frame."],
        weight: 70,
        ..BASE
    },
    // Maps.
    Class {
        id: "map-write-write",
        title: "two goroutines write one map at the same time",
        meaning: "A goroutine that assigned to, deleted from or cleared a map found that another \
one was in the middle of a write.",
        not_proved: MAP_NOT_PROVED,
        other_side: "Another goroutine that assigns, deletes or clears. Look first at the same \
function in other goroutines, then at the other writers of the same field.",
        fix: MAP_FIX,
        ..BASE
    },
    Class {
        id: "map-read-write",
        title: "a goroutine reads a map while another one writes it",
        meaning: "A reader found that a writer was in the middle of a write. The reader is the one \
that is printed; the fault is the missing lock on either side.",
        not_proved: MAP_NOT_PROVED,
        other_side: "A goroutine that assigns, deletes or clears; the reader printed here is \
innocent if reads were meant to be free.",
        fix: MAP_FIX,
        ..BASE
    },
    Class {
        id: "map-iterate-write",
        title: "a goroutine ranges over a map while another one writes it",
        meaning: "An iteration found that a writer was in the middle of a write. Iterations hide \
inside fmt, encoding/json, reflect and maps.",
        not_proved: MAP_NOT_PROVED,
        other_side: "A goroutine that assigns, deletes or clears. If the iteration runs in a \
caller of an accessor, the lock was given up when the accessor returned the map.",
        fix: &[
            "Hold the lock for the whole iteration, or copy the map under the lock and walk over \
the copy.",
            "An accessor must return a copy, not the map: a lock inside it ends with it.",
            "Run the tests with -race: the report names both sides.",
            "recover() does not help: fatal errors are no panics and end the process.",
        ],
        ..BASE
    },
    Class {
        id: "map-clone-write",
        title: "a goroutine clones a map while another one writes it",
        meaning: "maps.Clone found that a writer was in the middle of a write.",
        not_proved: MAP_NOT_PROVED,
        other_side: "A goroutine that assigns, deletes or clears.",
        fix: MAP_FIX,
        ..BASE
    },
    Class {
        id: "nil-map-write",
        title: "assignment to a map that nobody has made",
        meaning: "The map is nil. By itself this is no race.",
        not_proved: "A race is possible where the map is created late, or set to nil by another \
goroutine.",
        fix: &["Create the map in the constructor; for a late creation use sync.Once or the lock."],
        weight: 90,
        ..BASE
    },
    // Locks.
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
        ..BASE
    },
    Class {
        id: "sync-map-damaged",
        title: "the inside of a sync.Map or of an interned value is damaged",
        meaning: "A race on the struct around it, a copy, a key that changes, or unsafe code.",
        not_proved: "Which of these it was.",
        fix: &["Run with -race; do not copy the struct that holds the sync.Map; use stable keys."],
        ..BASE
    },
    Class {
        id: "sync-misuse",
        title: "package sync was called in a way that it forbids",
        meaning: "The message says which rule was broken.",
        not_proved: "",
        fix: &["Read the documentation of the method in the failing frame."],
        weight: 90,
        ..BASE
    },
    Class {
        id: "fd-misuse",
        title: "a file or socket was used beyond its rules",
        meaning: "Too many operations at once on one descriptor, or a descriptor whose state is \
broken.",
        not_proved: "",
        other_side: "All goroutines that read, write or close the same connection.",
        fix: &["Limit the goroutines for one connection; close it once, by its owner."],
        weight: 90,
        ..BASE
    },
    // Channels.
    Class {
        id: "send-on-closed",
        title: "a goroutine sends to a channel that is closed",
        meaning: "A sender met a channel that somebody had closed. Both run at the same time, so \
no check before the send helps.",
        not_proved: "Who closed the channel: that goroutine has gone on.",
        other_side: "Every close of this channel. With several senders, none of them and no \
receiver may close.",
        fix: &[
            "Let only the one sender close, when it has sent the last value.",
            "With several senders, close a second channel `done` and select on it when sending.",
        ],
        ..BASE
    },
    Class {
        id: "close-of-closed",
        title: "a channel is closed twice",
        meaning: "Two paths, or two goroutines, close the same channel.",
        not_proved: "Where it was closed first.",
        other_side: "The other close of this channel; often the same function called twice.",
        fix: &["Close it inside a sync.Once, or use context cancellation."],
        ..BASE
    },
    Class {
        id: "close-of-nil",
        title: "a nil channel is closed",
        meaning: "The channel was never made, or was set to nil before.",
        not_proved: "",
        fix: &["Make the channel in the constructor."],
        weight: 90,
        ..BASE
    },
    Class {
        id: "channel-corrupt",
        title: "the inside of a channel is damaged",
        meaning: "A queue of waiting goroutines is not what the runtime left: memory was \
overwritten.",
        not_proved: "By whom: the first suspects are a race, unsafe and C code.",
        fix: &["Run with -race; check unsafe and cgo."],
        ..BASE
    },
    Class {
        id: "synctest-misuse",
        title: "a synctest bubble was crossed",
        meaning: "A channel, WaitGroup or semaphore of a testing/synctest bubble was used from \
outside, or from another bubble.",
        not_proved: "",
        fix: &["Create what the test uses inside the bubble."],
        weight: 90,
        ..BASE
    },
    // Scheduler.
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
        not_proved: "",
        fix: &["Return from main; call FailNow only from the test's own goroutine."],
        weight: 80,
        is_hang: true,
        ..BASE
    },
    Class {
        id: "synctest-deadlock",
        title: "all goroutines of a synctest bubble wait for ever",
        meaning: "Within the bubble nobody can wake anybody.",
        not_proved: "",
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
        not_proved: "",
        fix: &["Check the function value before `go`."],
        weight: 90,
        ..BASE
    },
    Class {
        id: "thread-misuse",
        title: "a goroutine and its thread were parted against the rules",
        meaning: "LockOSThread, Goexit or C callbacks were used in a way that the scheduler \
forbids.",
        not_proved: "",
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
        fix: &[
            "Run with -race, then with GODEBUG=cgocheck=1 (experiment cgocheck2) and -d=checkptr.",
            "If neither finds anything, report it with the whole dump.",
        ],
        weight: 90,
        ..BASE
    },
    // Memory.
    Class {
        id: "heap-corrupt",
        title: "the collector found a damaged heap",
        meaning: "A pointer leads to memory that is free, or out of any span. Races on \
interfaces, slices and strings do that, and so do unsafe and C code.",
        not_proved: "Where the damage was done: the collector meets it long after.",
        fix: &["Run with -race and -d=checkptr; look for unsafe, cgo and mmap."],
        ..BASE
    },
    Class {
        id: "nil-dereference",
        title: "a nil or invalid pointer was followed",
        meaning: "The goroutine read or wrote at the address in the message.",
        not_proved: "A race. It is one candidate when the pointer is set by another goroutine, or \
when the address is small and odd (a torn interface or slice).",
        fix: &[
            "Look at who sets the pointer, and whether that happens before this goroutine runs.",
        ],
        severity: Severity::Error,
        weight: 70,
        ..BASE
    },
    Class {
        id: "memory-fault",
        title: "an address outside of the program was touched",
        meaning: "The kernel refused an access that is no nil dereference: freed or unmapped \
memory, or a truncated mapped file.",
        not_proved: "A race, though it is one candidate.",
        fix: &["Look for mmap, unsafe and C near the failing frame; run with -race."],
        weight: 80,
        ..BASE
    },
    Class {
        id: "stack-overflow",
        title: "a goroutine's stack grew beyond its limit",
        meaning: "A recursion without end.",
        not_proved: "",
        fix: &["Look at the frames that repeat."],
        weight: 80,
        ..BASE
    },
    Class {
        id: "out-of-memory",
        title: "the memory is used up",
        meaning: "The runtime could not get more memory from the system.",
        not_proved: "What holds it: look at a heap profile; many goroutines hold much, too.",
        fix: &["Count the goroutines in the dump; set GOMEMLIMIT below the container's limit."],
        weight: 80,
        ..BASE
    },
    Class {
        id: "range-func-misuse",
        title: "an iterator function went on after its loop had ended",
        meaning: "The body of a range over a function was called again after break, panic or \
return; often from another goroutine.",
        not_proved: "",
        fix: &["Do not call yield from another goroutine, nor after it returned false."],
        weight: 85,
        ..BASE
    },
    // Race detector.
    Class {
        id: "data-race",
        title: "two goroutines use the same memory without order",
        meaning: "The race detector saw both accesses, and nothing that orders them.",
        not_proved: "That these are all races: the detector sees only what ran.",
        other_side: "Both sides are in the report.",
        fix: &[
            "Guard both places by the same lock, or pass the value by a channel, or use an \
atomic type for the single word.",
        ],
        weight: 110,
        ..BASE
    },
    Class {
        id: "data-race-map",
        title: "two goroutines use one map without order",
        meaning: "The race detector saw both accesses. Without it this ends as `concurrent map \
writes` or `concurrent map read and map write`, which kill the process.",
        not_proved: "That these are all races: the detector sees only what ran.",
        other_side: "Both sides are in the report.",
        fix: MAP_FIX,
        weight: 112,
        ..BASE
    },
    Class {
        id: "race-limit",
        title: "the race detector ran out of goroutines",
        meaning: "It can follow 8128 goroutines alive at a time.",
        not_proved: "Any race.",
        fix: &["Test with less load, and look whether goroutines leak."],
        weight: 60,
        severity: Severity::Warning,
        ..BASE
    },
    // Hangs.
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
    },
    Class {
        id: "lock-without-holder",
        title: "goroutines wait for a lock that nobody left can give up",
        meaning: "All goroutines sleep and none of them is a likely holder: the one that took \
the lock ended, or returned, without unlocking.",
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
        id: "nil-channel",
        title: "a goroutine uses a nil channel and waits for ever",
        meaning: "Nobody can send to or receive from a channel that was not made.",
        not_proved: "Why it is nil: never made, or read before it was set.",
        fix: &["Make the channel before the goroutine starts."],
        weight: 124,
        is_hang: true,
        ..BASE
    },
    Class {
        id: "leaked-goroutine",
        title: "goroutines wait for something that nobody can reach any more",
        meaning: "The collector proved that no running goroutine can wake them.",
        not_proved: "",
        fix: &["Give each a way out: a buffered channel, a context, a close."],
        weight: 122,
        is_hang: true,
        ..BASE
    },
    Class {
        id: "goroutine-leak",
        title: "goroutines of one origin pile up",
        meaning: "Many goroutines started by the same statement wait at the same place for a \
partner that may never come.",
        not_proved: "That they stay: a pool at rest looks alike. Compare two dumps with --diff.",
        other_side: "Whoever should receive, send, close or cancel.",
        fix: &[
            "Give the channel room for all senders, or select on ctx.Done() beside it.",
            "Let the function that starts goroutines wait for them.",
        ],
        severity: Severity::Warning,
        weight: 60,
        is_hang: true,
    },
    Class {
        id: "goroutine-growth",
        title: "a group of goroutines grows from dump to dump",
        meaning: "The same origin and the same wait, and more of them each time.",
        not_proved: "That they never end: load may have grown as well.",
        other_side: "Whoever should wake them.",
        fix: &["Give each goroutine a way out: a context, a deadline, a close."],
        severity: Severity::Warning,
        weight: 118,
        is_hang: true,
    },
    Class {
        id: "io-wait",
        title: "goroutines wait for a peer that does not answer",
        meaning: "They read from or write to a connection. Without a deadline they wait as long \
as the peer is silent.",
        not_proved: "That no deadline is set: a dump does not show deadlines. Idle keep-alive \
connections look alike.",
        other_side: "The peer.",
        fix: &["Set a deadline on the connection, or a Timeout on the client."],
        severity: Severity::Warning,
        weight: 50,
        is_hang: true,
    },
    Class {
        id: "child-wait",
        title: "a goroutine waits for a child process",
        meaning: "Wait returns when the child has ended and, if its output is copied, when every \
holder of the pipe has closed it.",
        not_proved: "That the child hangs: it may be working.",
        other_side: "The child, or a grandchild that keeps the pipe open.",
        fix: &["Use exec.CommandContext with a timeout, and WaitDelay for inherited pipes."],
        severity: Severity::Warning,
        weight: 52,
        is_hang: true,
    },
    Class {
        id: "no-fault-seen",
        title: "a dump without a fault that contend knows",
        meaning: "Nothing in the waits and stacks stands out.",
        not_proved: "That the program is healthy: one dump is one moment.",
        fix: &["Take a second dump some minutes later and compare with --diff."],
        severity: Severity::Info,
        weight: 1,
        is_hang: true,
        ..BASE
    },
    Class {
        id: "dump-cut",
        title: "the dump is not complete",
        meaning: "The text ends inside a goroutine. debug=2 profiles stop at 64 MiB.",
        not_proved: "What the missing goroutines do.",
        fix: &["Fetch debug=1 or debug=0 beside it: these have no limit."],
        severity: Severity::Info,
        weight: 5,
        is_hang: true,
        ..BASE
    },
    Class {
        id: "http-panic",
        title: "a handler panicked and net/http recovered it",
        meaning: "The process lives on; the request is lost. Locks held by the handler without \
defer stay locked.",
        not_proved: "Whether concurrency is part of it.",
        fix: &["Unlock by defer in handlers; then look at the panic itself."],
        weight: 65,
        ..BASE
    },
    // Several.
    Class {
        id: "crash-loop",
        title: "the process dies of the same fault again and again",
        meaning: "A supervisor starts it anew and the same crash comes back.",
        not_proved: "",
        fix: &["Repair the fault below; until then, slow down the restarts and shed load."],
        weight: 140,
        ..BASE
    },
    // Java.
    Class {
        id: "jvm-deadlock",
        title: "Java threads wait for each other's locks in a circle",
        meaning: "Owners are printed, so the circle is certain.",
        not_proved: "",
        fix: &["Take the locks in one order everywhere."],
        weight: 130,
        ..BASE
    },
    Class {
        id: "jvm-map-loop",
        title: "a Java thread runs for ever inside a HashMap",
        meaning: "Two threads changed a HashMap at once, and its chain or tree became a circle.",
        not_proved: "One dump cannot tell a loop from work: compare two.",
        fix: &["Use ConcurrentHashMap, or one lock for all accesses."],
        weight: 120,
        ..BASE
    },
    Class {
        id: "jvm-concurrent-modification",
        title: "a Java collection changed while somebody walked over it",
        meaning: "The iterator saw that the collection's count of changes had moved.",
        not_proved: "A race: removing inside for-each on one thread looks the same.",
        fix: &["Iterate over a copy, use the iterator's remove, or a concurrent collection."],
        weight: 90,
        ..BASE
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_every_class_explains_itself() {
        let mut ids: Vec<_> = CLASSES.iter().map(|class| class.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), CLASSES.len());
        for class in CLASSES {
            assert!(!class.title.is_empty(), "{}", class.id);
            assert!(!class.meaning.is_empty(), "{}", class.id);
            assert!(!class.fix.is_empty(), "{}", class.id);
        }
    }
}
