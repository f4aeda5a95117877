//! Regions and tasks that the program marked with `runtime/trace`: how long they took, what that
//! time went into, and the chain of wakes behind the slowest one.

use contend_gotrace::{ById, GoState, NONE};
use rustc_hash::FxHashMap;

use super::places::SiteId;
use super::steps::{Part, Step, StepId, Steps};
use super::{Latency, Place, WaitKind};

/// All regions, or all tasks, of one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Whether they are tasks, which may go from goroutine to goroutine.
    pub is_task: bool,
    /// As the program called them.
    pub name: String,
    /// Those that began and ended in the trace.
    pub lasted: Latency,
    /// Those that had not ended.
    pub open: u64,
    /// What their time went into, the largest sum first. Of a region, what its goroutine did; of a
    /// task, what was done along the chain of wakes that ends where the task does.
    pub spent: Vec<(Spent, i64)>,
    /// The slowest one.
    pub slowest: Slowest,
}

/// What a part of the time went into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Spent {
    /// Ran.
    Running,
    /// Could run, but no P did so.
    Runnable,
    /// Was in a system call or in C.
    Syscall,
    /// Waited.
    Waiting(WaitKind),
    /// Too long ago to be remembered, or before the trace.
    Forgotten,
}

impl Spent {
    /// `kind` is that of a wait.
    pub(super) fn of(state: GoState, kind: Option<WaitKind>) -> Self {
        match state {
            GoState::Running => Self::Running,
            GoState::Runnable => Self::Runnable,
            GoState::Syscall => Self::Syscall,
            GoState::Waiting => Self::Waiting(kind.unwrap_or(WaitKind::Unknown)),
            GoState::Undetermined | GoState::NotExist => Self::Forgotten,
        }
    }

    pub(super) fn is_wait(self) -> bool {
        matches!(self, Self::Waiting(_))
    }

    /// The words for it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Runnable => "waiting for a processor",
            Self::Syscall => "in system calls",
            Self::Waiting(kind) => kind.words(),
            Self::Forgotten => "too long ago to be known",
        }
    }
}

/// The slowest region or task of a name: instead of a wait that a goroutine ended stands what that
/// goroutine did meanwhile, so the parts add up to the whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slowest {
    /// When it began, in nanoseconds after the trace did.
    pub start_nanos: i64,
    /// The goroutine that ended it.
    pub goroutine: i64,
    /// Its longest parts, in order of time.
    pub links: Vec<Link>,
    /// How many shorter ones there are, and their sum.
    pub rest: (u64, i64),
}

/// A part of a chain of wakes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Who, or [`NONE`].
    pub goroutine: i64,
    /// What it did.
    pub spent: Spent,
    /// Where, of a wait or a system call.
    pub place: Option<Place>,
    /// From the begin of the region or task.
    pub start_nanos: i64,
    /// How long.
    pub nanos: i64,
}

/// How many parts of the slowest are told apart.
const LINKS: usize = 8;

/// Nanoseconds by what they went into: few things, so a list finds them soonest.
#[derive(Clone, Debug, Default)]
struct Sums(Vec<(Spent, i64)>);

impl Sums {
    fn add(&mut self, what: Spent, nanos: i64) {
        match self.0.iter_mut().find(|it| it.0 == what) {
            Some(sum) => sum.1 += nanos,
            None => self.0.push((what, nanos)),
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Spans {
    /// Nothing is remembered before the first region or task begins.
    active: bool,
    steps: Steps,
    goroutines: ById<Goroutine>,
    tasks: FxHashMap<u64, Open>,
    kinds: Vec<Kind>,
    region_names: FxHashMap<String, usize>,
    task_names: FxHashMap<String, usize>,
}

#[derive(Debug, Default)]
struct Goroutine {
    last: Option<StepId>,
    spent: Sums,
    /// With what the goroutine had spent before; the innermost last.
    regions: Vec<(Open, Sums)>,
}

#[derive(Clone, Copy, Debug)]
struct Open {
    kind: usize,
    since: i64,
}

/// What is summed under a name.
#[derive(Debug)]
struct Kind {
    is_task: bool,
    name: String,
    lasted: Latency,
    open: u64,
    spent: Sums,
    /// Begin, goroutine and parts, the last part first.
    slowest: (i64, i64, Vec<Part>),
}

/// What a goroutine did until now.
#[derive(Clone, Copy, Debug)]
pub(super) struct Done {
    pub(super) spent: Spent,
    pub(super) site: SiteId,
    pub(super) since: i64,
}

impl Spans {
    pub(super) fn is_active(&self) -> bool {
        self.active
    }

    /// What a goroutine did last, as far as it is known.
    fn last_of(&mut self, goroutine: i64) -> Option<StepId> {
        self.goroutines.get_mut(goroutine)?.last
    }

    /// A goroutine does something else from now on; `creator` started it, if it is new.
    pub(super) fn enter(&mut self, goroutine: i64, doing: &Done, creator: i64) {
        let by = self.last_of(creator);
        let own = self.goroutines.get_or_default(goroutine);
        let step = Step {
            goroutine,
            start: doing.since,
            end: i64::MAX,
            spent: doing.spent,
            site: doing.site,
            before: own.last,
            by,
        };
        own.last = Some(self.steps.push(step));
    }

    /// What a goroutine did is over; `by` ended it, if it was a wait.
    pub(super) fn leave(&mut self, goroutine: i64, done: &Done, time: i64, by: i64) {
        let by = self.last_of(by);
        let by = by.filter(|_| done.spent.is_wait());
        let own = self.goroutines.get_or_default(goroutine);
        own.spent.add(done.spent, time - done.since);
        if let Some(step) = own.last.and_then(|id| self.steps.get_mut(id)) {
            step.end = time;
            step.by = by.or(step.by);
            return;
        }
        // It began before anything was remembered, or so long ago that it is forgotten.
        own.last = Some(self.steps.push(Step {
            goroutine,
            start: done.since,
            end: time,
            spent: done.spent,
            site: done.site,
            before: None,
            by,
        }));
    }

    /// A goroutine is no more.
    pub(super) fn end(&mut self, goroutine: i64) {
        if let Some(ended) = self.goroutines.get_mut(goroutine) {
            for (open, _) in ended.regions.drain(..) {
                self.kinds[open.kind].open += 1;
            }
        }
        self.goroutines.remove(goroutine);
    }

    /// A region begins in a goroutine that has been running since `running`.
    pub(super) fn begin_region(&mut self, goroutine: i64, name: &str, time: i64, running: i64) {
        let kind = self.kind(false, name);
        let own = self.goroutines.get_or_default(goroutine);
        let mut spent = own.spent.clone();
        spent.add(Spent::Running, time - running);
        own.regions.push((Open { kind, since: time }, spent));
        self.remember(goroutine, running);
    }

    /// From now on, if not yet; the goroutine has been running since `running`.
    fn remember(&mut self, goroutine: i64, running: i64) {
        if !std::mem::replace(&mut self.active, true) {
            let doing = Done {
                spent: Spent::Running,
                site: 0,
                since: running,
            };
            self.enter(goroutine, &doing, NONE);
        }
    }

    pub(super) fn end_region(&mut self, goroutine: i64, name: &str, time: i64, running: i64) {
        let Some(own) = self.goroutines.get_mut(goroutine) else {
            return;
        };
        // One that began before the trace did is not known.
        let is_innermost = |(open, _): &mut (Open, Sums)| self.kinds[open.kind].name == name;
        let Some((open, before)) = own.regions.pop_if(is_innermost) else {
            return;
        };
        let mut spent = own.spent.clone();
        spent.add(Spent::Running, time - running);
        for (what, nanos) in before.0 {
            spent.add(what, -nanos);
        }
        let last = own.last;
        self.ended(open, goroutine, time, last, Some(spent));
    }

    /// A task begins in a goroutine that has been running since `running`.
    pub(super) fn begin_task(
        &mut self,
        (task, name): (u64, &str),
        goroutine: i64,
        time: i64,
        running: i64,
    ) {
        self.remember(goroutine, running);
        let kind = self.kind(true, name);
        self.tasks.insert(task, Open { kind, since: time });
    }

    pub(super) fn end_task(&mut self, task: u64, goroutine: i64, time: i64) {
        let last = self.last_of(goroutine);
        if let Some(open) = self.tasks.remove(&task) {
            self.ended(open, goroutine, time, last, None);
        }
    }

    /// `spent` is what the time went into, if that is known without the chain of wakes.
    fn ended(
        &mut self,
        open: Open,
        goroutine: i64,
        time: i64,
        last: Option<StepId>,
        spent: Option<Sums>,
    ) {
        let kind = &mut self.kinds[open.kind];
        let nanos = time - open.since;
        let is_slowest = kind.lasted.count == 0 || kind.lasted.max_nanos < nanos;
        kind.lasted.add(nanos);
        let chain = || self.steps.chain(last, open.since, time);
        let parts = (is_slowest || spent.is_none())
            .then(chain)
            .unwrap_or_default();
        let spent = spent.unwrap_or_else(|| sums(&parts));
        for (what, nanos) in spent.0 {
            kind.spent.add(what, nanos);
        }
        if is_slowest {
            kind.slowest = (open.since, goroutine, parts);
        }
    }

    fn kind(&mut self, is_task: bool, name: &str) -> usize {
        let ids = if is_task {
            &mut self.task_names
        } else {
            &mut self.region_names
        };
        if let Some(known) = ids.get(name) {
            return *known;
        }
        ids.insert(name.to_owned(), self.kinds.len());
        self.kinds.push(Kind {
            is_task,
            name: name.to_owned(),
            lasted: Latency::default(),
            open: 0,
            spent: Sums::default(),
            slowest: (0, NONE, Vec::new()),
        });
        self.kinds.len() - 1
    }

    /// What goroutines do after a gap is not known; what is open never ends.
    pub(super) fn leave_off(&mut self) {
        let regions = self
            .goroutines
            .take_all()
            .into_iter()
            .flat_map(|(_, it)| it.regions);
        let regions = regions.map(|(open, _)| open);
        let tasks = self.tasks.drain().map(|(_, open)| open);
        // A sum does not depend on the order.
        for open in regions.chain(tasks) {
            self.kinds[open.kind].open += 1;
        }
        self.steps = Steps::default();
    }

    /// All kinds, the largest sum first; `place` is that of a site, `first` when the trace began.
    pub(super) fn close(mut self, place: impl Fn(SiteId) -> Place, first: i64) -> Vec<Span> {
        self.leave_off();
        let span = |kind: Kind| {
            let slowest = slowest(&kind, &place, first);
            let mut spent = kind.spent.0;
            spent.retain(|(_, nanos)| *nanos != 0);
            spent.sort_by_key(|(what, nanos)| (std::cmp::Reverse(*nanos), *what));
            Span {
                is_task: kind.is_task,
                name: kind.name,
                lasted: kind.lasted,
                open: kind.open,
                spent,
                slowest,
            }
        };
        let mut spans: Vec<Span> = self.kinds.into_iter().map(span).collect();
        spans.sort_by(|a, b| {
            (a.is_task, b.lasted.total_nanos, &a.name).cmp(&(
                b.is_task,
                a.lasted.total_nanos,
                &b.name,
            ))
        });
        spans
    }
}

fn sums(parts: &[Part]) -> Sums {
    let mut sums = Sums::default();
    for part in parts {
        let what = part.what.map_or(Spent::Forgotten, |(_, spent, _)| spent);
        sums.add(what, part.end - part.start);
    }
    sums
}

fn slowest(kind: &Kind, place: &impl Fn(SiteId) -> Place, first: i64) -> Slowest {
    let (start, goroutine, parts) = &kind.slowest;
    let mut by_length: Vec<&Part> = parts.iter().collect();
    by_length.sort_by_key(|part| (part.start - part.end, part.start));
    let shorter = by_length.split_off(by_length.len().min(LINKS));
    by_length.sort_by_key(|part| part.start);
    let link = |part: &&Part| {
        let (goroutine, spent, site) = part.what.unwrap_or((NONE, Spent::Forgotten, 0));
        let has_place = spent.is_wait() || spent == Spent::Syscall;
        Link {
            goroutine,
            spent,
            place: has_place.then(|| place(site)),
            start_nanos: part.start - start,
            nanos: part.end - part.start,
        }
    };
    Slowest {
        start_nanos: start - first,
        goroutine: *goroutine,
        links: by_length.iter().map(link).collect(),
        rest: (
            shorter.len() as u64,
            shorter.iter().map(|part| part.end - part.start).sum(),
        ),
    }
}
