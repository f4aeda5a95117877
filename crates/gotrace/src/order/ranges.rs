//! Stretches of time: stop-the-world, assists, sweeps, collections, tasks and regions.

use super::{Advance, After, Attached, Collecting, Context, Need, Order};
use crate::NO_TASK;
use crate::cursor::RawEvent;
use crate::error::Breach;
use crate::kind::EventKind;
use crate::tables::Written;

/// What is under way: the kind that began it, and for a stop-the-world the reason's string.
#[derive(Clone, Debug, Default)]
pub(super) struct Ranges {
    open: Vec<(Option<EventKind>, u64)>,
}

impl Ranges {
    fn begin(&mut self, kind: EventKind, reason: u64) -> Result<(), Box<Breach>> {
        if self.open.contains(&(Some(kind), reason)) {
            return Err(format!("{} inside another", kind.name()).into());
        }
        self.open.push((Some(kind), reason));
        Ok(())
    }

    /// In the first generation this is news, later it must be known.
    fn active(&mut self, kind: EventKind, first_generation: bool) -> Result<(), Box<Breach>> {
        if first_generation {
            return self.begin(kind, 0);
        }
        if self.open.contains(&(Some(kind), 0)) {
            return Ok(());
        }
        Err(format!("{} is said to be under way, but never began", kind.name()).into())
    }

    /// Gives the reason that it began with.
    fn end(&mut self, kind: EventKind) -> Result<u64, Box<Breach>> {
        let at = self.open.iter().position(|(it, _)| *it == Some(kind));
        let at = at.ok_or_else(|| format!("{} ends, but never began", kind.name()))?;
        Ok(self.open.swap_remove(at).1)
    }
}

impl Order {
    fn attached(&mut self, id: i64, kind: EventKind) -> Result<&mut Attached, Box<Breach>> {
        let goroutine =
            self.known.goroutines.get_mut(id).ok_or_else(|| {
                format!("{} of goroutine {id}, which does not exist", kind.name())
            })?;
        Ok(goroutine.attached.get_or_insert_default())
    }

    pub(super) fn goroutine_range_begin(&mut self, event: &RawEvent, cx: Context) -> Advance {
        cx.require_goroutine(event.kind)?;
        let reason = if event.kind == EventKind::STWBegin {
            event.args[0]
        } else {
            0
        };
        let attached = self.attached(cx.goroutine, event.kind)?;
        attached.ranges.begin(event.kind, reason)?;
        Ok(Some(After::Same))
    }

    /// May speak of a goroutine that does not run.
    pub(super) fn goroutine_range_active(&mut self, event: &RawEvent) -> Advance {
        let first = self.is_first_generation();
        let attached = self.attached(event.args[0] as i64, event.kind)?;
        attached
            .ranges
            .active(EventKind::GCMarkAssistBegin, first)?;
        Ok(Some(After::Same))
    }

    pub(super) fn goroutine_range_end(&mut self, event: &RawEvent, cx: Context) -> Advance {
        let mut event = *event;
        cx.require_goroutine(event.kind)?;
        let stops_world = event.kind == EventKind::STWEnd;
        let began = if stops_world {
            EventKind::STWBegin
        } else {
            EventKind::GCMarkAssistBegin
        };
        let reason = self.attached(cx.goroutine, event.kind)?.ranges.end(began)?;
        if stops_world {
            event.args[0] = reason;
        }
        self.emit(event, cx);
        Ok(Some(After::Same))
    }

    pub(super) fn sweep_begin(&mut self, event: &RawEvent, cx: Context) -> Advance {
        cx.require(Need::Must, Need::May, event.kind)?;
        self.known
            .proc_of(cx.proc, event.kind)?
            .ranges
            .begin(event.kind, 0)?;
        Ok(Some(After::Same))
    }

    pub(super) fn sweep_active(&mut self, event: &RawEvent) -> Advance {
        let first = self.is_first_generation();
        let proc = self.known.proc_of(event.args[0] as i64, event.kind)?;
        proc.ranges.active(EventKind::GCSweepBegin, first)?;
        Ok(Some(After::Same))
    }

    pub(super) fn sweep_end(&mut self, event: &RawEvent, cx: Context) -> Advance {
        cx.require(Need::Must, Need::May, event.kind)?;
        self.known
            .proc_of(cx.proc, event.kind)?
            .ranges
            .end(EventKind::GCSweepBegin)?;
        Ok(Some(After::Same))
    }

    /// Whether the number is that of the next event of collections, which are all in one line.
    fn is_next_of_collections(&self, event: &RawEvent) -> bool {
        event.args[0] == self.collection.wrapping_add(1)
    }

    pub(super) fn gc_active(&mut self, event: &RawEvent, cx: Context) -> Advance {
        if self.is_first_generation() {
            if self.collecting != Collecting::Undetermined {
                return Err("GCActive is not the first news of collections"
                    .to_owned()
                    .into());
            }
            self.collecting = Collecting::Yes;
        } else {
            if !self.is_next_of_collections(event) {
                return Ok(None);
            }
            if self.collecting != Collecting::Yes {
                return Err("GCActive, but no collection is under way".to_owned().into());
            }
            cx.require_goroutine(event.kind)?;
        }
        self.collection = event.args[0];
        Ok(Some(After::Same))
    }

    pub(super) fn gc_begin(&mut self, event: &RawEvent, cx: Context) -> Advance {
        if self.collecting != Collecting::Undetermined {
            if !self.is_next_of_collections(event) {
                return Ok(None);
            }
            if self.collecting == Collecting::Yes {
                return Err("GCBegin inside a collection".to_owned().into());
            }
            cx.require_goroutine(event.kind)?;
        }
        self.collection = event.args[0];
        self.collecting = Collecting::Yes;
        Ok(Some(After::Same))
    }

    pub(super) fn gc_end(&mut self, event: &RawEvent, cx: Context) -> Advance {
        if !self.is_next_of_collections(event) {
            return Ok(None);
        }
        if self.collecting != Collecting::Yes {
            return Err("GCEnd, but no collection is under way".to_owned().into());
        }
        cx.require_goroutine(event.kind)?;
        self.collection = event.args[0];
        self.collecting = Collecting::No;
        Ok(Some(After::Same))
    }

    /// Little can be checked: a task may be spoken of before it begins, and may end twice.
    pub(super) fn task_begin(
        &mut self,
        event: &RawEvent,
        cx: Context,
        tables: &Written,
    ) -> Advance {
        let mut event = *event;
        let id = event.args[0];
        if event.args[1] == 0 {
            event.args[1] = NO_TASK;
        }
        let name = known_name(event.kind, event.args[2], tables)?;
        if self.tasks.insert(id, (name, event.args[1])).is_some() {
            return Err(format!("task {id} begins twice").into());
        }
        cx.require_goroutine(event.kind)?;
        self.emit(event, cx);
        Ok(Some(After::Same))
    }

    /// The task may have begun generations ago, whose strings are gone.
    pub(super) fn task_end(&mut self, event: &RawEvent, cx: Context) -> Advance {
        let mut event = *event;
        let (name, parent) = self
            .tasks
            .remove(&event.args[0])
            .unwrap_or((String::new(), NO_TASK));
        event.args[2] = parent;
        event.args[3] = self.carry(name);
        cx.require_goroutine(event.kind)?;
        self.emit(event, cx);
        Ok(Some(After::Same))
    }

    pub(super) fn region_begin(
        &mut self,
        event: &RawEvent,
        cx: Context,
        tables: &Written,
    ) -> Advance {
        cx.require_goroutine(event.kind)?;
        let name = known_name(event.kind, event.args[1], tables)?;
        let attached = self.attached(cx.goroutine, event.kind)?;
        attached.regions.push((event.args[0], name));
        Ok(Some(After::Same))
    }

    /// A region may have begun before the trace did; if one is known it must be the innermost.
    pub(super) fn region_end(
        &mut self,
        event: &RawEvent,
        cx: Context,
        tables: &Written,
    ) -> Advance {
        cx.require_goroutine(event.kind)?;
        let name = known_name(event.kind, event.args[1], tables)?;
        let attached = self.attached(cx.goroutine, event.kind)?;
        if let Some((task, open)) = attached.regions.pop()
            && (task, &open) != (event.args[0], &name)
        {
            return Err(format!("region `{name}` ends inside region `{open}`").into());
        }
        Ok(Some(After::Same))
    }
}

fn known_name(kind: EventKind, id: u64, tables: &Written) -> Result<String, Box<Breach>> {
    if tables.strings.knows(id) || tables.lenient {
        return Ok(tables.string(id).to_owned());
    }
    Err(format!("{} names string {id}, which does not exist", kind.name()).into())
}
