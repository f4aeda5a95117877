//! `cargo xtask oracle`: what contend understands, compared with what Go's own libraries say.

mod calls;
mod causes;
mod conformance;
mod counts;
mod dumps;
mod messages;
pub(crate) mod syntax;
pub(crate) mod traces;
mod types;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::corpus;
use crate::go::Toolchain;
use crate::oracle_project;
use crate::report::{Outcome, Report};
use crate::workspace;

/// The modules that a full run asks, next to the standard library.
const MODULES: [&str; 5] = ["grpc", "nats", "etcd", "caddy", "prometheus"];

/// A source tree to ask about.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    /// The module's root; `GOROOT/src` for the standard library.
    pub(crate) dir: PathBuf,
    /// What `go list` takes to name all packages of the tree.
    pub(crate) pattern: &'static str,
    /// The path that import paths of the tree begin with; empty for the standard library.
    pub(crate) module: String,
}

impl Target {
    /// Whether this is the standard library.
    pub(crate) fn is_std(&self) -> bool {
        self.module.is_empty()
    }

    /// The source file of a dump such as `net/http/server.go.types`.
    fn source_of(&self, dump: &Path) -> PathBuf {
        let below = dump.strip_prefix(&self.module).unwrap_or(dump);
        self.dir.join(below.with_extension(""))
    }
}

/// One kind of dump: the program that knows, the question to contend, and how to compare.
struct Oracle {
    name: &'static str,
    tool: &'static str,
    compare: fn(&Target, &Path, &Path) -> anyhow::Result<dumps::Tally>,
    /// The least agreement in percent, for the standard library and for other modules.
    least: (f64, f64),
}

const ORACLES: [Oracle; 2] = [types::ORACLE, calls::ORACLE];

/// The command: the oracle's name, then targets (`std` and names from corpus/modules.txt) or `--full`.
pub(crate) fn run(args: &[String]) -> anyhow::Result<()> {
    let Some((name, rest)) = args.split_first() else {
        bail!(
            "say which oracle: syntax, project, types, testdata, calls, trace, causes, counts or \
             messages"
        );
    };
    if name == "project" {
        return oracle_project::run(rest);
    }
    let full = rest.iter().any(|arg| arg == "--full");
    let named: Vec<&str> = rest
        .iter()
        .map(String::as_str)
        .filter(|arg| !arg.starts_with("--"))
        .collect();
    let go = Toolchain::find_or_install()?;
    let mut report = Report::default();
    if name == "syntax" {
        syntax::test(&go, &mut report, &chosen(full, named, syntax::every_target));
        return report.close();
    }
    if name == "testdata" {
        conformance::test(&go, &mut report);
        return report.close();
    }
    if name == "trace" {
        traces::run(&go, &mut report, &named)?;
        return report.close();
    }
    if name == "counts" {
        counts::run(&go, &mut report, &named);
        return report.close();
    }
    if name == "causes" {
        causes::run(&go, &mut report, &named)?;
        return report.close();
    }
    if name == "messages" {
        messages::test(&go, &mut report);
        return report.close();
    }
    let Some(oracle) = ORACLES.iter().find(|oracle| oracle.name == *name) else {
        bail!("unknown oracle `{name}`");
    };
    for name in chosen(full, named, every_target) {
        report.add(&format!("{} {name}", oracle.name), ask(&go, oracle, name));
    }
    report.close()
}

/// Adds the steps of a test run: the standard library, or all targets when `full`.
pub(crate) fn test(go: &Toolchain, report: &mut Report, full: bool) {
    syntax::test(go, report, &chosen(full, Vec::new(), syntax::every_target));
    let project = if full {
        Vec::new()
    } else {
        vec!["std".to_owned(), "nats".to_owned()]
    };
    let answer = oracle_project::run(&project);
    report.add(
        "project",
        answer.map(|()| Outcome::Passed("see the steps above".to_owned())),
    );
    conformance::test(go, report);
    counts::test(go, report);
    messages::test(go, report);
    for oracle in &ORACLES {
        for name in chosen(full, Vec::new(), every_target) {
            report.add(&format!("{} {name}", oracle.name), ask(go, oracle, name));
        }
    }
}

fn chosen(full: bool, named: Vec<&str>, every: fn() -> Vec<&'static str>) -> Vec<&str> {
    match (full, named.is_empty()) {
        (true, _) => every(),
        (false, true) => vec!["std"],
        (false, false) => named,
    }
}

fn every_target() -> Vec<&'static str> {
    let mut names = vec!["std"];
    names.extend(MODULES);
    names
}

/// Finds the target with that name, fetching it if need be; `Err` of the inner result says what is
/// missing on this machine.
pub(crate) fn target(go: &Toolchain, name: &str) -> anyhow::Result<Result<Target, String>> {
    if name == "std" {
        let dir = PathBuf::from(go.env("GOROOT")?).join("src");
        let module = String::new();
        return Ok(Ok(Target {
            dir,
            pattern: "std",
            module,
        }));
    }
    let pinned = corpus::List::Pinned.modules()?;
    let Some(module) = pinned.iter().find(|module| module.name == name) else {
        bail!("`{name}` is not in corpus/modules.txt");
    };
    match corpus::fetch(go, module) {
        Ok(dir) => {
            let module = module.path.clone();
            Ok(Ok(Target {
                dir,
                pattern: "./...",
                module,
            }))
        }
        Err(error) => Ok(Err(format!("could not be fetched: {error:#}"))),
    }
}

/// Builds a program of corpus/tools and returns where it is.
pub(crate) fn build_tool(go: &Toolchain, name: &str) -> anyhow::Result<PathBuf> {
    let source = workspace::root().join("corpus/tools").join(name);
    let program = workspace::cache()?.join("tools").join(name);
    let mut build = go.command(&source, &["build", "-o"]);
    build.arg(&program).arg(".").env("CGO_ENABLED", "0");
    workspace::output(&mut build)?;
    Ok(program)
}

fn ask(go: &Toolchain, oracle: &Oracle, name: &str) -> anyhow::Result<Outcome> {
    let target = match target(go, name)? {
        Ok(target) => target,
        Err(missing) => return Ok(Outcome::Skipped(missing)),
    };
    let tool = match build_tool(go, oracle.tool) {
        Ok(tool) => tool,
        Err(error) => return Ok(Outcome::Skipped(format!("no oracle program: {error:#}"))),
    };
    let home = workspace::cache()?
        .join("oracle")
        .join(oracle.name)
        .join(name);
    let theirs = fresh(&home.join("go"))?;
    let ours = fresh(&home.join("contend"))?;

    let mut asking = go.command_for(&tool, &target.dir)?;
    asking
        .arg("-o")
        .arg(&theirs)
        .arg(target.pattern)
        .env("CGO_ENABLED", "0");
    workspace::output(&mut asking)?;

    let mut answering = workspace::contend()?;
    answering
        .args(["debug", oracle.name, "--out"])
        .arg(&ours)
        .arg(target.pattern)
        .current_dir(&target.dir);
    workspace::output(answering.env("CGO_ENABLED", "0").env("GOFLAGS", ""))?;

    let tally = (oracle.compare)(&target, &theirs, &ours)?;
    let list = home.join("misses.txt");
    fs::write(&list, tally.listing()).with_context(|| format!("writing {}", list.display()))?;
    print!("{}", tally.causes());
    let least = if target.is_std() {
        oracle.least.0
    } else {
        oracle.least.1
    };
    Ok(tally.judge(least, &list))
}

/// An empty folder at that place.
fn fresh(dir: &Path) -> anyhow::Result<PathBuf> {
    let _ = fs::remove_dir_all(dir);
    fs::create_dir_all(dir).with_context(|| format!("creating {}", dir.display()))?;
    Ok(dir.to_owned())
}
