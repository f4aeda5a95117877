//! `cargo xtask corpus`: the pinned real modules, fetched into a cache outside the repository.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use serde::Deserialize;

use crate::go::Toolchain;
use crate::workspace;

/// Raised when the recipe below changes, so that copies made by an older one are made again.
const RECIPE: &str = "1";
const STAMP: &str = ".contend-corpus";

/// A list of modules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum List {
    /// What the oracles, the benchmarks and the figures of rules read.
    Pinned,
    /// What rules were measured on before anybody mended by it.
    Unseen,
}

impl List {
    /// The list that a command is to read, as its flag says.
    pub(crate) fn chosen(is_unseen: bool) -> Self {
        if is_unseen {
            Self::Unseen
        } else {
            Self::Pinned
        }
    }

    fn file(self) -> &'static str {
        match self {
            List::Pinned => "corpus/modules.txt",
            List::Unseen => "corpus/unseen.txt",
        }
    }

    /// The modules in the order of the file.
    pub(crate) fn modules(self) -> anyhow::Result<Vec<Module>> {
        let file = workspace::root().join(self.file());
        let text =
            fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
        parse_list(self.file(), &text)
    }
}

/// One line of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Module {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) version: String,
    /// The part of the list that it was dealt to.
    pub(crate) half: Option<String>,
    /// The version that stands for v0.0.0 in requirements of modules from the same repository.
    siblings: Option<String>,
    /// An old release: some of what it imports may be gone, and it may be older than go.mod files.
    old: bool,
}

impl Module {
    /// A release of long ago, in a folder of its own.
    pub(crate) fn old(path: &str, version: &str) -> Module {
        Module {
            name: format!("recall/{}@{version}", path.replace('/', "_")),
            path: path.to_owned(),
            version: version.to_owned(),
            half: None,
            // As Kubernetes numbers what it publishes from its repository.
            siblings: version.strip_prefix("v1.").map(|rest| format!("v0.{rest}")),
            old: true,
        }
    }
}

/// The parts of `go mod edit -json` that the recipe reads.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GoMod {
    #[serde(default)]
    require: Option<Vec<Target>>,
    #[serde(default)]
    replace: Option<Vec<Replace>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Replace {
    old: Target,
    new: Target,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Target {
    path: String,
    #[serde(default)]
    version: String,
}

/// The command: `--list` shows what is there, `--unseen` takes the other list, names restrict the
/// fetch.
pub(crate) fn run(args: &[String]) -> anyhow::Result<()> {
    let (flags, names): (Vec<_>, Vec<_>) =
        args.iter().cloned().partition(|arg| arg.starts_with("--"));
    let has = |flag: &str| flags.iter().any(|it| it == flag);
    let list = List::chosen(has("--unseen"));
    let modules = list.modules()?;
    if has("--list") {
        for module in &modules {
            let state = if is_fetched(module)? {
                "fetched"
            } else {
                "missing"
            };
            println!("{state}  {}  {}", module.name, place(module)?.display());
        }
        return Ok(());
    }
    for name in &names {
        if !modules.iter().any(|module| module.name == *name) {
            bail!("`{name}` is not in {}", list.file());
        }
    }
    let go = Toolchain::find_or_install()?;
    for module in &modules {
        if names.is_empty() || names.contains(&module.name) {
            let dir = fetch(&go, module).with_context(|| format!("fetching {}", module.name))?;
            println!("{}  {}  {}", module.name, module.version, dir.display());
        }
    }
    Ok(())
}

/// The folder that the module has in the cache, fetched or not.
pub(crate) fn place(module: &Module) -> anyhow::Result<PathBuf> {
    Ok(workspace::corpus()?.join(&module.name))
}

/// Whether the cache holds this version, made by this recipe.
pub(crate) fn is_fetched(module: &Module) -> anyhow::Result<bool> {
    let stamp = fs::read_to_string(place(module)?.join(STAMP)).unwrap_or_default();
    Ok(stamp == stamp_of(module))
}

/// Fetches the module with all that it imports, unless the cache has it, and returns its folder.
pub(crate) fn fetch(go: &Toolchain, module: &Module) -> anyhow::Result<PathBuf> {
    let dir = place(module)?;
    if is_fetched(module)? {
        return Ok(dir);
    }
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir).with_context(|| format!("creating {}", dir.display()))?;
    copy_tree(&download(go, module)?, &dir)?;
    adjust(go, module, &dir)?;
    resolve(go, module, &dir)?;
    fs::write(dir.join(STAMP), stamp_of(module))?;
    Ok(dir)
}

fn parse_list(file: &str, text: &str) -> anyhow::Result<Vec<Module>> {
    let mut modules = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default();
        let mut words = line.split_whitespace().map(str::to_owned);
        let Some(name) = words.next() else { continue };
        let (Some(path), Some(version)) = (words.next(), words.next()) else {
            bail!(
                "{file}:{}: expected name, module path and version",
                index + 1
            );
        };
        let mut module = Module {
            name,
            path,
            version,
            half: None,
            siblings: None,
            old: false,
        };
        for option in words {
            match option.split_once('=') {
                Some(("siblings", version)) => module.siblings = Some(version.to_owned()),
                Some(("half", half)) => module.half = Some(half.to_owned()),
                _ => bail!("{file}:{}: unknown option `{option}`", index + 1),
            }
        }
        modules.push(module);
    }
    Ok(modules)
}

fn stamp_of(module: &Module) -> String {
    let siblings = module.siblings.as_deref().unwrap_or_default();
    format!(
        "recipe {RECIPE} {} {} {siblings}\n",
        module.path, module.version
    )
}

/// Downloads the module zip and returns the read-only folder in the module cache.
fn download(go: &Toolchain, module: &Module) -> anyhow::Result<PathBuf> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Downloaded {
        dir: Option<PathBuf>,
        error: Option<String>,
    }
    let wanted = format!("{}@{}", module.path, module.version);
    // The exit status only repeats what the JSON says better.
    let out = go
        .command(
            &workspace::corpus()?,
            &["mod", "download", "-json", &wanted],
        )
        .output()
        .context("starting go mod download")?;
    let answer: Downloaded = serde_json::from_slice(&out.stdout)
        .with_context(|| String::from_utf8_lossy(&out.stderr).into_owned())?;
    match answer {
        Downloaded {
            dir: Some(dir),
            error: None,
        } => Ok(dir),
        Downloaded { error, .. } => bail!(error.unwrap_or_else(|| "no folder given".to_owned())),
    }
}

/// Copies files and folders; the copy is writable, which the module cache is not.
fn copy_tree(from: &Path, to: &Path) -> anyhow::Result<()> {
    for entry in fs::read_dir(from).with_context(|| format!("reading {}", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            fs::create_dir_all(&target)?;
            copy_tree(&entry.path(), &target)?;
        } else {
            let bytes = fs::read(entry.path())?;
            fs::write(&target, bytes)?;
        }
    }
    Ok(())
}

/// Makes the copy resolvable on its own, as the head of corpus/modules.txt describes.
fn adjust(go: &Toolchain, module: &Module, dir: &Path) -> anyhow::Result<()> {
    for workspace_file in ["go.work", "go.work.sum"] {
        let _ = fs::remove_file(dir.join(workspace_file));
    }
    let vendor = dir.join("vendor");
    if vendor.exists() && !is_usable(&vendor)? {
        fs::remove_dir_all(&vendor)?;
    }
    if module.old && !dir.join("go.mod").exists() {
        workspace::run(&mut go.command(dir, &["mod", "init", &module.path]))?;
    }
    let json = workspace::output(&mut go.command(dir, &["mod", "edit", "-json"]))?;
    let go_mod: GoMod = serde_json::from_slice(&json).context("reading go mod edit -json")?;
    let edits = edits(module, &go_mod, |path| {
        dir.join(path).join("go.mod").exists()
    })?;
    if edits.is_empty() {
        return Ok(());
    }
    let mut command = go.command(dir, &["mod", "edit"]);
    workspace::run(command.args(&edits))
}

/// True for a vendor folder that has its list, and packages beside it.
fn is_usable(vendor: &Path) -> anyhow::Result<bool> {
    let has_list = vendor.join("modules.txt").exists();
    for entry in fs::read_dir(vendor)? {
        if has_list && entry?.file_type()?.is_dir() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The flags for `go mod edit` that drop replaces into absent folders and fill in versions.
fn edits(
    module: &Module,
    go_mod: &GoMod,
    present: impl Fn(&str) -> bool,
) -> anyhow::Result<Vec<String>> {
    let mut flags = Vec::new();
    for replace in go_mod.replace.iter().flatten() {
        let is_path = replace.new.version.is_empty();
        if !is_path || present(&replace.new.path) {
            continue;
        }
        let old = &replace.old;
        let at = if old.version.is_empty() { "" } else { "@" };
        flags.push(format!("-dropreplace={}{at}{}", old.path, old.version));
        let mut required = go_mod.require.iter().flatten();
        let required = required.find(|target| target.path == old.path);
        if required.is_some_and(|target| target.version == "v0.0.0") {
            let Some(version) = &module.siblings else {
                bail!(
                    "{} requires {} at v0.0.0: `siblings=` is missing",
                    module.path,
                    old.path
                );
            };
            flags.push(format!("-require={}@{version}", old.path));
        }
    }
    Ok(flags)
}

/// Downloads every module that a package of `dir` or one of its tests imports, and completes go.sum.
/// What an old release imports and nobody serves any more is noted, and left out.
fn resolve(go: &Toolchain, module: &Module, dir: &Path) -> anyhow::Result<()> {
    if !module.old {
        workspace::run(&mut go.command(dir, &["mod", "download"]))?;
    }
    let query = [
        "list",
        "-mod=mod",
        "-e",
        "-deps",
        "-test",
        "-f",
        "{{with .Error}}{{.}}{{end}}",
    ];
    let mut list = go.command(dir, &query);
    let text = match workspace::output(list.arg("./...")) {
        Err(error) if module.old => error.to_string().into_bytes(),
        out => out?,
    };
    let text = String::from_utf8_lossy(&text);
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        println!("  note: {line}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(path: &str, version: &str) -> Target {
        Target {
            path: path.to_owned(),
            version: version.to_owned(),
        }
    }

    fn sample(siblings: Option<&str>) -> Module {
        Module {
            name: "m".to_owned(),
            path: "example.org/m".to_owned(),
            version: "v1.2.3".to_owned(),
            half: None,
            siblings: siblings.map(str::to_owned),
            old: false,
        }
    }

    #[test]
    fn the_committed_lists_are_read() {
        let modules = List::Pinned.modules().unwrap();
        assert!(modules.iter().any(|module| module.name == "kubernetes"));
        let unseen = List::Unseen.modules().unwrap();
        assert!(unseen.iter().all(|module| module.half.is_some()));
        let mut all = modules.iter().chain(&unseen);
        assert!(all.all(|module| module.version.starts_with('v')));
        assert!(
            !unseen
                .iter()
                .any(|it| modules.iter().any(|other| other.name == it.name))
        );
    }

    #[test]
    fn a_short_or_strange_line_is_an_error_with_its_number() {
        let error = parse_list("list.txt", "# list\nprometheus github.com/x\n").unwrap_err();
        assert!(error.to_string().contains("list.txt:2"));
        assert!(parse_list("list.txt", "a b v1 colour=red").is_err());
    }

    #[test]
    fn replaces_into_absent_folders_are_dropped_and_placeholders_filled() {
        let go_mod = GoMod {
            require: Some(vec![
                target("k8s.io/api", "v0.0.0"),
                target("k8s.io/kept", "v0.0.0"),
            ]),
            replace: Some(vec![
                Replace {
                    old: target("k8s.io/api", ""),
                    new: target("./staging/api", ""),
                },
                Replace {
                    old: target("k8s.io/kept", ""),
                    new: target("./kept", ""),
                },
                Replace {
                    old: target("a", "v1.0.0"),
                    new: target("b", "v1.0.1"),
                },
            ]),
        };
        let flags = edits(&sample(Some("v0.36.3")), &go_mod, |path| path == "./kept").unwrap();
        assert_eq!(
            flags,
            ["-dropreplace=k8s.io/api", "-require=k8s.io/api@v0.36.3"]
        );
        assert!(edits(&sample(None), &go_mod, |_| false).is_err());
    }
}
