//! The time line of a trace, read together with its sums.

use std::io::{self, Read, Write};

use contend_gotrace::{Reader, TraceError};
use contend_sched::trace::{Lanes, Run, watched_run_of};
use contend_timeline::{Finished, Headline, Timeline};

use super::spans;
use super::verdict::verdicts;

/// How many names of regions and tasks the page tells of.
const SPANS: usize = 10;

/// A run, and what its page still lacks.
#[derive(Debug)]
pub struct Watched<W> {
    /// The sums.
    pub run: Run,
    lanes: Lanes,
    timeline: Timeline<W>,
}

/// As [`super::read`]; stretches of the run go to `spool` meanwhile, so that memory stays bounded.
pub fn watch<W: Write>(
    trace: impl Read + Send + 'static,
    spool: W,
) -> Result<Watched<W>, TraceError> {
    let reader = Reader::read_ahead(trace)?;
    let mut lanes = Lanes::default();
    let mut timeline = Timeline::new(spool);
    let run = watched_run_of(reader, &mut lanes, &mut timeline);
    Ok(Watched {
        run,
        lanes,
        timeline,
    })
}

impl<W: Write> Watched<W> {
    /// The page, to which the spool has to be added; fails if the spool did.
    pub fn page(self, title: &str) -> io::Result<(Run, Finished)> {
        let mut headlines: Vec<Headline> = verdicts(&self.run)
            .into_iter()
            .map(|verdict| Headline {
                text: format!(
                    "{} (confidence: {})",
                    verdict.headline,
                    verdict.confidence.word()
                ),
                details: verdict.evidence,
            })
            .collect();
        if !self.run.losses.is_empty() {
            let details = self.run.losses.iter().map(ToString::to_string).collect();
            let text = "The trace is damaged; parts of it are missing".to_owned();
            headlines.push(Headline { text, details });
        }
        headlines.extend(self.run.spans.iter().take(SPANS).map(|span| {
            let what = if span.is_task { "tasks" } else { "regions" };
            let mut lines = spans::lines(span).into_iter();
            Headline {
                text: format!("{what}: {}", lines.next().unwrap_or_default()),
                details: lines.collect(),
            }
        }));
        let finished = self.timeline.finish(&self.lanes, title, &headlines)?;
        Ok((self.run, finished))
    }
}
