//! `cargo xtask browser`: flame graphs and time lines in a real browser, by keys and mouse, light
//! and dark. speedscope opens what is written for it, for Chrome and for pprof, and `go tool pprof` too.
//!
//! Needs Go, node and npm. Chromium is the one that `CHROMIUM` names, else `/usr/bin/chromium`, which
//! Debian's package brings. The driver and speedscope come from npm and stay in the cache.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};

use crate::go::Toolchain;
use crate::oracle::traces;
use crate::workspace;

const DRIVER: &str = "playwright-core@1.65.1";

/// Reads four of the forms that `contend flame` writes.
const SPEEDSCOPE: &str = "speedscope@1.25.0";

/// The browser of Debian's package.
const CHROMIUM: &str = "/usr/bin/chromium";

/// What others read, in the cache, with an ending for each form.
const OTHERS: &str = "read-by-others";

/// Stacks before and after a change; the second page compares them.
const BEFORE: &str = "main.main;main.a 10\nmain.main;net/http.serve 10\nmain.main;main.gone;c 20\n";
const AFTER: &str = "main.main;main.a;runtime.mallocgc 30\nmain.main;net/http.serve 10\n";

/// The command. Screenshots are left in the cache, for people to look at.
pub(crate) fn run(args: &[String]) -> anyhow::Result<()> {
    if let Some(arg) = args.first() {
        bail!("browser takes no arguments, got `{arg}`");
    }
    let home = workspace::cache()?.join("browser");
    fs::create_dir_all(&home)?;
    install_chromium()?;
    for package in [DRIVER, SPEEDSCOPE] {
        let name = package.split('@').next().unwrap_or(package);
        if !home.join("node_modules").join(name).exists() {
            let mut npm = Command::new("npm");
            npm.args(["install", "--no-audit", "--no-fund", "--prefix"]);
            workspace::run(npm.arg(&home).arg(package))?;
        }
    }
    placed(&home, "open.mjs")?;
    let script = placed(&home, "flame.mjs")?;
    workspace::cargo(&["build", "--quiet", "--package", "contend"])?;
    let (before, after) = (home.join("before.folded"), home.join("after.folded"));
    fs::write(&before, BEFORE)?;
    fs::write(&after, AFTER)?;
    let dump = workspace::root().join("corpus/dumps/B06.quit.go1.27.3.txt");
    let flame = Path::new("flame");
    open(&home, &script, "one", &[flame, &after])?;
    open(&home, &script, "dump", &[flame, &dump])?;
    let compared = [flame, &after, Path::new("--diff"), &before];
    open(&home, &script, "compared", &compared)?;
    speedscope(&home, &after)?;
    let go = Toolchain::find_or_install()?;
    pprof(&go, &home.join(format!("{OTHERS}.pb.gz")))?;
    let trace = traces::record(&go, "pipeline", &["400"])?;
    let script = placed(&home, "timeline.mjs")?;
    open(&home, &script, "timeline", &["trace".as_ref(), &trace])?;
    println!("screenshots are in {}", home.display());
    Ok(())
}

/// Node looks for packages beside the script.
fn placed(home: &Path, name: &str) -> anyhow::Result<PathBuf> {
    let script = home.join(name);
    fs::copy(workspace::root().join("xtask/browser").join(name), &script)?;
    Ok(script)
}

/// Installs the browser, if none is there.
fn install_chromium() -> anyhow::Result<()> {
    if std::env::var_os("CHROMIUM").is_some() || Path::new(CHROMIUM).exists() {
        return Ok(());
    }
    println!("no Chromium: installing Debian's package");
    let mut apt = Command::new("apt-get");
    apt.args(["install", "-qq", "--no-install-recommends", "chromium"]);
    workspace::run(&mut apt).context("installing chromium; CHROMIUM may name another one")
}

/// Has Go's own tool read a profile. Its table must have the same shares.
fn pprof(go: &Toolchain, profile: &Path) -> anyhow::Result<()> {
    let dir = profile.parent().context("a file in a folder")?;
    let mut top = go.command(dir, &["tool", "pprof", "-top"]);
    let text = String::from_utf8(workspace::output(top.arg(profile))?)?;
    // The leaf has 30 of 40 samples, itself and in all.
    let is_leaf = |line: &&str| line.ends_with(" runtime.mallocgc");
    let leaf = text.lines().find(is_leaf).unwrap_or_default();
    let words: Vec<&str> = leaf.split_whitespace().collect();
    if words.get(..5) != Some(&["30", "75.00%", "75.00%", "30", "75.00%"]) {
        bail!("go tool pprof prints:\n{text}");
    }
    println!("go tool pprof: {leaf}");
    Ok(())
}

/// Has contend write what speedscope reads, and speedscope open each.
fn speedscope(home: &Path, stacks: &Path) -> anyhow::Result<()> {
    let script = placed(home, "speedscope.mjs")?;
    let mut files = Vec::new();
    for (format, ending) in [
        ("speedscope", "speedscope.json"),
        ("chrome", "trace.json"),
        ("pprof", "pb.gz"),
        ("folded", "folded"),
    ] {
        let file = home.join(format!("{OTHERS}.{ending}"));
        let mut contend = Command::new(workspace::target()?.join("debug/contend"));
        contend
            .arg("flame")
            .arg(stacks)
            .args(["--format", format, "-o"]);
        workspace::run(contend.arg(&file))?;
        files.push(file);
    }
    workspace::run(Command::new("node").arg(&script).arg(home).args(&files))
}

/// Has contend write a page, and the script look at it.
fn open(home: &Path, script: &Path, name: &str, arguments: &[&Path]) -> anyhow::Result<()> {
    let page = home.join(name).with_extension("html");
    let shots = home.join(name);
    fs::create_dir_all(&shots)?;
    let mut contend = Command::new(workspace::target()?.join("debug/contend"));
    workspace::run(contend.args(arguments).arg("-o").arg(&page))?;
    workspace::run(Command::new("node").arg(script).arg(&page).arg(&shots))
}
