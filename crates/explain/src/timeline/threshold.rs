//! What the user calls too much or too little of a metric: `go_goroutines>5000`.

use super::change::{LASTS, number};
use super::{Event, Series, moment};

/// A limit of a metric.
#[derive(Clone, Debug, PartialEq)]
pub struct Threshold {
    /// As the user wrote it.
    pub text: String,
    name: String,
    /// Too much is above it; else too little is below it.
    is_upper: bool,
    value: f64,
}

/// Why a threshold cannot be used.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum ThresholdError {
    /// It is no name, `>` or `<`, and number.
    #[error("`{0}` is not of the form NAME>NUMBER or NAME<NUMBER")]
    Form(String),
    /// No series has its name.
    #[error("`{text}`: no metric has this name; there {known}")]
    Name {
        /// The threshold.
        text: String,
        /// Which names there are.
        known: String,
    },
}

/// How a series stood to a threshold.
#[derive(Clone, Debug, PartialEq)]
pub struct Crossing {
    /// The threshold as the user wrote it.
    pub threshold: String,
    /// The name of the series.
    pub series: String,
    /// The file that it came from.
    pub source: String,
    /// When it was beyond: from a time, in milliseconds since 1970, to another one, or to the end.
    pub periods: Vec<(i64, Option<i64>)>,
    /// The highest value, or the lowest one where too little was asked for.
    pub farthest: f64,
    is_upper: bool,
    value: f64,
}

impl Threshold {
    /// Reads `NAME>NUMBER` or `NAME<NUMBER`. The name goes to the last sign, as labels may hold one.
    ///
    /// # Errors
    ///
    /// If it is none.
    pub fn parse(text: &str) -> Result<Self, ThresholdError> {
        let form = || ThresholdError::Form(text.to_owned());
        let at = text.rfind(['>', '<']).ok_or_else(form)?;
        let name = text[..at].trim();
        let value: f64 = text[at + 1..].trim().parse().map_err(|_| form())?;
        if name.is_empty() || !value.is_finite() {
            return Err(form());
        }
        Ok(Self {
            text: text.trim().to_owned(),
            name: name.to_owned(),
            is_upper: text[at..].starts_with('>'),
            value,
        })
    }

    /// How each series of this name stood to it: with the name as it is, or whatever its labels are.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub fn crossings(&self, series: &[Series]) -> Result<Vec<Crossing>, ThresholdError> {
        let named = |one: &&Series| {
            let name = one.name.strip_suffix(" per second").unwrap_or(&one.name);
            let bare = name.split('{').next().unwrap_or_default();
            [&one.name[..], name, bare].contains(&&self.name[..])
        };
        let found: Vec<Crossing> = series
            .iter()
            .filter(named)
            .map(|it| self.crossing(it))
            .collect();
        if found.is_empty() {
            return Err(ThresholdError::Name {
                text: self.text.clone(),
                known: known(series),
            });
        }
        Ok(found)
    }

    fn crossing(&self, series: &Series) -> Crossing {
        let is_beyond = |value: f64| {
            if self.is_upper {
                self.value < value
            } else {
                value < self.value
            }
        };
        let points = &series.points;
        let mut periods: Vec<(i64, Option<i64>)> = Vec::new();
        let mut inside = false;
        for (at, (millis, value)) in points.iter().enumerate() {
            // A single value is an outlier, unless it is the last one: what died does not go on.
            let next = &points[at..points.len().min(at + LASTS)];
            if is_beyond(*value) == inside || next.iter().any(|(_, v)| is_beyond(*v) == inside) {
                continue;
            }
            inside = !inside;
            match periods.last_mut() {
                Some(last) if !inside => last.1 = Some(*millis),
                _ => periods.push((*millis, None)),
            }
        }
        let values = points.iter().map(|(_, value)| *value);
        Crossing {
            threshold: self.text.clone(),
            series: series.name.clone(),
            source: series.source.clone(),
            periods,
            farthest: if self.is_upper {
                values.fold(f64::NEG_INFINITY, f64::max)
            } else {
                values.fold(f64::INFINITY, f64::min)
            },
            is_upper: self.is_upper,
            value: self.value,
        }
    }
}

impl Crossing {
    /// When it was beyond, in a sentence without its full stop.
    pub fn sentence(&self) -> String {
        let (side, far) = self.words();
        let periods: Vec<String> = self
            .periods
            .iter()
            .map(|(from, to)| match to {
                Some(to) => format!("from {} to {}", moment(*from), moment(*to)),
                None => format!("from {} to the end", moment(*from)),
            })
            .collect();
        let when = match &periods[..] {
            [] => format!("is never {side} it"),
            [one] => format!("is {side} it {one}"),
            [first, .., last] => {
                let n = periods.len();
                format!("is {side} it {n} times, first {first}, at last {last}")
            }
        };
        let farthest = number(self.farthest);
        format!(
            "`{}`: `{}` {when}; the {far} value is {farthest}",
            self.threshold, self.series
        )
    }

    /// The moments for the time line.
    pub(super) fn events(&self) -> Vec<Event> {
        let (side, _) = self.words();
        let value = number(self.value);
        let event = |millis, verb: &str| Event {
            millis,
            is_after: false,
            text: format!("`{}` {verb} {side} {value}", self.series),
            source: self.source.clone(),
        };
        let mut all = Vec::new();
        for (from, to) in &self.periods {
            all.push(event(*from, "goes"));
            all.extend(to.map(|to| event(to, "is no longer")));
        }
        all
    }

    fn words(&self) -> (&'static str, &'static str) {
        if self.is_upper {
            ("above", "highest")
        } else {
            ("below", "lowest")
        }
    }
}

/// The names of the series, for who misspelt one.
fn known(series: &[Series]) -> String {
    const SHOWN: usize = 6;
    let mut names: Vec<String> = series.iter().map(|it| format!("`{}`", it.name)).collect();
    names.sort_unstable();
    names.dedup();
    let more = names.len().saturating_sub(SHOWN);
    names.truncate(SHOWN);
    match (&names[..], more) {
        ([], _) => "are none".to_owned(),
        ([one], _) => format!("is {one}"),
        (_, 0) => format!("are {}", names.join(", ")),
        (_, more) => format!("are {} and {more} more", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(values: &[f64]) -> Series {
        let points = values.iter().enumerate();
        Series {
            name: "n_total{pod=a} per second".to_owned(),
            source: "m".to_owned(),
            points: points.map(|(i, v)| (i as i64 * 1000, *v)).collect(),
        }
    }

    fn periods(threshold: &str, values: &[f64]) -> Vec<(i64, Option<i64>)> {
        let threshold = Threshold::parse(threshold).expect("a threshold");
        let mut all = threshold.crossings(&[series(values)]).expect("the name");
        all.remove(0).periods
    }

    #[test]
    fn a_crossing_lasts_two_values_or_to_the_end() {
        let wave = [1.0, 9.0, 1.0, 9.0, 9.0, 1.0, 9.0, 1.0, 1.0, 9.0];
        assert_eq!(
            periods("n_total>5", &wave),
            [(3000, Some(7000)), (9000, None)]
        );
        assert_eq!(periods("n_total{pod=a}<0.5", &wave), []);
        assert_eq!(periods("n_total < 5", &[1.0, 1.0]), [(0, None)]);
        assert_eq!(periods("n_total>9", &wave), []);
    }

    #[test]
    fn what_is_no_threshold_is_an_error() {
        for text in [
            "",
            ">5",
            "n_total",
            "n_total>",
            "n_total>many",
            "n_total>inf",
        ] {
            assert!(Threshold::parse(text).is_err(), "{text}");
        }
        let other = Threshold::parse("m>5").expect("a threshold");
        let error = other.crossings(&[series(&[1.0])]).expect_err("the name");
        assert_eq!(
            error.to_string(),
            "`m>5`: no metric has this name; there is `n_total{pod=a} per second`"
        );
    }

    #[test]
    fn what_was_seen_is_said_in_a_sentence() {
        let threshold = Threshold::parse("n_total>5").expect("a threshold");
        let say = |values: &[f64]| {
            let all = threshold.crossings(&[series(values)]).expect("the name");
            all[0].sentence()
        };
        assert_eq!(
            say(&[1.0, 2.0]),
            "`n_total>5`: `n_total{pod=a} per second` is never above it; the highest value is 2"
        );
        assert_eq!(
            say(&[1.0, 7.0, 8.0]),
            "`n_total>5`: `n_total{pod=a} per second` is above it from 1970-01-01T00:00:01Z to the \
             end; the highest value is 8"
        );
    }
}
