//! What the steps of a run came to: printed one by one, and counted in one closing line.

/// How one step ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It ran and held; the text says with which figures.
    Passed(String),
    /// It ran and did not hold.
    Failed(String),
    /// It could not run here; the text says what is missing.
    Skipped(String),
}

/// The steps of one run, in order.
#[derive(Debug, Default)]
pub(crate) struct Report {
    passed: usize,
    failed: usize,
    skipped: usize,
}

impl Report {
    /// Prints and counts a step. An error is a failure: what could not be judged did not pass.
    pub(crate) fn add(&mut self, name: &str, outcome: anyhow::Result<Outcome>) {
        match outcome.unwrap_or_else(|error| Outcome::Failed(format!("{error:#}"))) {
            Outcome::Passed(text) => {
                self.passed += 1;
                println!("pass  {name}: {text}");
            }
            Outcome::Failed(text) => {
                self.failed += 1;
                println!("FAIL  {name}: {text}");
            }
            Outcome::Skipped(text) => {
                self.skipped += 1;
                println!("skip  {name}: {text}");
            }
        }
    }

    /// Prints the closing line; an error if anything failed.
    pub(crate) fn close(&self) -> anyhow::Result<()> {
        println!("{}", self.summary());
        if self.failed > 0 {
            anyhow::bail!("{} of the steps above failed", self.failed);
        }
        Ok(())
    }

    fn summary(&self) -> String {
        format!(
            "{} passed, {} failed, {} skipped",
            self.passed, self.failed, self.skipped
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_counted_and_an_error_is_a_failure() {
        let mut report = Report::default();
        report.add("a", Ok(Outcome::Passed("fine".to_owned())));
        report.add("b", Ok(Outcome::Skipped("no Go".to_owned())));
        assert!(report.close().is_ok());
        report.add("c", Err(anyhow::anyhow!("broke")));
        assert_eq!(report.summary(), "1 passed, 1 failed, 1 skipped");
        assert!(report.close().is_err());
    }
}
