//! When a series changed: robust against single outliers, because both the middle and the spread
//! of what is usual are medians.

use super::{Event, Series};

/// What is usual is learnt from so many points before.
const WINDOW: usize = 30;
/// With fewer, nothing is usual yet.
const LEAST: usize = 5;
/// So many spreads away from the middle is a change. For values of a normal distribution, one in
/// 500 million is that far out.
const SPREADS: f64 = 6.0;
/// A spread of median deviations is that of a normal distribution times this.
const TO_SIGMA: f64 = 1.4826;
/// Less than this part of the middle is no change worth a word, however quiet the series is.
const SMALLEST: f64 = 0.2;
/// A change lasts; a single point is an outlier.
pub(super) const LASTS: usize = 2;

/// The changes of a series, and its growth if it never jumped.
pub(super) fn changes(series: &Series) -> Vec<Event> {
    let mut events = Vec::new();
    let points = &series.points;
    let mut start = 0;
    let mut at = LEAST;
    while at + LASTS <= points.len() {
        let usual = Usual::of(&points[start.max(at.saturating_sub(WINDOW))..at]);
        let next = &points[at..at + LASTS];
        let is_change = next.iter().all(|(_, value)| usual.is_above(*value))
            || next.iter().all(|(_, value)| usual.is_below(*value));
        if !is_change {
            at += 1;
            continue;
        }
        let (millis, value) = points[at];
        let verb = if usual.middle < value {
            "rises"
        } else {
            "falls"
        };
        events.push(event(
            series,
            millis,
            &format!(
                "{verb} from about {} to {}",
                number(usual.middle),
                number(value)
            ),
        ));
        // The new level is learnt from here on.
        start = at;
        at += LEAST;
    }
    if events.is_empty() {
        events.extend(growth(series));
    }
    events
}

/// A series that climbs without a jump, as a leak does.
fn growth(series: &Series) -> Option<Event> {
    let points = &series.points;
    if points.len() < 3 * LEAST {
        return None;
    }
    let third = points.len() / 3;
    let middle = |part: &[(i64, f64)]| Usual::of(part).middle;
    let first = middle(&points[..third]);
    let second = middle(&points[third..2 * third]);
    let last = middle(&points[2 * third..]);
    let climbs = first < second && second < last && 1.5 * first.max(1.0) <= last;
    climbs.then(|| {
        event(
            series,
            points[0].0,
            &format!(
                "grows without a jump, from about {} to {}",
                number(first),
                number(last)
            ),
        )
    })
}

fn event(series: &Series, millis: i64, text: &str) -> Event {
    Event {
        millis,
        is_after: false,
        text: format!("`{}` {text}", series.name),
        source: series.source.clone(),
    }
}

/// What values are usual.
struct Usual {
    middle: f64,
    reach: f64,
}

impl Usual {
    fn of(points: &[(i64, f64)]) -> Self {
        let middle = median(points.iter().map(|(_, value)| *value).collect());
        let spread = median(points.iter().map(|(_, v)| (v - middle).abs()).collect());
        let reach = (SPREADS * TO_SIGMA * spread).max(SMALLEST * middle.abs());
        Self { middle, reach }
    }

    fn is_above(&self, value: f64) -> bool {
        self.middle + self.reach < value
    }

    fn is_below(&self, value: f64) -> bool {
        value < self.middle - self.reach
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

pub(super) fn number(value: f64) -> String {
    if value.abs() < 100.0 && value.fract() != 0.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.0}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(values: impl IntoIterator<Item = f64>) -> Vec<String> {
        let points = values.into_iter().enumerate();
        let series = Series {
            name: "n".to_owned(),
            source: "m".to_owned(),
            points: points.map(|(i, value)| (i as i64 * 1000, value)).collect(),
        };
        changes(&series).into_iter().map(|it| it.text).collect()
    }

    fn noise(i: usize) -> f64 {
        (i * 7919 % 11) as f64
    }

    #[test]
    fn a_jump_is_one_change_and_noise_is_none() {
        assert!(texts((0..100).map(|i| 100.0 + noise(i))).is_empty());
        let jump = (0..100).map(|i| if i < 60 { 100.0 } else { 900.0 } + noise(i));
        assert_eq!(texts(jump), ["`n` rises from about 105 to 906"]);
    }

    #[test]
    fn a_single_outlier_is_none() {
        let spike = (0..100).map(|i| if i == 50 { 9000.0 } else { 100.0 + noise(i) });
        assert!(texts(spike).is_empty());
    }

    #[test]
    fn a_leak_grows_without_a_jump() {
        let leak = texts((0..90).map(|i| 100.0 + 5.0 * i as f64 + noise(i)));
        assert_eq!(leak.len(), 1);
        assert!(leak[0].starts_with("`n` grows without a jump"), "{leak:?}");
    }
}
