//! What is often said about the mechanism of a scenario, tested: each program of a folder `claim`
//! ends well if the runtime does not do what the claim says.

use std::time::Duration;

use super::catalogue::{Scenario, scenarios};
use super::run::{build, execute};
use crate::go::Toolchain;
use crate::report::{Outcome, Report};

/// No claim needs longer.
const LIMIT: Duration = Duration::from_secs(150);

/// With freed memory overwritten, a premature free is seen at once.
const SETTINGS: &[(&str, &str)] = &[("GODEBUG", "clobberfree=1")];

pub(super) fn run(go: &Toolchain, args: &[String]) -> anyhow::Result<()> {
    let named: Vec<&str> = args.iter().map(String::as_str).collect();
    let mut report = Report::default();
    println!("{}", go.version);
    for scenario in scenarios(&named)? {
        if scenario.has("claim") {
            report.add(&scenario.id, judge(go, &scenario));
        }
    }
    report.close()
}

fn judge(go: &Toolchain, scenario: &Scenario) -> anyhow::Result<Outcome> {
    let program = build(go, scenario, "claim", false)?;
    let log = program.with_extension("log");
    let ended = execute(&program, &[], SETTINGS, LIMIT, &log)?;
    let last = ended.text.lines().last().unwrap_or_default().to_owned();
    Ok(if ended.code == Some(0) {
        Outcome::Passed(last)
    } else {
        Outcome::Failed(format!("{last}; see {}", log.display()))
    })
}
