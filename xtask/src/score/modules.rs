//! The pinned real modules: what `contend check` says of them, how long it takes, how much it holds.
//!
//! Nobody knows which of these findings are right before somebody reads them: docs/precision.md has
//! the verdicts, and a table says how many of the present findings they cover.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::Context as _;

use super::Options;
use super::findings::{self, Finding};
use super::page;
use super::verdicts::Verdicts;
use crate::bench::measure::{self, Run};
use crate::bench::table;
use crate::corpus::{self, List, Module};
use crate::go::Toolchain;
use crate::workspace;

const TIERS: [&str; 3] = ["high", "medium", "low"];

/// What was measured of one module.
struct Measured {
    name: String,
    half: Option<String>,
    lines: usize,
    run: Run,
    findings: Vec<Finding>,
}

/// Checks every module that the cache has, one after the other, and prints the tables.
pub(super) fn score(go: &Toolchain, options: &Options) -> anyhow::Result<()> {
    let mut measured = Vec::new();
    for module in List::chosen(options.unseen).modules()? {
        if !options.names.is_empty() && !options.names.contains(&module.name) {
            continue;
        }
        if !corpus::is_fetched(&module)? {
            println!("{} is not in the cache: cargo xtask corpus", module.name);
            continue;
        }
        let it = check(&module, options).with_context(|| format!("checking {}", module.name))?;
        println!("{}: {:.1} s", it.name, it.run.seconds);
        if options.list {
            for finding in &it.findings {
                println!("    {}", finding.brief());
            }
        }
        measured.push(it);
    }
    measured.sort_by_key(|it| it.lines);
    let verdicts = Verdicts::of_page()?;
    if 0 < options.sample {
        sample(&measured, &verdicts, options.sample);
        return Ok(());
    }
    let (found, cost) = (findings_table(&measured), speed_table(&measured));
    println!("\n{found}\n{cost}\n{}", verdicts.table(&named(&measured)));
    let halves: BTreeSet<_> = measured.iter().filter_map(|it| it.half.clone()).collect();
    for half in halves {
        let of_half = measured.iter().filter(|it| it.half.as_ref() == Some(&half));
        println!("{half} half:\n\n{}", verdicts.table(&named(of_half)));
    }
    if options.write && !options.unseen {
        let origin = table::origin(&go.version, 1)?;
        page::replace_section(
            "docs/accuracy.md",
            "Real modules: `cargo xtask score modules`",
            &format!("{origin}\n\n{found}"),
        )?;
        page::replace_section(
            "docs/benchmarks.md",
            "Real modules: `cargo xtask score modules`",
            &format!("{origin}\n\n{cost}"),
        )?;
    }
    Ok(())
}

/// All findings, each with the name of its module.
fn named<'a>(measured: impl IntoIterator<Item = &'a Measured>) -> Vec<(&'a str, &'a Finding)> {
    let mut named = Vec::new();
    for it in measured {
        named.extend(
            it.findings
                .iter()
                .map(|finding| (it.name.as_str(), finding)),
        );
    }
    named
}

/// Prints as many findings about races of high and medium confidence that nobody has read, drawn in
/// the same order every time, as rows for docs/precision.md.
fn sample(measured: &[Measured], verdicts: &Verdicts, n: usize) {
    let mut drawn = Vec::new();
    for (module, finding) in named(measured) {
        let unread = verdicts.of(module, finding).is_none();
        if unread && finding.is_race() && finding.confidence != "low" {
            let row = format!("| {module} | {}", finding.row());
            drawn.push((draw(&row), row));
        }
    }
    drawn.sort();
    println!("\n{} of {} findings:\n", n.min(drawn.len()), drawn.len());
    for (_, row) in drawn.into_iter().take(n) {
        println!("{row}");
    }
}

/// A number that only the text decides (FNV-1a).
fn draw(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

fn check(module: &Module, options: &Options) -> anyhow::Result<Measured> {
    let dir = corpus::place(module)?;
    let mut check = findings::contend(options)?;
    check.current_dir(&dir).args(["check", "--format", "json"]);
    check.args(["--min-confidence", "low", "./..."]);
    let (run, document) = measure::fed(&mut check, &[0, 1], &|_| Ok(()))?;
    let out = workspace::target()?.join("score/modules");
    fs::create_dir_all(&out)?;
    fs::write(out.join(&module.name).with_extension("json"), &document)?;
    let findings = findings::read(&document)?;
    Ok(Measured {
        name: module.name.clone(),
        half: module.half.clone(),
        lines: lines(&dir)?,
        run,
        findings,
    })
}

/// Lines of the module's Go files that are not blank: tests are checked, so they count.
fn lines(dir: &Path) -> anyhow::Result<usize> {
    let mut sum = 0;
    for entry in fs::read_dir(dir).with_context(|| format!("reading {}", dir.display()))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let ignored = name.starts_with(['.', '_']) || name == "testdata" || name == "vendor";
        if path.is_dir() {
            if !ignored && !path.join("go.mod").exists() {
                sum += lines(&path)?;
            }
        } else if !ignored && path.extension().is_some_and(|extension| extension == "go") {
            let text = fs::read(&path)?;
            let blank = |line: &[u8]| line.iter().all(u8::is_ascii_whitespace);
            sum += text
                .split(|byte| *byte == b'\n')
                .filter(|line| !blank(line))
                .count();
        }
    }
    Ok(sum)
}

fn in_tier(findings: &[Finding], tier: &str) -> usize {
    findings.iter().filter(|it| it.confidence == tier).count()
}

fn findings_table(measured: &[Measured]) -> String {
    let mut text = String::from(
        "Findings of the rules of races (CT10, CT11) and of all others, tests included, by tier; the \
         last columns count all for\neach 10,000 lines that are not blank.\n\n\
         | module | lines | races high | medium | low | others high | medium | low | high per 10,000 | medium |\n\
         |---|---|---|---|---|---|---|---|---|---|\n",
    );
    let mut row = |name: &str, lines: usize, findings: &[Finding]| {
        let (races, others): (Vec<_>, Vec<_>) =
            findings.iter().cloned().partition(Finding::is_race);
        let _ = write!(text, "| {name} | {} |", thousands(lines));
        for group in [&races, &others] {
            for tier in TIERS {
                let _ = write!(text, " {} |", in_tier(group, tier));
            }
        }
        let per = |tier| in_tier(findings, tier) as f64 * 10_000.0 / lines.max(1) as f64;
        let _ = writeln!(text, " {:.2} | {:.2} |", per("high"), per("medium"));
    };
    for it in measured {
        row(&it.name, it.lines, &it.findings);
    }
    let all: Vec<_> = measured.iter().flat_map(|it| it.findings.clone()).collect();
    row("all", measured.iter().map(|it| it.lines).sum(), &all);
    text.push_str("\n| code | high | medium | low |\n|---|---|---|---|\n");
    let codes: BTreeSet<_> = all.iter().map(|it| it.code.as_str()).collect();
    for code in codes {
        let of_code: Vec<_> = all.iter().filter(|it| it.code == code).cloned().collect();
        let [high, medium, low] = TIERS.map(|tier| in_tier(&of_code, tier));
        let _ = writeln!(text, "| {code} | {high} | {medium} | {low} |");
    }
    text
}

fn speed_table(measured: &[Measured]) -> String {
    let mut text = String::from(
        "The whole of `contend check ./...`, cold, dependencies read from source and tests included. \
         Lines are those of the\nmodule alone; what it imports is read too, as far as it is needed, \
         and costs time that no line here counts.\n\n\
         | module | lines | time | peak memory | lines per second |\n|---|---|---|---|---|\n",
    );
    for it in measured {
        let _ = writeln!(
            text,
            "| {} | {} | {:.2} s | {:.2} GB | {} |",
            it.name,
            thousands(it.lines),
            it.run.seconds,
            it.run.peak as f64 / 1e9,
            thousands((it.lines as f64 / it.run.seconds) as usize)
        );
    }
    if let Some((start, slope)) = line_through(measured) {
        let _ = writeln!(
            text,
            "\nThe straight line nearest to these points: {start:.2} s, and {slope:.2} s for each 100,000 lines."
        );
    }
    text
}

/// Seconds at no lines, and for each hundred thousand: the line of least squares.
fn line_through(measured: &[Measured]) -> Option<(f64, f64)> {
    if measured.len() < 3 {
        return None;
    }
    let n = measured.len() as f64;
    let x = |it: &Measured| it.lines as f64 / 100_000.0;
    let mean_x = measured.iter().map(x).sum::<f64>() / n;
    let mean_y = measured.iter().map(|it| it.run.seconds).sum::<f64>() / n;
    let mut sums: BTreeMap<&str, f64> = BTreeMap::new();
    for it in measured {
        *sums.entry("xy").or_default() += (x(it) - mean_x) * (it.run.seconds - mean_y);
        *sums.entry("xx").or_default() += (x(it) - mean_x).powi(2);
    }
    let slope = sums["xy"] / sums["xx"];
    Some((mean_y - slope * mean_x, slope))
}

/// A number with a comma before each three digits.
fn thousands(n: usize) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if 0 < at && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_commas() {
        assert_eq!(thousands(7), "7");
        assert_eq!(thousands(123_456), "123,456");
        assert_eq!(thousands(1_000_000), "1,000,000");
    }

    #[test]
    fn the_line_goes_through_points_that_lie_on_one() {
        let at = |lines, seconds| Measured {
            name: String::new(),
            half: None,
            lines,
            run: Run {
                seconds,
                peak: 0,
                cpu_seconds: 0.0,
            },
            findings: Vec::new(),
        };
        let points = [at(100_000, 3.0), at(200_000, 5.0), at(400_000, 9.0)];
        let (start, slope) = line_through(&points).expect("a line");
        assert!((start - 1.0).abs() < 1e-9 && (slope - 2.0).abs() < 1e-9);
        assert!(line_through(&points[..2]).is_none());
    }
}
