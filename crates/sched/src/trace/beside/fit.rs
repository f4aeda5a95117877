//! The offset between two clocks, by what happened on both.
//!
//! The trace sees a goroutine enter a system call just before the kernel sees the thread do so.
//! The kernel sees more, as the runtime calls it too. So each call of the trace is paired with
//! *every* call of its thread: the differences of wrong pairs lie anywhere, those of right pairs lie
//! together.

use rustc_hash::FxHashMap;

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

/// Right pairs differ by no more than this: a call takes that long to get into the kernel on a
/// machine that is busy.
const WINDOW: i64 = 200_000;

/// Fewer pairs prove nothing.
const FEWEST: usize = 8;

/// So many pairs are tried at most.
const MOST_TRIED: usize = 4_000_000;

impl Fit {
    pub(super) fn to_trace(self, time: i64) -> i64 {
        let since = time - self.pin.0;
        self.pin.1 + since - (since as f64 * self.drift) as i64
    }
}

/// Of `(thread, time)` in the trace and on the other clock; `None` if no offset stands out.
pub(super) fn fit(trace: &[(i64, i64)], other: &[(i64, i64)]) -> Option<Fit> {
    let mut of_thread: FxHashMap<i64, Vec<i64>> = FxHashMap::default();
    for (thread, time) in other {
        of_thread.entry(*thread).or_default().push(*time);
    }
    for times in of_thread.values_mut() {
        times.sort_unstable();
    }
    let of = |thread: &i64| of_thread.get(thread).map_or(&[][..], Vec::as_slice);
    let all: usize = trace.iter().map(|(thread, _)| of(thread).len()).sum();
    let step = all.div_ceil(MOST_TRIED).max(1);
    let tried = || trace.iter().step_by(step);
    let mut differences: Vec<i64> = tried()
        .flat_map(|(thread, begin)| of(thread).iter().map(move |time| time - begin))
        .collect();
    differences.sort_unstable();
    let offset = densest(&differences)?;
    let pairs: Vec<(i64, i64)> = trace
        .iter()
        .filter_map(|(thread, begin)| {
            let times = of(thread);
            let first = times.partition_point(|time| *time < begin + offset - WINDOW);
            let near = times[first..]
                .iter()
                .take_while(|time| **time < begin + offset + WINDOW);
            // The call follows its announcement, and nothing else can come between.
            near.min_by_key(|time| (**time - begin - offset).abs())
                .map(|time| (*time, *begin))
        })
        .collect();
    if pairs.len() < FEWEST {
        return None;
    }
    Some(line(&pairs))
}

/// The middle of the fullest window; `None` if another one is nearly as full.
fn densest(differences: &[i64]) -> Option<i64> {
    let mut best = (0, 0);
    let mut end = 0;
    let mut counts = Vec::with_capacity(differences.len());
    for (start, least) in differences.iter().enumerate() {
        while end < differences.len() && differences[end] - least <= WINDOW {
            end += 1;
        }
        counts.push(end - start);
        if best.0 < end - start {
            best = (end - start, start);
        }
    }
    let (count, start) = best;
    let middle = differences.get(start + count / 2)?;
    let is_far = |at: usize| 2 * WINDOW < (differences[at] - middle).abs();
    let second = (0..counts.len())
        .filter(|at| is_far(*at))
        .map(|at| counts[at])
        .max();
    // Periodic programs have echoes at each period, which are less full than the true offset.
    (FEWEST <= count && second.unwrap_or(0) * 10 <= count * 9).then_some(*middle)
}

/// Offset by the median, drift by least squares over pairs that are not far off.
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
    let shift = if drift == 0.0 {
        0
    } else {
        ((y - drift * x) / n) as i64
    };
    let mut fit = Fit {
        pin: (pin.0, pin.1 - shift),
        drift,
        pairs: pairs.len(),
        error_nanos: 0,
    };
    let mut errors: Vec<i64> = pairs
        .iter()
        .map(|(time, begin)| (fit.to_trace(*time) - begin).abs())
        .collect();
    let at = (errors.len() * 99 / 100).min(errors.len() - 1);
    fit.error_nanos = *errors.select_nth_unstable(at).1;
    fit
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Calls at uneven times, on three threads; the other clock is ahead, drifts, and sees more.
    fn clocks(n: i64, drift: f64) -> (Vec<(i64, i64)>, Vec<(i64, i64)>) {
        let (mut trace, mut other) = (Vec::new(), Vec::new());
        let (mut time, mut seed) = (1_000_000_000_i64, 12345_u64);
        for _ in 0..n {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695);
            let random = (seed >> 40) as i64;
            time += 1_000_000 + random % 20_000_000;
            let thread = random % 3;
            trace.push((thread, time));
            let since = (time - 1_000_000_000) as f64;
            let there = time + 777_000_000_000 + (since * drift) as i64 + 300 + random % 500;
            other.push((thread, there));
            other.push((thread, there + 2_345_678 + random % 1_000_000));
        }
        (trace, other)
    }

    #[test]
    fn an_offset_is_found_with_its_error() {
        let (trace, other) = clocks(200, 0.0);
        let fit = fit(&trace, &other).expect("an offset");
        assert!(180 < fit.pairs, "{fit:?}");
        assert!(fit.error_nanos < 1_000, "{fit:?}");
        assert!(
            (fit.to_trace(other[0].1) - trace[0].1).abs() < 1_000,
            "{fit:?}"
        );
    }

    #[test]
    fn drift_is_found_in_long_recordings() {
        let (trace, other) = clocks(900, 5e-6);
        let fit = fit(&trace, &other).expect("an offset");
        assert!((fit.drift - 5e-6).abs() < 5e-7, "{fit:?}");
        let last = trace.len() - 1;
        assert!(
            (fit.to_trace(other[2 * last].1) - trace[last].1).abs() < 5_000,
            "{fit:?}"
        );
    }

    #[test]
    fn what_has_nothing_in_common_is_not_fitted() {
        let (trace, _) = clocks(100, 0.0);
        let (_, other) = clocks(30, 0.0);
        let strangers: Vec<(i64, i64)> = other.iter().map(|it| (it.0 + 9, it.1)).collect();
        assert!(fit(&trace, &strangers).is_none());
        assert!(fit(&trace, &[]).is_none());
        // Strictly periodic calls fit at each period.
        let beats: Vec<(i64, i64)> = (0..100).map(|it| (1, it * 10_000_000)).collect();
        let long: Vec<(i64, i64)> = (0..1000).map(|it| (1, it * 10_000_000 + 55)).collect();
        assert!(fit(&beats, &long).is_none());
    }
}
