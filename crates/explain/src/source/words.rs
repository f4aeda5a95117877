//! What the source says about a verdict, in words.

use contend_diagnose::{Diagnosis, Site, SiteRole};
use contend_rules::{Deed, Thing, Use};

use super::locate::{function_of, same_function, tail};
use super::reach::comes_to;
use super::{Joined, Source, SourceAccess};

/// More places are counted only.
const PLACES: usize = 4;

impl Joined {
    /// The thing and how it is used, in one sentence; `None` if it is not known.
    pub fn sentence(&self) -> Option<String> {
        let thing = self.thing?;
        let name = &self.name;
        Some(match thing {
            Thing::Map => self.guarded(),
            Thing::Reference | Thing::Slice | Thing::Variable if self.lock.is_empty() => {
                format!(
                    "{} is probably `{name}`; no use of it is under a lock",
                    subject(thing)
                )
            }
            Thing::Reference | Thing::Slice | Thing::Variable => format!(
                "{} is probably `{name}`; `{}` guards it at {} of {} places",
                subject(thing),
                self.lock,
                self.accesses.len() - self.open(),
                self.accesses.len()
            ),
            Thing::Channel => format!(
                "the channel is `{name}`; {}",
                self.counted(&[
                    (&[Deed::Sends], "send", "to it"),
                    (&[Deed::Receives], "receive", "from it"),
                    (&[Deed::Closes], "close", "it"),
                ])
            ),
            Thing::WaitGroup => format!(
                "the WaitGroup is `{name}`; {}",
                self.counted(&[
                    (&[Deed::Adds], "count", "up"),
                    (&[Deed::Dones], "count", "down"),
                    (&[Deed::Waits], "wait", "for it"),
                ])
            ),
            Thing::Lock => format!(
                "the lock is `{name}`; {}",
                self.counted(&[
                    (&[Deed::Locks, Deed::ReadLocks], "lock", "it"),
                    (&[Deed::Unlocks, Deed::ReadUnlocks], "unlock", "it"),
                ])
            ),
        })
    }

    fn open(&self) -> usize {
        self.accesses.iter().filter(|it| it.guard.is_open()).count()
    }

    fn guarded(&self) -> String {
        let all = self.accesses.len();
        let guarded = all - self.open();
        let name = &self.name;
        match &self.lock[..] {
            "" => format!("the map is `{name}`; no use of it is under a lock"),
            lock if guarded == all && self.is_drifted => format!(
                "the map is `{name}`; in this source, which is not the one that crashed, `{lock}` \
                 guards every use: it may have been repaired since"
            ),
            lock if guarded == all => format!(
                "the map is `{name}`; `{lock}` guards every use that was found, so look for \
                 copies of the lock (`contend check`) and for another name of the map"
            ),
            lock => format!("the map is `{name}`; `{lock}` guards it at {guarded} of {all} places"),
        }
    }

    /// `1 place closes it, 2 places send to it, no place receives from it`.
    fn counted(&self, kinds: &[(&[Deed], &str, &str)]) -> String {
        let parts = kinds.iter().map(|(deeds, verb, rest)| {
            let all = self.accesses.iter();
            match all.filter(|it| deeds.contains(&it.deed)).count() {
                0 => format!("no place {verb}s {rest}"),
                1 => format!("1 place {verb}s {rest}"),
                n => format!("{n} places {verb} {rest}"),
            }
        });
        parts.collect::<Vec<_>>().join(", ")
    }

    fn doing(&self, deeds: &[Deed]) -> Vec<&SourceAccess> {
        let all = self.accesses.iter();
        all.filter(|it| deeds.contains(&it.deed)).collect()
    }
}

/// `the map`.
pub(super) fn the(thing: Thing) -> &'static str {
    match thing {
        Thing::Map => "the map",
        Thing::Channel => "the channel",
        Thing::WaitGroup => "the WaitGroup",
        Thing::Lock => "the lock",
        Thing::Reference => "the value",
        Thing::Slice => "the slice",
        Thing::Variable => "the variable",
    }
}

/// What a sentence about a failed use begins with.
fn subject(thing: Thing) -> &'static str {
    match thing {
        Thing::Reference => "what is nil",
        other => the(other),
    }
}

/// The likeliest other sides. Of a map: a write elsewhere, one without the lock rather than one with
/// it, since the runtime dies only if one of the two sides writes, and what died may be the reader.
pub(super) fn other_sides(joined: &Joined, diagnosis: &Diagnosis) -> Vec<Site> {
    const MOST: usize = 3;
    let Some(thing) = joined.thing else {
        return Vec::new();
    };
    let own_writes = || {
        joined
            .accesses
            .iter()
            .any(|it| it.deed.changes() && it.is_own)
    };
    let by_entry = match thing {
        Thing::Map | Thing::Reference | Thing::Slice | Thing::Variable => true,
        Thing::Channel => diagnosis.fault().id.ends_with("-closed"),
        Thing::WaitGroup | Thing::Lock => false,
    };
    if let Some(entry) = other_entry(joined)
        && by_entry
        && !own_writes()
    {
        return vec![entry];
    }
    let deeds: &[Deed] = match (thing, diagnosis.fault().id) {
        (Thing::Map, _) => &[Deed::Writes],
        (Thing::Reference | Thing::Slice | Thing::Variable, _) => &[Deed::Clears, Deed::Writes],
        (Thing::Channel, "send-on-closed" | "close-of-closed" | "close-of-nil") => &[Deed::Closes],
        (Thing::Channel, _) => match crash_deed(joined) {
            Some(Deed::Sends) => &[Deed::Receives],
            _ => &[Deed::Sends, Deed::Closes],
        },
        (Thing::WaitGroup, "waitgroup-negative") => &[Deed::Dones],
        (Thing::WaitGroup, _) => &[Deed::Dones, Deed::Adds],
        (Thing::Lock, "unlock-of-unlocked" | "rwmutex-unlock-of-unlocked") => {
            &[Deed::Unlocks, Deed::ReadUnlocks]
        }
        (Thing::Lock, _) => &[Deed::Locks, Deed::ReadLocks],
    };
    let all = joined.doing(deeds).into_iter();
    let mut others: Vec<&SourceAccess> = all.filter(|it| !it.is_crash).collect();
    let died = joined.accesses.iter().find(|it| it.is_crash);
    let is_elsewhere =
        |it: &SourceAccess| thing == Thing::Lock && it.owner != died.and_then(|died| died.owner);
    others.sort_by_key(|it| {
        (
            !it.is_own,
            is_elsewhere(it),
            !it.guard.is_open(),
            it.deed != deeds[0],
        )
    });
    let most = if thing == Thing::Map { 1 } else { MOST };
    let sites = others.into_iter().take(most).map(|it| Site {
        role: SiteRole::Other,
        function: it.function.clone(),
        file: it.file.clone(),
        line: it.line,
        goroutines: 0,
        example: 0,
    });
    sites.collect()
}

/// A call of the user's own code that comes to a write in a dependency.
fn other_entry(joined: &Joined) -> Option<Site> {
    let mut writes = joined.entries.iter().filter(|it| it.deed.changes());
    writes.next().map(|it| Site {
        role: SiteRole::Other,
        function: it.function.clone(),
        file: it.file.clone(),
        line: it.line,
        goroutines: 0,
        example: 0,
    })
}

fn crash_deed(joined: &Joined) -> Option<Deed> {
    let mut all = joined.accesses.iter();
    all.find(|it| it.is_crash).map(|it| it.deed)
}

/// What to do, with the places to do it at.
pub(super) fn advice(
    joined: &Joined,
    diagnosis: &Diagnosis,
    source: &Source<'_>,
) -> Option<String> {
    let name = &joined.name;
    if diagnosis.fault().id == "nil-map-write" {
        return Some(format!(
            "`{name}` was never made where this value comes from: make it in every place that makes \
             the value around it."
        ));
    }
    match joined.thing? {
        Thing::Map | Thing::Reference | Thing::Slice | Thing::Variable
            if !joined.entries.is_empty() =>
        {
            let own = joined.accesses.iter().filter(|it| it.is_own);
            let own = own.map(|it| (&it.file[..], it.line));
            let calls = joined.entries.iter().map(|it| (&it.file[..], it.line));
            Some(format!(
                "`{name}` belongs to code that is not yours: put your uses of it under one lock, at \
                 {}.",
                places(own.chain(calls))?
            ))
        }
        Thing::Map if joined.accessor.is_some() && !joined.lock.is_empty() => Some(format!(
            "`{}` gives out `{name}` itself, and the lock that it takes ends there: let it return a \
             copy of the map, made under `{}`.",
            joined.accessor.as_deref().unwrap_or_default(),
            joined.lock
        )),
        Thing::Map if !joined.second_names.is_empty() && joined.lock.is_empty() => {
            let at = joined.second_names.iter();
            Some(format!(
                "`{name}` is put into other values, and from there on all are one map: put a clone \
                 there (`maps.Clone`, `Header.Clone`), at {}.",
                places(at.map(|(file, line)| (&file[..], *line)))?
            ))
        }
        Thing::Map | Thing::Slice | Thing::Variable => guard_advice(joined),
        Thing::Reference => {
            let sets = joined.doing(&[Deed::Clears, Deed::Writes]);
            let sets = places(sets.iter().map(|it| (&it.file[..], it.line)))?;
            Some(format!(
                "`{name}` is set at {sets}: take it once, under a lock or from an atomic pointer, \
                 and use what was taken; a check and a later use are two looks. Where it is made on \
                 first use, make it in a sync.Once."
            ))
        }
        Thing::Channel => channel_advice(joined, diagnosis, source),
        Thing::WaitGroup => {
            let dones = joined.doing(&[Deed::Dones]);
            let at = places(dones.iter().map(|it| (&it.file[..], it.line)))?;
            let nested = nested(&dones, source).map_or_else(String::new, |it| {
                format!(" {it}, so that one goroutine counts down twice.")
            });
            (diagnosis.fault().id == "waitgroup-negative").then(|| {
                format!("Each count of `{name}` needs exactly one Done: look at {at}.{nested}")
            })
        }
        Thing::Lock => {
            let unlocks = joined.doing(&[Deed::Unlocks, Deed::ReadUnlocks]);
            let at = places(unlocks.iter().map(|it| (&it.file[..], it.line)))?;
            let nested = unlocked_twice(&unlocks, diagnosis)
                .or_else(|| {
                    let bare = without_own_lock(joined, &unlocks);
                    nested(&bare, source)
                })
                .map_or_else(String::new, |it| {
                    format!(" {it}, so that the second finds it unlocked.")
                });
            diagnosis
                .fault()
                .id
                .ends_with("unlock-of-unlocked")
                .then(|| {
                    format!("`{name}` must be unlocked once on each path: look at {at}.{nested}")
                })
        }
    }
}

fn channel_advice(joined: &Joined, diagnosis: &Diagnosis, source: &Source<'_>) -> Option<String> {
    let name = &joined.name;
    let closes = joined.doing(&[Deed::Closes]);
    let at = |all: &[&SourceAccess]| places(all.iter().map(|it| (&it.file[..], it.line)));
    let own_calls = joined.entries.iter().map(|it| (&it.file[..], it.line));
    match diagnosis.fault().id {
        "send-on-closed" if closes.iter().all(|it| !it.is_own) && !joined.entries.is_empty() => {
            let mut sender = diagnosis.sites.iter();
            let sender = sender.rfind(|it| it.role == SiteRole::Called);
            let sender = sender.map_or_else(String::new, |it| {
                format!(", and `{}` still sends to it", it.function)
            });
            Some(format!(
                "`{name}` belongs to code that is not yours, and your call at {} closes it{sender}: \
                 let everybody who uses the value end first (a sync.WaitGroup), and close then.",
                places(own_calls)?
            ))
        }
        "send-on-closed" => Some(format!(
            "`{name}` is closed at {} while others may still send: let its one sender close it when \
             it has sent the last value, or close another channel that senders select on.",
            at(&closes)?
        )),
        "close-of-closed" => {
            let nested = nested(&closes, source).map_or_else(String::new, |it| format!(" {it}."));
            Some(format!(
                "`{name}` is closed at {}: close it in one place, or in a sync.Once.{nested}",
                at(&closes)?
            ))
        }
        _ => {
            let partner = match crash_deed(joined)? {
                Deed::Sends => ("receive from", [Deed::Receives, Deed::Receives]),
                _ => ("send to", [Deed::Sends, Deed::Closes]),
            };
            let doing = joined.doing(&partner.1);
            Some(match at(&doing) {
                Some(places) => format!(
                    "Who should {} `{name}` is at {places}: {}.",
                    partner.0,
                    waits_itself(&doing, diagnosis)
                        .unwrap_or_else(|| "look why nobody comes there".to_owned())
                ),
                None => format!(
                    "No place in this source was found to {} `{name}`.",
                    partner.0
                ),
            })
        }
    }
}

/// Which of the partners stands in the dump itself, waiting at another line.
fn waits_itself(partners: &[&SourceAccess], diagnosis: &Diagnosis) -> Option<String> {
    let mut waits = diagnosis.sites.iter();
    let site = waits.find(|site| {
        site.role == SiteRole::Waits
            && partners.iter().any(|it| {
                same_function(&site.function, &it.function) && it.line != site.line && !it.is_crash
            })
    })?;
    Some(format!(
        "`{}` does not come there, since it waits at line {} itself. Look for a circle: a channel \
         that both sides wait to send to needs room, or a goroutine of its own for one of the ways",
        site.function, site.line
    ))
}

/// The circle of a hang at channels: who waits at which channel for whom, as far as the source tells
/// that nobody else comes to the other end.
pub(super) fn circle(diagnosis: &Diagnosis, source: &Source<'_>) -> Option<String> {
    if diagnosis.class.id != "channel-circle" {
        return None;
    }
    let waits = || {
        diagnosis
            .sites
            .iter()
            .filter(|it| it.role == SiteRole::Waits)
    };
    let steps: Vec<(&Site, &Use)> = waits()
        .filter_map(|site| Some((site, channel_at(site, source)?)))
        .collect();
    let serves = |site: &Site, channel: &Use| {
        let of_goroutine = diagnosis
            .sites
            .iter()
            .filter(|it| it.example == site.example);
        let mut from = of_goroutine.filter_map(|it| function_of(it, source)?.object);
        from.any(|from| {
            let mut ends = source.uses.iter().filter(|it| is_other_end(it, channel));
            ends.any(|it| {
                it.owner
                    .is_some_and(|owner| owner == from || comes_to(from, owner, source))
            })
        })
    };
    let next = |(site, channel): (&Site, &Use)| {
        let mut partners = steps.iter().filter(|it| it.0 != site);
        partners
            .find(|(partner, _)| serves(partner, channel))
            .copied()
    };
    let start = *steps.first()?;
    let mut said = Vec::new();
    let mut at = start;
    for _ in 0..steps.len() {
        let partner = next(at)?;
        said.push(format!(
            "`{}` {} `{}`, where `{}` should {}",
            at.0.function,
            if at.1.deed == Deed::Sends {
                "sends to"
            } else {
                "receives from"
            },
            at.1.text,
            partner.0.function,
            if at.1.deed == Deed::Sends {
                "receive"
            } else {
                "send"
            },
        ));
        at = partner;
        if at.0 == start.0 {
            return Some(format!(
                "The circle is closed in this source: {}.",
                said.join("; ")
            ));
        }
    }
    None
}

/// The use of a channel at the line of a site.
fn channel_at<'s>(site: &Site, source: &Source<'s>) -> Option<&'s Use> {
    let mut uses = source.uses.iter();
    uses.find(|it| {
        let file = source.files.get(it.location.file);
        it.thing == Thing::Channel
            && matches!(it.deed, Deed::Sends | Deed::Receives)
            && file.line_column(it.location.span.start).line == site.line
            && 0 < tail(&site.file, &file.path)
            && same_function(&site.function, &it.function)
    })
}

fn is_other_end(it: &Use, of: &Use) -> bool {
    let deed = match of.deed {
        Deed::Sends => Deed::Receives,
        _ => Deed::Sends,
    };
    it.is_of(of) && it.deed == deed
}

/// Which of the probable holders of a lock come to a place that takes it, in sentences.
pub(super) fn takers(joined: &Joined, diagnosis: &Diagnosis, source: &Source<'_>) -> Vec<String> {
    if joined.thing != Some(Thing::Lock) || !joined.is_hang {
        return Vec::new();
    }
    let takes = joined.doing(&[Deed::Locks, Deed::ReadLocks]);
    let waits = takes.iter().find(|it| it.is_crash).and_then(|it| it.owner);
    let holders = diagnosis.sites.iter();
    let holders = holders.filter(|it| matches!(it.role, SiteRole::Holds | SiteRole::Other));
    let said = holders.filter_map(|site| {
        let from = function_of(site, source)?.object?;
        let (function, name) = (&site.function, &joined.name);
        let above = |it: &&&SourceAccess| {
            it.owner == Some(from) && it.line < site.line && 0 < tail(&it.file, &site.file)
        };
        if let Some(it) = takes.iter().rfind(above) {
            return Some(format!(
                "`{function}` takes `{name}` at {}:{}, above line {}, where it stands.",
                it.file, it.line, site.line
            ));
        }
        let comes = |it: &&&SourceAccess| {
            let owner = it.owner.filter(|owner| Some(*owner) != waits);
            owner.is_some_and(|owner| owner == from || comes_to(from, owner, source))
        };
        Some(match takes.iter().find(comes) {
            Some(it) => format!(
                "`{function}` comes to {}:{}, which takes `{name}`.",
                it.file, it.line
            ),
            None => format!(
                "`{function}` takes `{name}` nowhere else, as far as this source tells: it is \
                 probably not its holder."
            ),
        })
    });
    said.collect()
}

/// A function that gives a lock up on its way and once more at its end, by a deferred call, which
/// stands at another line than the one where the program died.
fn unlocked_twice(unlocks: &[&SourceAccess], diagnosis: &Diagnosis) -> Option<String> {
    let deferred = unlocks.iter().find(|it| it.is_crash)?;
    let died = diagnosis
        .sites
        .iter()
        .find(|it| it.role == SiteRole::Failed)?;
    if died.line == deferred.line {
        return None;
    }
    let again = |it: &&&SourceAccess| {
        it.owner == deferred.owner && it.deed == deferred.deed && it.line != deferred.line
    };
    let early = unlocks.iter().find(again)?;
    Some(format!(
        "`{}` gives it up at {}:{} and again at its end, where the deferred call of line {} runs",
        deferred.function, early.file, early.line, deferred.line
    ))
}

/// The places whose function does not take the lock itself before.
fn without_own_lock<'j>(joined: &Joined, unlocks: &[&'j SourceAccess]) -> Vec<&'j SourceAccess> {
    let takes = joined.doing(&[Deed::Locks, Deed::ReadLocks]);
    let is_paired = |it: &SourceAccess| takes.iter().any(|take| take.owner == it.owner);
    let bare = unlocks.iter().filter(|it| it.is_crash || !is_paired(it));
    bare.copied().collect()
}

/// Two places of which one function calls the other's.
fn nested(all: &[&SourceAccess], source: &Source<'_>) -> Option<String> {
    let owned = || all.iter().filter_map(|it| Some((it, it.owner?)));
    owned().find_map(|(outer, from)| {
        let (inner, _) = owned().find(|(_, to)| *to != from && comes_to(from, *to, source))?;
        Some(format!(
            "`{}` calls `{}`, and both do it",
            outer.function, inner.function
        ))
    })
}

fn guard_advice(joined: &Joined) -> Option<String> {
    let open = joined.accesses.iter().filter(|it| it.guard.is_open());
    let at = places(open.map(|it| (&it.file[..], it.line)))?;
    let name = &joined.name;
    Some(if joined.lock.is_empty() {
        format!("No use of `{name}` is under a lock. Put a mutex beside it and hold it at {at}.")
    } else {
        format!(
            "Hold `{}`, for writing where `{name}` is changed, at {at}.",
            joined.lock
        )
    })
}

fn places<'a>(all: impl Iterator<Item = (&'a str, u32)>) -> Option<String> {
    let all: Vec<String> = all.map(|(file, line)| format!("{file}:{line}")).collect();
    let (first, more) = all.split_first()?;
    Some(match more {
        [] => first.clone(),
        more if more.len() < PLACES => format!("{first}, {}", more.join(", ")),
        more => format!("{first} and {} more places", more.len()),
    })
}
