//! A crash joined with the source: what it died of by name, everybody who uses that, who does so
//! without the lock, and which calls of the user's own code come to it.

mod locate;
mod question;
mod reach;
mod words;

use std::sync::Arc;

use contend_base::{SourceFile, SourceMap, Span};
use contend_diagnose::{Diagnosis, Site, SiteRole};
use contend_rules::{CallSite, Deed, FunctionPlace, Holder, Thing, Use};
use contend_types::ObjId;

use crate::Explanation;

pub use question::Question;

use locate::{locate, locate_handed, locate_thing, tail, unlike_start};

/// What is known about the program that crashed.
pub struct Source<'a> {
    /// The texts.
    pub files: &'a SourceMap,
    /// Every use of a thing of the kinds that were asked for.
    pub uses: &'a [Use],
    /// Every function.
    pub functions: &'a [FunctionPlace],
    /// Who calls whom.
    pub calls: &'a [CallSite],
    /// True for functions of the packages that the user named.
    pub is_own: &'a dyn Fn(ObjId) -> bool,
    /// The methods of interfaces by which a method may be called.
    pub interface_methods: &'a dyn Fn(ObjId) -> Vec<ObjId>,
    /// The name of a field or variable.
    pub name_of: &'a dyn Fn(ObjId) -> String,
    /// Shortens paths for the reader.
    pub show: &'a dyn Fn(&str) -> String,
}

/// What the source says about a verdict.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Joined {
    /// The number of the verdict that it belongs to.
    pub verdict: usize,
    /// What kind of thing it is about, if it was found.
    pub thing: Option<Thing>,
    /// The thing as written where the program died; empty if it is not known.
    pub name: String,
    /// The function that gave it out where the program died.
    pub accessor: Option<String>,
    /// The lock that most of its users hold; empty if none does.
    pub lock: String,
    /// All uses of the thing.
    pub accesses: Vec<SourceAccess>,
    /// Calls of the user's own code that come to uses in other code.
    pub entries: Vec<Entry>,
    /// Where the thing is put into a field of another value, by file and line.
    pub second_names: Vec<(String, u32)>,
    /// The files that they are in.
    pub files: Vec<JoinedFile>,
    /// The program hangs: the places are where it waits.
    pub is_hang: bool,
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

    /// True if it matters which locks are held at a use.
    pub fn shows_guards(&self) -> bool {
        matches!(
            self.thing,
            Some(Thing::Map | Thing::Reference | Thing::Slice | Thing::Variable)
        )
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

/// One use of the thing.
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
    /// The same as an object.
    owner: Option<ObjId>,
    /// It is in a package that the user named.
    pub is_own: bool,
    /// What is done.
    pub deed: Deed,
    /// The function of a library that does it; empty if none does.
    pub through: String,
    /// What keeps others away.
    pub guard: Guard,
    /// The dump names this line.
    pub is_crash: bool,
}

/// A call of the user's own code that comes to the thing in other code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The file, as a reader names it.
    pub file: String,
    /// The line.
    pub line: u32,
    /// The text of the line.
    pub text: String,
    /// The declared function around it.
    pub function: String,
    /// The function of the other code that is called.
    pub by: String,
    /// What is done there.
    pub deed: Deed,
    /// In which goroutines, in words; empty if it is not known.
    pub goroutines: Vec<String>,
}

impl Entry {
    /// The call in one sentence.
    pub fn sentence(&self) -> String {
        let goroutines = match &self.goroutines[..] {
            [] => String::new(),
            all => format!(", in {}", all.join(" and ")),
        };
        format!(
            "`{}` {} it at {}:{}, by `{}`{goroutines}",
            self.function,
            self.deed.word(),
            self.file,
            self.line,
            self.by
        )
    }
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

/// Joins a verdict with the source, and says there what to do. `question` is what the source was read
/// for.
pub fn join(explanation: &mut Explanation, question: &Question, source: &Source<'_>) {
    let diagnosis = &mut explanation.diagnoses[question.verdict];
    let mut joined = Joined {
        verdict: question.verdict,
        ..Joined::default()
    };
    join_diagnosis(diagnosis, source, &mut joined);
    let known = diagnosis.sites.clone();
    let is_known = |site: &Site| {
        let same = |it: &Site| it.line == site.line && 0 < tail(&it.file, &site.file);
        known
            .iter()
            .any(|it| it.role != SiteRole::Started && same(it))
    };
    joined
        .notes
        .extend(words::takers(&joined, diagnosis, source));
    joined.notes.extend(words::circle(diagnosis, source));
    let others = words::other_sides(&joined, diagnosis).into_iter();
    diagnosis
        .sites
        .extend(others.filter(|site| !is_known(site)));
    if let Some(advice) = words::advice(&joined, diagnosis, source) {
        diagnosis.advice.insert(0, advice);
    }
    explanation.source = Some(joined);
}

/// Says that nothing of what was found can be asked of a source.
pub fn join_nothing(explanation: &mut Explanation) {
    explanation.source = Some(Joined {
        notes: vec!["No crash to join with the source.".to_owned()],
        ..Joined::default()
    });
}

fn join_diagnosis(diagnosis: &Diagnosis, source: &Source<'_>, joined: &mut Joined) {
    let way = question::way(diagnosis);
    let found = if is_about_maps(diagnosis) {
        map(diagnosis, &way, source, joined)
    } else {
        locate_thing(&way, diagnosis, source, joined)
    };
    if !joined.is_drifted
        && let Some(note) = unlike_start(diagnosis, source)
    {
        joined.is_drifted = true;
        joined.notes.push(note);
    }
    let Some(crash) = found.map(|it| likeliest(it, &way, source)) else {
        return;
    };
    let mut uses: Vec<&Use> = source.uses.iter().filter(|it| it.is_of(crash)).collect();
    uses.sort_by_key(|it| (it.location.file, it.location.span.start));
    joined.thing = Some(crash.thing);
    joined.is_hang = diagnosis.class.is_hang;
    joined.name = name(crash, &uses, source);
    joined.accessor = crash.text.split_once("()").map(|(it, _)| it.to_owned());
    let is_of_type = matches!(crash.holder, Holder::Type(_));
    if is_of_type && joined.thing == Some(Thing::Map) {
        joined.notes.push(format!(
            "All values of the type `{}` count as one here: where this one was made is not known.",
            joined.name
        ));
    } else if joined.name != crash.text && !crash.text.is_empty() && !crash.text.starts_with('(') {
        joined.notes.push(format!(
            "Where the program died {} is called `{}`; it is `{}` that was handed on.",
            words::the(crash.thing),
            crash.text,
            joined.name
        ));
    }
    joined.second_names = second_names(&uses, source);
    uses.retain(|it| it.deed != Deed::Shares);
    // Handing on is no use of its own, but where it is all that is known of the crash; and before
    // others know a value, nobody is in its way.
    uses.retain(|it| it.deed != Deed::Hands && !it.is_fresh || it.location == crash.location);
    let lock = usual_lock(&uses);
    if let Some(lock) = lock {
        let texts = uses.iter().flat_map(|it| &it.locks);
        let text = texts.filter(|held| held.owner == lock).map(|it| &it.text);
        joined.lock = text.min().cloned().unwrap_or_default();
    }
    if joined.shows_guards() {
        joined.entries = reach::entries(&uses, source);
    } else if joined.thing == Some(Thing::Channel) {
        let closes = uses.iter().filter(|it| it.deed == Deed::Closes);
        joined.entries = reach::entries(&closes.copied().collect::<Vec<_>>(), source);
    }
    let died = |site: &&Site| {
        use SiteRole::{Failed, Read, Waits, Write};
        matches!(site.role, Failed | Read | Waits | Write)
    };
    let at_site = |file: &str, line: u32| {
        let mut sites = diagnosis.sites.iter().filter(died);
        sites.any(|site| site.line == line && 0 < tail(&site.file, file))
    };
    for it in uses {
        let file = source.files.get(it.location.file);
        let line = file.line_column(it.location.span.start).line;
        let text = String::from_utf8_lossy(file.slice(file.line_span(line)));
        let is_crash = it.location == crash.location && !joined.is_drifted;
        let is_crash = is_crash || at_site(&file.path, line);
        let mut access = SourceAccess {
            file: (source.show)(&file.path),
            line,
            text: text.trim().to_owned(),
            slot: 0,
            span: it.location.span,
            function: it.function.clone(),
            owner: it.owner,
            is_own: it.owner.is_none_or(source.is_own),
            deed: it.deed,
            through: it.through.clone().unwrap_or_default(),
            guard: guard(it, lock),
            is_crash,
        };
        let known = joined
            .accesses
            .iter_mut()
            .find(|known| known.file == access.file && known.line == access.line);
        if let Some(known) = known {
            // `m[k]++` reads and writes: the write says more.
            known.deed = known.deed.max(access.deed);
        } else {
            access.slot = joined.slot_of(&access.file, file);
            joined.accesses.push(access);
        }
    }
}

/// What a line uses may be one of several things, as in a helper: the one that was handed on along the
/// way, else one that own code changes rather than one that other code changes.
fn likeliest<'s>(found: &'s Use, way: &[Site], source: &Source<'s>) -> &'s Use {
    let same = |it: &&Use| {
        it.location == found.location && it.thing == found.thing && it.deed == found.deed
    };
    let all: Vec<&Use> = source.uses.iter().filter(same).collect();
    if all.len() < 2 {
        return found;
    }
    let rank = |it: &&Use| {
        let changes = source
            .uses
            .iter()
            .filter(|other| other.is_of(it) && other.deed.changes() && !other.is_fresh);
        let changes: Vec<&Use> = changes.collect();
        let by_own = changes.iter().any(|it| it.owner.is_some_and(source.is_own))
            || !reach::entries(&changes, source).is_empty();
        let handed = locate::is_handed(it, way, source);
        (handed, by_own, !changes.is_empty(), it.is_of(found))
    };
    all.into_iter().max_by_key(rank).unwrap_or(found)
}

fn is_about_maps(diagnosis: &Diagnosis) -> bool {
    let id = diagnosis.fault().id;
    id.starts_with("map-") || matches!(id, "data-race-map" | "nil-map-write")
}

/// The use of the map of a crash: where the dump says so, or what a library was handed.
fn map<'s>(
    diagnosis: &Diagnosis,
    way: &[Site],
    source: &Source<'s>,
    joined: &mut Joined,
) -> Option<&'s Use> {
    let accessed = |site: &&Site| {
        matches!(
            site.role,
            SiteRole::Write | SiteRole::Read | SiteRole::Failed
        )
    };
    let sites: Vec<&Site> = diagnosis.sites.iter().filter(accessed).collect();
    if sites.is_empty() {
        joined
            .notes
            .push("The dump names no place of the crash.".to_owned());
        return None;
    }
    let mut told = Joined::default();
    let found = sites
        .iter()
        .find_map(|site| locate(site, diagnosis, source, &mut told));
    // A line that fits needs no further look; what a library walked over is no use at its line.
    let handed = (found.is_none() || told.is_drifted)
        .then(|| locate_handed(way, source))
        .flatten();
    if handed.is_some() {
        return handed;
    }
    joined.is_drifted = told.is_drifted;
    joined.notes = told.notes;
    found
}

/// The thing as written where it has its own name: where it crashed, else at the first such use.
fn name(crash: &Use, uses: &[&Use], source: &Source<'_>) -> String {
    let has_own = |it: &Use| !it.is_alias && !it.text.is_empty() && !it.text.contains('(');
    if has_own(crash) {
        return crash.text.clone();
    }
    let own = uses.iter().find(|it| has_own(it));
    match (own, crash.holder) {
        (Some(own), _) => own.text.clone(),
        (None, Holder::Object(object) | Holder::Type(object)) => (source.name_of)(object),
        _ => crash.text.clone(),
    }
}

/// Where the thing is put into a field of another value.
fn second_names(uses: &[&Use], source: &Source<'_>) -> Vec<(String, u32)> {
    let places = uses.iter().filter(|it| it.deed == Deed::Shares).map(|it| {
        let file = source.files.get(it.location.file);
        let line = file.line_column(it.location.span.start).line;
        ((source.show)(&file.path), line)
    });
    places.collect()
}

/// The lock that most uses are under; the first one among equals.
fn usual_lock(uses: &[&Use]) -> Option<ObjId> {
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

fn guard(it: &Use, lock: Option<ObjId>) -> Guard {
    let Some(lock) = lock else {
        return Guard::Nothing;
    };
    let modes = it.locks.iter().filter(|held| held.owner == lock);
    match modes.map(|held| held.shared).min() {
        Some(false) => Guard::Held,
        Some(true) if it.deed.changes() => Guard::ReadLockOnly,
        Some(true) => Guard::Held,
        None if it.callers.contains(&lock) => Guard::ByCaller,
        None if it.locks.is_empty() => Guard::Nothing,
        None => Guard::OtherLock,
    }
}
