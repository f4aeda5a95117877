//! The page for people.

use std::io::{self, Write};

use contend_sched::trace::{Holds, Place, Run, Site, WaitKind};

use super::beside::{write_agreement, write_pages};
use super::spans;
use super::verdict::verdicts;

/// How many places a page shows if not all are wanted.
const SHOWN: usize = 5;

/// How many findings the first screen shows if not all are wanted.
const HEADLINES: usize = 3;

/// What dominated, then pages: locks, blocking, scheduling, system calls, collections.
pub fn write_text(run: &Run, verbose: bool, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "{}, {} in {}",
        count(run.n_goroutines as u64, "goroutine"),
        count(run.n_events, "event"),
        nanos(run.length_nanos)
    )?;
    losses(run, verbose, out)?;
    let verdicts = verdicts(run);
    let most = if verbose { usize::MAX } else { HEADLINES };
    for verdict in verdicts.iter().take(most) {
        let confidence = verdict.confidence.word();
        writeln!(out, "\n{} (confidence: {confidence})", verdict.headline)?;
        for line in &verdict.evidence {
            writeln!(out, "  - {line}")?;
        }
    }
    if most < verdicts.len() {
        let more = count((verdicts.len() - most) as u64, "smaller finding");
        writeln!(out, "\nand {more} (-v)")?;
    }
    if run.n_goroutines == 0 {
        return Ok(());
    }
    if let Some(beside) = &run.beside {
        write_agreement(beside, out)?;
    }
    let most = if verbose { usize::MAX } else { SHOWN };

    writeln!(out, "\ntime of all goroutines together")?;
    row(out, run.running_nanos, 0, "running")?;
    row(
        out,
        run.latency.total_nanos,
        run.latency.count,
        "waiting for a processor",
    )?;
    row(out, run.syscall_nanos, 0, "in system calls")?;
    for (kind, (count, total)) in &run.waits {
        let of_runtime = run.sites.iter().filter(|it| it.place.is_of_runtime());
        let own: i64 = of_runtime
            .filter(|it| it.kind == *kind)
            .map(|it| it.total_nanos)
            .sum();
        let what = match nanos(own) {
            _ if own == 0 => kind.words().to_owned(),
            own => format!("{} ({own} the runtime's own)", kind.words()),
        };
        row(out, *total, *count, &what)?;
    }
    let (locks, others): (Vec<&Site>, Vec<&Site>) =
        run.sites.iter().partition(|site| site.kind.is_lock());
    sites(out, "locks", &locks, most)?;
    // The runtime's goroutines wait nearly all the time, for nothing that the program needs.
    let (own, mut others): (Vec<&Site>, Vec<&Site>) =
        others.iter().partition(|site| site.place.is_of_runtime());
    others.extend(own);
    sites(out, "blocking", &others, most)?;

    writeln!(out, "\nscheduling")?;
    let latency = &run.latency;
    writeln!(
        out,
        "  runnable {}; half below {}, 99 % below {}, longest {}",
        count(latency.count, "time"),
        nanos(latency.bound_nanos(0.5)),
        nanos(latency.bound_nanos(0.99)),
        nanos(latency.max_nanos)
    )?;
    let syscalls: Vec<&Site> = run.syscalls.iter().collect();
    sites(out, "system calls", &syscalls, most)?;
    if let Some(beside) = &run.beside {
        write_pages(beside, most, out)?;
    }
    spans::write(&run.spans, most, out)?;

    let collection = &run.collection;
    writeln!(out, "\ncollections")?;
    writeln!(
        out,
        "  {}, mark phases {}; {} for {}",
        count(collection.count, "collection"),
        nanos(collection.mark_nanos),
        count(collection.assists.0, "assist"),
        nanos(collection.assists.1)
    )?;
    for (reason, (n, total, longest)) in &collection.stops {
        let reason = if reason.is_empty() {
            "something"
        } else {
            reason
        };
        writeln!(
            out,
            "  {reason} stopped the world {} for {}, longest {}",
            count(*n, "time"),
            nanos(*total),
            nanos(*longest)
        )?;
    }
    Ok(())
}

/// What is missing of a damaged trace; sums are of the rest.
fn losses(run: &Run, verbose: bool, out: &mut dyn Write) -> io::Result<()> {
    let most = if verbose { usize::MAX } else { 3 };
    for loss in run.losses.iter().take(most) {
        writeln!(out, "damaged: {loss}")?;
    }
    if most < run.losses.len() {
        let more = run.losses.len() - most;
        writeln!(
            out,
            "damaged: and {} (-v)",
            count(more as u64, "more place")
        )?;
    }
    Ok(())
}

fn row(out: &mut dyn Write, total: i64, n: u64, what: &str) -> io::Result<()> {
    let times = match n {
        0 => String::new(),
        1 => ", once".to_owned(),
        n => format!(", {}", count(n, "time")),
    };
    writeln!(out, "  {:>9}  {what}{times}", nanos(total))
}

fn sites(out: &mut dyn Write, title: &str, sites: &[&Site], most: usize) -> io::Result<()> {
    if sites.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{title}")?;
    for site in sites.iter().take(most) {
        writeln!(
            out,
            "  {:>9}  {} in {}",
            nanos(site.total_nanos),
            match site.kind {
                _ if title == "system calls" && site.place.call.is_empty() =>
                    "unknown call".to_owned(),
                _ if title == "system calls" => short(&site.place.call).to_owned(),
                // What the runtime did is in no function of the user.
                WaitKind::RuntimeSync =>
                    format!("{} ({})", site.kind.words(), short(&site.place.call)),
                kind => kind.words().to_owned(),
            },
            place(&site.place)
        )?;
        let open = if site.open.count == 0 {
            String::new()
        } else {
            format!(", {} not ended", site.open.count)
        };
        let what = if title == "system calls" {
            "call"
        } else {
            "wait"
        };
        writeln!(
            out,
            "             {} of {}, longest {}{open}",
            count(site.count + site.open.count, what),
            count(site.n_goroutines as u64, "goroutine"),
            nanos(site.max_nanos)
        )?;
        for waker in site.wakers.iter().take(most.min(3)) {
            let by = waker
                .place
                .as_ref()
                .map_or_else(|| "the runtime".to_owned(), place);
            writeln!(
                out,
                "             {} ended by {by}",
                nanos(waker.total_nanos)
            )?;
            if let Some(line) = holds(&waker.holds) {
                writeln!(out, "               {line}")?;
            }
        }
        for keeper in site.keepers.iter().take(most.min(3)) {
            let by = keeper
                .place
                .as_ref()
                .map_or_else(|| "the runtime".to_owned(), place);
            writeln!(
                out,
                "             {} kept by {by}",
                nanos(keeper.total_nanos)
            )?;
        }
    }
    if most < sites.len() {
        writeln!(
            out,
            "             and {} (-v)",
            count((sites.len() - most) as u64, "more place")
        )?;
    }
    Ok(())
}

/// How long the waker had held the lock, as far as the trace tells; nothing for what is no lock.
fn holds(holds: &Holds) -> Option<String> {
    let (known, unknown) = (&holds.known, holds.unknown);
    let all = known.count + unknown;
    if all == 0 {
        return None;
    }
    if known.count == 0 {
        return Some("cannot tell how long it had been held there".to_owned());
    }
    let rest = match unknown {
        0 => String::new(),
        n => format!("; cannot tell of {n} more"),
    };
    Some(format!(
        "held there for at most {}, half below {} ({}{rest})",
        nanos(known.max_nanos),
        nanos(known.bound_nanos(0.5)),
        count(known.count, "time"),
    ))
}

/// `1 wait`, `2 waits`, `1,234,567 events`.
pub(crate) fn count(n: u64, what: &str) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if 0 < at && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    let plural = if n == 1 { "" } else { "s" };
    format!("{text} {what}{plural}")
}

/// Function, and base name of the file with the line.
pub(crate) fn place(place: &Place) -> String {
    let function = short(&place.function);
    if place.file.is_empty() {
        return function.to_owned();
    }
    let file = place.file.rsplit('/').next().unwrap_or_default();
    format!("{function} ({file}:{})", place.line)
}

/// Without the path of the package.
pub(crate) fn short(function: &str) -> &str {
    function.rsplit('/').next().unwrap_or(function)
}

/// With three digits or so.
pub(crate) fn nanos(nanos: i64) -> String {
    let value = nanos as f64;
    if nanos < 1_000 {
        format!("{nanos} ns")
    } else if nanos < 1_000_000 {
        format!("{:.1} us", value / 1e3)
    } else if nanos < 1_000_000_000 {
        format!("{:.1} ms", value / 1e6)
    } else {
        format!("{:.2} s", value / 1e9)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped_and_agree_with_their_noun() {
        assert_eq!(count(1, "wait"), "1 wait");
        assert_eq!(count(0, "wait"), "0 waits");
        assert_eq!(count(999, "event"), "999 events");
        assert_eq!(count(1_234_567, "event"), "1,234,567 events");
    }
}
