//! The kinds that nearly all events are of: goroutines start, stop, wake others, call the system.
//!
//! Each answers whether the event can happen now; it has happened then.

use super::{Context, Known};
use crate::NONE;
use crate::cursor::RawEvent;
use crate::error::Breach;
use crate::event::status;
use crate::kind::EventKind;

impl Known {
    /// Only with the right number, and once the goroutine is runnable.
    #[inline]
    pub(super) fn go_start(
        &mut self,
        event: &RawEvent,
        cx: &mut Context,
    ) -> Result<bool, Box<Breach>> {
        let id = event.args[0] as i64;
        let sequence = self.sequence(event.args[1]);
        let Some(goroutine) = self.goroutines.get_mut(id) else {
            return Ok(false);
        };
        if goroutine.status != status::GO_RUNNABLE || !sequence.follows(goroutine.sequence) {
            return Ok(false);
        }
        if cx.proc == NONE || cx.goroutine != NONE {
            return Err(super::unfit(event.kind, cx.thread, cx.proc, cx.goroutine));
        }
        goroutine.status = status::GO_RUNNING;
        goroutine.sequence.number = sequence.number;
        cx.goroutine = id;
        Ok(true)
    }

    /// Always possible: a running goroutine belongs to its thread.
    #[inline]
    pub(super) fn go_stop(
        &mut self,
        event: &RawEvent,
        cx: &mut Context,
    ) -> Result<bool, Box<Breach>> {
        cx.require_goroutine(event.kind)?;
        let goroutine = self.running(*cx, status::GO_RUNNING, event.kind)?;
        goroutine.status = if event.kind == EventKind::GoBlock {
            status::GO_WAITING
        } else {
            status::GO_RUNNABLE
        };
        cx.goroutine = NONE;
        Ok(true)
    }

    /// Anything may wake a goroutine, so the thread does not matter.
    #[inline]
    pub(super) fn go_unblock(&mut self, event: &RawEvent) -> bool {
        let sequence = self.sequence(event.args[1]);
        match self.goroutines.get_mut(event.args[0] as i64) {
            Some(it) if it.status == status::GO_WAITING && sequence.follows(it.sequence) => {
                it.status = status::GO_RUNNABLE;
                it.sequence.number = sequence.number;
                true
            }
            _ => false,
        }
    }

    #[inline]
    pub(super) fn go_syscall_begin(
        &mut self,
        event: &RawEvent,
        cx: Context,
    ) -> Result<bool, Box<Breach>> {
        cx.require_goroutine(event.kind)?;
        self.running(cx, status::GO_RUNNING, event.kind)?.status = status::GO_SYSCALL;
        let sequence = self.sequence(event.args[0]);
        let proc = self.proc_of(cx.proc, event.kind)?;
        proc.status = status::PROC_SYSCALL;
        // The number tells system calls on one P apart when clocks do not; since the P runs, it
        // must fit at once.
        if !sequence.follows(proc.sequence) {
            let (at, number) = (proc.sequence.number, sequence.number);
            return Err(format!(
                "a system call with number {number} on P {}, which is at {at}",
                cx.proc
            )
            .into());
        }
        proc.sequence.number = sequence.number;
        Ok(true)
    }

    #[inline]
    pub(super) fn go_syscall_end(
        &mut self,
        event: &RawEvent,
        cx: Context,
    ) -> Result<bool, Box<Breach>> {
        cx.require_goroutine(event.kind)?;
        self.running(cx, status::GO_SYSCALL, event.kind)?.status = status::GO_RUNNING;
        let proc = self.proc_of(cx.proc, event.kind)?;
        if proc.status != status::PROC_SYSCALL {
            return Err(super::not_in_syscall(event.kind, cx.proc));
        }
        proc.status = status::PROC_RUNNING;
        Ok(true)
    }
}
