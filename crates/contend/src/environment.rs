//! The process around the command: variables, directory, terminal. The only place that reads them.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

/// Looks up a variable.
type Variables = Box<dyn Fn(&str) -> Option<String>>;

/// What the command knows of the world around it. Tests make their own.
pub(crate) struct Environment {
    variable: Variables,
    /// The current directory; empty if it is gone.
    pub(crate) cwd: PathBuf,
    /// Whether standard output is a terminal.
    pub(crate) out_is_terminal: bool,
    /// Whether standard error is a terminal.
    pub(crate) err_is_terminal: bool,
    /// Columns of the terminal, if there is one.
    pub(crate) width: Option<usize>,
}

impl Environment {
    /// Where relative paths begin, with what `-C` says.
    pub(crate) fn directory(&self, directory: Option<&Path>) -> PathBuf {
        match directory {
            Some(directory) => self.cwd.join(directory),
            None => self.cwd.clone(),
        }
    }

    /// The environment of this process.
    pub(crate) fn of_process() -> Self {
        let terminal = console::Term::stdout();
        Self {
            variable: Box::new(|name| std::env::var(name).ok()),
            cwd: std::env::current_dir().unwrap_or_default(),
            out_is_terminal: std::io::stdout().is_terminal(),
            err_is_terminal: std::io::stderr().is_terminal(),
            width: terminal
                .size_checked()
                .map(|(_rows, columns)| usize::from(columns)),
        }
    }

    /// The value of a variable that is set and is text.
    pub(crate) fn variable(&self, name: &str) -> Option<String> {
        (self.variable)(name)
    }

    /// True if a variable is set to anything but nothing.
    pub(crate) fn is_set(&self, name: &str) -> bool {
        self.variable(name).is_some_and(|value| !value.is_empty())
    }

    /// The first file of this name on the path of programs.
    pub(crate) fn program(&self, name: &str) -> Option<PathBuf> {
        let path = self.variable("PATH")?;
        std::env::split_paths(&path)
            .map(|dir| dir.join(name))
            .find(|file| file.is_file())
    }

    /// The installation of Go, found without running it: GOROOT, else the folder above the `bin`
    /// that the `go` on the path stands in.
    pub(crate) fn goroot(&self) -> Option<PathBuf> {
        if let Some(goroot) = self.variable("GOROOT").filter(|value| !value.is_empty()) {
            return Some(goroot.into());
        }
        let name = if cfg!(windows) { "go.exe" } else { "go" };
        let go = std::fs::canonicalize(self.program(name)?).ok()?;
        let root = go.parent()?.parent()?;
        holds_std(root).then(|| root.to_owned())
    }
}

#[cfg(test)]
impl Environment {
    /// No terminal, and only these variables.
    pub(crate) fn for_test(cwd: &str, variables: &'static [(&str, &str)]) -> Self {
        let find = |name: &str| variables.iter().find(|(key, _)| *key == name);
        Self {
            variable: Box::new(move |name| find(name).map(|(_, value)| (*value).to_owned())),
            cwd: cwd.into(),
            out_is_terminal: false,
            err_is_terminal: false,
            width: None,
        }
    }
}

fn holds_std(root: &Path) -> bool {
    root.join("src").join("runtime").is_dir()
}
