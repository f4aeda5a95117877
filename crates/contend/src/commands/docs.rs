//! `contend debug docs`: everything under `docs/` that is made from the program itself.

use std::fmt::Write as _;
use std::io::Write;
use std::path::Path;

use anyhow::Context;
use clap::CommandFactory;

use crate::args::Args;
use crate::commands::{Exit, rule};

/// Writes the rule pages, the command line and the schemas below `dir`.
pub(crate) fn run(dir: &Path, out: &mut dyn Write) -> anyhow::Result<Exit> {
    for (name, text) in files() {
        let path = dir.join(&name);
        let parent = path.parent().unwrap_or(dir);
        std::fs::create_dir_all(parent)
            .and_then(|()| std::fs::write(&path, text))
            .with_context(|| format!("writing {}", path.display()))?;
        writeln!(out, "{name}")?;
    }
    Ok(Exit::Clean)
}

/// Names below `docs` and texts.
fn files() -> Vec<(String, String)> {
    let mut files = vec![
        ("cli.md".to_owned(), command_line()),
        ("rules/README.md".to_owned(), index()),
        (
            "schema/findings.schema.json".to_owned(),
            contend_render::findings_schema(),
        ),
    ];
    files.push((
        "schema/deps.schema.json".to_owned(),
        contend_render::dependencies_schema(),
    ));
    files.push((
        "schema/explanation.schema.json".to_owned(),
        contend_explain::explanation_schema(),
    ));
    files.push((
        "schema/trace.schema.json".to_owned(),
        contend_profile::trace::trace_schema(),
    ));
    for meta in contend_rules::ALL {
        files.push((format!("rules/{}.md", meta.code), rule::page(meta)));
    }
    files
}

fn index() -> String {
    let mut text =
        "# Rules\n\n| code | name | severity | reports |\n|---|---|---|---|\n".to_owned();
    for rule in contend_rules::ALL {
        let (code, name) = (rule.code, rule.name);
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "| [{code}]({code}.md) | {name} | {} | {} |",
            rule.severity, rule.summary
        );
    }
    text
}

/// The help of every command, as `--help` prints it.
fn command_line() -> String {
    let mut text = "# Command line\n".to_owned();
    let mut command = Args::command().term_width(100);
    command.build();
    append_help(&mut command, &mut text);
    text
}

fn append_help(command: &mut clap::Command, text: &mut String) {
    let name = command.get_bin_name().unwrap_or("contend").to_owned();
    let help = command.render_long_help().to_string();
    let help: Vec<&str> = help.trim_end().lines().map(str::trim_end).collect();
    // Writing to a string cannot fail.
    let _ = write!(text, "\n## {name}\n\n```text\n{}\n```\n", help.join("\n"));
    for sub in command
        .get_subcommands_mut()
        .filter(|sub| sub.get_name() != "help")
    {
        append_help(sub, text);
    }
}
