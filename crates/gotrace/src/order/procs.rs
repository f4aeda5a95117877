//! Ps: taken, given up, taken away in system calls.

use super::{Advance, After, Context, Need, Order, Proc};
use crate::NONE;
use crate::cursor::RawEvent;
use crate::event::{Before, ProcState, status};

impl Order {
    pub(super) fn proc_start(&mut self, event: &RawEvent, cx: Context) -> Advance {
        let id = event.args[0] as i64;
        let sequence = self.known.sequence(event.args[1]);
        let Some(proc) = self.known.procs.get_mut(id) else {
            return Ok(None);
        };
        // A thread in a system call may still have a P that is about to be taken away.
        if proc.status != status::PROC_IDLE || !sequence.follows(proc.sequence) || cx.proc != NONE {
            return Ok(None);
        }
        cx.require(Need::MustNot, Need::May, event.kind)?;
        proc.status = status::PROC_RUNNING;
        proc.sequence = sequence;
        Ok(Some(After::Proc(id)))
    }

    /// Always possible, since the P belongs to the thread.
    pub(super) fn proc_stop(&mut self, event: &RawEvent, cx: Context) -> Advance {
        let proc = self.known.proc_of(cx.proc, event.kind)?;
        if proc.status != status::PROC_RUNNING && proc.status != status::PROC_SYSCALL {
            return Err(
                format!("{} on P {}, which does not run", event.kind.name(), cx.proc).into(),
            );
        }
        cx.require(Need::Must, Need::May, event.kind)?;
        proc.status = status::PROC_IDLE;
        Ok(Some(After::Proc(NONE)))
    }

    /// A P is taken from a thread that is in a system call, by that thread itself or another.
    pub(super) fn proc_steal(&mut self, event: &RawEvent, cx: Context) -> Advance {
        let mut event = *event;
        let (id, victim) = (event.args[0] as i64, event.args[2] as i64);
        let sequence = self.known.sequence(event.args[1]);
        let Some(proc) = self.known.procs.get_mut(id) else {
            return Ok(None);
        };
        let before = proc.status;
        let takable = before == status::PROC_SYSCALL || before == status::PROC_ABANDONED;
        if !takable || !sequence.follows(proc.sequence) {
            return Ok(None);
        }
        cx.require(Need::May, Need::May, event.kind)?;
        event.args[3] = u64::from(before);
        proc.status = status::PROC_IDLE;
        proc.sequence = sequence;
        if before == status::PROC_ABANDONED {
            // The thread is lost, and may do something else by now.
            self.emit(event, cx);
            return Ok(Some(After::Same));
        }
        let mut after = After::Same;
        if victim == cx.thread {
            if cx.proc != id {
                return Err(wrong_proc(id, victim, cx.proc).into());
            }
            after = After::Proc(NONE);
        } else {
            let thread = self.thread_mut(victim).ok_or_else(|| {
                format!("P {id} is taken from thread {victim}, which does not exist")
            })?;
            if thread.proc != id {
                return Err(wrong_proc(id, victim, thread.proc).into());
            }
            thread.proc = NONE;
        }
        self.emit(event, cx);
        Ok(Some(after))
    }

    /// What a P does when a generation begins.
    pub(super) fn proc_status(&mut self, event: &RawEvent, mut cx: Context) -> Advance {
        let mut event = *event;
        let id = event.args[0] as i64;
        let said = event.args[1] as u8;
        if ProcState::of_status(said).is_none() {
            return Err(format!("P {id} has status {said}, which does not exist").into());
        }
        let sequence = self.known.sequence(0);
        let mut before = Before::Same;
        if let Some(known) = self.known.procs.get_mut(id) {
            match (said, known.status) {
                // It was lost only from the view of this generation.
                (status::PROC_ABANDONED, status::PROC_SYSCALL) => {
                    before = Before::Running;
                    event.args[1] = u64::from(status::PROC_SYSCALL);
                }
                (status::PROC_ABANDONED, status::PROC_ABANDONED) => before = Before::Idle,
                (now, then) if now != then => {
                    return Err(
                        format!("P {id} had status {then} and is now said to have {now}").into(),
                    );
                }
                _ => {}
            }
            known.sequence = sequence;
        } else {
            let proc = Proc {
                status: said,
                sequence,
                ranges: super::ranges::Ranges::default(),
            };
            self.known.procs.insert(id, proc);
            before = if self.is_first_generation() {
                Before::Unknown
            } else {
                Before::Absent
            };
        }
        event.args[2] = before.number();

        let mut after = After::Same;
        if said == status::PROC_RUNNING || said == status::PROC_SYSCALL {
            after = After::Proc(id);
        }
        if before == Before::Running {
            // Whoever takes the P away tells; the P still belongs to another thread.
            let owner = self
                .threads
                .iter()
                .find(|it| it.is_known() && it.proc == id);
            let owner = owner.ok_or_else(|| format!("P {id} is in a system call of no thread"))?;
            cx = Context {
                thread: owner.id,
                proc: id,
                goroutine: owner.goroutine,
            };
        }
        self.emit(event, cx);
        Ok(Some(after))
    }
}

fn wrong_proc(proc: i64, thread: i64, has: i64) -> String {
    format!("P {proc} is taken from thread {thread}, which has P {has} (-1 is none)")
}
