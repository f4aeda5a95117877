//! Golden renders: read the difference before accepting a new one.

use contend_base::{FileId, Location, SourceMap, Span};
use contend_finding::{
    Applicability, Confidence, Coverage, Edit, Finding, Fix, Group, LeftOut, Place, Role, RuleMeta,
    Severity, Warning, finish,
};
use contend_render::{Paths, Report, Style};

static RACE: RuleMeta = RuleMeta {
    code: "CT0001",
    name: "sample-race",
    summary: "a sample with two sides",
    severity: Severity::Error,
    group: Group::Stable,
    since: "0.1",
    doc: "",
};

static UNLOCK: RuleMeta = RuleMeta {
    code: "CT0002",
    name: "sample-unlock",
    summary: "a sample with a fix",
    severity: Severity::Warning,
    group: Group::Preview,
    since: "0.1",
    doc: "",
};

const CACHE: &str = "package cache

func (c *Cache) Run() {
	go func() {
		c.hits[\"é\"]++ \u{1b}[31m
	}()
	c.mu.Lock()
}
";

const STATS: &[u8] =
    b"package cache\n\nvar raw = \"\xff\xfe\"; func (c *Cache) Reset() { clear(c.hits) }\n";

/// The place of the first `needle` of a file.
fn place(files: &SourceMap, file: FileId, needle: &str) -> Location {
    let text = &files.get(file).text;
    let at = text
        .windows(needle.len())
        .position(|window| window == needle.as_bytes())
        .expect("the sample holds it");
    Location::new(file, Span::new(at as u32, (at + needle.len()) as u32))
}

struct Sample {
    files: SourceMap,
    findings: Vec<Finding>,
    warnings: Vec<Warning>,
    coverage: Coverage,
}

impl Sample {
    fn new() -> Self {
        let files = SourceMap::default();
        let cache = files.add("/home/me/cache/cache.go", CACHE.as_bytes());
        let stats = files.add("/home/me/cache/stats.go", STATS);
        let at = |file, needle| place(&files, file, needle);
        let race = Finding::new(
            &RACE,
            at(cache, "c.hits"),
            "map `c.hits` is written by two goroutines",
        )
        .here(Role::Write, "written here, no lock held")
        .label(
            Role::Spawn,
            at(cache, "go func() {\n\t\tc.hits"),
            "in the goroutine started here",
        )
        .label(
            Role::Write,
            at(stats, "clear(c.hits)"),
            "written here, no lock held",
        )
        .note("most other accesses hold `c.mu`")
        .sure(
            Confidence::High,
            "both writes and the start of the goroutine were seen",
        )
        .inside("example.com/cache.(*Cache).Run");
        let lock = at(cache, "c.mu.Lock()");
        let after = Location::new(cache, Span::at(lock.span.end));
        let unlock = Finding::new(&UNLOCK, lock, "`c.mu` is still locked when `Run` returns")
            .here(Role::Lock, "locked here")
            .help("defer the unlock right after the lock")
            .fix(Fix {
                title: "defer the unlock".to_owned(),
                applicability: Applicability::Safe,
                edits: vec![Edit::insert(after, "\n\tdefer c.mu.Unlock()")],
            })
            .inside("example.com/cache.(*Cache).Run");
        let mut findings = vec![unlock, race];
        finish(&mut findings, &files);
        let warnings = vec![
            Warning {
                message: "module `example.com/gone` v1.2.0 is not in the module cache".to_owned(),
                place: Place::Line("/home/me/go.mod".into(), 7),
                help: Some("run `go mod download`".to_owned()),
            },
            Warning {
                message: "expected `}`, found end of file".to_owned(),
                place: Place::Source(at(stats, "clear")),
                help: None,
            },
        ];
        let left_out = LeftOut {
            count: 1,
            what: "package".to_owned(),
            reason: "module is not in the module cache".to_owned(),
        };
        let coverage = Coverage {
            packages: 42,
            analysed: 41,
            in_part: 0,
            files: 812,
            bytes: 1 << 20,
            suppressed: 1,
            less_sure: 2,
            left_out: vec![left_out],
        };
        Self {
            files,
            findings,
            warnings,
            coverage,
        }
    }

    fn report(&self) -> Report<'_> {
        Report {
            findings: &self.findings,
            warnings: &self.warnings,
            coverage: &self.coverage,
            files: &self.files,
            paths: Paths::relative_to("/home/me"),
        }
    }

    fn text(
        &self,
        write: impl FnOnce(&Report, &mut dyn std::io::Write) -> std::io::Result<()>,
    ) -> String {
        let mut out = Vec::new();
        write(&self.report(), &mut out).expect("a vector takes everything");
        String::from_utf8(out).expect("renders are UTF-8")
    }
}

#[test]
fn full() {
    let text = Sample::new().text(|report, out| report.write_full(&Style::plain(), out));
    assert!(
        !text.contains('\u{1b}'),
        "nothing from the source may steer the terminal"
    );
    insta::assert_snapshot!(text);
}

#[test]
fn full_unicode_in_colour() {
    let style = Style {
        color: true,
        unicode: true,
        width: 80,
    };
    let text = Sample::new().text(|report, out| report.write_full(&style, out));
    insta::assert_snapshot!(text.replace('\u{1b}', "^"));
}

#[test]
fn concise() {
    insta::assert_snapshot!(
        Sample::new().text(|report, out| report.write_concise(&Style::plain(), out))
    );
}

#[test]
fn warnings() {
    insta::assert_snapshot!(
        Sample::new().text(|report, out| report.write_warnings(&Style::plain(), out))
    );
}

#[test]
fn json() {
    insta::assert_snapshot!(Sample::new().text(|report, out| report.write_json(out)));
}

#[test]
fn a_line_without_end_has_no_frame() {
    let files = SourceMap::default();
    let text = format!("package a; var x = `{}`", "x".repeat(1 << 20));
    let file = files.add("/home/me/a.go", text.into_bytes());
    let findings = vec![Finding::new(
        &RACE,
        place(&files, file, "x ="),
        "`x` is a sample",
    )];
    let sample = Sample {
        files,
        findings,
        ..Sample::new()
    };
    let text = sample.text(|report, out| report.write_full(&Style::plain(), out));
    assert!(
        text.contains("--> a.go:1:16") && text.len() < 1000,
        "{text}"
    );
}
