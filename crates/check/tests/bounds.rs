//! Code that nobody writes by hand: it is analysed in bounded time, and what is left out is said.

use std::fmt::Write as _;

use contend_check::{Outcome, Request, Silent};
use contend_project::{Config, Memory};

fn analyse(text: String) -> Outcome {
    let mut fs = Memory::default();
    fs.add("/m/go.mod", *b"module example.com/m\n\ngo 1.24\n");
    fs.add("/m/m.go", text.into_bytes());
    fs.add("/goroot/VERSION", *b"go1.26\n");
    let mut config = Config::new("/m");
    config.goroot = Some("/goroot".into());
    (config.goos, config.goarch) = ("linux".to_owned(), "amd64".to_owned());
    contend_check::run(&Request {
        fs: &fs,
        config: &config,
        patterns: &["./...".to_owned()],
        memory_limit: None,
        progress: &Silent,
    })
}

/// A race beside the strange code is found all the same.
const RACE: &str = "
func both(m map[int]int) {
	go func() { m[1] = 1 }()
	m[2] = 2
}
";

fn codes(outcome: &Outcome) -> Vec<&str> {
    outcome.findings.iter().map(|it| it.rule.code).collect()
}

#[test]
fn a_huge_init_is_left_out_and_counted() {
    let mut text = format!("package m\n\nvar all = map[int]int{{}}\n{RACE}\nfunc init() {{\n");
    for i in 0..30_000 {
        let _ = writeln!(text, "\tall[{i}] = len(all)");
    }
    text.push_str("}\n");
    let outcome = analyse(text);
    let left_out: Vec<String> = outcome
        .coverage
        .left_out
        .iter()
        .map(|it| format!("{} {}: {}", it.count, it.what, it.reason))
        .collect();
    assert_eq!(left_out, ["1 function: too large to be followed"]);
    assert_eq!(codes(&outcome), ["CT1001"]);
}

#[test]
fn functions_that_all_call_each_other_have_an_end() {
    let n = 200;
    let mut text =
        format!("package m\n\ntype T struct {{\n\tm    map[int]int\n\tnext *T\n}}\n{RACE}");
    for i in 0..n {
        let _ = writeln!(text, "func (t *T) f{i}(k int) {{\n\tt.m[{i}] = k");
        for step in [1, 7, 13] {
            let _ = writeln!(
                text,
                "\tt.next.f{}(k)\n\tt.f{}(k)",
                (i + step) % n,
                (i * step) % n
            );
        }
        text.push_str("}\n");
    }
    let outcome = analyse(text);
    assert!(outcome.coverage.left_out.is_empty());
    assert_eq!(codes(&outcome), ["CT1001"]);
}

#[test]
fn deep_nesting_has_an_end() {
    let depth = 150;
    let (open, close) = ("func() { ".repeat(depth), " }()".repeat(depth));
    let text =
        format!("package m\n{RACE}\nfunc deep(m map[int]int) {{\n{open}m[1] = 1{close}\n}}\n");
    assert_eq!(codes(&analyse(text)), ["CT1001"]);
}

#[test]
fn a_call_without_arguments_is_written_out_behind_results_that_are_not() {
    let text = format!(
        "package m\n\nimport \"sync\"\n\ntype T struct {{\n\tmu sync.Mutex\n\tn  int\n}}\n{RACE}
func (t *T) outer() {{ t.middle(1) }}

func (t *T) middle(kind int) (a, b, c, d, e, f int) {{
\tif t == nil {{
\t\treturn 1, 2, 3, 4, 5, 6
\t}}
\tif kind == 0 {{
\t\treturn 0, 0, 0, 0, 0, 0
\t}}
\tt.inner()
\treturn 6, 5, 4, 3, 2, 1
}}

func (t *T) inner() {{
\tt.mu.Lock()
\tt.n++
\tt.mu.Unlock()
}}
"
    );
    let outcome = analyse(text);
    let left_out = &outcome.coverage.left_out;
    assert!(left_out.is_empty(), "{left_out:?}");
    assert_eq!(codes(&outcome), ["CT1001"]);
}
