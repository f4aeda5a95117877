//! A crate uses only crates on floors below its own.

use std::collections::BTreeMap;

use cargo_metadata::{DependencyKind, Metadata};

use super::TextFile;

/// The floors, and the crates on them by their folder names. ARCHITECTURE.md draws the same.
const FLOORS: [&[&str]; 7] = [
    &["base", "finding", "page"],
    &[
        "dumps", "elf", "gotrace", "perf", "pprof", "strace", "syntax",
    ],
    &["ir", "project", "types"],
    &["analysis", "sched"],
    &["diagnose", "flame", "render", "rules", "timeline"],
    &["check", "explain", "profile"],
    &["contend"],
];

/// Neighbours that may use each other all the same, in this direction only.
const NEIGHBOURS: [(&str, &str); 2] = [("finding", "base"), ("ir", "types")];

const DRAWING: &str = "ARCHITECTURE.md";

/// Breaches among the dependencies of the workspace's crates.
pub(super) fn check(metadata: &Metadata) -> Vec<String> {
    let mut breaches = Vec::new();
    for package in metadata.workspace_packages() {
        let user = short(&package.name);
        if user == "xtask" {
            continue;
        }
        if floor_of(user).is_none() {
            breaches.push(format!(
                "crates/{user}: on no floor; add it to the table of floors"
            ));
        }
        for dependency in &package.dependencies {
            let for_tests = dependency.kind == DependencyKind::Development;
            breaches.extend(breach(user, short(&dependency.name), for_tests));
        }
    }
    breaches.extend(empty_rooms(metadata));
    breaches.sort();
    breaches
}

/// Crates of the table that the workspace does not have.
fn empty_rooms(metadata: &Metadata) -> Vec<String> {
    let packages = metadata.workspace_packages();
    let exists = |name: &str| packages.iter().any(|package| short(&package.name) == name);
    let missing = FLOORS
        .iter()
        .copied()
        .flatten()
        .filter(|name| !exists(name));
    missing
        .map(|name| format!("crates/{name}: on a floor, but not in the workspace"))
        .collect()
}

/// What is wrong with `user` depending on `used`; nothing if `used` is no crate of ours.
///
/// Tests may use a neighbour, since that builds no cycle; they may not reach up either.
fn breach(user: &str, used: &str, for_tests: bool) -> Option<String> {
    let (above, below) = (floor_of(user)?, floor_of(used)?);
    let fine = below < above || below == above && (for_tests || NEIGHBOURS.contains(&(user, used)));
    let direction = if below == above { "beside" } else { "above" };
    (!fine).then(|| {
        format!("crates/{user}: floor {above} may not use {used}, which is {direction} it (floor {below})")
    })
}

/// The drawing must show each crate on the floor of the table, in rows such as `| 1 | syntax | ... |`.
pub(super) fn check_drawing(files: &[TextFile]) -> Vec<String> {
    let Some(file) = files.iter().find(|file| file.path.as_os_str() == DRAWING) else {
        return vec![format!("{DRAWING}: missing")];
    };
    let drawn: BTreeMap<usize, Vec<&str>> = file.text.lines().filter_map(row).collect();
    let mut breaches = Vec::new();
    for (floor, crates) in FLOORS.iter().enumerate() {
        if drawn.get(&floor).map(Vec::as_slice) != Some(*crates) {
            let crates = crates.join(", ");
            breaches.push(format!(
                "{DRAWING}: no row `| {floor} | {crates} |` in its table of floors"
            ));
        }
    }
    if FLOORS.len() < drawn.len() {
        breaches.push(format!("{DRAWING}: draws more floors than there are"));
    }
    breaches
}

fn row(line: &str) -> Option<(usize, Vec<&str>)> {
    let mut cells = line.trim().strip_prefix('|')?.split('|').map(str::trim);
    let floor = cells.next()?.parse().ok()?;
    let crates = cells
        .next()?
        .split(',')
        .map(|name| name.trim().trim_matches('`'))
        .collect();
    Some((floor, crates))
}

fn floor_of(name: &str) -> Option<usize> {
    FLOORS.iter().position(|crates| crates.contains(&name))
}

fn short(package: &str) -> &str {
    package.strip_prefix("contend-").unwrap_or(package)
}

#[cfg(test)]
mod tests {
    use super::super::file;
    use super::*;

    #[test]
    fn a_dependency_may_run_down_only() {
        assert_eq!(breach("types", "syntax", false), None);
        assert_eq!(breach("types", "serde", false), None);
        assert!(breach("syntax", "types", false).unwrap().contains("above"));
        assert!(breach("syntax", "types", true).is_some());
        assert!(
            breach("types", "project", false)
                .unwrap()
                .contains("beside")
        );
        assert_eq!(breach("types", "project", true), None);
    }

    #[test]
    fn only_the_named_neighbour_is_allowed() {
        assert_eq!(breach("finding", "base", false), None);
        assert!(breach("base", "finding", false).is_some());
    }

    /// Cargo's own form of a workspace in which `base` uses `check` and a crate has no floor.
    #[test]
    fn metadata_with_a_dependency_that_runs_up_is_refused() {
        let mut crates: Vec<(&str, &[&str])> = FLOORS
            .iter()
            .copied()
            .flatten()
            .map(|name| (*name, [].as_slice()))
            .collect();
        assert!(check(&workspace_of(&crates)).is_empty());
        crates[0].1 = &["contend-check"];
        crates.push(("attic", &[]));
        crates.retain(|(name, _)| *name != "ir");
        let found = check(&workspace_of(&crates));
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found[0].starts_with("crates/attic: on no floor"));
        assert!(found[1].starts_with("crates/base: floor 0 may not use check"));
        assert!(found[2].starts_with("crates/ir: on a floor, but not"));
    }

    #[test]
    fn the_drawing_must_equal_the_table() {
        let rows: Vec<String> = FLOORS
            .iter()
            .enumerate()
            .map(|(floor, crates)| format!("| {floor} | {} | words |", crates.join(", ")))
            .collect();
        assert!(check_drawing(&[file(DRAWING, &rows.join("\n"))]).is_empty());
        assert_eq!(
            check_drawing(&[file(DRAWING, &rows[1..].join("\n"))]).len(),
            1
        );
        let wrong = rows.join("\n").replace("syntax", "grammar");
        assert_eq!(check_drawing(&[file(DRAWING, &wrong)]).len(), 1);
        assert_eq!(check_drawing(&[]).len(), 1);
    }

    fn workspace_of(crates: &[(&str, &[&str])]) -> Metadata {
        let id = |name: &str| format!("path+file:///w/{name}#0.1.0");
        let packages: Vec<_> = crates
            .iter()
            .map(|(name, uses)| {
                let dependencies: Vec<_> = uses
                    .iter()
                    .map(|used| {
                        serde_json::json!({
                            "name": used, "source": null, "req": "*", "kind": null, "rename": null,
                            "optional": false, "uses_default_features": true, "features": [],
                            "target": null, "registry": null
                        })
                    })
                    .collect();
                serde_json::json!({
                    "name": name, "version": "0.1.0", "id": id(name), "license": null,
                    "license_file": null, "description": null, "source": null,
                    "dependencies": dependencies, "targets": [], "features": {},
                    "manifest_path": "/w/Cargo.toml", "metadata": null, "publish": [],
                    "authors": [], "categories": [], "keywords": [], "readme": null,
                    "repository": null, "homepage": null, "documentation": null,
                    "edition": "2024", "links": null, "default_run": null, "rust_version": null
                })
            })
            .collect();
        let members: Vec<String> = crates.iter().map(|(name, _)| id(name)).collect();
        let json = serde_json::json!({
            "packages": packages, "workspace_members": members, "workspace_default_members": members,
            "resolve": null, "target_directory": "/w/target", "version": 1,
            "workspace_root": "/w", "metadata": null
        });
        serde_json::from_value(json).unwrap()
    }
}
