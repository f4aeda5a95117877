//! The incident write-up: what happened in which order, the cause, the evidence, the fix, what
//! keeps it from coming back, and what is still open.

mod html;
mod markdown;

use contend_diagnose::{Class, Diagnosis, Site};
use contend_finding::{Confidence, Severity};

use crate::{Crossing, Explanation, GroupLine, Joined, SourceAccess};

pub use html::write_html;
pub use markdown::write_markdown;

/// So many groups are shown; the JSON output has more.
const GROUPS: usize = 30;

/// What both forms of the write-up say, in their order. Texts may hold names in backquotes.
struct Report<'a> {
    /// The verdict in one sentence.
    title: &'a str,
    class: &'static Class,
    severity: Severity,
    confidence: Confidence,
    order: Vec<Step>,
    /// How the metrics stood to the thresholds, sentences.
    thresholds: Vec<String>,
    cause: &'a str,
    other_side: &'a str,
    sites: &'a [Site],
    source: Option<&'a Joined>,
    evidence: &'a [String],
    fix: Vec<&'a str>,
    prevention: &'a [&'a str],
    open: Vec<String>,
    also: Vec<&'a Diagnosis>,
    groups: &'a [GroupLine],
    read: String,
}

/// Something that happened.
struct Step {
    /// When, or which in order.
    when: String,
    what: String,
}

impl<'a> Report<'a> {
    /// `None` if nothing was found that could be written up.
    fn of(explanation: &'a Explanation) -> Option<Self> {
        let (first, also) = explanation.diagnoses.split_first()?;
        let class = first.class;
        let not_proved = Some(class.not_proved).filter(|text| !text.is_empty());
        let not_proved = not_proved.map(open_question);
        let next = first.next.iter().cloned();
        Some(Self {
            title: &first.headline,
            class,
            severity: first.severity,
            confidence: first.confidence,
            order: order(explanation),
            thresholds: explanation
                .thresholds
                .iter()
                .map(Crossing::sentence)
                .collect(),
            cause: class.meaning,
            other_side: class.other_side,
            sites: &first.sites,
            source: explanation.source.as_ref().filter(|it| it.verdict == 0),
            evidence: &first.evidence,
            fix: first.steps().collect(),
            prevention: class.prevention(),
            open: not_proved.into_iter().chain(next).collect(),
            also: also.iter().collect(),
            groups: &explanation.groups[..explanation.groups.len().min(GROUPS)],
            read: explanation.summary.sentence(),
        })
    }
}

/// `That it lasts.` as a line of its own.
fn open_question(not_proved: &str) -> String {
    let starts = ["That ", "Who ", "Which ", "What ", "How ", "Whether "];
    if !starts.iter().any(|start| not_proved.starts_with(start)) {
        return not_proved.to_owned();
    }
    let (first, rest) = not_proved.split_at(1);
    format!("Not proved: {}{rest}", first.to_lowercase())
}

/// What happened, the first first. Nothing where it is only what the title says. Without times, the order in which the inputs tell it.
fn order(explanation: &Explanation) -> Vec<Step> {
    if !explanation.timeline.is_empty() {
        let events = explanation.timeline.iter();
        return events
            .map(|event| Step {
                when: event.when(),
                what: format!("{} ({})", event.text, event.source),
            })
            .collect();
    }
    let mut all: Vec<&Diagnosis> = explanation.diagnoses.iter().collect();
    all.sort_by_key(|diagnosis| diagnosis.order);
    if all.len() == 1 {
        return Vec::new();
    }
    all.iter()
        .enumerate()
        .map(|(number, diagnosis)| Step {
            when: (number + 1).to_string(),
            what: match diagnosis.times {
                1 => diagnosis.headline.clone(),
                n => format!("{} ({n} times)", diagnosis.headline),
            },
        })
        .collect()
}

/// What the source says of the map, as a sentence; `None` if the map is not known.
fn source_sentence(source: &Joined) -> Option<String> {
    let text = source.sentence()?;
    Some(format!("{}{}.", text[..1].to_uppercase(), &text[1..]))
}

/// `NO LOCK, died here`.
fn words_of_guard(joined: &Joined, access: &SourceAccess) -> String {
    let guard = joined.shows_guards().then(|| access.guard.words());
    let crash = access.is_crash.then_some("died here");
    let words: Vec<&str> = guard.into_iter().chain(crash).collect();
    words.join(", ")
}

fn how_sure(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::High => "sure",
        Confidence::Medium => "probable",
        Confidence::Low => "possible",
    }
}

fn place(site: &Site) -> String {
    match site.line {
        0 => site.file.clone(),
        line => format!("{}:{line}", site.file),
    }
}

/// A piece of a text with names in backquotes.
enum Piece<'t> {
    Prose(&'t str),
    Code(&'t str),
}

/// The pieces of a text; a backquote without its partner is prose.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, tail)) = rest.split_once('`')
        && let Some((code, after)) = tail.split_once('`')
    {
        pieces.push(Piece::Prose(before));
        pieces.push(Piece::Code(code));
        rest = after;
    }
    pieces.push(Piece::Prose(rest));
    pieces
}
