//! The kernels once more, rewritten in ways that keep their faults: what is lost by that was found by
//! the shape of a program and not by what it does.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use super::table::{self, Tally};
use super::{Options, kernels};
use crate::go::Toolchain;
use crate::oracle::build_tool;
use crate::workspace;

/// Makes the variants, checks them, and prints what each transformation costs.
pub(super) fn score(go: &Toolchain, options: &Options) -> anyhow::Result<()> {
    let originals = kernels::tallies(&kernels::folder(), options)?;
    let mut rows = Vec::new();
    for folder in variants(go)? {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        if options.build {
            workspace::output(&mut go.command(&folder, &["build", "./..."]))
                .with_context(|| format!("building the variants of {name}"))?;
        }
        let varied = kernels::tallies(&folder, options)?;
        let row = compare(&name, &originals, &varied);
        if options.list {
            list(&name, &originals, &varied);
        }
        rows.push(row);
    }
    print(&rows);
    Ok(())
}

/// One transformation: the counts of its kernels before and after it.
struct Row {
    name: String,
    kernels: usize,
    before: Tally,
    after: Tally,
}

fn compare(
    name: &str,
    originals: &BTreeMap<String, Tally>,
    varied: &BTreeMap<String, Tally>,
) -> Row {
    let mut row = Row {
        name: name.to_owned(),
        kernels: 0,
        before: Tally::default(),
        after: Tally::default(),
    };
    for (kernel, after) in varied {
        let Some(before) = originals.get(kernel) else {
            continue;
        };
        row.kernels += 1;
        row.before.add(*before);
        row.after.add(*after);
    }
    row
}

fn print(rows: &[Row]) {
    println!("# Kernels, transformed\n");
    println!(
        "| transformation | kernels | races | found before | after | loss | twins reported before | after |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    let mut all = Row {
        name: "all".to_owned(),
        kernels: 0,
        before: Tally::default(),
        after: Tally::default(),
    };
    for row in rows {
        println!("{}", row.text());
        all.kernels += row.kernels;
        all.before.add(row.before);
        all.after.add(row.after);
    }
    println!("{}", all.text());
}

impl Row {
    fn text(&self) -> String {
        let (before, after) = (self.before, self.after);
        format!(
            "| {} | {} | {} | {} | {} | {} | {} | {} |",
            self.name,
            self.kernels,
            after.faulty,
            table::percent(before.found, before.faulty),
            table::percent(after.found, after.faulty),
            self.loss(),
            before.reported,
            after.reported
        )
    }

    /// In points, negative where more is found than before.
    fn loss(&self) -> String {
        let share = |tally: Tally| 100.0 * tally.found as f64 / tally.faulty.max(1) as f64;
        format!("{:.1}", share(self.before) - share(self.after))
    }
}

fn list(name: &str, originals: &BTreeMap<String, Tally>, varied: &BTreeMap<String, Tally>) {
    for (kernel, after) in varied {
        let Some(before) = originals.get(kernel) else {
            continue;
        };
        if after.found < before.found {
            println!("Lost {name} {kernel}");
        }
        if before.reported < after.reported {
            println!("FalseReport {name} {kernel}");
        }
    }
}

/// The folders of the transformations, each a module, made anew.
fn variants(go: &Toolchain) -> anyhow::Result<Vec<PathBuf>> {
    let tool = build_tool(go, "variants")?;
    let out = workspace::target()?.join("score/variants");
    let _ = fs::remove_dir_all(&out);
    let mut make = go.command_for(&tool, Path::new("."))?;
    workspace::output(make.arg(kernels::folder()).arg(&out))?;
    let mut folders = fs::read_dir(&out)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()?;
    folders.sort();
    if folders.is_empty() {
        bail!("no variant was made");
    }
    Ok(folders)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(found: usize, reported: usize) -> Tally {
        Tally {
            faulty: 1,
            found,
            sound: 1,
            reported,
        }
    }

    #[test]
    fn only_kernels_that_changed_are_compared() {
        let originals = BTreeMap::from([
            ("a".to_owned(), tally(1, 0)),
            ("b".to_owned(), tally(1, 0)),
            ("c".to_owned(), tally(0, 0)),
        ]);
        let varied = BTreeMap::from([("a".to_owned(), tally(1, 0)), ("b".to_owned(), tally(0, 1))]);
        let row = compare("rename", &originals, &varied);
        assert_eq!(
            row.text(),
            "| rename | 2 | 2 | 100.0 % | 50.0 % | 50.0 | 0 | 1 |"
        );
    }
}
