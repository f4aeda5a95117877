//! The offset between two clocks, by what happened on both.
//!
//! The trace sees a goroutine enter a system call just before the kernel sees the thread do so.
//! The kernel sees more, as the runtime calls it too. So each call of the trace is paired with
//! *every* call of its thread: the differences of wrong pairs lie anywhere, those of right pairs lie
//! together.

use rustc_hash::{FxHashMap, FxHashSet};

/// A straight line between the clocks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fit {
    /// Where the line is pinned: a moment of the other clock, and the trace's time then.
    pin: (i64, i64),
    /// How much faster the other clock runs.
    pub(super) drift: f64,
    pub(super) pairs: usize,
    /// 99 of 100 pairs are off by at most so much.
    pub(super) error_nanos: i64,
}

/// A system call: thread, time, name. The name is empty where it is not known.
pub(super) type Begin<'n> = (i64, i64, &'n str);

/// Right pairs differ by no more than this: a call takes that long to get into the kernel on a
/// machine that is busy.
const WINDOW: i64 = 100_000;

/// Most of them differ by less than this.
const CLOSE: i64 = 10_000;

/// On a machine that is not busy nearly all do by less than this.
const EXACT: i64 = 2_000;

/// Fewer pairs prove nothing.
const FEWEST: usize = 8;

/// So many pairs are tried at most.
const MOST_TRIED: usize = 2_000_000;

/// So many offsets are looked at closely.
const CANDIDATES: usize = 64;

impl Fit {
    pub(super) fn to_trace(self, time: i64) -> i64 {
        let since = time - self.pin.0;
        self.pin.1 + since - (since as f64 * self.drift) as i64
    }
}

/// Of the calls that the trace saw and those of the other clock; `None` if no offset stands out.
pub(super) fn fit(trace: &[Begin<'_>], other: &[Begin<'_>]) -> Option<Fit> {
    let calls = Calls::of(other);
    let all: usize = trace.iter().map(|it| calls.like(it).len()).sum();
    let step = all.div_ceil(MOST_TRIED).max(1);
    let mut differences: Vec<i64> = trace
        .iter()
        .step_by(step)
        .flat_map(|begin| calls.like(begin).iter().map(|time| time - begin.1))
        .collect();
    differences.sort_unstable();
    // Calls that follow each other closely pair as well with their neighbours, but not so exactly.
    let candidates = [densest(&differences, WINDOW), densest(&differences, EXACT)];
    let mut scored: Vec<(usize, i64)> = candidates
        .into_iter()
        .flatten()
        .map(|offset| {
            let offset = calls.median(trace, calls.median(trace, offset));
            (calls.tight(trace, offset), offset)
        })
        .collect();
    scored.sort_by_key(|it| std::cmp::Reverse(it.0));
    let (n_tight, offset) = *scored.first()?;
    let n_pairs = calls.pairs(trace, offset).len();
    // Programs that do the same again and again have echoes, which pair fewer calls so well.
    let echo = scored.iter().find(|it| WINDOW < (it.1 - offset).abs());
    let is_alone = echo.is_none_or(|it| it.0 * 10 <= n_tight * 9);
    // Whoever records system calls sees all of them, so the true offset pairs nearly all.
    let expected = calls.expected(trace, offset);
    if n_pairs < FEWEST || !is_alone || n_pairs * 10 < expected * 8 {
        return None;
    }
    Some(line(&calls.pairs(trace, offset)))
}

/// The calls of the other clock.
struct Calls<'n> {
    /// By thread and name, in order of time.
    by_name: FxHashMap<i64, FxHashMap<&'n str, Vec<i64>>>,
    /// By thread.
    by_thread: FxHashMap<i64, Vec<i64>>,
    names: FxHashSet<&'n str>,
    span: (i64, i64),
}

impl<'n> Calls<'n> {
    fn of(all: &[Begin<'n>]) -> Self {
        let mut calls = Self {
            by_name: FxHashMap::default(),
            by_thread: FxHashMap::default(),
            names: all.iter().map(|it| it.2).collect(),
            span: (i64::MAX, i64::MIN),
        };
        let mut all = all.to_vec();
        all.sort_unstable();
        for (thread, time, name) in all {
            let of_thread = calls.by_name.entry(thread).or_default();
            of_thread.entry(name).or_default().push(time);
            calls.by_thread.entry(thread).or_default().push(time);
            calls.span = (calls.span.0.min(time), calls.span.1.max(time));
        }
        calls
    }

    /// Calls of the same thread, and of the same name if the name is one that both use.
    fn like(&self, (thread, _, name): &Begin<'_>) -> &[i64] {
        let found = if self.names.contains::<str>(name) {
            self.by_name.get(thread).and_then(|it| it.get::<str>(name))
        } else {
            self.by_thread.get(thread)
        };
        found.map_or(&[], Vec::as_slice)
    }

    /// The nearest call of each, as the time on the other clock and on the trace's. No call is that
    /// of two.
    fn pairs(&self, trace: &[Begin<'_>], offset: i64) -> Vec<(i64, i64)> {
        let pair = |begin: &Begin<'_>| {
            let (times, middle) = (self.like(begin), begin.1 + offset);
            let first = times.partition_point(|time| *time < middle - WINDOW);
            let near = times[first..]
                .iter()
                .take_while(|time| **time < middle + WINDOW);
            let nearest = near.min_by_key(|time| (**time - middle).abs())?;
            Some((*nearest, begin.1))
        };
        let mut taken = FxHashSet::default();
        let pairs = trace
            .iter()
            .filter_map(|begin| Some((begin.0, pair(begin)?)));
        let is_first = |(thread, pair): &(i64, (i64, i64))| taken.insert((*thread, pair.0));
        pairs.filter(is_first).map(|it| it.1).collect()
    }

    /// The middle of how far the pairs of that offset lie apart.
    fn median(&self, trace: &[Begin<'_>], offset: i64) -> i64 {
        let pairs = self.pairs(trace, offset);
        let mut apart: Vec<i64> = pairs.iter().map(|(time, begin)| time - begin).collect();
        if apart.is_empty() {
            return offset;
        }
        let middle = apart.len() / 2;
        *apart.select_nth_unstable(middle).1
    }

    /// How many pairs fit closely.
    fn tight(&self, trace: &[Begin<'_>], offset: i64) -> usize {
        let is_close = |(time, begin): &&(i64, i64)| (time - begin - offset).abs() <= CLOSE;
        self.pairs(trace, offset).iter().filter(is_close).count()
    }

    /// How many calls of the trace fall into the time of the other recording.
    fn expected(&self, trace: &[Begin<'_>], offset: i64) -> usize {
        let inside = |it: &&Begin<'_>| (self.span.0..=self.span.1).contains(&(it.1 + offset));
        trace.iter().filter(inside).count()
    }
}

/// The middles of the fullest windows of that width, no two of which overlap.
fn densest(differences: &[i64], width: i64) -> Vec<i64> {
    let mut end = 0;
    let mut windows: Vec<(usize, i64)> = Vec::with_capacity(differences.len());
    for (start, least) in differences.iter().enumerate() {
        while end < differences.len() && differences[end] - least <= width {
            end += 1;
        }
        windows.push((end - start, differences[usize::midpoint(start, end)]));
    }
    windows.sort_unstable_by_key(|it| std::cmp::Reverse(*it));
    let mut chosen: Vec<i64> = Vec::new();
    for (_, middle) in windows {
        if chosen.iter().all(|it| width < (it - middle).abs()) {
            chosen.push(middle);
        }
        if chosen.len() == CANDIDATES {
            break;
        }
    }
    chosen
}

/// Drift by least squares over pairs that are not far off, offset by the quickest calls.
fn line(pairs: &[(i64, i64)]) -> Fit {
    let mut offsets: Vec<i64> = pairs.iter().map(|(time, begin)| time - begin).collect();
    let middle = offsets.len() / 2;
    let median = *offsets.select_nth_unstable(middle).1;
    let pin = (pairs[0].0, pairs[0].0 - median);
    let residual = |(time, begin): &(i64, i64)| time - begin - median;
    let (mut n, mut sums) = (0.0, [0.0; 4]);
    for pair in pairs
        .iter()
        .filter(|pair| residual(pair).abs() < WINDOW / 2)
    {
        let (x, y) = ((pair.0 - pin.0) as f64, residual(pair) as f64);
        n += 1.0;
        for (sum, term) in sums.iter_mut().zip([x, y, x * x, x * y]) {
            *sum += term;
        }
    }
    let [x, y, xx, xy] = sums;
    let spread = n * xx - x * x;
    // Clocks of one machine differ by some parts in a million; a short recording shows no more
    // than its own noise.
    let slope = if spread <= 0.0 {
        0.0
    } else {
        (n * xy - x * y) / spread
    };
    let last = pairs.iter().map(|it| it.0).max().unwrap_or(pin.0);
    let is_long = 5_000_000_000 < last - pin.0 && 100.0 <= n;
    let drift = if is_long && slope.abs() < 1e-3 {
        slope
    } else {
        0.0
    };
    let mut fit = Fit {
        pin,
        drift,
        pairs: pairs.len(),
        error_nanos: 0,
    };
    // A call comes after its announcement, at once if nothing is in the way: so the quickest ones
    // tell the offset, and the others how late a call may seem.
    let mut late: Vec<i64> = pairs
        .iter()
        .map(|(time, begin)| fit.to_trace(*time) - begin)
        .collect();
    late.sort_unstable();
    let at = |share: usize| late[(late.len() * share / 100).min(late.len() - 1)];
    fit.pin.1 -= at(1);
    fit.error_nanos = at(99) - at(1);
    fit
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Calls at uneven times, on three threads; the other clock is ahead, drifts, and sees more.
    fn clocks(n: i64, drift: f64) -> (Vec<Begin<'static>>, Vec<Begin<'static>>) {
        let (mut trace, mut other) = (Vec::new(), Vec::new());
        let (mut time, mut seed) = (1_000_000_000_i64, 12345_u64);
        for _ in 0..n {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695);
            let random = (seed >> 40) as i64;
            time += 1_000_000 + random % 20_000_000;
            let thread = random % 3;
            let name = ["read", "write", ""][(random % 7 % 3) as usize];
            trace.push((thread, time, name));
            let since = (time - 1_000_000_000) as f64;
            let there = time + 777_000_000_000 + (since * drift) as i64 + 300 + random % 500;
            other.push((thread, there, if name.is_empty() { "close" } else { name }));
            other.push((thread, there + 2_345_678 + random % 1_000_000, "futex"));
        }
        (trace, other)
    }

    #[test]
    fn an_offset_is_found_with_its_error() {
        let (trace, other) = clocks(100, 0.0);
        let fit = fit(&trace, &other).expect("an offset");
        assert_eq!(fit.pairs, 100);
        assert!(fit.error_nanos < 1_000, "{fit:?}");
        assert!(
            (fit.to_trace(other[0].1) - trace[0].1).abs() < 1_000,
            "{fit:?}"
        );
    }

    #[test]
    fn drift_is_found_in_long_recordings() {
        let (trace, other) = clocks(600, 5e-6);
        let fit = fit(&trace, &other).expect("an offset");
        assert!((fit.drift - 5e-6).abs() < 5e-7, "{fit:?}");
        let last = trace.len() - 1;
        assert!(
            (fit.to_trace(other[2 * last].1) - trace[last].1).abs() < 5_000,
            "{fit:?}"
        );
    }

    #[test]
    fn calls_that_follow_each_other_closely_are_not_taken_for_their_neighbours() {
        let (mut trace, mut other) = (Vec::new(), Vec::new());
        let (mut time, mut seed) = (1_000_000_000_i64, 99_u64);
        for at in 0..600_i64 {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695);
            let random = (seed >> 40) as i64;
            time += if at % 4 == 0 {
                3_000_000 + random % 9_000_000
            } else {
                4_000 + random % 600
            };
            trace.push((1, time, "fcntl"));
            // As a text has it: whole microseconds.
            let there = (time + 5_000_000_000_000 + 700 + random % 300) / 1000 * 1000;
            other.push((1, there, "fcntl"));
        }
        let fit = fit(&trace, &other).expect("an offset");
        assert_eq!(fit.pairs, 600);
        assert!(fit.error_nanos < 2_000, "{fit:?}");
    }

    #[test]
    fn what_has_nothing_in_common_is_not_fitted() {
        let (trace, other) = clocks(50, 0.0);
        let strangers: Vec<Begin<'_>> = other.iter().map(|it| (it.0 + 9, it.1, it.2)).collect();
        assert!(fit(&trace, &strangers).is_none());
        assert!(fit(&trace, &[]).is_none());
        // Strictly periodic calls fit at each period.
        let beats: Vec<Begin<'_>> = (0..100).map(|it| (1, it * 10_000_000, "read")).collect();
        let long: Vec<Begin<'_>> = (0..300)
            .map(|it| (1, it * 10_000_000 + 55, "read"))
            .collect();
        assert!(fit(&beats, &long).is_none());
    }
}
