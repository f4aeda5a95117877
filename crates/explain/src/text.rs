//! The answer for a terminal: cause and fix on one screen, everything with `verbose`.

use std::io::{self, Write};

use contend_base::{FileId, Location, SourceMap};
use contend_diagnose::Diagnosis;
use contend_finding::{Confidence, Label, Role, Severity};
use contend_render::{Paths, Style};
use contend_rules::{Deed, Thing};

use crate::wrap::wrapped;
use crate::{Crossing, Entry, Event, Explanation, GroupLine, Joined, SourceAccess, Summary};

/// How the answer looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// What the terminal can show.
    pub style: Style,
    /// Everything, not only what fits one screen.
    pub verbose: bool,
}

impl Look {
    /// No colour, 100 columns, short.
    pub fn plain() -> Self {
        Self {
            style: Style {
                width: 100,
                ..Style::plain()
            },
            verbose: false,
        }
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.style.color {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }

    fn prose(&self) -> usize {
        self.style.width.clamp(40, 100)
    }
}

/// Writes the verdicts: the first in full, the others as lines.
pub fn write_text(explanation: &Explanation, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let all = &explanation.diagnoses;
    let full = if look.verbose { all.len() } else { 1 };
    for (number, diagnosis) in all.iter().enumerate().take(full) {
        let source = explanation.source.as_ref();
        let source = source.filter(|source| source.verdict == number);
        write_diagnosis(diagnosis, source, look, out)?;
        writeln!(out)?;
    }
    write_timeline(&explanation.timeline, look, out)?;
    write_thresholds(&explanation.thresholds, look, out)?;
    if full < all.len() {
        writeln!(out, "also seen (-v for all of it):")?;
        for diagnosis in all.iter().skip(full).take(6) {
            let line = format!("{}{}", diagnosis.headline, times(diagnosis));
            write!(out, "{}", wrapped(&line, "  - ", look.prose()))?;
        }
        if full + 6 < all.len() {
            writeln!(out, "  - and {} more", all.len() - full - 6)?;
        }
        writeln!(out)?;
    }
    if look.verbose && !explanation.groups.is_empty() {
        writeln!(out, "{}:", look.paint("1", "groups"))?;
        let without_stacks = Look {
            verbose: false,
            ..look.clone()
        };
        write_groups(explanation, &without_stacks, out)?;
        writeln!(out)?;
    }
    write_summary(&explanation.summary, look, out)
}

fn write_diagnosis(
    diagnosis: &Diagnosis,
    source: Option<&Joined>,
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (word, color) = match diagnosis.severity {
        Severity::Error => ("error", "1;91"),
        Severity::Warning => ("warning", "1;33"),
        Severity::Info => ("info", "1;94"),
    };
    let headline = format!("{}{}", diagnosis.headline, times(diagnosis));
    let label = format!("{word}: ");
    let body = wrapped(&headline, &label, look.prose());
    write!(
        out,
        "{}{}",
        look.paint(color, word),
        look.paint("1", body[word.len()..].trim_end())
    )?;
    writeln!(out)?;
    writeln!(
        out,
        "  {} · {}",
        diagnosis.class.id,
        match diagnosis.confidence {
            Confidence::High => "sure",
            Confidence::Medium => "probable",
            Confidence::Low => "possible",
        }
    )?;
    write_sites(diagnosis, look, out)?;
    if let Some(source) = source {
        write_source(source, look, out)?;
    }
    section("why", diagnosis.class.meaning, look, out)?;
    list("seen", &diagnosis.evidence, limit(look, 6), look, out)?;
    section("other side", diagnosis.class.other_side, look, out)?;
    write_fix(diagnosis, look, out)?;
    section("not proved", diagnosis.class.not_proved, look, out)
}

fn times(diagnosis: &Diagnosis) -> String {
    match diagnosis.times {
        _ if diagnosis.class.id == "crash-loop" => String::new(), // its headline says it
        1 => String::new(),
        n => format!(" ({n} times)"),
    }
}

fn limit(look: &Look, short: usize) -> usize {
    if look.verbose { usize::MAX } else { short }
}

fn write_sites(diagnosis: &Diagnosis, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let sites = &diagnosis.sites;
    let shown = sites.len().min(limit(look, 8));
    let sites_shown = &sites[..shown];
    let role = sites_shown.iter().map(|s| s.role.word().len()).max();
    let role = role.unwrap_or(0);
    let function = sites_shown.iter().map(|s| s.function.chars().count());
    let function = function.max().unwrap_or(0).min(60);
    for site in sites_shown {
        let who = site.who(diagnosis.class.actor);
        let place = match site.line {
            0 => site.file.clone(),
            line => format!("{}:{line}", site.file),
        };
        writeln!(
            out,
            "{}",
            format!(
                "  {:role$}  {:function$}  {place}  {who}",
                look.paint("36", site.role.word()),
                site.function,
                role = role + if look.style.color { 9 } else { 0 },
            )
            .trim_end()
        )?;
    }
    if shown < sites.len() {
        writeln!(out, "  ... and {} more places", sites.len() - shown)?;
    }
    Ok(())
}

fn write_timeline(events: &[Event], look: &Look, out: &mut dyn Write) -> io::Result<()> {
    if events.is_empty() {
        return Ok(());
    }
    writeln!(out, "{}:", look.paint("1", "time line"))?;
    let shown = events.len().min(limit(look, 12));
    for event in &events[..shown] {
        let line = format!("{} ({})", event.text, event.source);
        let label = format!("  {}  ", event.when());
        write!(out, "{}", wrapped(&line, &label, look.prose()))?;
    }
    if shown < events.len() {
        writeln!(out, "  ... and {} more", events.len() - shown)?;
    }
    writeln!(out)
}

fn write_thresholds(crossings: &[Crossing], look: &Look, out: &mut dyn Write) -> io::Result<()> {
    if crossings.is_empty() {
        return Ok(());
    }
    let items: Vec<String> = crossings.iter().map(Crossing::sentence).collect();
    list("thresholds", &items, limit(look, 8), look, out)?;
    writeln!(out)
}

/// What the source says: the lines that use the thing.
fn write_source(source: &Joined, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    match source.sentence() {
        Some(text) => section("source", &text, look, out)?,
        None => writeln!(out, "{}:", look.paint("1", "source"))?,
    }
    let mut shown: Vec<&SourceAccess> = source.accesses.iter().collect();
    // What cannot be left out comes first; the frames follow the order of the lines again.
    shown.sort_by_key(|it| {
        (
            !it.is_crash,
            !it.is_own,
            !it.guard.is_open(),
            !it.deed.changes(),
        )
    });
    // Of code that is not the user's own a look is enough.
    let short = if source.entries.is_empty() { 8 } else { 3 };
    shown.truncate(limit(look, short));
    write!(out, "{}", frames(source, &shown, &look.style))?;
    if shown.len() < source.accesses.len() {
        let more = source.accesses.len() - shown.len();
        writeln!(out, "  ... and {more} more uses")?;
    }
    let entries: Vec<String> = source.entries.iter().map(Entry::sentence).collect();
    list(
        "your calls that come to it",
        &entries,
        limit(look, 8),
        look,
        out,
    )?;
    for note in &source.notes {
        write!(out, "{}", wrapped(note, "  note: ", look.prose()))?;
    }
    Ok(())
}

/// The code frames of some uses, the first of them marked.
fn frames(source: &Joined, shown: &[&SourceAccess], style: &Style) -> String {
    let files = SourceMap::default();
    let ids: Vec<FileId> = source
        .files
        .iter()
        .map(|file| files.add(&*file.path, file.text.clone()))
        .collect();
    let label = |access: &SourceAccess| Label {
        location: Location {
            file: ids[access.slot],
            span: access.span,
        },
        text: words_of(source, access),
        role: if access.deed.changes() {
            Role::Write
        } else {
            Role::Read
        },
    };
    let labels: Vec<Label> = shown.iter().map(|it| label(it)).collect();
    let Some((primary, others)) = labels.split_first() else {
        return String::new();
    };
    let paths = Paths::relative_to("");
    let mut text = contend_render::code_frames(primary, others, &files, &paths, style);
    text.push('\n');
    text
}

/// `write, NO LOCK: died here`.
fn words_of(source: &Joined, access: &SourceAccess) -> String {
    let mut text = access.deed.noun().to_owned();
    if !access.through.is_empty() {
        text = format!("{text} in {}", access.through);
    }
    if source.shows_guards() {
        text = format!("{text}, {}", access.guard.words());
    }
    if access.is_crash {
        text.push_str(match access.deed {
            Deed::Hands => ": came from here",
            _ if source.is_hang => ": waits here",
            _ if source.thing == Some(Thing::Variable) => ": in the report",
            _ => ": died here",
        });
    }
    text
}

fn section(name: &str, text: &str, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    if text.is_empty() {
        return Ok(());
    }
    let body = wrapped(text, &format!("{name}: "), look.prose());
    let rest = &body[name.len()..];
    write!(out, "{}{rest}", look.paint("1", name))
}

fn list(
    name: &str,
    items: &[String],
    limit: usize,
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    if items.is_empty() {
        return Ok(());
    }
    writeln!(out, "{}:", look.paint("1", name))?;
    for item in items.iter().take(limit) {
        write!(out, "{}", wrapped(item, "  - ", look.prose()))?;
    }
    if limit < items.len() {
        writeln!(out, "  - and {} more", items.len() - limit)?;
    }
    Ok(())
}

fn write_fix(diagnosis: &Diagnosis, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let all: Vec<String> = diagnosis.steps().map(str::to_owned).collect();
    list("fix", &all, limit(look, 5), look, out)?;
    list("to know more", &diagnosis.next, limit(look, 3), look, out)
}

/// Writes the groups, with their stacks if `look` is verbose.
pub fn write_groups(explanation: &Explanation, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let groups = &explanation.groups;
    let total: usize = groups.iter().map(|group| group.count).sum();
    for group in groups {
        write_group(group, look, out)?;
    }
    let (n, s) = (groups.len(), if groups.len() == 1 { "" } else { "s" });
    let goroutines = if total == 1 {
        "goroutine"
    } else {
        "goroutines"
    };
    writeln!(out, "{n} group{s}, {total} {goroutines}")
}

fn write_group(group: &GroupLine, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let state = match (group.state.as_str(), group.minutes) {
        ("", _) => String::new(),
        (state, (_, 0)) => format!("  [{state}]"),
        (state, (young, old)) if young == old => format!("  [{state}, {old} minutes]"),
        (state, (young, old)) => format!("  [{state}, {young} to {old} minutes]"),
    };
    let who = match (group.count, group.example) {
        (_, 0) => String::new(),
        (1, id) => format!("  goroutine {id}"),
        (_, id) => format!("  goroutine {id} and others"),
    };
    writeln!(
        out,
        "{:>7}{state}  {}  {}{who}",
        group.count,
        look.paint("1", &group.function),
        group.place
    )?;
    if !group.labels.is_empty() {
        let labels: Vec<String> = group
            .labels
            .iter()
            .map(|(k, v)| format!("{k}={v:?}"))
            .collect();
        writeln!(out, "         labels {}", labels.join(", "))?;
    }
    if look.verbose {
        for (function, place) in &group.stack {
            writeln!(out, "         {function}  {place}")?;
        }
    }
    if !group.creator.is_empty() {
        writeln!(out, "         started by {}", group.creator)?;
    }
    Ok(())
}

fn write_summary(summary: &Summary, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "{}", wrapped(&summary.sentence(), "", look.prose()))?;
    if look.verbose {
        for sample in &summary.unknown_samples {
            let short: String = sample.chars().take(look.style.width.max(40)).collect();
            writeln!(out, "  {}", short.trim_end())?;
        }
    }
    Ok(())
}
