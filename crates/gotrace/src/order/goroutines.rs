//! Goroutines: born, running, waiting, in system calls, gone.

use super::{Advance, After, Context, Goroutine, Need, Order};
use crate::NONE;
use crate::cursor::RawEvent;
use crate::error::Breach;
use crate::event::{FIRST_NEWS, GoState, status};
use crate::kind::EventKind;

impl Order {
    pub(super) fn go_destroy(&mut self, event: &RawEvent, cx: Context) -> Advance {
        cx.require_goroutine(event.kind)?;
        self.known.running(cx, status::GO_RUNNING, event.kind)?;
        self.known.goroutines.remove(cx.goroutine);
        Ok(Some(After::Goroutine(NONE)))
    }

    pub(super) fn go_create(&mut self, event: &RawEvent, cx: Context) -> Advance {
        cx.require(Need::Must, Need::May, event.kind)?;
        if self.known.goroutines.contains(cx.goroutine) {
            self.known.running(cx, status::GO_RUNNING, event.kind)?;
        }
        let status = if event.kind == EventKind::GoCreateBlocked {
            status::GO_WAITING
        } else {
            status::GO_RUNNABLE
        };
        self.create(event.args[0] as i64, status)?;
        Ok(Some(After::Same))
    }

    /// A C thread calls Go: the goroutine begins in the state of a system call.
    pub(super) fn go_create_syscall(&mut self, event: &RawEvent, cx: Context) -> Advance {
        cx.require(Need::May, Need::MustNot, event.kind)?;
        let goroutine = event.args[0] as i64;
        self.create(goroutine, status::GO_SYSCALL)?;
        Ok(Some(After::Goroutine(goroutine)))
    }

    fn create(&mut self, id: i64, status: u8) -> Result<(), Box<Breach>> {
        let goroutine = Goroutine {
            status,
            sequence: self.known.sequence(0),
            attached: None,
        };
        if self.known.goroutines.insert(id, goroutine) {
            Ok(())
        } else {
            Err(format!("goroutine {id} is created, but exists").into())
        }
    }

    pub(super) fn go_destroy_syscall(&mut self, event: &RawEvent, cx: Context) -> Advance {
        cx.require(Need::May, Need::Must, event.kind)?;
        self.known.running(cx, status::GO_SYSCALL, event.kind)?;
        self.known.goroutines.remove(cx.goroutine);
        if cx.proc != NONE {
            let proc = self.known.proc_of(cx.proc, event.kind)?;
            if proc.status != status::PROC_SYSCALL {
                return Err(super::not_in_syscall(event.kind, cx.proc));
            }
            // The system may give the thread's id to another one, which would then seem to take
            // this P from itself; so the thread loses it here.
            proc.status = status::PROC_ABANDONED;
            let steal = RawEvent {
                kind: EventKind::ProcSteal,
                time: event.time,
                args: [cx.proc as u64, 0, 0, u64::from(status::PROC_SYSCALL)],
            };
            self.emit(steal, cx);
        }
        self.emit(*event, cx);
        Ok(Some(After::Neither))
    }

    /// Stands for three: the named goroutine is woken, the running one blocks or ends, and the
    /// named one runs.
    pub(super) fn go_switch(&mut self, event: &RawEvent, cx: Context) -> Advance {
        cx.require_goroutine(event.kind)?;
        self.known.running(cx, status::GO_RUNNING, event.kind)?;
        let next = event.args[0] as i64;
        let sequence = self.known.sequence(event.args[1]);
        match self.known.goroutines.get_mut(next) {
            Some(it) if it.status == status::GO_WAITING && sequence.follows(it.sequence) => {}
            _ => return Ok(None),
        }
        self.emit(*event, cx);
        let left = if event.kind == EventKind::GoSwitch {
            self.known
                .running(cx, status::GO_RUNNING, event.kind)?
                .status = status::GO_WAITING;
            EventKind::GoBlock
        } else {
            self.known.goroutines.remove(cx.goroutine);
            EventKind::GoDestroy
        };
        let time = event.time;
        let args = [0, 0, u64::from(left == EventKind::GoBlock), 0];
        self.emit(
            RawEvent {
                kind: left,
                time,
                args,
            },
            cx,
        );
        if let Some(goroutine) = self.known.goroutines.get_mut(next) {
            goroutine.status = status::GO_RUNNING;
            goroutine.sequence = sequence;
        }
        let start = RawEvent {
            kind: EventKind::GoStart,
            time,
            args: [event.args[0], event.args[1], 0, 0],
        };
        let free = Context {
            goroutine: NONE,
            ..cx
        };
        self.emit(start, free);
        Ok(Some(After::Goroutine(next)))
    }

    /// The event says that the thread lost its P in the call; it waits until that has happened.
    pub(super) fn go_syscall_end_blocked(&mut self, event: &RawEvent, cx: Context) -> Advance {
        if cx.proc != NONE
            && self.known.proc_of(cx.proc, event.kind)?.status == status::PROC_SYSCALL
        {
            return Ok(None);
        }
        cx.require(Need::May, Need::Must, event.kind)?;
        self.known
            .running(cx, status::GO_SYSCALL, event.kind)?
            .status = status::GO_RUNNABLE;
        Ok(Some(After::Goroutine(NONE)))
    }

    /// What a goroutine does when a generation begins. New ones may turn up in the first only.
    pub(super) fn go_status(&mut self, event: &RawEvent, mut cx: Context) -> Advance {
        let mut event = *event;
        let (id, thread) = (event.args[0] as i64, event.args[1] as i64);
        let status = event.args[2] as u8;
        if GoState::of_status(status).is_none() {
            return Err(format!("goroutine {id} has status {status}, which does not exist").into());
        }
        let sequence = self.known.sequence(0);
        event.args[2] = u64::from(status);
        if let Some(known) = self.known.goroutines.get_mut(id) {
            if known.status != status {
                let (before, now) = (super::go_status(known.status), super::go_status(status));
                return Err(
                    format!("goroutine {id} was {before} and is now said to be {now}").into(),
                );
            }
            known.sequence = sequence;
        } else if self.is_first_generation() {
            self.create(id, status)?;
            event.args[2] |= FIRST_NEWS << 32;
        } else {
            return Err(
                format!("goroutine {id} appears from nowhere after the first generation").into(),
            );
        }

        let mut after = After::Same;
        match status {
            status::GO_RUNNING => after = After::Goroutine(id),
            status::GO_SYSCALL if thread == NONE => {
                return Err(format!("goroutine {id} is in a system call without a thread").into());
            }
            status::GO_SYSCALL if thread == cx.thread => {
                if !self.is_first_generation() && cx.goroutine != id {
                    return Err(wrong_thread(id, thread, cx.goroutine).into());
                }
                after = After::Goroutine(id);
            }
            // Another thread, which has been in that call since before the generation began, and
            // so has no P.
            status::GO_SYSCALL => {
                let slot = self.slot(thread) as usize;
                let other = &mut self.threads[slot];
                if other.seen {
                    if other.goroutine != id {
                        return Err(wrong_thread(id, thread, other.goroutine).into());
                    }
                    cx.goroutine = id;
                } else {
                    other.seen = true;
                    other.goroutine = id;
                    other.proc = NONE;
                }
                cx.thread = thread;
            }
            _ => {}
        }
        self.emit(event, cx);
        Ok(Some(after))
    }
}

fn wrong_thread(goroutine: i64, thread: i64, has: i64) -> String {
    format!(
        "goroutine {goroutine} is in a system call on thread {thread}, which has goroutine {has}"
    )
}
