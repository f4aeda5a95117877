//! What the arguments mean here: build, patterns, style. Two steps, so that each can be tested.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use anyhow::Context;
use contend_project::{Config, Disk};
use contend_render::{Paths, Style};

use crate::args::{Build, Color, Switch};
use crate::environment::Environment;

/// How text should look on standard output.
pub(crate) fn style(color: Color, environment: &Environment) -> Style {
    style_of(color, environment.out_is_terminal, environment)
}

/// How text should look on standard error, where warnings go.
pub(crate) fn error_style(color: Color, environment: &Environment) -> Style {
    style_of(color, environment.err_is_terminal, environment)
}

fn style_of(color: Color, is_terminal: bool, environment: &Environment) -> Style {
    Style {
        color: wants_color(color, is_terminal, environment),
        unicode: is_terminal && speaks_utf8(environment),
        width: environment.width.unwrap_or(Style::plain().width),
    }
}

/// `NO_COLOR` first, then the variables that force colour, then the terminal.
fn wants_color(color: Color, is_terminal: bool, environment: &Environment) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto if environment.is_set("NO_COLOR") => false,
        Color::Auto if is_forced(environment) => true,
        Color::Auto => is_terminal && environment.variable("TERM").as_deref() != Some("dumb"),
    }
}

fn is_forced(environment: &Environment) -> bool {
    ["CLICOLOR_FORCE", "FORCE_COLOR"]
        .iter()
        .any(|name| environment.is_set(name) && environment.variable(name).as_deref() != Some("0"))
}

/// The first of the locale variables that is set decides, as in POSIX.
fn speaks_utf8(environment: &Environment) -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|name| environment.variable(name).filter(|value| !value.is_empty()));
    let locale = locale.unwrap_or_default().to_ascii_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}

/// Where things are and which packages are meant.
pub(crate) struct Target {
    /// The build, with the directory that patterns start at.
    pub(crate) config: Config,
    /// Patterns of the go command.
    pub(crate) patterns: Vec<String>,
    /// How paths are shown.
    pub(crate) paths: Paths,
}

impl Target {
    /// `directory` is what `-C` says, `targets` are directories or patterns.
    pub(crate) fn resolve(
        directory: Option<&Path>,
        targets: &[String],
        build: &Build,
        environment: &Environment,
    ) -> Self {
        let cwd = environment.directory(directory);
        let (dir, patterns) = dir_and_patterns(&cwd, targets);
        let mut config = Config::from_env(
            clean(&dir),
            &Disk,
            |name| environment.variable(name),
            environment.goroot(),
            || {
                ["gcc", "clang", "cc"]
                    .iter()
                    .any(|name| environment.program(name).is_some())
            },
        );
        if let Some(tags) = &build.tags {
            config.set_tags(tags);
        }
        if let Some(goos) = &build.goos {
            config.goos.clone_from(goos);
        }
        if let Some(goarch) = &build.goarch {
            config.goarch.clone_from(goarch);
        }
        if let Some(cgo) = build.cgo {
            config.cgo = cgo == Switch::On;
        }
        Self {
            config,
            patterns,
            paths: Paths::relative_to(clean(&cwd).to_string_lossy()),
        }
    }
}

/// The threads of the analysis. Without a wish, what the machine and the container allow: Rust's
/// count honours processor sets and the quotas of both versions of cgroups.
pub(crate) fn thread_pool(wish: Option<NonZeroUsize>) -> anyhow::Result<rayon::ThreadPool> {
    let allowed = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let threads = wish.unwrap_or_else(allowed).get();
    // Deeply nested source goes deep into the stack.
    let builder = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .stack_size(STACK_BYTES);
    builder.build().context("starting threads")
}

const STACK_BYTES: usize = 64 << 20;

/// One directory is where the module is looked for; anything else is patterns from where we are.
fn dir_and_patterns(cwd: &Path, targets: &[String]) -> (PathBuf, Vec<String>) {
    match targets {
        [] => (cwd.to_owned(), vec!["./...".to_owned()]),
        [only] if cwd.join(only).is_dir() => (cwd.join(only), vec!["./...".to_owned()]),
        several => (
            cwd.to_owned(),
            several.iter().map(|it| pattern(cwd, it)).collect(),
        ),
    }
}

/// A directory means itself and all below; the go command wants that said.
fn pattern(cwd: &Path, target: &str) -> String {
    if !cwd.join(target).is_dir() {
        return target.to_owned();
    }
    let dir = target.trim_end_matches(['/', std::path::MAIN_SEPARATOR]);
    let is_marked = dir == "." || dir.starts_with("./") || dir.starts_with("..");
    let prefix = if is_marked || Path::new(dir).is_absolute() {
        ""
    } else {
        "./"
    };
    format!("{prefix}{dir}/...")
}

/// The path without `.` and inner `..`, so that it compares with others; links stay.
fn clean(path: &Path) -> PathBuf {
    use std::path::Component;
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if clean.file_name().is_some() => {
                clean.pop();
            }
            part => clean.push(part),
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_color_beats_force_and_flags_beat_both() {
        let forced = Environment::for_test("/", &[("CLICOLOR_FORCE", "1")]);
        let both = Environment::for_test("/", &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]);
        let got = [
            wants_color(Color::Auto, false, &forced),
            wants_color(Color::Auto, false, &both),
            wants_color(Color::Always, false, &both),
            wants_color(Color::Never, false, &forced),
        ];
        assert_eq!(got, [true, false, true, false]);
    }

    #[test]
    fn the_first_locale_variable_decides() {
        let ascii = Environment::for_test("/", &[("LC_ALL", "C"), ("LANG", "en_US.UTF-8")]);
        let utf8 = Environment::for_test("/", &[("LC_ALL", ""), ("LANG", "C.utf8")]);
        assert_eq!([speaks_utf8(&ascii), speaks_utf8(&utf8)], [false, true]);
    }

    #[test]
    fn directories_mean_all_below_them() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let targets = |list: &[&str]| list.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            dir_and_patterns(root, &targets(&["src"])).0,
            root.join("src")
        );
        let (dir, patterns) = dir_and_patterns(root, &targets(&["src/", "./tests", "a/b/..."]));
        assert_eq!((dir.as_path(), patterns[0].as_str()), (root, "./src/..."));
        assert_eq!(patterns[2], "a/b/...");
        assert_eq!(clean(Path::new("/a/./b/../c")), Path::new("/a/c"));
    }
}
