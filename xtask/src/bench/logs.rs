//! A very large log with a few crashes inside, streamed into `contend explain`.

use anyhow::{Context as _, bail};

use super::table::{Row, Section};
use super::{Plan, log_text, measure};
use crate::go::Toolchain;
use crate::workspace;

const CRASHES: u64 = 10;

/// One run: the log is made anew for each, and making it takes a core.
pub(super) fn logs(_: &Toolchain, plan: &Plan) -> anyhow::Result<Section> {
    let mut section = Section::new("A large log with ten crashes inside");
    let mut contend = workspace::contend()?;
    // One thread, so that processor time can be compared with the section on dumps.
    contend.env("RAYON_NUM_THREADS", "1");
    contend.args(["explain", "--format", "json", "-"]);
    let (run, answer) = measure::fed(&mut contend, &[1], &|out| {
        log_text::write(plan.log_bytes, CRASHES, out)
    })?;
    let answer: serde_json::Value =
        serde_json::from_slice(&answer).context("reading the answer")?;
    let seen = &answer["summary"]["dumps"];
    if *seen != CRASHES {
        bail!("{seen} crashes seen of {CRASHES}");
    }
    let gigabytes = plan.log_bytes as f64 / 1e9;
    for (what, contend, wanted) in [
        (
            "processor time",
            format!(
                "{:.1} s, {:.0} MB/s",
                run.cpu_seconds,
                gigabytes * 1e3 / run.cpu_seconds
            ),
            "-",
        ),
        (
            "peak memory",
            format!("{:.0} MB", run.peak as f64 / 1e6),
            "under 200 MB",
        ),
        ("crashes seen", format!("{seen} of {CRASHES}"), "all"),
    ] {
        section.rows.push(Row {
            what: format!("{gigabytes} GB through a pipe, prefixes of Kubernetes: {what}"),
            contend,
            go: "-".to_owned(),
            ratio: None,
            wanted: wanted.to_owned(),
        });
    }
    Ok(section)
}
