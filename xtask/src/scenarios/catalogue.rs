//! The folders of corpus/scenarios.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use anyhow::Context as _;

use crate::workspace;

/// One scenario.
#[derive(Debug)]
pub(super) struct Scenario {
    pub(super) id: String,
    pub(super) dir: PathBuf,
}

/// The scenarios with these names, or all of them.
pub(super) fn scenarios(named: &[&str]) -> anyhow::Result<Vec<Scenario>> {
    let folder = workspace::root().join("corpus/scenarios");
    let mut all = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))? {
        let entry = entry?;
        let id = entry.file_name().to_string_lossy().into_owned();
        let wanted = named.is_empty() || named.contains(&id.as_str());
        if wanted && entry.path().join("go.mod").exists() {
            all.push(Scenario {
                id,
                dir: entry.path(),
            });
        }
    }
    all.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(all)
}

impl Scenario {
    /// Whether the program exists in this form: `faulty`, `fixed`, `healthy`, `claim`.
    pub(super) fn has(&self, form: &str) -> bool {
        self.dir.join(form).is_dir()
    }

    /// The arguments of the first form that record.sh reproduces.
    pub(super) fn arguments(&self) -> Vec<String> {
        let text = fs::read_to_string(self.dir.join("repro")).unwrap_or_default();
        let first = text.lines().next().unwrap_or_default();
        first
            .split_whitespace()
            .skip(1)
            .map(str::to_owned)
            .collect()
    }

    /// The lines of the faulty form that are labelled `// fault:`, as `faulty/main.go:12`.
    pub(super) fn labelled(&self) -> anyhow::Result<BTreeSet<String>> {
        let mut lines = BTreeSet::new();
        for entry in fs::read_dir(self.dir.join("faulty"))? {
            let path = entry?.path();
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let text = fs::read_to_string(&path)?;
            let numbered = text.lines().zip(1..);
            let labelled = numbered.filter(|(line, _)| line.contains("// fault:"));
            lines.extend(labelled.map(|(_, number)| format!("faulty/{name}:{number}")));
        }
        Ok(lines)
    }
}
