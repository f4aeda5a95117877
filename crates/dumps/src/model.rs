//! What a text holds, as plain tables. Nothing is judged here.

use contend_base::{Range, Span};

use crate::Document;
use crate::names::NameId;

/// One line of a stack: a function and the place in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Where the function's line starts in the text, at its name.
    pub start: u32,
    /// The function with its package path, as printed: `main.(*T).run`.
    pub func: NameId,
    /// The file as printed; absent where the position line is missing.
    pub file: Option<NameId>,
    /// The line, 0 if unknown.
    pub line: u32,
    /// Length of the arguments between the parentheses; [`Frame::NO_ARGS`] without parentheses.
    pub args: u16,
}

impl Frame {
    /// The value of [`Frame::args`] for frames without parentheses, such as those of C.
    pub const NO_ARGS: u16 = u16::MAX;
}

/// One goroutine of a dump.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Goroutine {
    /// Its number. Numbers grow with time.
    pub id: u64,
    /// The header line.
    pub header: Span,
    /// Status or wait reason: `running`, `chan receive`, `sync.Mutex.Lock`.
    pub state: NameId,
    /// Minutes it has been waiting, as Go prints them: whole, from one upwards; 0 if not said.
    pub wait_minutes: u32,
    /// Bits of [`flags`].
    pub flags: u16,
    /// Frames left out by the runtime (`...12 frames elided...`), 0 if none or not counted.
    pub elided: u32,
    /// The stack, innermost first.
    pub frames: Range<Frame>,
    /// Who started it: function, and the place of the `go` statement.
    pub creator: Option<Creator>,
    /// What stands between the braces of the header.
    pub labels: Option<Span>,
    /// What a header of a throw or a signal says more: `gp=0x.. m=0 mp=0x..`.
    pub threads: Option<Span>,
    /// The synctest bubble, 0 if none.
    pub bubble: u32,
}

impl Goroutine {
    /// True for goroutine 0, the scheduler's own of each thread, and for the runtime's stack.
    pub fn is_scheduler(&self) -> bool {
        self.id == 0 && self.flags & flags::LOGGED == 0
    }
}

/// The `created by` lines of a goroutine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Creator {
    /// The frame of the `go` statement.
    pub frame: Frame,
    /// The goroutine that ran it, 0 if not said (before Go 1.21).
    pub id: u64,
}

/// Bits of [`Goroutine::flags`].
pub mod flags {
    /// `locked to thread`.
    pub const LOCKED: u16 = 1;
    /// `(leaked)`.
    pub const LEAKED: u16 = 2;
    /// `(scan)`.
    pub const SCAN: u16 = 4;
    /// `(durable)`, before Go 1.25 `(synctest)`.
    pub const DURABLE: u16 = 8;
    /// `goroutine running on other thread; stack unavailable`.
    pub const OTHER_THREAD: u16 = 16;
    /// The text ended inside it.
    pub const CUT: u16 = 32;
    /// `...additional frames elided...` or `...N frames elided...`.
    pub const ELIDED: u16 = 64;
    /// `runtime stack:`, the stack on which the runtime gave up; no goroutine.
    pub const RUNTIME_STACK: u16 = 128;
    /// The stack was printed by a logger, which does not know the number of the goroutine.
    pub const LOGGED: u16 = 256;
}

/// Why a program printed a dump.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HeadlineKind {
    /// `fatal error: TEXT`: cannot be recovered.
    Fatal,
    /// `panic: TEXT`.
    Panic,
    /// A panic that another one replaced, or that was recovered; printed indented or with a tail.
    Nested,
    /// `http: panic serving ADDRESS: TEXT`: recovered by net/http.
    HttpPanic,
    /// `SIGQUIT: quit` and other signals.
    Signal,
    /// `runtime: ...` and `unexpected fault address`, which explain the line that follows.
    Note,
}

/// A line that says why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Headline {
    /// What kind.
    pub kind: HeadlineKind,
    /// The whole line.
    pub line: Span,
    /// What it says, without the leading words; may run over several lines.
    pub message: Span,
    /// `[signal SIGSEGV: segmentation violation code=.. addr=.. pc=..]`, without brackets.
    pub signal: Option<Span>,
}

/// One time that a process printed its goroutines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dump {
    /// Why; empty for profiles and calls of `runtime.Stack`.
    pub headlines: Range<Headline>,
    /// Who was there, in the order of the text.
    pub goroutines: Range<Goroutine>,
    /// From its first line to the end of its last goroutine.
    pub span: Span,
}

/// A report of the race detector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RaceReport {
    /// The whole report.
    pub span: Span,
    /// The accesses: this one first, then the previous one.
    pub accesses: Vec<RaceAccess>,
    /// Where the goroutines were started.
    pub goroutines: Vec<RaceGoroutine>,
    /// `Heap block of size ..` or `Global var ..`, the line itself.
    pub memory: Option<Span>,
    /// Where a heap block was allocated.
    pub allocation: Range<Frame>,
}

/// One side of a race.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RaceAccess {
    /// True for a write.
    pub write: bool,
    /// True for the side that came first.
    pub previous: bool,
    /// The address.
    pub address: u64,
    /// The goroutine; `None` is the main goroutine.
    pub goroutine: Option<u64>,
    /// The stack; empty where the detector could not restore it.
    pub frames: Range<Frame>,
}

/// A goroutine named by a race report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RaceGoroutine {
    /// Its number in the detector, which is not the runtime's.
    pub id: u64,
    /// Still running, or finished.
    pub running: bool,
    /// Where it was started.
    pub frames: Range<Frame>,
}

/// A profile in text form (`debug=1`): stacks with counts, no ids and no waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// `goroutine`, `threadcreate`, `goroutineleak`.
    pub kind: NameId,
    /// What the first line says.
    pub total: u64,
    /// The stacks.
    pub entries: Vec<ProfileEntry>,
}

impl Profile {
    /// True for profiles of goroutines, those of leaked ones among them.
    pub fn is_of_goroutines(&self, document: &Document<'_>) -> bool {
        document.name_bytes(self.kind).starts_with(b"goroutine")
    }
}

/// One stack of a [`Profile`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileEntry {
    /// How many goroutines stand there.
    pub count: u64,
    /// The stack, innermost first; inlined frames included.
    pub frames: Range<Frame>,
    /// The labels, as printed in braces.
    pub labels: Option<Span>,
}

/// A line of `GODEBUG=gctrace=1`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GcLine {
    /// The line.
    pub line: Span,
    /// Number of the cycle.
    pub cycle: u32,
    /// Seconds since the program started.
    pub at_s: f64,
    /// Wall time of both stop-the-world phases together.
    pub stopped_ms: f64,
    /// Heap before, at the end and live, in MB.
    pub heap_mb: [u32; 3],
    /// `(forced)`.
    pub forced: bool,
}

/// A line of `GODEBUG=schedtrace=N`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SchedLine {
    /// The line.
    pub line: Span,
    /// Milliseconds since the program started.
    pub at_ms: u64,
    /// GOMAXPROCS.
    pub procs: u32,
    /// Ps without work.
    pub idle_procs: u32,
    /// Ms.
    pub threads: u32,
    /// Length of the global run queue.
    pub run_queue: u32,
}

/// A thread dump of a Java machine.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JvmDump {
    /// The threads in order.
    pub threads: Vec<JvmThread>,
    /// How many deadlocks the machine itself found.
    pub deadlocks: u32,
}

/// One Java thread.
#[derive(Clone, Debug, PartialEq)]
pub struct JvmThread {
    /// Its name, without quotes.
    pub name: NameId,
    /// CPU time it has used, if printed (from Java 11).
    pub cpu_ms: Option<f64>,
    /// Time since it started, if printed.
    pub elapsed_s: Option<f64>,
    /// `RUNNABLE`, `BLOCKED`, ...; absent for threads of the machine itself.
    pub state: Option<NameId>,
    /// The stack, innermost first; the file is absent for native methods.
    pub frames: Range<Frame>,
    /// What it holds and waits for.
    pub locks: Vec<JvmLock>,
}

/// A lock line of a Java thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JvmLock {
    /// Held or waited for.
    pub relation: JvmRelation,
    /// The object.
    pub address: u64,
    /// Its class.
    pub class: Option<NameId>,
}

/// How a Java thread and a lock belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JvmRelation {
    /// `- locked`.
    Holds,
    /// `- waiting to lock`, `- waiting to re-lock in wait()`.
    WaitsToLock,
    /// `- parking to wait for`: a synchronizer of java.util.concurrent.
    ParksFor,
    /// `- waiting on`: in `Object.wait()`, the monitor given up.
    WaitsOn,
}

/// An exception of a Java program that speaks of concurrency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JvmException {
    /// The line with the class.
    pub line: Span,
    /// The stack.
    pub frames: Range<Frame>,
}

/// Lines that no reader knew.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unknown {
    /// How many.
    pub lines: u64,
    /// The first of them.
    pub samples: Vec<Span>,
    /// Lines between dumps that have no shape of any part of one: other output of the program.
    pub foreign: u64,
    /// Those of them that say that no more files can be opened.
    pub no_descriptor: u64,
    /// The first of those.
    pub first_no_descriptor: Option<Span>,
}
