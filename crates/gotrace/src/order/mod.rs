//! The order between threads: what can happen next, given what is known of every goroutine, P and
//! thread. The rules are those of `internal/trace/order.go`.

mod goroutines;
mod procs;
mod ranges;

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use crate::NONE;
use crate::by_id::ById;
use crate::error::Breach;
use crate::event::Event;
use crate::frontier::RawEvent;
use crate::kind::EventKind;
use crate::tables::Tables;

/// What a thread had before an event: itself, its P, its goroutine.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Context {
    thread: i64,
    proc: i64,
    goroutine: i64,
}

/// What a thread has after an event.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum After {
    /// The same P and goroutine.
    Same,
    /// The same P with another goroutine, or none.
    Goroutine(i64),
    /// Another P or none, with the same goroutine.
    Proc(i64),
    /// No P and no goroutine.
    Neither,
}

/// What an event did to its thread, `None` if its time has not come, or the rule that it breaks.
/// What a handler does not emit itself happens as the event says, in the context before it.
type Advance = Result<Option<After>, Box<Breach>>;

/// A sequence number; each generation counts anew.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Sequence {
    generation: u64,
    number: u64,
}

impl Sequence {
    fn follows(self, before: Self) -> bool {
        self.generation == before.generation && self.number == before.number.wrapping_add(1)
    }
}

#[derive(Debug)]
struct Goroutine {
    status: u8,
    sequence: Sequence,
    /// Few goroutines have any.
    attached: Option<Box<Attached>>,
}

/// What is under way in a goroutine.
#[derive(Debug, Default)]
struct Attached {
    ranges: ranges::Ranges,
    /// Task and name, the innermost last.
    regions: Vec<(u64, String)>,
}

#[derive(Debug)]
struct Proc {
    status: u8,
    sequence: Sequence,
    ranges: ranges::Ranges,
}

#[derive(Clone, Copy, Debug)]
struct Thread {
    id: i64,
    /// Whether an event spoke of it yet; a slot alone does not make a thread.
    seen: bool,
    goroutine: i64,
    proc: i64,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Collecting {
    #[default]
    Undetermined,
    No,
    Yes,
}

/// Whether an event needs a P, a goroutine.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Need {
    Must,
    May,
    MustNot,
}

/// Everything that is known of the run at a point of the trace.
#[derive(Debug, Default)]
pub(crate) struct Order {
    goroutines: ById<Goroutine>,
    procs: ById<Proc>,
    threads: Vec<Thread>,
    thread_slots: FxHashMap<i64, u32>,
    /// Name and parent of the tasks that have begun and not ended.
    tasks: FxHashMap<u64, (String, u64)>,
    collection: u64,
    collecting: Collecting,
    first_generation: u64,
    generation: u64,
    queue: VecDeque<Event>,
}

impl Order {
    /// From now on events are of that generation.
    pub(crate) fn enter(&mut self, generation: u64) {
        if self.first_generation == 0 {
            self.first_generation = generation;
        }
        self.generation = generation;
    }

    /// The place of a thread in the table, made if need be.
    pub(crate) fn slot(&mut self, thread: i64) -> u32 {
        let threads = &mut self.threads;
        *self.thread_slots.entry(thread).or_insert_with(|| {
            threads.push(Thread {
                id: thread,
                seen: false,
                goroutine: NONE,
                proc: NONE,
            });
            threads.len() as u32 - 1
        })
    }

    /// The next event that came with another one; false if there is none.
    #[inline]
    pub(crate) fn next(&mut self, out: &mut Event) -> bool {
        if self.queue.is_empty() {
            return false;
        }
        if let Some(event) = self.queue.pop_front() {
            *out = event;
        }
        true
    }

    pub(crate) fn forget_queue(&mut self) {
        self.queue.clear();
    }

    /// Lets `event` of the thread in `slot` happen, if it can now; further ones that come with it
    /// wait in the queue.
    #[inline]
    pub(crate) fn advance(
        &mut self,
        event: &RawEvent,
        slot: u32,
        tables: &mut Tables,
        out: &mut Event,
    ) -> Result<bool, Box<Breach>> {
        let thread = &mut self.threads[slot as usize];
        let real = thread.id != NONE;
        thread.seen |= real;
        let context = Context {
            thread: thread.id,
            proc: thread.proc,
            goroutine: thread.goroutine,
        };
        let Some(after) = self.dispatch(event, context, tables)? else {
            return Ok(false);
        };
        if real && after != After::Same {
            let thread = &mut self.threads[slot as usize];
            // One after another, the frequent one first: a jump by kind is hard to foresee.
            if let After::Goroutine(id) = after {
                thread.goroutine = id;
            } else if let After::Proc(id) = after {
                thread.proc = id;
            } else {
                (thread.proc, thread.goroutine) = (NONE, NONE);
            }
        }
        if !self.next(out) {
            out.kind = event.kind;
            out.time = event.time;
            out.thread = context.thread;
            out.proc = context.proc;
            out.goroutine = context.goroutine;
            out.args = event.args;
        }
        Ok(true)
    }

    #[inline]
    fn dispatch(&mut self, event: &RawEvent, cx: Context, tables: &mut Tables) -> Advance {
        use EventKind as E;
        match event.kind {
            E::GoStart => self.go_start(event, cx),
            E::GoDestroy | E::GoStop | E::GoBlock => self.go_stop(event, cx),
            E::GoUnblock => self.go_unblock(event),
            E::GoSyscallBegin => self.go_syscall_begin(event, cx),
            E::GoSyscallEnd => self.go_syscall_end(event, cx),
            E::GoSyscallEndBlocked => self.go_syscall_end_blocked(event, cx),
            E::ProcStart => self.proc_start(event, cx),
            E::ProcStop => self.proc_stop(event, cx),
            E::ProcSteal => self.proc_steal(event, cx),
            E::ProcStatus => self.proc_status(event, cx),
            E::GoCreate | E::GoCreateBlocked => self.go_create(event, cx),
            E::GoCreateSyscall => self.go_create_syscall(event, cx),
            E::GoDestroySyscall => self.go_destroy_syscall(event, cx),
            E::GoStatus | E::GoStatusStack => self.go_status(event, cx),
            E::GoSwitch | E::GoSwitchDestroy => self.go_switch(event, cx),
            E::STWBegin | E::GCMarkAssistBegin => self.goroutine_range_begin(event, cx),
            E::STWEnd | E::GCMarkAssistEnd => self.goroutine_range_end(event, cx),
            E::GCMarkAssistActive => self.goroutine_range_active(event),
            E::GCActive => self.gc_active(event, cx),
            E::GCBegin => self.gc_begin(event, cx),
            E::GCEnd => self.gc_end(event, cx),
            E::GCSweepBegin => self.sweep_begin(event, cx),
            E::GCSweepActive => self.sweep_active(event),
            E::GCSweepEnd => self.sweep_end(event, cx),
            E::HeapAlloc | E::HeapGoal => plain(event, cx, Need::Must, Need::May),
            E::ProcsChange | E::GoLabel | E::UserLog => plain(event, cx, Need::Must, Need::Must),
            E::UserTaskBegin => self.task_begin(event, cx, tables),
            E::UserTaskEnd => self.task_end(event, cx, tables),
            E::UserRegionBegin => self.region_begin(event, cx, tables),
            E::UserRegionEnd => self.region_end(event, cx, tables),
            E::Span
            | E::SpanAlloc
            | E::SpanFree
            | E::HeapObject
            | E::HeapObjectAlloc
            | E::HeapObjectFree
            | E::GoroutineStack
            | E::GoroutineStackAlloc
            | E::GoroutineStackFree => plain(event, cx, Need::May, Need::May),
            E::ClockSnapshot | E::CpuSample | E::Sync => {
                Err(format!("{} among the events of a thread", event.kind.name()).into())
            }
        }
    }

    #[inline]
    fn emit(&mut self, event: RawEvent, cx: Context) {
        self.queue.push_back(Event {
            kind: event.kind,
            time: event.time,
            thread: cx.thread,
            proc: cx.proc,
            goroutine: cx.goroutine,
            args: event.args,
        });
    }

    fn sequence(&self, number: u64) -> Sequence {
        Sequence {
            generation: self.generation,
            number,
        }
    }

    fn is_first_generation(&self) -> bool {
        self.generation == self.first_generation
    }

    /// The thread with that id, if an event spoke of it.
    fn thread_mut(&mut self, id: i64) -> Option<&mut Thread> {
        let slot = *self.thread_slots.get(&id)?;
        Some(&mut self.threads[slot as usize]).filter(|thread| thread.seen)
    }

    /// The goroutine of the context, which must be there and in that state.
    #[inline]
    fn running(
        &mut self,
        cx: Context,
        status: u8,
        kind: EventKind,
    ) -> Result<&mut Goroutine, Box<Breach>> {
        match self.goroutines.get_mut(cx.goroutine) {
            Some(goroutine) if goroutine.status == status => Ok(goroutine),
            other => Err(not_so(cx.goroutine, other, status, kind)),
        }
    }

    #[inline]
    fn proc_of(&mut self, id: i64, kind: EventKind) -> Result<&mut Proc, Box<Breach>> {
        self.procs.get_mut(id).ok_or_else(|| no_proc(id, kind))
    }
}

#[cold]
#[expect(
    clippy::unnecessary_box_returns,
    reason = "boxed out of the way of the hot functions"
)]
fn not_so(id: i64, found: Option<&mut Goroutine>, wanted: u8, kind: EventKind) -> Box<Breach> {
    let name = kind.name();
    let Some(found) = found else {
        let reason = format!("{name} of goroutine {id}, which does not exist");
        return reason.into();
    };
    let (wanted, found) = (go_status(wanted), go_status(found.status));
    let reason = format!("{name} of goroutine {id}, which is {found}, not {wanted}");
    reason.into()
}

#[cold]
#[expect(
    clippy::unnecessary_box_returns,
    reason = "boxed out of the way of the hot functions"
)]
fn no_proc(id: i64, kind: EventKind) -> Box<Breach> {
    let reason = format!("{} on P {id}, which does not exist", kind.name());
    reason.into()
}

/// Takes words, which stay in registers where a context would have to be in memory.
#[cold]
#[expect(
    clippy::unnecessary_box_returns,
    reason = "boxed out of the way of the hot functions"
)]
fn unfit(kind: EventKind, thread: i64, proc: i64, goroutine: i64) -> Box<Breach> {
    let name = kind.name();
    let reason = format!(
        "{name} does not fit thread {thread} with P {proc} and goroutine {goroutine} (-1 is none)"
    );
    reason.into()
}

impl Context {
    /// Every event needs a thread; a P and a goroutine as said.
    #[inline]
    fn require(self, proc: Need, goroutine: Need, kind: EventKind) -> Result<(), Box<Breach>> {
        let fits = |need, id| match need {
            Need::May => true,
            Need::Must => id != NONE,
            Need::MustNot => id == NONE,
        };
        if self.thread != NONE && fits(proc, self.proc) && fits(goroutine, self.goroutine) {
            return Ok(());
        }
        Err(unfit(kind, self.thread, self.proc, self.goroutine))
    }

    /// What runs user code, or nearly.
    #[inline]
    fn require_goroutine(self, kind: EventKind) -> Result<(), Box<Breach>> {
        self.require(Need::Must, Need::Must, kind)
    }
}

/// An event that changes nothing of what the order follows.
fn plain(event: &RawEvent, cx: Context, proc: Need, goroutine: Need) -> Advance {
    cx.require(proc, goroutine, event.kind)?;
    Ok(Some(After::Same))
}

fn go_status(status: u8) -> &'static str {
    use crate::event::status;
    match status {
        status::GO_RUNNABLE => "runnable",
        status::GO_RUNNING => "running",
        status::GO_SYSCALL => "in a system call",
        status::GO_WAITING => "waiting",
        _ => "in no known state",
    }
}
