//! The pages of the rules are tests: what a page announces must be found, and nothing else.
//!
//! A page is Markdown with blocks of Go. A comment `// error: [rule-name] text` announces a
//! finding on its line, with this severity, rule and text in its headline; `// also: text` a
//! further place of a finding of the same block. A comment on a line of its own speaks of the next
//! line of code.
//!
//! A block may leave out its package clause, and then also the imports of common packages. After
//! the word `go` a block may say `go=1.21`, its language version, and `title="a/a.go"`, its file;
//! blocks with titles that follow each other without prose are one module.

mod expect;
mod page;
mod std_stubs;

use contend_check::{Outcome, Request, Silent};
use contend_finding::{Finding, LeftOut};
use contend_project::{Config, Memory, Tests};

use expect::{Announced, Expectation};
use page::Case;

const ROOT: &str = "/page";
const GOROOT: &str = "/goroot";

/// Pages that belong to no rule: what is seen across packages, and what orders goroutines.
const OTHER_PAGES: &[(&str, &str)] = &[
    ("across.md", include_str!("across.md")),
    ("orders.md", include_str!("orders.md")),
];

#[test]
fn pages_hold() {
    let mut complaints = Vec::new();
    for rule in contend_rules::ALL {
        let name = format!("{}.md", rule.name.replace('-', "_"));
        check(&name, rule.doc, Tests::Skip, &mut complaints);
    }
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn packages_are_seen_together() {
    let mut complaints = Vec::new();
    for (name, page) in OTHER_PAGES {
        check(name, page, Tests::Load, &mut complaints);
    }
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

fn check(name: &str, page: &str, tests: Tests, complaints: &mut Vec<String>) {
    for case in page::cases(page) {
        let outcome = analyse(&case, tests);
        compare(&case, &outcome, |line, text| {
            complaints.push(format!("{name}:{line}: {text}"));
        });
    }
}

fn analyse(case: &Case, tests: Tests) -> Outcome {
    let mut fs = Memory::default();
    let go_mod = format!("module example.com/page\n\ngo {}\n", case.go);
    fs.add(format!("{ROOT}/go.mod"), go_mod.into_bytes());
    for file in &case.files {
        fs.add(
            format!("{ROOT}/{}", file.name),
            file.text.clone().into_bytes(),
        );
    }
    fs.add(format!("{GOROOT}/VERSION"), *b"go1.26\n");
    for (name, text) in std_stubs::STUBS {
        fs.add(format!("{GOROOT}/src/{name}"), text.as_bytes());
    }
    let mut config = Config::new(ROOT);
    config.goroot = Some(GOROOT.into());
    config.tests = tests;
    (config.goos, config.goarch) = ("linux".to_owned(), "amd64".to_owned());
    config.tests = Tests::Load;
    let patterns = ["./...".to_owned()];
    contend_check::run(&Request {
        fs: &fs,
        config: &config,
        patterns: &patterns,
        memory_limit: None,
        progress: &Silent,
    })
}

/// Calls `complain` with lines of the page.
fn compare(case: &Case, outcome: &Outcome, mut complain: impl FnMut(usize, String)) {
    for warning in &outcome.warnings {
        complain(case.line, format!("warning: {}", warning.message));
    }
    for left_out in &outcome.coverage.left_out {
        let LeftOut {
            count,
            what,
            reason,
        } = left_out;
        complain(case.line, format!("left out: {count} {what}: {reason}"));
    }
    let expectations: Vec<(usize, Expectation)> = case
        .files
        .iter()
        .enumerate()
        .flat_map(|(at, file)| {
            expect::expectations(&file.text)
                .into_iter()
                .map(move |it| (at, it))
        })
        .collect();
    let line_of = |finding: &Finding| place(case, outcome, finding.primary.location);
    let mut unannounced: Vec<&Finding> = outcome.findings.iter().collect();
    for (file, expected) in &expectations {
        let here = (*file, expected.line);
        let found = match &expected.what {
            Announced::Finding {
                severity,
                rule,
                text,
            } => {
                let at = unannounced.iter().position(|finding| {
                    line_of(finding) == here
                        && finding.rule.name == rule
                        && finding.severity.to_string() == *severity
                        && finding.message.contains(text)
                });
                at.map(|at| unannounced.remove(at)).is_some()
            }
            Announced::Also(text) => {
                outcome
                    .findings
                    .iter()
                    .flat_map(|it| &it.labels)
                    .any(|label| {
                        place(case, outcome, label.location) == here && label.text.contains(text)
                    })
            }
        };
        if !found {
            complain(
                case.page_line(here),
                format!("not found: {}", expected.what),
            );
        }
    }
    for finding in unannounced {
        let Finding {
            severity,
            rule,
            message,
            ..
        } = finding;
        let text = format!("not announced: {severity}: [{}] {message}", rule.name);
        complain(case.page_line(line_of(finding)), text);
    }
}

/// File of the case and line in it.
fn place(case: &Case, outcome: &Outcome, location: contend_base::Location) -> (usize, u32) {
    let file = outcome.files.get(location.file);
    let name = file
        .path
        .strip_prefix(ROOT)
        .unwrap_or(&file.path)
        .trim_start_matches('/');
    let at = case
        .files
        .iter()
        .position(|file| file.name == name)
        .unwrap_or(usize::MAX);
    (at, file.line_column(location.span.start).line)
}
