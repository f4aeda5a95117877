//! What the first check of a pipeline costs today: `go vet ./...` on kubernetes.

use std::fs;
use std::time::Duration;

use super::measure::{self, Run};
use super::table::{Row, Section};
use super::{Plan, check, fetched, memory, seconds};
use crate::go::Toolchain;
use crate::workspace;

/// `contend check` once, then `go vet` with an empty build cache, then once more with what that run
/// left in it. Without a run that ended there is nothing to be warm with.
pub(super) fn vet(go: &Toolchain, plan: &Plan) -> anyhow::Result<Section> {
    let mut section = Section::new("k8s.io/kubernetes: the time of `go vet ./...`");
    let target = fetched(go, "kubernetes")?;
    let ours = measure::run(&mut check(go, &target)?, &[0, 1])?;
    let cache = workspace::cache()?.join("bench-gocache");
    let _ = fs::remove_dir_all(&cache);
    for what in ["cold", "warm"] {
        let mut vet = go.command(&target.dir, &["vet", target.pattern]);
        // It ends with 1 when it has something to say.
        let run = measure::run_within(vet.env("GOCACHE", &cache), &[0, 1], plan.vet_limit)?;
        section.rows.extend(rows(what, run, ours, plan.vet_limit));
        if run.is_none() {
            break;
        }
    }
    let _ = fs::remove_dir_all(&cache);
    Ok(section)
}

fn rows(what: &str, run: Option<Run>, ours: Run, limit: Duration) -> Vec<Row> {
    let row = |go, ratio| Row {
        what: format!("`contend check` against `go vet ./...` with {what} caches: time"),
        contend: seconds(ours),
        go,
        ratio,
        wanted: "-".to_owned(),
    };
    let Some(run) = run else {
        let minutes = limit.as_secs() / 60;
        return vec![row(format!("not finished after {minutes} minutes"), None)];
    };
    vec![
        row(seconds(run), Some(run.seconds / ours.seconds)),
        memory("the same: peak memory", ours, run, "-"),
    ]
}
