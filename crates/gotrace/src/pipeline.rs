//! A thread that puts events in order, ahead of another one that makes use of them.
//!
//! With the thread that loads generations that makes three: while events of one generation are made
//! use of, the later ones of it or those of the next are decoded and put in order, and the tables of
//! one more are read. Order needs all that happened before, so it is the work of one thread.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};

use crate::error::TraceError;
use crate::made::Made;
use crate::parcel::Parcel;
use crate::sequence::{News, Sequence};

/// How many parcels go to and fro. Since each comes back before it is filled again, the thread is
/// ahead by so much at most.
const PARCELS: usize = 8;

/// How many go back at a time, so that the thread, if it waits for them, is not woken for each.
const TOGETHER: usize = 4;

/// Where events come out that the thread has put in order.
#[derive(Debug)]
pub(crate) struct Pipeline {
    parcel: Parcel,
    full: Receiver<Parcel>,
    empty: Sender<Parcel>,
    /// Those that are to go back.
    used: Vec<Parcel>,
    thread: Option<JoinHandle<()>>,
}

impl Pipeline {
    /// Starts the thread.
    pub(crate) fn of(sequence: Sequence<'static>) -> Result<Self, TraceError> {
        let (send, full) = channel();
        let (empty, refill) = channel();
        let work = move || fill_all(sequence, &send, &refill);
        let thread = thread::Builder::new()
            .name("trace order".to_owned())
            .spawn(work)
            .map_err(|error| TraceError::Unreadable {
                offset: 0,
                reason: error.to_string(),
            })?;
        let mut used = Vec::new();
        used.resize_with(PARCELS, Parcel::default);
        let mut pipeline = Self {
            parcel: Parcel::default(),
            full,
            empty,
            used,
            thread: Some(thread),
        };
        pipeline.give_back();
        Ok(pipeline)
    }

    /// The next events in the place of those in `made`, none at the end.
    pub(crate) fn next(&mut self, made: &mut Made) -> Option<News> {
        if self.parcel.is_taken() {
            match self.full.recv() {
                Ok(next) => self.used.push(std::mem::replace(&mut self.parcel, next)),
                Err(_) => self.join(),
            }
            if TOGETHER <= self.used.len() {
                self.give_back();
            }
        }
        self.parcel.take(made)
    }

    /// A panic of the thread must not pass for the end of the trace.
    fn join(&mut self) {
        if let Some(thread) = self.thread.take()
            && let Err(panic) = thread.join()
        {
            std::panic::resume_unwind(panic);
        }
    }

    fn give_back(&mut self) {
        for parcel in self.used.drain(..) {
            // At the end nobody takes them any more.
            let _ = self.empty.send(parcel);
        }
    }
}

/// Sends the whole trace, unless the other end goes away.
fn fill_all(mut sequence: Sequence<'static>, full: &Sender<Parcel>, empty: &Receiver<Parcel>) {
    let (mut made, mut parcel) = (Made::default(), Parcel::default());
    loop {
        let is_more = sequence.next(&mut made);
        let news = sequence.news();
        // What a generation explains, and why the trace ends, is true of what comes then only.
        let is_other = news.tables.is_some() || !is_more;
        if parcel.is_full() || is_other && !parcel.is_empty() {
            let Ok(mut next) = empty.recv() else { return };
            next.clear();
            if full.send(std::mem::replace(&mut parcel, next)).is_err() {
                return;
            }
        }
        parcel.put(&made, news);
        if !is_more {
            // Whether or not somebody still wants to know.
            let _ = full.send(parcel);
            return;
        }
    }
}
