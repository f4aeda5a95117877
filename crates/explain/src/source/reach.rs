//! Who comes to a function, over calls of the source, and in which goroutines.

use std::collections::BTreeMap;

use contend_base::Location;
use contend_rules::{CallSite, Deed, Use};
use contend_types::ObjId;

use super::{Entry, Source};

/// Calls are followed this far.
const CALLS: usize = 8;
/// More entrances than that are no news.
const ENTRIES: usize = 12;
/// More goroutines than that are not named.
const GOROUTINES: usize = 3;

/// Calls of the user's own code that come to uses in other code.
pub(super) fn entries(uses: &[&Use], source: &Source<'_>) -> Vec<Entry> {
    let mut found: BTreeMap<(u32, u32), Entry> = BTreeMap::new();
    for it in uses
        .iter()
        .filter(|it| !matches!(it.deed, Deed::Hands | Deed::Shares) && !it.is_fresh)
    {
        let Some(owner) = it.owner.filter(|owner| !(source.is_own)(*owner)) else {
            continue;
        };
        for (call, by) in calls_from_outside(owner, source) {
            if is_constructor(&name(by, source)) {
                continue; // nobody else has the value yet
            }
            let file = source.files.get(call.location.file);
            let line = file.line_column(call.location.span.start).line;
            let text = String::from_utf8_lossy(file.slice(file.line_span(line)));
            let entry = found
                .entry((call.location.file.index() as u32, line))
                .or_insert_with(|| Entry {
                    file: (source.show)(&file.path),
                    line,
                    text: text.trim().to_owned(),
                    function: call
                        .from
                        .map_or_else(String::new, |from| name(from, source)),
                    by: name(by, source),
                    deed: it.deed,
                    goroutines: goroutines(call, source),
                });
            entry.deed = entry.deed.max(it.deed);
        }
    }
    let mut all: Vec<Entry> = found.into_values().collect();
    all.sort_by_key(|it| !it.deed.changes());
    all.truncate(ENTRIES);
    all
}

/// True for functions that make a value, by what they are called everywhere.
fn is_constructor(function: &str) -> bool {
    let name = function.rsplit('.').next().unwrap_or(function);
    let is_method = function.contains(").");
    !is_method
        && ["New", "Open", "Make", "Must"]
            .iter()
            .any(|it| name.starts_with(it))
}

/// The calls of own code by which one comes to a function, and the function that they call.
fn calls_from_outside<'s>(function: ObjId, source: &Source<'s>) -> Vec<(&'s CallSite, ObjId)> {
    let mut found = Vec::new();
    let mut seen = vec![function];
    let mut open = vec![function];
    for _ in 0..CALLS {
        for to in std::mem::take(&mut open) {
            for call in callers(to, source) {
                match call.from {
                    Some(from) if (source.is_own)(from) => found.push((call, to)),
                    Some(from) if !seen.contains(&from) => {
                        seen.push(from);
                        open.push(from);
                    }
                    _ => {}
                }
            }
        }
    }
    found
}

/// The calls of a function; those through interfaces by the name of their method.
fn callers<'s>(to: ObjId, source: &Source<'s>) -> impl Iterator<Item = &'s CallSite> {
    let interfaces = (source.interface_methods)(to);
    source
        .calls
        .iter()
        .filter(move |call| call.to == to || interfaces.contains(&call.to))
}

/// Where the goroutines start that come to a call, in words.
fn goroutines(call: &CallSite, source: &Source<'_>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut seen = Vec::new();
    let mut open = vec![*call];
    for _ in 0..CALLS {
        for call in std::mem::take(&mut open) {
            let text = match (call.start, call.from) {
                (Some(start), _) => {
                    let what = if start.is_goroutine {
                        "the goroutine started at"
                    } else {
                        "what is called back from"
                    };
                    format!("{what} {}", place(start.location, source))
                }
                (None, None) => "the initialisation".to_owned(),
                (None, Some(from)) if seen.contains(&from) => continue,
                (None, Some(from)) => {
                    seen.push(from);
                    let before = open.len();
                    open.extend(callers(from, source).filter(|it| it.from != Some(from)));
                    let is_main = name(from, source).ends_with(".main");
                    if before < open.len() || !is_main {
                        continue;
                    }
                    "the main goroutine".to_owned()
                }
            };
            if found.len() < GOROUTINES && !found.contains(&text) {
                found.push(text);
            }
        }
    }
    found
}

fn place(location: Location, source: &Source<'_>) -> String {
    let file = source.files.get(location.file);
    let line = file.line_column(location.span.start).line;
    format!("{}:{line}", (source.show)(&file.path))
}

/// A function as the source declares it.
pub(super) fn name(function: ObjId, source: &Source<'_>) -> String {
    let mut functions = source.functions.iter();
    let found = functions.find(|it| it.object == Some(function));
    found.map_or_else(String::new, |it| it.name.clone())
}

/// True if `from` comes to `to` by calls in the same goroutine.
pub(super) fn comes_to(from: ObjId, to: ObjId, source: &Source<'_>) -> bool {
    let mut seen = vec![to];
    let mut open = vec![to];
    for _ in 0..CALLS {
        for to in std::mem::take(&mut open) {
            for call in callers(to, source).filter(|it| it.start.is_none()) {
                match call.from {
                    Some(caller) if caller == from => return true,
                    Some(caller) if !seen.contains(&caller) => {
                        seen.push(caller);
                        open.push(caller);
                    }
                    _ => {}
                }
            }
        }
    }
    false
}
