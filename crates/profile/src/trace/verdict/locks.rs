//! Locks that goroutines waited for.

use contend_sched::trace::{Inside, Place, Run, Site, WaitKind, Waker};

use super::super::text::{count, nanos, place, short};
use super::{Confidence, Verdict, is_worth, percent};

/// The place where most was waited for a lock, if locks are worth a word.
///
/// A writer that waits for readers comes first: whoever else waits for that lock waits behind it.
pub(super) fn verdict(run: &Run) -> Option<Verdict> {
    let locks = || run.sites.iter().filter(|site| site.kind.is_lock());
    let all: i64 = locks().map(|site| site.total_nanos).sum();
    let writer = locks().find(|site| is_starved(site) && is_worth(run, site.total_nanos));
    let site = writer.or_else(|| locks().next())?;
    if !is_worth(run, all) || is_of_scheduling(run, all, site) {
        return None;
    }
    let mut evidence = vec![format!(
        "{} waited {} for {}, the longest {}; {} of all waits for locks",
        count(site.n_goroutines as u64, "goroutine"),
        count(site.count + site.open.count, "time"),
        nanos(site.total_nanos),
        nanos(site.max_nanos),
        percent(site.total_nanos, all),
    )];
    let (keeper, confidence) = keeper(site, &mut evidence);
    if 0 < site.open.count {
        evidence.push(format!("{} had not ended", count(site.open.count, "wait")));
    }
    evidence.push(
        "a trace has no lock addresses: two locks that are used at one place look like one"
            .to_owned(),
    );
    let starved = is_starved(site);
    if starved {
        let behind = locks().filter(|it| it.kind == WaitKind::ReadLock);
        let (n, total) = behind.fold((0, 0), |(n, total), it| {
            (n + it.count + it.open.count, total + it.total_nanos)
        });
        evidence.push(format!(
            "new readers wait behind a waiting writer: {} for {}",
            count(n, "wait"),
            nanos(total)
        ));
        evidence.push(format!(
            "counter-check: {} of what writers waited ended when another writer left",
            percent(site.total_nanos - by_readers(site), site.total_nanos)
        ));
    }
    let who = if starved {
        "writers waited for readers to let go of"
    } else {
        "goroutines waited for"
    };
    let kept = keeper.map_or_else(String::new, |it| {
        format!(", kept by {}", short(&it.function))
    });
    Some(Verdict {
        cause: if starved { "writer-starvation" } else { "lock" },
        headline: format!(
            "{who} {} in {}{kept}",
            named(site.kind),
            short(&site.place.function)
        ),
        evidence,
        confidence,
        function: site.place.function.clone(),
        weight: all,
    })
}

/// Whether goroutines waited so much longer for a processor that what they waited for locks may come
/// of that: who does not run lets nothing go. Not if it was seen what the holder itself waited for.
fn is_of_scheduling(run: &Run, locks: i64, most: &Site) -> bool {
    2 * locks <= run.latency.total_nanos && !is_seen(most)
}

/// Whether the holder was itself waiting in the function that let go for most of the time.
fn is_seen(site: &Site) -> bool {
    let inside = site.inside.as_ref();
    inside.is_some_and(|inside| site.total_nanos <= 2 * inside.total_nanos)
}

/// What to say of locks where goroutines waited for processors, if anything.
pub(super) fn beside_scheduling(run: &Run) -> Option<String> {
    let locks = || run.sites.iter().filter(|site| site.kind.is_lock());
    let all: i64 = locks().map(|site| site.total_nanos).sum();
    let most = locks().next()?;
    (is_worth(run, all) && is_of_scheduling(run, all, most)).then(|| {
        format!(
            "waits for locks came to {}, most in {}: who has no processor keeps its locks longer",
            nanos(all),
            short(&most.place.function)
        )
    })
}

fn named(kind: WaitKind) -> String {
    match kind {
        WaitKind::OtherSync => "a lock of the standard library".to_owned(),
        kind => format!("a {}", kind.words()),
    }
}

/// Who kept the lock for most of the time, and how far that can be trusted.
fn keeper<'s>(site: &'s Site, evidence: &mut Vec<String>) -> (Option<&'s Place>, Confidence) {
    let Some(keeper) = site.keepers.first() else {
        evidence.push("cannot tell who kept it: no wait for it ended".to_owned());
        return (None, Confidence::Low);
    };
    let Some(at) = &keeper.place else {
        evidence.push("cannot tell who kept it: the runtime ended the waits".to_owned());
        return (None, Confidence::Low);
    };
    evidence.push(format!(
        "{} of that before it was let go in {} (each release that woke a waiter is exact; \
         since when it had been kept is inferred)",
        percent(keeper.total_nanos, site.total_nanos),
        place(at)
    ));
    let others = site.keepers.iter().skip(1);
    let others: i64 = others.map(|it| it.total_nanos).sum();
    evidence.push(format!(
        "counter-check: all other places kept it for {}",
        percent(others, site.total_nanos)
    ));
    let most = site.total_nanos <= 2 * keeper.total_nanos;
    if let Some(inside) = &site.inside {
        evidence.push(meanwhile(inside, site));
    }
    let seen = is_seen(site);
    let one_type = receiver(&at.function) == receiver(&site.place.function);
    if !one_type {
        evidence.push(
            "it waits and lets go in functions of different types, so these may be two locks"
                .to_owned(),
        );
    }
    let confidence = match (most, seen, one_type) {
        (true, true, true) => Confidence::High,
        (true, _, _) | (_, true, true) => Confidence::Medium,
        _ => {
            evidence.push("no single place kept it for half of the time".to_owned());
            Confidence::Low
        }
    };
    (Some(at), confidence)
}

fn meanwhile(inside: &Inside, site: &Site) -> String {
    let what = inside.kind.map_or("a system call", WaitKind::words);
    format!(
        "for {} of it the one who let go was itself in {what} there, just before ({})",
        percent(inside.total_nanos, site.total_nanos),
        place(&inside.place)
    )
}

/// A writer most of whose time ended when readers left.
fn is_starved(site: &Site) -> bool {
    if site.kind != WaitKind::WriteLock {
        return false;
    }
    let by_readers = by_readers(site);
    0 < by_readers && site.total_nanos <= 2 * by_readers
}

/// The part of the waits that ended when a reader left.
fn by_readers(site: &Site) -> i64 {
    let is_reader = |it: &&Waker| {
        let call = it.place.as_ref().map_or("", |it| it.call.as_str());
        call.starts_with("sync.(*RWMutex).") && call.contains("RUnlock")
            || call.starts_with("sync.(*RWMutex).rUnlock")
    };
    let wakers = site.wakers.iter().filter(is_reader);
    wakers.map(|waker| waker.total_nanos).sum()
}

/// The package and type that a method belongs to; the package for a function.
fn receiver(function: &str) -> &str {
    let start = function.rfind('/').map_or(0, |at| at + 1);
    let name = &function[start..];
    let end = match name.find(").") {
        Some(end) => end + 1,
        None => name.find('.').unwrap_or(name.len()),
    };
    &function[..start + end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn receivers() {
        assert_eq!(receiver("a.b/c.(*T).M.func1"), "a.b/c.(*T)");
        assert_eq!(receiver("a.b/c.F.func1"), "a.b/c");
        assert_eq!(receiver("F"), "F");
    }
}
