//! Regions and tasks of the program, for people and for machines.

use std::io::{self, Write};

use contend_sched::trace::{Link, Span, Spent};
use schemars::JsonSchema;
use serde::Serialize;

use super::text::{count, nanos, place};

/// How many things a region's time went into are named.
const SHARES: usize = 4;

/// The pages of regions and of tasks; nothing if the program marks none.
pub(super) fn write(spans: &[Span], most: usize, out: &mut dyn Write) -> io::Result<()> {
    for (title, is_task) in [("regions", false), ("tasks", true)] {
        let spans: Vec<&Span> = spans.iter().filter(|it| it.is_task == is_task).collect();
        if spans.is_empty() {
            continue;
        }
        writeln!(out, "\n{title}")?;
        for span in spans.iter().take(most) {
            write_one(span, out)?;
        }
        if most < spans.len() {
            let more = count((spans.len() - most) as u64, "more name");
            writeln!(out, "             and {more} (-v)")?;
        }
    }
    Ok(())
}

/// What the page says of a region or task, line by line.
pub(super) fn lines(span: &Span) -> Vec<String> {
    let mut text = Vec::new();
    // Memory takes it.
    let _ = write_one(span, &mut text);
    let text = String::from_utf8_lossy(&text);
    text.lines().map(|line| line.trim().to_owned()).collect()
}

fn write_one(span: &Span, out: &mut dyn Write) -> io::Result<()> {
    let lasted = &span.lasted;
    let name = if span.name.is_empty() {
        "(no name)"
    } else {
        &span.name
    };
    let open = match span.open {
        0 => String::new(),
        n => format!(", {n} not ended"),
    };
    writeln!(
        out,
        "  {:>9}  {name}, {}{open}",
        nanos(lasted.total_nanos),
        count(lasted.count, "time")
    )?;
    if lasted.count == 0 {
        return Ok(());
    }
    writeln!(
        out,
        "             half below {}, 99 % below {}, longest {}",
        nanos(lasted.bound_nanos(0.5)),
        nanos(lasted.bound_nanos(0.99)),
        nanos(lasted.max_nanos)
    )?;
    let mut shares: Vec<String> = span
        .spent
        .iter()
        .take(SHARES)
        .map(|(what, total)| format!("{} {}", nanos(*total), what.words()))
        .collect();
    if SHARES < span.spent.len() {
        let rest = span.spent.iter().skip(SHARES).map(|it| it.1).sum();
        shares.push(format!("{} other", nanos(rest)));
    }
    writeln!(out, "             {}", shares.join(", "))?;
    write_slowest(span, out)
}

/// What the slowest one waited for, back to who did something meanwhile.
fn write_slowest(span: &Span, out: &mut dyn Write) -> io::Result<()> {
    let slowest = &span.slowest;
    writeln!(
        out,
        "             the longest began after {}, in goroutine {}:",
        nanos(slowest.start_nanos),
        slowest.goroutine
    )?;
    for link in &slowest.links {
        writeln!(
            out,
            "               {:>9}  {}",
            nanos(link.nanos),
            words(link)
        )?;
    }
    let (n, rest) = slowest.rest;
    if 0 < n {
        let parts = count(n, "shorter part");
        writeln!(out, "               {:>9}  in {parts}", nanos(rest))?;
    }
    Ok(())
}

fn words(link: &Link) -> String {
    let what = link.spent.words();
    if link.spent == Spent::Forgotten {
        return what.to_owned();
    }
    let at = link
        .place
        .as_ref()
        .map_or_else(String::new, |it| format!(" in {}", place(it)));
    format!("{what}{at}, goroutine {}", link.goroutine)
}

/// Regions or tasks of one name.
#[derive(Serialize, JsonSchema)]
pub(super) struct SpanRecord<'a> {
    /// `region` or `task`.
    kind: &'static str,
    name: &'a str,
    /// Those that began and ended in the trace.
    count: u64,
    /// Those that had not ended.
    open: u64,
    total: i64,
    longest: i64,
    /// Half of them took less.
    bound_50: i64,
    /// 99 of 100 took less.
    bound_99: i64,
    /// What their time went into, the largest sum first.
    spent: Vec<SpentRecord>,
    /// When the slowest began, from the begin of the trace.
    slowest_start: i64,
    /// The goroutine that ended the slowest.
    slowest_goroutine: i64,
    /// The longest parts of the slowest, in order of time: what its goroutine did, but instead of
    /// a wait what the goroutine did meanwhile that ended it.
    critical_path: Vec<LinkRecord<'a>>,
    /// How many shorter parts there are.
    shorter_parts: u64,
    /// Their sum.
    shorter: i64,
}

#[derive(Serialize, JsonSchema)]
struct SpentRecord {
    what: &'static str,
    total: i64,
}

#[derive(Serialize, JsonSchema)]
struct LinkRecord<'a> {
    /// From the begin of the region or task.
    start: i64,
    nanos: i64,
    /// -1 if it is not known.
    goroutine: i64,
    what: &'static str,
    /// Of a wait or system call; empty for all else.
    function: &'a str,
    file: &'a str,
    line: u64,
}

pub(super) fn record(span: &Span) -> SpanRecord<'_> {
    let path = span.slowest.links.iter().map(|link| {
        let place = link.place.as_ref();
        LinkRecord {
            start: link.start_nanos,
            nanos: link.nanos,
            goroutine: link.goroutine,
            what: link.spent.words(),
            function: place.map_or("", |it| &it.function),
            file: place.map_or("", |it| &it.file),
            line: place.map_or(0, |it| it.line),
        }
    });
    SpanRecord {
        kind: if span.is_task { "task" } else { "region" },
        name: &span.name,
        count: span.lasted.count,
        open: span.open,
        total: span.lasted.total_nanos,
        longest: span.lasted.max_nanos,
        bound_50: span.lasted.bound_nanos(0.5),
        bound_99: span.lasted.bound_nanos(0.99),
        spent: span
            .spent
            .iter()
            .map(|(what, total)| SpentRecord {
                what: what.words(),
                total: *total,
            })
            .collect(),
        slowest_start: span.slowest.start_nanos,
        slowest_goroutine: span.slowest.goroutine,
        critical_path: path.collect(),
        shorter_parts: span.slowest.rest.0,
        shorter: span.slowest.rest.1,
    }
}
