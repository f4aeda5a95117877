//! Where things lie: the repository, the cache beside it, and the programs cargo built.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};

/// The root of the repository, from the place of this crate's manifest.
pub(crate) fn root() -> PathBuf {
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    manifest
        .parent()
        .map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// The cache folder of contend: `$XDG_CACHE_HOME/contend`, else `~/.cache/contend`.
pub(crate) fn cache() -> anyhow::Result<PathBuf> {
    if let Some(base) = non_empty("XDG_CACHE_HOME") {
        return Ok(base.join("contend"));
    }
    let home = non_empty("HOME").context("neither XDG_CACHE_HOME nor HOME is set")?;
    Ok(home.join(".cache/contend"))
}

/// The folder of the fetched modules: `$CONTEND_CORPUS`, else `corpus` in the cache.
pub(crate) fn corpus() -> anyhow::Result<PathBuf> {
    match non_empty("CONTEND_CORPUS") {
        Some(dir) => Ok(dir),
        None => Ok(cache()?.join("corpus")),
    }
}

/// The contend binary, built for speed: a command without arguments yet.
pub(crate) fn contend() -> anyhow::Result<Command> {
    cargo(&["build", "--quiet", "--release", "--package", "contend"])?;
    Ok(Command::new(target()?.join("release/contend")))
}

/// An example of one of the crates, built for speed.
pub(crate) fn example(package: &str, name: &str) -> anyhow::Result<Command> {
    cargo(&[
        "build",
        "--quiet",
        "--release",
        "--package",
        package,
        "--example",
        name,
    ])?;
    Ok(Command::new(target()?.join("release/examples").join(name)))
}

/// The folder cargo builds into.
pub(crate) fn target() -> anyhow::Result<PathBuf> {
    Ok(metadata()?.target_directory.into_std_path_buf())
}

/// What cargo says of the workspace and its crates, without their dependencies' dependencies.
pub(crate) fn metadata() -> anyhow::Result<cargo_metadata::Metadata> {
    cargo_metadata::MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .no_deps()
        .exec()
        .context("reading cargo metadata")
}

/// Runs cargo in the workspace, the one that runs this program.
pub(crate) fn cargo(args: &[&str]) -> anyhow::Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    run(Command::new(cargo).args(args).current_dir(root()))
}

/// Runs a command with inherited output; a failing exit status is an error that names the command.
pub(crate) fn run(command: &mut Command) -> anyhow::Result<()> {
    let status = command
        .status()
        .with_context(|| format!("starting {}", shown(command)))?;
    if !status.success() {
        bail!("{} ended with {status}", shown(command));
    }
    Ok(())
}

/// Runs a command and returns what it wrote to standard output; standard error is part of the error.
pub(crate) fn output(command: &mut Command) -> anyhow::Result<Vec<u8>> {
    let out = command
        .output()
        .with_context(|| format!("starting {}", shown(command)))?;
    if !out.status.success() {
        let text = String::from_utf8_lossy(&out.stderr);
        bail!(
            "{} ended with {}: {}",
            shown(command),
            out.status,
            text.trim()
        );
    }
    Ok(out.stdout)
}

/// The same program with the same arguments, folder and environment, to be run once more.
pub(crate) fn same(command: &Command) -> Command {
    let mut copy = Command::new(command.get_program());
    copy.args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => copy.env(name, value),
            None => copy.env_remove(name),
        };
    }
    if let Some(dir) = command.get_current_dir() {
        copy.current_dir(dir);
    }
    copy
}

/// Runs a command that reads `input` from standard input, and returns what it wrote.
pub(crate) fn filter(command: &mut Command, input: &str) -> anyhow::Result<Vec<u8>> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command
        .spawn()
        .with_context(|| format!("starting {}", shown(command)))?;
    let mut stdin = child
        .stdin
        .take()
        .context("the program has no standard input")?;
    let out = std::thread::scope(|scope| {
        // A program that answers while it reads would otherwise wait for us, and we for it.
        scope.spawn(move || {
            // Its exit status tells more than a broken pipe.
            let _ = stdin.write_all(input.as_bytes());
        });
        child.wait_with_output()
    })?;
    if !out.status.success() {
        bail!("{} ended with {}", shown(command), out.status);
    }
    Ok(out.stdout)
}

fn shown(command: &Command) -> String {
    let mut text = command.get_program().to_string_lossy().into_owned();
    for arg in command.get_args().take(6) {
        text.push(' ');
        text.push_str(&arg.to_string_lossy());
    }
    text
}

fn non_empty(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}
