//! Metrics: columns of a CSV file, or the answer of Prometheus to a range query.

use serde::Deserialize;
use std::collections::BTreeMap;

use super::clock;

/// Values over time.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// What is measured.
    pub name: String,
    /// The file.
    pub source: String,
    /// Milliseconds since 1970 and values, in order of time.
    pub points: Vec<(i64, f64)>,
}

/// Why a file of metrics says nothing.
#[derive(Debug, thiserror::Error)]
pub enum SeriesError {
    /// It starts like JSON and is none of the kind.
    #[error("{name} is not the answer to a Prometheus range query: {source}")]
    Json {
        /// Which file.
        name: String,
        /// What the reader said.
        source: serde_json::Error,
    },
    /// No row has a time and a number.
    #[error("{name} has no column with times and no column with numbers beside it")]
    Empty {
        /// Which file.
        name: String,
    },
}

#[derive(Deserialize)]
struct Answer {
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    result: Vec<Line>,
}

#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    metric: BTreeMap<String, String>,
    #[serde(default)]
    values: Vec<(f64, String)>,
}

/// The series of a text, and how many of its rows were not understood.
pub fn read_series(name: &str, text: &str) -> Result<(Vec<Series>, usize), SeriesError> {
    let (mut all, bad) = if text.trim_start().starts_with('{') {
        of_json(name, text)?
    } else {
        of_csv(name, text)
    };
    all.retain(|series| !series.points.is_empty());
    if all.is_empty() {
        return Err(SeriesError::Empty {
            name: name.to_owned(),
        });
    }
    for series in &mut all {
        series.points.sort_by_key(|(time, _)| *time);
    }
    Ok((all.into_iter().map(rates).collect(), bad))
}

fn of_json(name: &str, text: &str) -> Result<(Vec<Series>, usize), SeriesError> {
    let answer: Answer = serde_json::from_str(text).map_err(|source| SeriesError::Json {
        name: name.to_owned(),
        source,
    })?;
    let mut bad = 0;
    let lines = answer.data.result.into_iter();
    let all = lines.map(|mut line| {
        let metric = line.metric.remove("__name__").unwrap_or_default();
        let labels: Vec<String> = line
            .metric
            .iter()
            .map(|(k, v)| format!("{k}={v}"))
            .collect();
        let before = line.values.len();
        let values = line.values.iter();
        let points: Vec<(i64, f64)> = values
            .filter_map(|(time, value)| {
                let value = value.parse().ok().filter(|value: &f64| value.is_finite());
                Some((clock::of_number(*time)?, value?))
            })
            .collect();
        bad += before - points.len();
        Series {
            name: match labels.len() {
                0 => metric,
                _ => format!("{metric}{{{}}}", labels.join(",")),
            },
            source: name.to_owned(),
            points,
        }
    });
    Ok((all.collect(), bad))
}

/// The first column has the times; the first row may have the names.
fn of_csv(name: &str, text: &str) -> (Vec<Series>, usize) {
    let mut all: Vec<Series> = Vec::new();
    let mut bad = 0;
    let rows = text.lines().filter(|row| !row.trim().is_empty());
    for (number, row) in rows.enumerate() {
        let mut cells = row
            .split([',', ';', '\t'])
            .map(|cell| cell.trim().trim_matches('"'));
        let time = cells.next().and_then(clock::of_column);
        for (column, cell) in cells.enumerate() {
            if all.len() <= column {
                all.push(Series {
                    name: format!("column {}", column + 2),
                    source: name.to_owned(),
                    points: Vec::new(),
                });
            }
            match (time, cell.parse::<f64>()) {
                (Some(time), Ok(value)) if value.is_finite() => {
                    all[column].points.push((time, value));
                }
                (None, _) if number == 0 => cell.clone_into(&mut all[column].name),
                (Some(_), Err(_)) if cell.is_empty() => {}
                _ => bad += 1,
            }
        }
    }
    (all, bad)
}

/// Counters only grow; what tells something is how fast.
fn rates(series: Series) -> Series {
    let bare = series.name.split('{').next().unwrap_or_default();
    if !bare.ends_with("_total") {
        return series;
    }
    let pairs = series.points.windows(2);
    let points = pairs.filter_map(|pair| {
        let [(start, a), (end, b)] = pair else {
            return None;
        };
        let seconds = (end - start) as f64 / 1000.0;
        // A smaller value is a counter that began anew.
        let grown = if b < a { *b } else { b - a };
        (0.0 < seconds).then(|| (*end, grown / seconds))
    });
    Series {
        points: points.collect(),
        name: format!("{} per second", series.name),
        source: series.source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_give_the_same_series() {
        let csv = "time,go_goroutines\n1795590062,10\n1795590072,12\nnonsense,1\n";
        let json = r#"{"status":"success","data":{"resultType":"matrix","result":[
            {"metric":{"__name__":"go_goroutines"},"values":[[1795590062,"10"],[1795590072,"12"]]}]}}"#;
        let (of_csv, bad) = read_series("m", csv).expect("CSV");
        let (of_json, _) = read_series("m", json).expect("JSON");
        assert_eq!((&of_csv, bad), (&of_json, 1));
    }

    #[test]
    fn counters_become_rates_and_survive_a_restart() {
        let csv = "time,map_writes_total\n1000,0\n1010,50\n1020,20\n";
        let (all, _) = read_series("m", csv).expect("CSV");
        assert_eq!(all[0].name, "map_writes_total per second");
        assert_eq!(all[0].points, [(1_010_000, 5.0), (1_020_000, 2.0)]);
    }

    #[test]
    fn what_is_no_series_is_an_error() {
        assert!(read_series("m", "").is_err());
        assert!(read_series("m", "{\"a\":1}").is_err());
    }
}
