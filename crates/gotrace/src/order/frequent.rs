//! The kinds that nearly all events are of: goroutines start, stop, wake others, call the system.
//!
//! What they ask for and what they change is a row of a table rather than a function each: a wrong
//! guess at the kind of the next event would cost a processor a fifth of the time of an event.

use super::{Advance, Context, Known};
use crate::NONE;
use crate::cursor::RawEvent;
use crate::event::status;
use crate::kind::{EventKind, Shape};
use crate::tables::Written;

/// What an event of a frequent kind asks for, and what it does.
///
/// What is yes or no and does not decide alone is a mask: all bits are set, or none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    /// Whether it names a goroutine and its sequence number, and waits for their time to come; else
    /// it is the thread's own goroutine, which must be as said at once.
    named: u64,
    /// What the goroutine did before, and does then.
    from: u8,
    to: u8,
    thread: OnThread,
    call: Call,
    /// The argument that is a string, and that which is a stack; the last, which is 0, for none.
    string: u8,
    stack: u8,
}

/// What the thread must have, and has then.
#[derive(Clone, Copy, Debug)]
struct OnThread {
    /// Of a P and a goroutine, a bit each: which of them matter, and which must be there.
    looked_at: u8,
    wanted: u8,
    /// Whether it then has the goroutine of the event.
    takes: i64,
    /// Whether it then has none.
    lets_go: i64,
}

impl OnThread {
    const P: u8 = 1;
    const GOROUTINE: u8 = 2;

    /// Whoever wakes a goroutine does not matter.
    const ANY: Self = Self {
        looked_at: 0,
        wanted: 0,
        takes: 0,
        lets_go: 0,
    };
    const RUNS: Self = Self {
        looked_at: Self::P | Self::GOROUTINE,
        wanted: Self::P | Self::GOROUTINE,
        ..Self::ANY
    };
    const STARTS: Self = Self {
        wanted: Self::P,
        takes: !0,
        ..Self::RUNS
    };
    const STOPS: Self = Self {
        lets_go: !0,
        ..Self::RUNS
    };
}

/// Where in a system call this is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Call {
    No,
    Begins,
    Ends,
}

impl Step {
    pub(super) const fn of(kind: EventKind) -> Option<Self> {
        use EventKind as E;
        use status::{GO_RUNNABLE, GO_RUNNING, GO_SYSCALL, GO_WAITING};
        let (from, to, thread, call) = match kind {
            E::GoStart => (GO_RUNNABLE, GO_RUNNING, OnThread::STARTS, Call::No),
            E::GoBlock => (GO_RUNNING, GO_WAITING, OnThread::STOPS, Call::No),
            E::GoStop => (GO_RUNNING, GO_RUNNABLE, OnThread::STOPS, Call::No),
            E::GoUnblock => (GO_WAITING, GO_RUNNABLE, OnThread::ANY, Call::No),
            E::GoSyscallBegin => (GO_RUNNING, GO_SYSCALL, OnThread::RUNS, Call::Begins),
            E::GoSyscallEnd => (GO_SYSCALL, GO_RUNNING, OnThread::RUNS, Call::Ends),
            _ => return None,
        };
        let shape = Shape::of(kind);
        Some(Self {
            named: match kind {
                E::GoStart | E::GoUnblock => !0,
                _ => 0,
            },
            from,
            to,
            thread,
            call,
            string: place_of(shape.strings),
            stack: place_of(shape.stacks),
        })
    }

    /// What the table says of a kind; `None` if it is not a frequent one.
    #[inline]
    pub(super) fn of_frequent(kind: EventKind) -> Option<&'static Self> {
        STEPS[kind as usize % STEPS.len()].as_ref()
    }

    /// The goroutine that it happens to.
    #[inline]
    fn goroutine(&self, event: &RawEvent, cx: Context) -> i64 {
        let named = self.named as i64;
        event.args[0] as i64 & named | cx.goroutine & !named
    }

    /// Whether the thread has what it must have.
    #[inline]
    fn fits(&self, cx: Context) -> bool {
        let has = u8::from(cx.proc != NONE) | u8::from(cx.goroutine != NONE) << 1;
        has & self.thread.looked_at == self.thread.wanted
    }

    /// Whether the tables explain what it refers to: a quick answer that may be too careful.
    #[inline]
    pub(super) fn is_explained(&self, event: &RawEvent, tables: &Written) -> bool {
        let arg = |at: u8| event.args[usize::from(at) % event.args.len()];
        tables.explain_quickly(arg(self.string), arg(self.stack))
    }
}

/// By the number of the kind.
static STEPS: [Option<Step>; 256] = {
    let mut table = [None; 256];
    let mut at = 0;
    use EventKind as E;
    let kinds = [
        E::GoStart,
        E::GoBlock,
        E::GoStop,
        E::GoUnblock,
        E::GoSyscallBegin,
        E::GoSyscallEnd,
    ];
    while at < kinds.len() {
        table[kinds[at] as usize] = Step::of(kinds[at]);
        at += 1;
    }
    table
};

/// The only argument of a list with a bit for each.
const fn place_of(args: u8) -> u8 {
    match args.trailing_zeros() {
        at @ 0..3 => at as u8,
        _ => 3,
    }
}

impl Known {
    /// Lets an event of a frequent kind happen; false if it cannot, and nothing has changed then.
    #[expect(
        clippy::inline_always,
        reason = "measured: where the row is known it leaves the code of that kind alone"
    )]
    #[inline(always)]
    pub(super) fn step(&mut self, step: &Step, event: &RawEvent, cx: &mut Context) -> bool {
        let id = step.goroutine(event, *cx);
        let Some(goroutine) = self.goroutines.get_mut(id) else {
            return false;
        };
        let before = goroutine.sequence;
        // One more, if it has a number.
        let number = before.number.wrapping_sub(step.named);
        let unlike = (before.generation ^ self.generation) | (number ^ event.args[1]);
        if goroutine.status != step.from || unlike & step.named != 0 || !step.fits(*cx) {
            return false;
        }
        if step.call != Call::No {
            let Some(proc) = self.procs.get_mut(cx.proc) else {
                return false;
            };
            if step.call == Call::Ends {
                if proc.status != status::PROC_SYSCALL {
                    return false;
                }
                proc.status = status::PROC_RUNNING;
            } else {
                // The number tells system calls on one P apart when clocks do not; since the P
                // runs, it must fit at once.
                let number = proc.sequence.number.wrapping_add(1);
                if proc.sequence.generation != self.generation || number != event.args[0] {
                    return false;
                }
                proc.status = status::PROC_SYSCALL;
                proc.sequence.number = number;
            }
        }
        goroutine.status = step.to;
        goroutine.sequence.number = number;
        let OnThread { takes, lets_go, .. } = step.thread;
        cx.goroutine = (cx.goroutine & !takes | id & takes) | NONE & lets_go;
        true
    }

    /// Why an event of a frequent kind cannot happen now; `None` if its time has not come.
    #[cold]
    pub(super) fn why_not(&mut self, step: &Step, event: &RawEvent, cx: Context) -> Advance {
        let kind = event.kind;
        if step.named != 0 {
            let sequence = self.sequence(event.args[1]);
            match self.goroutines.get_mut(event.args[0] as i64) {
                Some(it) if it.status == step.from && sequence.follows(it.sequence) => {}
                _ => return Ok(None),
            }
        }
        if !step.fits(cx) {
            return Err(super::unfit(kind, cx.thread, cx.proc, cx.goroutine));
        }
        self.running(cx, step.from, kind)?;
        let number = event.args[0];
        let proc = self.proc_of(cx.proc, kind)?;
        if step.call == Call::Ends {
            return Err(super::not_in_syscall(kind, cx.proc));
        }
        let at = proc.sequence.number;
        let reason = format!(
            "a system call with number {number} on P {}, which is at {at}",
            cx.proc
        );
        Err(reason.into())
    }
}
