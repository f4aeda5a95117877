//! The command line as its users see it: `tests/cmd` holds commands with their outputs, and the
//! README's example must be what the program says today.

#![expect(
    clippy::disallowed_methods,
    reason = "a test of the whole program starts programs"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn contend(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_contend"));
    command.args(args).current_dir(root());
    // Neither the machine's Go nor its settings may show.
    for name in [
        "GOROOT",
        "GOFLAGS",
        "GOOS",
        "GOARCH",
        "GOWORK",
        "NO_COLOR",
        "FORCE_COLOR",
    ] {
        command.env_remove(name);
    }
    command.env("GOENV", "off").env("PATH", "");
    command
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("output is UTF-8")
}

fn run(args: &[&str]) -> Output {
    contend(args).output().expect("the binary starts")
}

#[test]
fn commands_and_their_outputs() {
    let cases = trycmd::TestCases::new();
    for (name, value) in [("GOENV", "off"), ("GOOS", "linux"), ("GOARCH", "amd64")] {
        cases.env(name, value);
    }
    for name in ["PATH", "GOFLAGS", "GOROOT"] {
        cases.env(name, "");
    }
    cases.case("tests/cmd/*.trycmd");
}

#[test]
fn the_readme_shows_what_the_program_says() {
    let readme = std::fs::read_to_string(root().join("README.md")).expect("there is a README");
    let output = run(&["check", "examples/cache"]);
    assert_eq!(text(&output.stderr), "");
    assert_eq!(output.status.code(), Some(1));
    let (_, rest) = readme
        .split_once("$ contend check examples/cache\n")
        .expect("the example");
    let (shown, _) = rest.split_once("```").expect("the end of the example");
    assert_eq!(shown, text(&output.stdout));
}

#[test]
fn every_command_of_the_readme_exists() {
    let readme = std::fs::read_to_string(root().join("README.md")).expect("there is a README");
    let setup: Vec<&str> = readme
        .lines()
        .filter(|line| line.starts_with("cargo "))
        .collect();
    assert_eq!(
        setup,
        [
            "cargo run --release -p contend -- check examples/cache",
            "cargo xtask test"
        ]
    );
}

#[test]
fn the_order_of_threads_does_not_show() {
    let formats = ["full", "concise", "json"];
    for format in formats {
        let of = |threads| {
            run(&[
                "check",
                "--format",
                format,
                "--threads",
                threads,
                "examples/cache",
            ])
            .stdout
        };
        assert_eq!(of("1"), of("4"), "{format}");
    }
}

#[test]
fn json_names_what_the_schema_knows() {
    let output = run(&["check", "--format", "json", "examples/cache"]);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let schema = root().join("docs/schema/findings.schema.json");
    let schema = std::fs::read_to_string(schema).expect("the schema is committed");
    let schema: serde_json::Value = serde_json::from_str(&schema).expect("JSON");
    assert_eq!(document["summary"]["errors"], 3);
    assert_fits(&document, &schema, &schema);
}

/// Each key of an object is a property of its schema, and each required property is there.
fn assert_fits(value: &serde_json::Value, schema: &serde_json::Value, root: &serde_json::Value) {
    let schema = match schema["$ref"].as_str() {
        Some(reference) => root
            .pointer(reference.trim_start_matches('#'))
            .expect("a definition"),
        None => schema,
    };
    if let Some(choices) = schema["anyOf"].as_array() {
        let is_null = |choice: &&serde_json::Value| choice["type"] == "null";
        let other = choices
            .iter()
            .find(|choice| !is_null(choice))
            .expect("a choice");
        if !value.is_null() {
            assert_fits(value, other, root);
        }
        return;
    }
    if let Some(object) = value.as_object() {
        for (key, inner) in object {
            let property = schema["properties"].get(key);
            let property = property.or_else(|| schema.get("additionalProperties"));
            assert_fits(
                inner,
                property.unwrap_or_else(|| panic!("no property `{key}`")),
                root,
            );
        }
        for required in schema["required"].as_array().into_iter().flatten() {
            assert!(
                value.get(required.as_str().expect("a name")).is_some(),
                "{required}"
            );
        }
    }
    for inner in value.as_array().into_iter().flatten() {
        assert_fits(inner, &schema["items"], root);
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut command = contend(&["rule", "--list"]);
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    drop(child.stdout.take());
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}

/// A pipe among the sources has no end to read to: it is named, and the rest is analysed.
#[cfg(unix)]
#[test]
fn a_pipe_that_is_called_like_a_source_does_not_stop_the_run() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = |name: &str| dir.path().join(name);
    std::fs::write(path("go.mod"), "module example.com/m\n\ngo 1.22\n").expect("written");
    std::fs::write(path("a.go"), "package m\n").expect("written");
    let made = Command::new("mkfifo").arg(path("pipe.go")).status();
    assert!(made.expect("mkfifo is there").success());
    let mut command = contend(&["check"]);
    command
        .current_dir(dir.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary starts");
    let deadline = Instant::now() + Duration::from_secs(30);
    while child.try_wait().expect("its state").is_none() {
        if deadline < Instant::now() {
            child.kill().expect("it can be stopped");
            panic!("the run waits for the pipe");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let output = child.wait_with_output().expect("it ended");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
}
