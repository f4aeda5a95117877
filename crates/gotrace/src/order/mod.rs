//! The order between threads: what can happen next, given what is known of every goroutine, P and
//! thread. The rules are those of `internal/trace/order.go`.

mod frequent;
mod goroutines;
mod procs;
mod ranges;

use rustc_hash::FxHashMap;

use self::frequent::Step;
use crate::NONE;
use crate::by_id::ById;
use crate::cursor::RawEvent;
use crate::error::Breach;
use crate::kind::EventKind;
use crate::made::Made;
use crate::tables::Written;

/// What a thread had before an event: itself, its P, its goroutine.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Context {
    pub(crate) thread: i64,
    pub(crate) proc: i64,
    pub(crate) goroutine: i64,
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

/// What comes next after events that were to happen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Progress {
    /// Nothing: they have happened, and the tables explain what they refer to.
    Made,
    /// To check what the last one, and what came with it, refers to.
    Unchecked,
    /// None has happened: the time of the first has not come.
    Waits,
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
    known: Known,
    threads: Vec<Thread>,
    thread_slots: FxHashMap<i64, u32>,
    /// Name and parent of the tasks that have begun and not ended.
    tasks: FxHashMap<u64, (String, u64)>,
    collection: u64,
    collecting: Collecting,
    first_generation: u64,
    made: Made,
    /// Names of this generation's events that come from an earlier one: how many there are, and
    /// those that nobody has taken yet.
    n_carried: u64,
    carried: Vec<String>,
}

/// What is known of goroutines and Ps.
#[derive(Debug, Default)]
struct Known {
    goroutines: ById<Goroutine>,
    procs: ById<Proc>,
    generation: u64,
}

impl Order {
    /// From now on events are of that generation.
    pub(crate) fn enter(&mut self, generation: u64) {
        if self.first_generation == 0 {
            self.first_generation = generation;
        }
        self.known.generation = generation;
        self.n_carried = 0;
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

    /// Nothing is known any more, as before the first event.
    pub(crate) fn forget(&mut self) {
        *self = Self {
            made: std::mem::take(&mut self.made),
            ..Self::default()
        };
    }

    /// The events in their places.
    #[inline]
    pub(crate) fn made(&self) -> &Made {
        &self.made
    }

    #[inline]
    pub(crate) fn made_mut(&mut self) -> &mut Made {
        &mut self.made
    }

    /// The names for the events that were made since this was asked before.
    pub(crate) fn take_carried(&mut self) -> Vec<String> {
        std::mem::take(&mut self.carried)
    }

    /// Gives an event of this generation a name from an earlier one; the answer stands for it.
    fn carry(&mut self, name: String) -> u64 {
        if name.is_empty() {
            return 0;
        }
        self.carried.push(name);
        self.n_carried += 1;
        self.n_carried
    }

    /// Lets the next events of the thread in `slot` happen that are not after `until`, of which the
    /// first is none, as far as they can now; [`Self::made`] has them then. Gives how many have
    /// happened, and what the last of them needs.
    ///
    /// Runs and single events have a way each. In a run the kinds come as that thread's habits are,
    /// which a processor foresees, so there is code for each kind. Where threads take turns it cannot,
    /// and what is the same for all kinds is faster.
    #[inline]
    pub(crate) fn advance(
        &mut self,
        events: &[RawEvent],
        slot: u32,
        until: i64,
        tables: &Written,
    ) -> (usize, Result<Progress, Box<Breach>>) {
        let (n_happened, is_explained) = match events {
            [_, second, ..] if second.time <= until => {
                self.advance_run(events, slot, until, tables)
            }
            [first, ..] => self.advance_one(first, slot, tables),
            [] => return (0, Ok(Progress::Made)),
        };
        if n_happened == 0 {
            return self.advance_seldom(&events[0], slot, tables);
        }
        let progress = if is_explained {
            Progress::Made
        } else {
            Progress::Unchecked
        };
        (n_happened, Ok(progress))
    }

    /// As [`Self::advance`], up to an event that is not of a frequent kind or cannot happen now, or
    /// one of which the tables may not explain what it refers to.
    #[inline(never)]
    fn advance_run(
        &mut self,
        events: &[RawEvent],
        slot: u32,
        until: i64,
        tables: &Written,
    ) -> (usize, bool) {
        use EventKind as E;
        let thread = &mut self.threads[slot as usize];
        thread.seen = true;
        let (mut cx, mut n_happened) = (thread.context(), 0);
        let known = &mut self.known;
        let is_explained = self.made.write(|out| {
            for event in events {
                if until < event.time {
                    break;
                }
                let before = cx;
                macro_rules! step {
                    ($kind:ident) => {{
                        const STEP: Step = Step::of(E::$kind).expect("a frequent kind");
                        (
                            known.step(&STEP, event, &mut cx),
                            STEP.is_explained(event, tables),
                        )
                    }};
                }
                let (happens, is_explained) = match event.kind {
                    E::GoStart => step!(GoStart),
                    E::GoBlock => step!(GoBlock),
                    E::GoStop => step!(GoStop),
                    E::GoUnblock => step!(GoUnblock),
                    E::GoSyscallBegin => step!(GoSyscallBegin),
                    E::GoSyscallEnd => step!(GoSyscallEnd),
                    _ => break,
                };
                if !happens {
                    break;
                }
                out.put(event, before);
                n_happened += 1;
                if !is_explained {
                    return false;
                }
            }
            true
        });
        thread.goroutine = cx.goroutine;
        (n_happened, is_explained)
    }

    /// As [`Self::advance_run`], of one event.
    #[inline(never)]
    fn advance_one(&mut self, event: &RawEvent, slot: u32, tables: &Written) -> (usize, bool) {
        let Some(step) = Step::of_frequent(event.kind) else {
            return (0, true);
        };
        let thread = &mut self.threads[slot as usize];
        thread.seen = true;
        let before = thread.context();
        let mut cx = before;
        if !self.known.step(step, event, &mut cx) {
            return (0, true);
        }
        self.made.put(event, before);
        thread.goroutine = cx.goroutine;
        (1, step.is_explained(event, tables))
    }

    /// Lets an event of any kind happen, or says why it cannot.
    #[cold]
    #[inline(never)]
    fn advance_seldom(
        &mut self,
        event: &RawEvent,
        slot: u32,
        tables: &Written,
    ) -> (usize, Result<Progress, Box<Breach>>) {
        let thread = &mut self.threads[slot as usize];
        thread.seen = true;
        let cx = thread.context();
        let n_before = self.made.len();
        let after = match self.dispatch(event, cx, tables) {
            Ok(Some(after)) => after,
            Ok(None) => return (0, Ok(Progress::Waits)),
            Err(breach) => return (0, Err(breach)),
        };
        // What is not real has nothing.
        if cx.thread != NONE {
            let thread = &mut self.threads[slot as usize];
            match after {
                After::Same => {}
                After::Goroutine(id) => thread.goroutine = id,
                After::Proc(id) => thread.proc = id,
                After::Neither => (thread.proc, thread.goroutine) = (NONE, NONE),
            }
        }
        if self.made.len() == n_before {
            self.emit(*event, cx);
        }
        self.made.join_from(n_before);
        (1, Ok(Progress::Unchecked))
    }

    fn dispatch(&mut self, event: &RawEvent, cx: Context, tables: &Written) -> Advance {
        use EventKind as E;
        if let Some(step) = Step::of_frequent(event.kind) {
            return self.known.why_not(step, event, cx);
        }
        match event.kind {
            E::GoDestroy => self.go_destroy(event, cx),
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
            E::UserTaskEnd => self.task_end(event, cx),
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
            _ => Err(format!("{} among the events of a thread", event.kind.name()).into()),
        }
    }

    fn emit(&mut self, event: RawEvent, cx: Context) {
        self.made.put(&event, cx);
    }

    fn is_first_generation(&self) -> bool {
        self.known.generation == self.first_generation
    }

    /// The thread with that id, if an event spoke of it.
    fn thread_mut(&mut self, id: i64) -> Option<&mut Thread> {
        let slot = *self.thread_slots.get(&id)?;
        Some(&mut self.threads[slot as usize]).filter(|thread| thread.is_known())
    }
}

impl Known {
    fn sequence(&self, number: u64) -> Sequence {
        Sequence {
            generation: self.generation,
            number,
        }
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

#[cold]
#[expect(
    clippy::unnecessary_box_returns,
    reason = "boxed out of the way of the hot functions"
)]
fn not_in_syscall(kind: EventKind, proc: i64) -> Box<Breach> {
    let reason = format!("{} on P {proc}, not in a system call", kind.name());
    reason.into()
}

impl Thread {
    /// What no thread did is not known by that.
    fn is_known(&self) -> bool {
        self.seen && self.id != NONE
    }

    #[inline]
    fn context(&self) -> Context {
        Context {
            thread: self.id,
            proc: self.proc,
            goroutine: self.goroutine,
        }
    }
}

impl Context {
    /// Of an event that belongs to no thread.
    pub(crate) const NOWHERE: Self = Self {
        thread: NONE,
        proc: NONE,
        goroutine: NONE,
    };

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

    /// What runs user code, or nearly. Only a real thread has a P.
    #[inline]
    fn require_goroutine(self, kind: EventKind) -> Result<(), Box<Breach>> {
        if self.proc != NONE && self.goroutine != NONE {
            return Ok(());
        }
        Err(unfit(kind, self.thread, self.proc, self.goroutine))
    }
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
