//! A run as it went: what each goroutine did from when to when, where, and who made it go on.

use contend_gotrace::{Change, Event, EventKind, GoState, NONE, Tables};
use rustc_hash::FxHashMap;

use super::site::reason_of;
use super::{Place, WaitKind};

/// A goroutine, or the program as a whole, did one thing for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Who.
    pub lane: Lane,
    /// On the clock of the trace, in nanoseconds.
    pub start: i64,
    /// After `start`, or equal to it.
    pub end: i64,
    /// An index into [`Lanes::activities`].
    pub activity: u32,
    /// The thread it ran on or whose system call it was, or [`NONE`].
    pub thread: i64,
    /// The P it ran on, or [`NONE`].
    pub proc: i64,
    /// Of a wait: who ended it, and of the first stretch of a goroutine: who started it;
    /// [`NONE`] if that was the runtime or is not known.
    pub by: i64,
    /// Where `by` did so: an index into [`Lanes::places`], if it is known.
    pub by_place: Option<u32>,
    /// Whether the trace or its sound part ended before the stretch did.
    pub open: bool,
}

/// Whose stretch it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lane {
    /// The collector marks.
    Collector,
    /// The world is stopped.
    World,
    /// A goroutine.
    Goroutine(i64),
}

/// What is done.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Activity {
    /// Runs.
    Running,
    /// Could run, but no P does so.
    Runnable,
    /// Is in a system call or in C.
    Syscall(Place),
    /// Waits.
    Waiting(WaitKind, Place),
    /// The collector marks.
    Marking,
    /// The world is stopped, for that reason.
    Stopped(String),
}

/// A goroutine, once the trace says no more of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Life {
    /// Its id.
    pub goroutine: i64,
    /// The function it was started with; empty if the trace does not say.
    pub function: String,
    /// Who started it, or [`NONE`].
    pub creator: i64,
}

/// Takes stretches as they end, so their ends never go back in time.
pub trait Watcher {
    /// A generation begins then; the first of these calls comes before all else.
    fn begin(&mut self, time: i64);
    /// A stretch has ended; what was done is told with it.
    fn stretch(&mut self, stretch: &Stretch, activity: &Activity);
    /// A goroutine has ended, or the trace has.
    fn life(&mut self, life: &Life);
}

/// Events to stretches.
#[derive(Debug, Default)]
pub struct Lanes {
    live: FxHashMap<i64, Live>,
    activities: Vec<Activity>,
    activity_ids: FxHashMap<Activity, u32>,
    places: Vec<Place>,
    place_ids: FxHashMap<Place, u32>,
    /// Of this generation: by reason and stack.
    by_stack: FxHashMap<(u64, u64), u32>,
    places_by_stack: FxHashMap<u64, u32>,
    marking: Option<i64>,
    stopped: FxHashMap<i64, i64>,
    last: i64,
}

#[derive(Debug)]
struct Live {
    state: GoState,
    since: i64,
    activity: u32,
    thread: i64,
    proc: i64,
    /// Who started it, and where, until that is told.
    started_by: Option<(i64, Option<u32>)>,
    creator: i64,
    function: String,
}

/// Reason id of a system call, which no string has.
const SYSCALL: u64 = u64::MAX;

impl Lanes {
    /// What stretches refer to.
    pub fn activities(&self) -> &[Activity] {
        &self.activities
    }

    /// What stretches refer to.
    pub fn places(&self) -> &[Place] {
        &self.places
    }

    /// Takes the next event.
    pub fn take(&mut self, event: &Event, tables: &Tables, watcher: &mut dyn Watcher) {
        let before = std::mem::replace(&mut self.last, event.time);
        match event.kind {
            EventKind::Sync => {
                if event.args[1] != 0 {
                    self.leave_off(before, watcher);
                }
                watcher.begin(event.time);
                self.by_stack.clear();
                self.places_by_stack.clear();
            }
            EventKind::GCBegin | EventKind::GCActive => {
                self.marking.get_or_insert(event.time);
            }
            EventKind::GCEnd => {
                if let Some(start) = self.marking.take() {
                    let activity = self.activity(Activity::Marking);
                    self.tell(
                        &whole(Lane::Collector, start, event.time, activity),
                        watcher,
                    );
                }
            }
            EventKind::STWBegin => {
                self.stopped.insert(event.goroutine, event.time);
            }
            EventKind::STWEnd => {
                if let Some(start) = self.stopped.remove(&event.goroutine) {
                    let reason = tables.string(event.args[0]).to_owned();
                    let activity = self.activity(Activity::Stopped(reason));
                    self.tell(&whole(Lane::World, start, event.time, activity), watcher);
                }
            }
            _ => {
                if let Some(Change::Goroutine(id, from, to)) = event.change()
                    && from != to
                {
                    self.change(event, id, to, tables, watcher);
                }
            }
        }
    }

    /// The trace has ended.
    pub fn close(&mut self, watcher: &mut dyn Watcher) {
        self.leave_off(self.last, watcher);
    }

    fn tell(&self, stretch: &Stretch, watcher: &mut dyn Watcher) {
        watcher.stretch(stretch, &self.activities[stretch.activity as usize]);
    }

    fn change(
        &mut self,
        event: &Event,
        id: i64,
        to: GoState,
        tables: &Tables,
        watcher: &mut dyn Watcher,
    ) {
        let before = self.live.remove(&id);
        let place = if event.goroutine == NONE || event.goroutine == id {
            None
        } else {
            self.place(event.stack(), tables)
        };
        if let Some(before) = &before {
            let (by, by_place) = match before.state {
                GoState::Waiting => (event.goroutine, place),
                _ => before.started_by.unwrap_or((NONE, None)),
            };
            let stretch = Stretch {
                by,
                by_place,
                ..before.stretch(id, event.time)
            };
            self.tell(&stretch, watcher);
        }
        let (mut function, creator) = before.map_or((String::new(), NONE), |before| {
            (before.function, before.creator)
        });
        let mut live = Live {
            state: to,
            since: event.time,
            activity: self.activity_after(event, to, tables),
            thread: NONE,
            proc: NONE,
            started_by: None,
            creator,
            function: String::new(),
        };
        match event.kind {
            EventKind::GoCreate | EventKind::GoCreateBlocked => {
                live.started_by = Some((event.goroutine, place));
                live.creator = event.goroutine;
                function = outermost(event.args[1], tables);
            }
            EventKind::GoStatus | EventKind::GoStatusStack => {
                // It runs on the thread that says so; of others the P is not known.
                live.thread = event.args[1] as i64;
                live.proc = if live.thread == event.thread {
                    event.proc
                } else {
                    NONE
                };
            }
            _ => (live.thread, live.proc) = (event.thread, event.proc),
        }
        if function.is_empty() && event.goroutine == id {
            function = outermost(event.stack(), tables);
        }
        live.function = function;
        match to {
            GoState::Running => {}
            GoState::Syscall => live.proc = NONE,
            _ => (live.thread, live.proc) = (NONE, NONE),
        }
        if to == GoState::NotExist {
            watcher.life(&live.life(id));
        } else {
            self.live.insert(id, live);
        }
    }

    fn activity_after(&mut self, event: &Event, to: GoState, tables: &Tables) -> u32 {
        let reason = match to {
            GoState::Running => return self.activity(Activity::Running),
            GoState::Waiting => reason_of(event),
            GoState::Syscall => SYSCALL,
            _ => return self.activity(Activity::Runnable),
        };
        let stack = event.stack();
        if let Some(known) = self.by_stack.get(&(reason, stack)) {
            return *known;
        }
        let place = Place::of(stack, tables);
        let id = self.activity(if reason == SYSCALL {
            Activity::Syscall(place)
        } else {
            Activity::Waiting(WaitKind::of(reason, stack, tables), place)
        });
        self.by_stack.insert((reason, stack), id);
        id
    }

    fn activity(&mut self, activity: Activity) -> u32 {
        if let Some(known) = self.activity_ids.get(&activity) {
            return *known;
        }
        let id = self.activities.len() as u32;
        self.activities.push(activity.clone());
        self.activity_ids.insert(activity, id);
        id
    }

    fn place(&mut self, stack: u64, tables: &Tables) -> Option<u32> {
        if stack == 0 {
            return None;
        }
        if let Some(known) = self.places_by_stack.get(&stack) {
            return Some(*known);
        }
        let place = Place::of(stack, tables);
        let next = self.places.len() as u32;
        let id = *self.place_ids.entry(place.clone()).or_insert(next);
        if id == next {
            self.places.push(place);
        }
        self.places_by_stack.insert(stack, id);
        Some(id)
    }

    /// What goroutines do after `end` is not known.
    fn leave_off(&mut self, end: i64, watcher: &mut dyn Watcher) {
        let mut open: Vec<(i64, Live)> = self.live.drain().collect();
        open.sort_by_key(|(id, _)| *id);
        for (id, live) in open {
            let stretch = Stretch {
                open: true,
                ..live.stretch(id, end)
            };
            self.tell(&stretch, watcher);
            watcher.life(&live.life(id));
        }
        if let Some(start) = self.marking.take() {
            let activity = self.activity(Activity::Marking);
            let stretch = Stretch {
                open: true,
                ..whole(Lane::Collector, start, end, activity)
            };
            self.tell(&stretch, watcher);
        }
        self.stopped.clear();
    }
}

impl Live {
    fn stretch(&self, id: i64, end: i64) -> Stretch {
        Stretch {
            thread: self.thread,
            proc: self.proc,
            ..whole(Lane::Goroutine(id), self.since, end, self.activity)
        }
    }

    fn life(&self, id: i64) -> Life {
        Life {
            goroutine: id,
            function: self.function.clone(),
            creator: self.creator,
        }
    }
}

fn whole(lane: Lane, start: i64, end: i64, activity: u32) -> Stretch {
    Stretch {
        lane,
        start,
        end,
        activity,
        thread: NONE,
        proc: NONE,
        by: NONE,
        by_place: None,
        open: false,
    }
}

/// The function at the bottom of a stack; empty if there is none.
fn outermost(stack: u64, tables: &Tables) -> String {
    let last = tables.stack(stack).last();
    last.map_or_else(String::new, |frame| {
        tables.string(frame.function).to_owned()
    })
}
