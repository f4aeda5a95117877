//! One time line over logs and metrics: crashes, the collector around them, and the moments when a
//! series changed or crossed a threshold.

mod change;
mod clock;
mod series;
mod threshold;
mod watch;

use jiff::Timestamp;

pub use series::{Series, SeriesError, read_series};
pub use threshold::{Crossing, Threshold, ThresholdError};
pub use watch::{Recorder, Watch};

/// Something that happened at a known time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When, in milliseconds since 1970.
    pub millis: i64,
    /// The line has no time of its own: this is the last one before it.
    pub is_after: bool,
    /// What.
    pub text: String,
    /// The input that tells it.
    pub source: String,
}

impl Event {
    /// The time for people, in UTC.
    pub fn when(&self) -> String {
        let text = moment(self.millis);
        if self.is_after {
            format!("after {text}")
        } else {
            text
        }
    }
}

fn moment(millis: i64) -> String {
    Timestamp::from_millisecond(millis).map_or_else(|_| millis.to_string(), |time| time.to_string())
}

/// Events of all inputs in order of time; equal times keep the order of the inputs.
pub fn merge(logs: Vec<Event>, series: &[Series], crossings: &[Crossing]) -> Vec<Event> {
    let mut all = logs;
    for one in series {
        all.extend(change::changes(one));
    }
    for crossing in crossings {
        all.extend(crossing.events());
    }
    all.sort_by_key(|event| event.millis);
    all
}
