//! A map crash joined with the source: the map by name, everybody who uses it, and who does so
//! without the lock.

use std::sync::Arc;

use contend_base::{FileId, SourceFile, SourceMap, Span};
use contend_diagnose::{Diagnosis, Site, SiteRole};
use contend_rules::{FunctionPlace, Holder, MapUse};
use contend_types::ObjId;

use crate::Explanation;

/// What is known about the maps of the program that crashed.
pub struct Source<'a> {
    /// The texts.
    pub files: &'a SourceMap,
    /// Every use of a map.
    pub uses: &'a [MapUse],
    /// Every function.
    pub functions: &'a [FunctionPlace],
    /// Shortens paths for the reader.
    pub show: &'a dyn Fn(&str) -> String,
}

/// What the source says about the first map crash.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Joined {
    /// The number of the verdict that it belongs to.
    pub verdict: usize,
    /// The map as written where the program died; empty if it is not known.
    pub map: String,
    /// The lock that most of its users hold; empty if none does.
    pub lock: String,
    /// All uses of the map.
    pub accesses: Vec<SourceAccess>,
    /// The files that they are in.
    pub files: Vec<JoinedFile>,
    /// The source does not fit the log.
    pub is_drifted: bool,
    /// What does not fit, and what is not known; sentences.
    pub notes: Vec<String>,
}

impl Joined {
    fn slot_of(&mut self, path: &str, file: &SourceFile) -> usize {
        let known = self.files.iter().position(|it| it.path == path);
        known.unwrap_or_else(|| {
            self.files.push(JoinedFile {
                path: path.to_owned(),
                text: file.text.clone(),
            });
            self.files.len() - 1
        })
    }

    /// The map and its lock in one sentence; `None` if the map is not known.
    pub fn sentence(&self) -> Option<String> {
        if self.map.is_empty() {
            return None;
        }
        let all = self.accesses.len();
        let guarded = self
            .accesses
            .iter()
            .filter(|it| !it.guard.is_open())
            .count();
        Some(match &self.lock[..] {
            "" => format!("the map is `{}`; no use of it is under a lock", self.map),
            lock if guarded == all && self.is_drifted => format!(
                "the map is `{}`; in this source, which is not the one that crashed, `{lock}` \
                 guards every use: it may have been repaired since",
                self.map
            ),
            lock if guarded == all => format!(
                "the map is `{}`; `{lock}` guards every use that was found, so look for \
                 copies of the lock (`contend check`) and for another name of the map",
                self.map
            ),
            lock => format!(
                "the map is `{}`; `{lock}` guards it at {guarded} of {all} places",
                self.map
            ),
        })
    }
}

/// A file of the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JoinedFile {
    /// As a reader names it.
    pub path: String,
    /// What is in it.
    pub text: Arc<[u8]>,
}

/// One use of the map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceAccess {
    /// The file, as a reader names it.
    pub file: String,
    /// The line.
    pub line: u32,
    /// The text of the line.
    pub text: String,
    /// The slot of the file in [`Joined::files`].
    pub slot: usize,
    /// The use itself in the file.
    pub span: Span,
    /// The declared function around it.
    pub function: String,
    /// It changes the map.
    pub writes: bool,
    /// What keeps others away.
    pub guard: Guard,
    /// The dump names this line.
    pub is_crash: bool,
}

/// How a use is kept apart from the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Under the lock.
    Held,
    /// Some caller holds the lock.
    ByCaller,
    /// A write under the read lock.
    ReadLockOnly,
    /// Under another lock than most.
    OtherLock,
    /// Under no lock.
    Nothing,
}

impl Guard {
    /// For machines.
    pub fn id(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::ByCaller => "held-by-caller",
            Self::ReadLockOnly => "read-lock-only",
            Self::OtherLock => "other-lock",
            Self::Nothing => "none",
        }
    }

    /// For people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Held => "lock held",
            Self::ByCaller => "lock held by a caller",
            Self::ReadLockOnly => "only the read lock held",
            Self::OtherLock => "another lock held",
            Self::Nothing => "NO LOCK",
        }
    }

    /// True if others can come in.
    pub fn is_open(self) -> bool {
        matches!(self, Self::ReadLockOnly | Self::OtherLock | Self::Nothing)
    }
}

/// Joins the first verdict on a map with the source, and says there what to do.
pub fn join(explanation: &mut Explanation, source: &Source<'_>) {
    let on_map = |diagnosis: &Diagnosis| {
        let id = diagnosis.class.id;
        id.starts_with("map-") || id == "data-race-map" || id == "crash-loop"
    };
    let Some(verdict) = explanation.diagnoses.iter().position(on_map) else {
        explanation.source = Some(Joined {
            notes: vec!["No map crash to join with the source.".to_owned()],
            ..Joined::default()
        });
        return;
    };
    let diagnosis = &mut explanation.diagnoses[verdict];
    let joined = Joined {
        verdict,
        ..join_diagnosis(diagnosis, source)
    };
    let known = diagnosis.sites.clone();
    let is_known = |site: &Site| {
        let same = |it: &Site| it.line == site.line && 0 < tail(&it.file, &site.file);
        known
            .iter()
            .any(|it| it.role != SiteRole::Started && same(it))
    };
    let other = other_side(&joined).filter(|site| !is_known(site));
    diagnosis.sites.extend(other);
    let open: Vec<String> = joined
        .accesses
        .iter()
        .filter(|access| access.guard.is_open())
        .map(|access| format!("{}:{}", access.file, access.line))
        .collect();
    if let Some(advice) = advice(&joined, &open) {
        diagnosis.advice.insert(0, advice);
    }
    explanation.source = Some(joined);
}

/// The likeliest other side: a write elsewhere, one without the lock rather than one with it. The
/// runtime dies only if one of the two sides writes, and what died may be the reader.
fn other_side(joined: &Joined) -> Option<Site> {
    let elsewhere = joined.accesses.iter().filter(|it| !it.is_crash);
    let writes = elsewhere.filter(|it| it.writes);
    let other = writes.min_by_key(|it| !it.guard.is_open())?;
    Some(Site {
        role: SiteRole::Other,
        function: other.function.clone(),
        file: other.file.clone(),
        line: other.line,
        goroutines: 0,
        example: 0,
    })
}

fn advice(joined: &Joined, open: &[String]) -> Option<String> {
    let (first, more) = open.split_first()?;
    let places = match more {
        [] => first.clone(),
        more if more.len() < 4 => format!("{first}, {}", more.join(", ")),
        more => format!("{first} and {} more places", more.len()),
    };
    Some(if joined.lock.is_empty() {
        format!(
            "No use of `{}` is under a lock. Put a mutex beside it and hold it at {places}.",
            joined.map
        )
    } else {
        format!(
            "Hold `{}`, for writing where `{}` is changed, at {places}.",
            joined.lock, joined.map
        )
    })
}

fn join_diagnosis(diagnosis: &Diagnosis, source: &Source<'_>) -> Joined {
    let mut joined = Joined::default();
    let accessed = |site: &&Site| {
        matches!(
            site.role,
            SiteRole::Write | SiteRole::Read | SiteRole::Failed
        )
    };
    let sites: Vec<&Site> = diagnosis.sites.iter().filter(accessed).collect();
    let found = sites
        .iter()
        .find_map(|site| locate(site, diagnosis, source, &mut joined));
    if !joined.is_drifted
        && let Some(note) = unlike_start(diagnosis, source)
    {
        joined.is_drifted = true;
        joined.notes.push(note);
    }
    let Some(crash) = found else {
        if sites.is_empty() {
            joined
                .notes
                .push("The dump names no place of the crash.".to_owned());
        }
        return joined;
    };
    let mut uses: Vec<&MapUse> = source
        .uses
        .iter()
        .filter(|it| it.holder == crash.holder)
        .collect();
    uses.sort_by_key(|it| (it.location.file, it.location.span.start));
    joined.map = name(crash, &uses);
    if joined.map != crash.text {
        joined.notes.push(format!(
            "Where the program died the map is called `{}`; it is `{}` that was handed on.",
            crash.text, joined.map
        ));
    }
    let lock = usual_lock(&uses);
    if let Some(lock) = lock {
        let texts = uses.iter().flat_map(|it| &it.locks);
        let text = texts.filter(|held| held.owner == lock).map(|it| &it.text);
        joined.lock = text.min().cloned().unwrap_or_default();
    }
    for it in uses {
        let file = source.files.get(it.location.file);
        let line = file.line_column(it.location.span.start).line;
        let text = String::from_utf8_lossy(file.slice(file.line_span(line)));
        let mut access = SourceAccess {
            file: (source.show)(&file.path),
            line,
            text: text.trim().to_owned(),
            slot: 0,
            span: it.location.span,
            function: it.function.clone(),
            writes: it.writes,
            guard: guard(it, lock),
            is_crash: sites
                .iter()
                .any(|site| site.line == line && tail(&site.file, &file.path) > 0),
        };
        let known = joined
            .accesses
            .iter_mut()
            .find(|known| known.file == access.file && known.line == access.line);
        if let Some(known) = known {
            // `m[k]++` reads and writes: the write says more.
            known.writes |= access.writes;
        } else {
            access.slot = joined.slot_of(&access.file, file);
            joined.accesses.push(access);
        }
    }
    joined
}

/// The map as written where it has its own name: where it crashed, else at the first such use.
fn name(crash: &MapUse, uses: &[&MapUse]) -> String {
    let own = uses.iter().find(|it| !it.is_alias);
    match own {
        Some(own) if crash.is_alias => own.text.clone(),
        _ => crash.text.clone(),
    }
}

/// The lock that most uses are under; the first one among equals.
fn usual_lock(uses: &[&MapUse]) -> Option<ObjId> {
    let mut counts: Vec<(ObjId, usize)> = Vec::new();
    for held in uses.iter().flat_map(|it| &it.locks) {
        match counts.iter_mut().find(|(lock, _)| *lock == held.owner) {
            Some((_, n)) => *n += 1,
            None => counts.push((held.owner, 1)),
        }
    }
    let most = counts.iter().map(|(_, n)| *n).max()?;
    counts
        .into_iter()
        .find(|(_, n)| *n == most)
        .map(|(lock, _)| lock)
}

fn guard(it: &MapUse, lock: Option<ObjId>) -> Guard {
    let Some(lock) = lock else {
        return Guard::Nothing;
    };
    let modes = it.locks.iter().filter(|held| held.owner == lock);
    match modes.map(|held| held.shared).min() {
        Some(false) => Guard::Held,
        Some(true) if it.writes => Guard::ReadLockOnly,
        Some(true) => Guard::Held,
        None if it.callers.contains(&lock) => Guard::ByCaller,
        None if it.locks.is_empty() => Guard::Nothing,
        None => Guard::OtherLock,
    }
}

/// What a goroutine did to a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    Writes,
    Iterates,
    Reads,
}

impl Deed {
    /// What the dump says that was done.
    fn of_site(site: &Site, diagnosis: &Diagnosis) -> Option<Self> {
        match site.role {
            SiteRole::Write => Some(Self::Writes),
            SiteRole::Read if diagnosis.class.id == "map-iterate-write" => Some(Self::Iterates),
            SiteRole::Read => Some(Self::Reads),
            _ => None,
        }
    }

    fn of_use(it: &MapUse, source: &Source<'_>) -> Self {
        let text = source.files.get(it.location.file).slice(it.location.span);
        match it.writes {
            true => Self::Writes,
            false if text.starts_with(b"for ") || text.starts_with(b"maps.") => Self::Iterates,
            false => Self::Reads,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Writes => "writes",
            Self::Iterates => "iterates over",
            Self::Reads => "reads",
        }
    }
}

/// The use of a map that a site of the dump names. Says what does not fit.
fn locate<'s>(
    site: &Site,
    diagnosis: &Diagnosis,
    source: &Source<'s>,
    joined: &mut Joined,
) -> Option<&'s MapUse> {
    let wanted = Deed::of_site(site, diagnosis);
    let fits = |it: &&&MapUse| wanted.is_none_or(|deed| Deed::of_use(it, source) == deed);
    let function = source
        .functions
        .iter()
        .filter(|it| same_function(&site.function, &it.name))
        .max_by_key(|it| tail(&site.file, &source.files.get(it.location.file).path));
    let Some(function) = function else {
        return renamed(site, source, joined);
    };
    let file = source.files.get(function.location.file);
    let line_of = |it: &MapUse| file.line_column(it.location.span.start).line;
    let inside: Vec<&MapUse> = source
        .uses
        .iter()
        .filter(|it| {
            it.location.file == function.location.file
                && function.location.span.contains(it.location.span.start)
        })
        .collect();
    let here: Vec<&MapUse> = inside
        .iter()
        .copied()
        .filter(|it| line_of(it) == site.line)
        .collect();
    let moved = tail(&site.file, &file.path) == 0;
    // A use in a call of a library, `json.Marshal(m)`, does not look like what it does.
    let other_deed = here.iter().find(fits).is_none() && inside.iter().any(|it| fits(&it));
    // A line may touch two maps: a write is what kills.
    let writes = wanted == Some(Deed::Writes);
    if let Some(found) = here.iter().copied().min_by_key(|it| it.writes != writes)
        && !moved
        && !other_deed
    {
        return Some(here.iter().find(fits).copied().unwrap_or(found));
    }
    let place = format!("{}:{}", (source.show)(&file.path), site.line);
    let first = file.line_column(function.location.span.start).line;
    let last = file.line_column(function.location.span.end).line;
    let text = line_text(source, function.location.file, site.line);
    let name = &site.function;
    joined.is_drifted = moved || !inside.is_empty();
    joined.notes.push(if moved {
        format!(
            "The source is not the version that crashed: `{name}` was in `{}`, here it is in `{}`.",
            last_part(&site.file),
            (source.show)(&file.path)
        )
    } else if !(first..=last).contains(&site.line) {
        joined.is_drifted = true;
        format!(
            "The source is not the version that crashed: {place} is not in `{name}`, which is at \
             lines {first} to {last}."
        )
    } else if inside.is_empty() {
        format!(
            "No map is used at {place} itself (`{text}`): it comes out of a call, or the source \
             is another version than the one that crashed."
        )
    } else {
        let deed = wanted.map_or("uses", Deed::word);
        format!(
            "The source is probably not the version that crashed: {place} {deed} no map (`{text}`)."
        )
    });
    let alike: Vec<&MapUse> = inside.iter().filter(fits).copied().collect();
    let (deed, candidates) = match wanted {
        Some(deed) if !alike.is_empty() => (deed.word(), alike),
        _ => ("uses", inside),
    };
    let mut owners: Vec<Holder> = candidates.iter().map(|it| it.holder).collect();
    owners.sort_unstable();
    owners.dedup();
    if owners.len() != 1 {
        return None;
    }
    joined
        .notes
        .push(format!("Taken instead: the only map that `{name}` {deed}."));
    candidates.first().copied()
}

/// The use at the line that the dump names, in a function with another name.
fn renamed<'s>(site: &Site, source: &Source<'s>, joined: &mut Joined) -> Option<&'s MapUse> {
    let mut note = format!(
        "`{}` is not in this source: another module, or another version.",
        site.function
    );
    let at_line = |it: &&MapUse| {
        let file = source.files.get(it.location.file);
        file.line_column(it.location.span.start).line == site.line
    };
    // The name of the file alone says little: every program has a main.go.
    let same_path = |it: &&MapUse| 1 < tail(&site.file, &source.files.get(it.location.file).path);
    let found = source.uses.iter().filter(same_path).find(at_line);
    if let Some(found) = found {
        joined.is_drifted = true;
        note = format!(
            "{note} Taken instead: the same line of the same file, in `{}`.",
            found.function
        );
    }
    joined.notes.push(note);
    found
}

/// A line that started the goroutine and starts none in this source.
fn unlike_start(diagnosis: &Diagnosis, source: &Source<'_>) -> Option<String> {
    let site = diagnosis
        .sites
        .iter()
        .find(|it| it.role == SiteRole::Started)?;
    let fit = |it: &FunctionPlace| tail(&site.file, &source.files.get(it.location.file).path);
    let same = |it: &&FunctionPlace| same_function(&site.function, &it.name) && 0 < fit(it);
    let best = source.functions.iter().filter(same).map(fit).max()?;
    let mut all = source
        .functions
        .iter()
        .filter(|it| same(it) && fit(it) == best);
    let (Some(function), None) = (all.next(), all.next()) else {
        return None; // a module may have several programs
    };
    let file = source.files.get(function.location.file);
    let text = line_text(source, function.location.file, site.line);
    let starts = ["go ", "Go(", "Func(", "}("]
        .iter()
        .any(|it| text.contains(it));
    (!starts).then(|| {
        format!(
            "The source is probably not the version that crashed: no goroutine starts at {}:{} \
             (`{text}`), where this one did.",
            (source.show)(&file.path),
            site.line
        )
    })
}

fn last_part(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

fn line_text(source: &Source<'_>, file: FileId, line: u32) -> String {
    let file = source.files.get(file);
    let bytes = file.slice(file.line_span(line));
    let text = String::from_utf8_lossy(bytes).trim().replace('`', "'");
    text.chars().take(80).collect()
}

/// True if a function of a dump is the declared function `name`, or a literal inside it. The
/// package of the main program is called `main` in dumps.
fn same_function(dumped: &str, name: &str) -> bool {
    let dumped = without_type_arguments(dumped);
    let (package, rest) = split(&dumped);
    let (own_package, own) = split(name);
    let same_package = package == own_package || package == "main";
    let literal = rest.strip_prefix(own).is_some_and(|tail| {
        [".func", ".gowrap", ".deferwrap", "-range"]
            .iter()
            .any(|start| tail.starts_with(start))
    });
    same_package && (rest == own || literal)
}

/// The import path, and the rest of a name.
fn split(name: &str) -> (&str, &str) {
    let slash = name.rfind('/').map_or(0, |at| at + 1);
    match name[slash..].find('.') {
        Some(dot) => (&name[..slash + dot], &name[slash + dot + 1..]),
        None => ("", name),
    }
}

fn without_type_arguments(name: &str) -> String {
    name.replace("[...]", "")
}

/// How many of the last parts of two paths are equal.
fn tail(a: &str, b: &str) -> usize {
    let parts =
        |path: &str| -> Vec<String> { path.rsplit(['/', '\\']).map(str::to_owned).collect() };
    let (a, b) = (parts(a), parts(b));
    a.iter().zip(&b).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_of_dumps_are_found_by_their_declared_names() {
        for (dumped, name) in [
            ("main.(*counter).add", "example.com/shop/cmd.(*counter).add"),
            ("example.com/a/b.Get", "example.com/a/b.Get"),
            ("main.run.func1.2", "example.com/shop.run"),
            ("example.com/a.Set[...]", "example.com/a.Set"),
        ] {
            assert!(same_function(dumped, name), "{dumped}");
        }
        assert!(!same_function("main.running", "example.com/shop.run"));
        assert!(!same_function("example.com/b.Get", "example.com/a.Get"));
    }

    #[test]
    fn paths_are_compared_from_their_ends() {
        assert_eq!(
            tail("/build/app/store/map.go", "/home/x/app/store/map.go"),
            3
        );
        assert_eq!(tail("C:\\app\\main.go", "/src/app/main.go"), 2);
        assert_eq!(tail("a.go", "b.go"), 0);
    }
}
