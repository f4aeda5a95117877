//! The pages for people.

use std::io::{self, Write};

use contend_sched::trace::beside::{
    Agreement, Alignment, Beside, CallGroup, LastCall, Placed, RuntimeCalls,
};

use super::super::text::{count, nanos, place, short};

/// One line for the clock, one for each comparison: how far the two sources can be trusted.
pub(crate) fn write_agreement(beside: &Beside, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\nrecorded beside the trace")?;
    writeln!(out, "  clock: {}", alignment(&beside.alignment))?;
    placed(out, "system call", beside.calls)?;
    placed(out, "sample", beside.samples)?;
    let agreements = [
        (beside.entered, "system calls of the trace were recorded"),
        (
            beside.frames,
            "recorded calls have the user frame that the trace has",
        ),
        (
            beside.roots,
            "samples ran what their goroutine was started with",
        ),
    ];
    for (agreement, what) in agreements {
        if let Some(rate) = rate(agreement) {
            writeln!(out, "  agreement: {rate} {what}")?;
        }
    }
    Ok(())
}

/// `99.8 % (641 of 642)`.
pub(crate) fn rate(agreement: Agreement) -> Option<String> {
    let all = agreement.agree + agreement.differ;
    // Never rounded up to all.
    let rate = (agreement.rate()? * 1000.0).floor() / 10.0;
    Some(format!("{rate:.1} % ({} of {all})", agreement.agree))
}

fn alignment(alignment: &Alignment) -> String {
    match alignment {
        Alignment::Exact => "one for both (CLOCK_MONOTONIC), nothing to fit".to_owned(),
        Alignment::Referred { error_nanos } => format!(
            "by moments that are known on both, off by at most {}",
            nanos(*error_nanos)
        ),
        Alignment::Fitted {
            pairs,
            error_nanos,
            drift_ppm,
        } => format!(
            "fitted by {} that both saw; 99 % are off by less than {}, drift {drift_ppm:.1} ppm",
            count(*pairs as u64, "system call"),
            nanos(*error_nanos)
        ),
        Alignment::Failed => "none in common: nothing could be placed (perf record -k \
                              CLOCK_MONOTONIC, strace -ttt, or system calls of the same threads)"
            .to_owned(),
    }
}

fn placed(out: &mut dyn Write, what: &str, placed: Placed) -> io::Result<()> {
    if placed.all == 0 {
        return Ok(());
    }
    let parts = [
        (placed.on_goroutine, "on goroutines"),
        (placed.on_runtime, "of the runtime"),
        (
            placed.on_stranger,
            "on threads that the trace does not know",
        ),
        (placed.on_others, "of other processes"),
        (placed.outside, "before or after the trace"),
    ];
    let parts: Vec<String> = parts
        .iter()
        .filter(|it| 0 < it.0)
        .map(|(n, what)| format!("{n} {what}"))
        .collect();
    writeln!(out, "  {}: {}", count(placed.all, what), parts.join(", "))
}

/// What goroutines were blocked in, what threads of the runtime waited in, where each goroutine
/// was last seen before a system call.
pub(crate) fn write_pages(beside: &Beside, most: usize, out: &mut dyn Write) -> io::Result<()> {
    let (blocked, quick): (Vec<&CallGroup>, Vec<&CallGroup>) =
        beside.groups.iter().partition(|it| it.is_blocked());
    if !beside.groups.is_empty() {
        writeln!(out, "\nblocked in the kernel")?;
        list(out, &blocked, most, |out, it| group(out, it))?;
        if !quick.is_empty() {
            let n = count(quick.iter().map(|it| it.count).sum(), "other call");
            writeln!(out, "             {n} took less than 1 ms each")?;
        }
    }
    let idle: Vec<&RuntimeCalls> = beside.runtime.iter().filter(|it| 0 < it.idle.0).collect();
    if !idle.is_empty() {
        writeln!(out, "\nthreads of the runtime that had no goroutine")?;
        list(out, &idle, most, |out, it| {
            writeln!(
                out,
                "  {:>9}  {}, {}",
                nanos(it.idle.1),
                it.name,
                count(it.idle.0, "call")
            )
        })?;
    }
    if !beside.goroutines.is_empty() {
        let mut last: Vec<&LastCall> = beside.goroutines.iter().collect();
        let nanos_of = |it: &LastCall| it.call.end.map_or(i64::MAX, |end| end - it.call.start);
        last.sort_by_key(|it| (std::cmp::Reverse(nanos_of(it)), it.goroutine));
        writeln!(out, "\nlast user frame before a system call, by goroutine")?;
        list(out, &last, most, |out, it| {
            let call = count(it.count, "call");
            writeln!(
                out,
                "  G{}  {} from {}, {call}",
                it.goroutine,
                it.call.name,
                place(&it.place)
            )
        })?;
    }
    if !beside.running.is_empty() {
        let all: u64 = beside.running.iter().map(|it| it.2).sum();
        writeln!(
            out,
            "\non a processor, by what the goroutine was started with"
        )?;
        list(out, &beside.running, most, |out, (root, user, n)| {
            let root = if root.is_empty() {
                "(unknown)"
            } else {
                short(root)
            };
            let user = if user.is_empty() || short(user) == root {
                String::new()
            } else {
                format!(", in {}", short(user))
            };
            let share = 100.0 * *n as f64 / all.max(1) as f64;
            writeln!(
                out,
                "  {share:>7.1} %  {root}{user}, {}",
                count(*n, "sample")
            )
        })?;
    }
    Ok(())
}

fn list<T>(
    out: &mut dyn Write,
    items: &[T],
    most: usize,
    mut write: impl FnMut(&mut dyn Write, &T) -> io::Result<()>,
) -> io::Result<()> {
    for item in items.iter().take(most) {
        write(out, item)?;
    }
    if most < items.len() {
        writeln!(
            out,
            "             and {} (-v)",
            count((items.len() - most) as u64, "more line")
        )?;
    }
    Ok(())
}

fn group(out: &mut dyn Write, group: &CallGroup) -> io::Result<()> {
    let about = match group.object.as_str() {
        "" => String::new(),
        object => format!(" of {object}"),
    };
    writeln!(
        out,
        "  {:>9}  {}{about} in {}",
        nanos(group.cost_nanos()),
        group.name,
        place(&group.place)
    )?;
    writeln!(
        out,
        "             {} of {}, the longest {}{}",
        count(group.count, "call"),
        count(group.goroutines.len() as u64, "goroutine"),
        nanos(group.max_nanos),
        outcomes(group)
    )?;
    let awaited = group.awaited;
    if 0 < awaited.count {
        let open = match awaited.open {
            0 => String::new(),
            n => format!(", {n} of them without an end"),
        };
        writeln!(
            out,
            "             then waited {} in the poller for {}, the longest {}{open}",
            count(awaited.count, "time"),
            nanos(awaited.total_nanos),
            nanos(awaited.max_nanos)
        )?;
    }
    if !group.example.is_empty() {
        writeln!(out, "             longest: {}", group.example)?;
    }
    Ok(())
}

/// `, 3 not ready (EAGAIN), 1 for ever`.
pub(crate) fn outcomes(group: &CallGroup) -> String {
    let mut parts = vec![
        (group.open, "without an end".to_owned()),
        (group.interrupted, "interrupted (EINTR)".to_owned()),
        (group.not_ready, "not ready (EAGAIN)".to_owned()),
    ];
    parts.extend(
        group
            .failed
            .iter()
            .map(|(error, n)| (*n, format!("failed ({error})"))),
    );
    let parts = parts.iter().filter(|it| 0 < it.0);
    parts.fold(String::new(), |text, (n, what)| {
        format!("{text}; {n} {what}")
    })
}
