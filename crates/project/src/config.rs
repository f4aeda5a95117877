//! What a load is asked for, as plain data; the binary fills it from its arguments and environment.

use std::path::{Path, PathBuf};

use crate::fs::FileSystem;
use crate::version::GoVersion;

/// What to load and for which build.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where patterns start, and where go.mod is looked for, upwards.
    pub dir: PathBuf,
    /// The target's operating system.
    pub goos: String,
    /// The target's processor.
    pub goarch: String,
    /// Whether files that import C belong to the build.
    pub cgo: bool,
    /// Tags as given by `-tags`.
    pub tags: Vec<String>,
    /// `race`, `msan` or `asan` builds; each is a tag of its own.
    pub instrumentation: Vec<String>,
    /// The level of the processor, as in GOAMD64, GOARM64 and their kin; empty for the default.
    pub arch_level: String,
    /// Experiments as in GOEXPERIMENT, a comma list.
    pub experiments: String,
    /// The installation of Go, if there is one.
    pub goroot: Option<PathBuf>,
    /// Where downloaded modules are.
    pub mod_cache: PathBuf,
    /// Which go.work counts.
    pub workspace: WorkspaceMode,
    /// `-mod`.
    pub mod_mode: Option<ModMode>,
    /// `-modfile`: read this instead of go.mod.
    pub mod_file: Option<PathBuf>,
    /// What happens to tests of the targets.
    pub tests: Tests,
    /// The release whose tags (`go1.1` and up) hold; by default that of the standard library.
    pub release: Option<GoVersion>,
    /// What of the environment was not understood.
    pub warnings: Vec<String>,
}

/// Which go.work counts.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum WorkspaceMode {
    /// The nearest one, upwards.
    #[default]
    Search,
    /// None: `GOWORK=off`.
    Off,
    /// This one.
    File(PathBuf),
}

/// What happens to `_test.go` files of the packages that match the patterns.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Tests {
    /// They are not even read.
    #[default]
    Skip,
    /// Their names are known.
    List,
    /// They and their imports are loaded, as variants of the packages.
    Load,
}

/// Values of the go command's `-mod` flag.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ModMode {
    /// `-mod=mod`
    Mod,
    /// `-mod=readonly`
    Readonly,
    /// `-mod=vendor`
    Vendor,
}

impl Config {
    /// A plain configuration for `dir`: this machine's platform, no cgo, no tags, no GOROOT.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: dir.into(),
            goos: host_goos().to_owned(),
            goarch: host_goarch().to_owned(),
            cgo: false,
            tags: Vec::new(),
            instrumentation: Vec::new(),
            arch_level: String::new(),
            experiments: String::new(),
            goroot: None,
            mod_cache: PathBuf::new(),
            workspace: WorkspaceMode::Search,
            mod_mode: None,
            mod_file: None,
            tests: Tests::Skip,
            release: None,
            warnings: Vec::new(),
        }
    }

    /// What the go command would use in this environment.
    ///
    /// `get` looks up environment variables. `goroot` is where a Go installation was found if the
    /// environment names none, and `has_c_compiler` tells whether one is on the path: without it
    /// the go command turns cgo off unless asked.
    pub fn from_env(
        dir: impl Into<PathBuf>,
        fs: &dyn FileSystem,
        get: impl Fn(&str) -> Option<String>,
        goroot: Option<PathBuf>,
        has_c_compiler: impl FnOnce() -> bool,
    ) -> Self {
        let settings = Settings::read(fs, &get);
        let mut config = Self::new(dir);
        config.goroot = settings.value("GOROOT", &get).map(PathBuf::from).or(goroot);
        let settings = settings.with_goroot(fs, config.goroot.as_deref());
        let value = |key: &str| settings.value(key, &get);

        let (host_os, host_arch) = (config.goos.clone(), config.goarch.clone());
        config.goos = value("GOOS").unwrap_or(config.goos);
        config.goarch = value("GOARCH").unwrap_or(config.goarch);
        config.arch_level = arch_variable(&config.goarch)
            .and_then(value)
            .unwrap_or_default();
        config.experiments = value("GOEXPERIMENT").unwrap_or_default();
        config.mod_cache = value("GOMODCACHE").map_or_else(
            || go_path(&value, &get).join("pkg").join("mod"),
            PathBuf::from,
        );
        config.cgo = match value("CGO_ENABLED").as_deref() {
            Some("1") => true,
            Some("0") => false,
            other => {
                if let Some(text) = other {
                    config
                        .warnings
                        .push(format!("CGO_ENABLED is {text:?}, neither 0 nor 1"));
                }
                // Cross builds have no C compiler by default.
                (&config.goos, &config.goarch) == (&host_os, &host_arch)
                    && platform_has_cgo(&config.goos, &config.goarch)
                    && (value("CC").is_some() || has_c_compiler())
            }
        };
        config.workspace = match value("GOWORK") {
            None => WorkspaceMode::Search,
            Some(text) if text == "off" => WorkspaceMode::Off,
            Some(text) => WorkspaceMode::File(text.into()),
        };
        config.add_flags(&value("GOFLAGS").unwrap_or_default());
        config
    }

    /// Takes what matters from flags of the go command, as in GOFLAGS: `-tags=a,b -mod=vendor`.
    pub fn add_flags(&mut self, flags: &str) {
        for flag in split_quoted(flags) {
            let Some(flag) = flag.strip_prefix("--").or_else(|| flag.strip_prefix('-')) else {
                self.warnings
                    .push(format!("GOFLAGS has {flag:?}, which is not a flag"));
                continue;
            };
            let (key, value) = flag.split_once('=').unwrap_or((flag, "true"));
            match key {
                "tags" => self.set_tags(value),
                "mod" => match value {
                    "mod" => self.mod_mode = Some(ModMode::Mod),
                    "readonly" => self.mod_mode = Some(ModMode::Readonly),
                    "vendor" => self.mod_mode = Some(ModMode::Vendor),
                    _ => self.warnings.push(format!("-mod={value} is not known")),
                },
                "modfile" => self.mod_file = Some(value.into()),
                "race" | "msan" | "asan" if value != "false" => {
                    self.instrumentation.push(key.to_owned());
                }
                _ => {}
            }
        }
    }

    /// Replaces the tags by those of a `-tags` value: a comma list, or a list with blanks.
    pub fn set_tags(&mut self, list: &str) {
        let tags = list.split([',', ' ']).filter(|tag| !tag.is_empty());
        self.tags = tags.map(str::to_owned).collect();
    }
}

fn host_goos() -> &'static str {
    match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    }
}

fn host_goarch() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "x86" => "386",
        "aarch64" => "arm64",
        "loongarch64" => "loong64",
        "powerpc64" if cfg!(target_endian = "little") => "ppc64le",
        "powerpc64" => "ppc64",
        other => other,
    }
}

/// The environment variable that holds the level of a processor.
fn arch_variable(goarch: &str) -> Option<&'static str> {
    Some(match goarch {
        "386" => "GO386",
        "amd64" => "GOAMD64",
        "arm" => "GOARM",
        "arm64" => "GOARM64",
        "mips" | "mipsle" => "GOMIPS",
        "mips64" | "mips64le" => "GOMIPS64",
        "ppc64" | "ppc64le" => "GOPPC64",
        "riscv64" => "GORISCV64",
        _ => return None,
    })
}

/// Platforms on which cgo is never on by default, by `internal/platform` of Go 1.26.
fn platform_has_cgo(goos: &str, goarch: &str) -> bool {
    !matches!(
        (goos, goarch),
        ("js" | "plan9" | "wasip1", _) | ("linux", "ppc64") | ("openbsd", "mips64" | "ppc64")
    )
}

fn go_path(
    value: &impl Fn(&str) -> Option<String>,
    get: &impl Fn(&str) -> Option<String>,
) -> PathBuf {
    let separator = if cfg!(windows) { ';' } else { ':' };
    if let Some(first) = value("GOPATH")
        .as_deref()
        .and_then(|list| list.split(separator).next())
    {
        return PathBuf::from(first);
    }
    let home = get(if cfg!(windows) { "USERPROFILE" } else { "HOME" });
    home.map(|home| Path::new(&home).join("go"))
        .unwrap_or_default()
}

/// The two files in which `go env -w` and the distribution keep defaults.
struct Settings {
    user: Vec<(String, String)>,
    goroot: Vec<(String, String)>,
}

impl Settings {
    fn read(fs: &dyn FileSystem, get: &impl Fn(&str) -> Option<String>) -> Self {
        let path = match get("GOENV") {
            Some(off) if off == "off" => None,
            Some(path) if !path.is_empty() => Some(PathBuf::from(path)),
            _ => config_dir(get).map(|dir| dir.join("go").join("env")),
        };
        let user = path
            .map(|path| read_settings(fs, &path))
            .unwrap_or_default();
        Self {
            user,
            goroot: Vec::new(),
        }
    }

    fn with_goroot(mut self, fs: &dyn FileSystem, goroot: Option<&Path>) -> Self {
        if let Some(goroot) = goroot {
            self.goroot = read_settings(fs, &goroot.join("go.env"));
        }
        self
    }

    /// The environment wins, then the user's file, then that of the distribution.
    fn value(&self, key: &str, get: &impl Fn(&str) -> Option<String>) -> Option<String> {
        let of = |list: &[(String, String)]| {
            list.iter()
                .rev()
                .find(|(name, _)| name == key)
                .map(|(_, value)| value.clone())
        };
        let value = get(key).filter(|value| !value.is_empty());
        value
            .or_else(|| of(&self.user))
            .or_else(|| of(&self.goroot))
            .filter(|v| !v.is_empty())
    }
}

fn config_dir(get: &impl Fn(&str) -> Option<String>) -> Option<PathBuf> {
    if cfg!(windows) {
        return get("AppData").map(PathBuf::from);
    }
    if cfg!(target_os = "macos") {
        return get("HOME").map(|home| Path::new(&home).join("Library/Application Support"));
    }
    let xdg = get("XDG_CONFIG_HOME")
        .filter(|dir| !dir.is_empty())
        .map(PathBuf::from);
    xdg.or_else(|| get("HOME").map(|home| Path::new(&home).join(".config")))
}

fn read_settings(fs: &dyn FileSystem, path: &Path) -> Vec<(String, String)> {
    let Ok(bytes) = fs.read(path) else {
        return Vec::new();
    };
    let text = String::from_utf8_lossy(&bytes);
    let lines = text
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'));
    let pairs = lines.filter_map(|line| line.split_once('='));
    pairs
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect()
}

/// Splits at blanks; a value that starts with a quote runs to the next such quote.
fn split_quoted(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (word, after) = if matches!(first, '\'' | '"') {
            rest[1..].split_once(first).unwrap_or((&rest[1..], ""))
        } else {
            rest.split_once(char::is_whitespace).unwrap_or((rest, ""))
        };
        words.push(word.to_owned());
        rest = after.trim_start();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fs::Memory;

    fn from(vars: &[(&str, &str)], fs: &Memory) -> Config {
        let get = |key: &str| {
            vars.iter()
                .find(|(name, _)| *name == key)
                .map(|(_, value)| (*value).to_owned())
        };
        Config::from_env("/m", fs, get, None, || true)
    }

    #[test]
    fn the_environment_wins_over_the_settings_file() {
        let mut fs = Memory::default();
        fs.add(
            "/h/.config/go/env",
            *b"# comment\nGOOS=plan9\nGOFLAGS=-tags=a,b -mod=mod\n",
        );
        let config = from(&[("HOME", "/h")], &fs);
        assert_eq!((config.goos.as_str(), config.cgo), ("plan9", false));
        assert_eq!(
            (config.tags, config.mod_mode),
            (vec!["a".into(), "b".into()], Some(ModMode::Mod))
        );
        assert_eq!(config.mod_cache, Path::new("/h/go/pkg/mod"));
        let config = from(
            &[("HOME", "/h"), ("GOOS", "linux"), ("GOPATH", "/p:/q")],
            &fs,
        );
        assert_eq!(config.goos, "linux");
        assert_eq!(config.mod_cache, Path::new("/p/pkg/mod"));
        assert_eq!(
            from(&[("HOME", "/h"), ("GOENV", "off")], &fs).tags,
            Vec::<String>::new()
        );
    }

    #[test]
    fn flags_may_be_quoted() {
        let mut config = Config::new("/m");
        config.add_flags("-mod=vendor '-tags=x y' -race --modfile=alt.mod stray");
        assert_eq!(
            (config.tags.join(","), config.instrumentation.join(",")),
            ("x,y".into(), "race".into())
        );
        assert_eq!(config.mod_mode, Some(ModMode::Vendor));
        assert_eq!(config.mod_file.as_deref(), Some(Path::new("alt.mod")));
        assert_eq!(config.warnings.len(), 1);
    }
}
