//! The kernels and the labels in their sources. corpus/kernels/README.md describes the format.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

/// One fault and the same program without it.
#[derive(Debug)]
pub(super) struct Kernel {
    pub(super) name: String,
    /// The codes that name the fault rightly, the closest one first.
    pub(super) want: Vec<String>,
    /// The labelled lines of each fault, by its id; most kernels have one fault, with an empty id.
    pub(super) faults: BTreeMap<String, BTreeSet<Line>>,
    /// Built for this processor and run without the race detector, if the fault needs it.
    pub(super) goarch: Option<String>,
}

/// A line of a file, named from the folder of the kernels.
pub(super) type Line = (String, u32);

impl Kernel {
    /// The folder of one form, from the folder of the kernels.
    pub(super) fn form(&self, form: &str) -> String {
        format!("{}/{form}", self.name)
    }
}

/// All kernels of the folder whose name contains one of `names`; all of them without names. None is
/// an error.
pub(super) fn read(folder: &Path, names: &[String]) -> anyhow::Result<Vec<Kernel>> {
    let kernels = matching(folder, names)?;
    if kernels.is_empty() {
        bail!("no kernel of that name");
    }
    Ok(kernels)
}

/// As `read`, but there may be none.
pub(super) fn matching(folder: &Path, names: &[String]) -> anyhow::Result<Vec<Kernel>> {
    let mut kernels = Vec::new();
    for dir in sorted(folder)? {
        let name = dir.file_name().unwrap_or_default().to_string_lossy();
        let wanted = names.is_empty() || names.iter().any(|part| name.contains(part.as_str()));
        if dir.is_dir() && wanted {
            let kernel = read_kernel(folder, &name);
            kernels.push(kernel.with_context(|| format!("kernel {name}"))?);
        }
    }
    Ok(kernels)
}

fn read_kernel(folder: &Path, name: &str) -> anyhow::Result<Kernel> {
    let mut kernel = Kernel {
        name: name.to_owned(),
        want: Vec::new(),
        faults: BTreeMap::new(),
        goarch: None,
    };
    for path in go_files(&folder.join(kernel.form("faulty")))? {
        let text = fs::read_to_string(&path)?;
        let file = path.strip_prefix(folder)?.to_string_lossy().into_owned();
        kernel.read_labels(&file, &text)?;
    }
    if kernel.want.is_empty() || kernel.faults.is_empty() {
        bail!("the faulty form needs a `// want CODE` and a `// race: ROLE`");
    }
    for path in go_files(&folder.join(kernel.form("fixed")))? {
        if fs::read_to_string(&path)?.contains("// race: ") {
            bail!("the fixed form has a label, but no fault");
        }
    }
    Ok(kernel)
}

impl Kernel {
    fn read_labels(&mut self, file: &str, text: &str) -> anyhow::Result<()> {
        for (line, number) in text.lines().zip(1..) {
            if let Some(codes) = line.strip_prefix("// want ") {
                self.want
                    .extend(codes.split_whitespace().map(str::to_owned));
            } else if let Some(goarch) = line.strip_prefix("// run GOARCH=") {
                self.goarch = Some(goarch.trim().to_owned());
            } else if let Some((_, label)) = line.split_once("// race: ") {
                let mut words = label.split_whitespace();
                let role = words.next().unwrap_or_default();
                if !matches!(role, "write" | "read" | "escape") {
                    bail!("{file}:{number}: a label is `write`, `read` or `escape`, not `{role}`");
                }
                let id = words.next().unwrap_or_default().to_owned();
                let lines = self.faults.entry(id).or_default();
                lines.insert((file.to_owned(), number));
            }
        }
        Ok(())
    }
}

/// The Go files of a form, in it and in the packages below it.
fn go_files(dir: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in sorted(dir)? {
        if path.is_dir() {
            files.extend(go_files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "go") {
            files.push(path);
        }
    }
    Ok(files)
}

fn sorted(dir: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(dir).with_context(|| format!("reading {}", dir.display()))?;
    let mut paths: Vec<_> = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAULTY: &str = "// want CT1002 CT1003
package main

func main() {
	go f() // race: write
	_ = m[1] // race: read
	n++ // race: write count
}
";

    fn folder(fixed: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for (form, text) in [("faulty", FAULTY), ("fixed", fixed)] {
            let dir = folder.path().join("demo").join(form);
            fs::create_dir_all(&dir).expect("a form");
            fs::write(dir.join("main.go"), text).expect("a file");
        }
        folder
    }

    #[test]
    fn labels_are_lines_by_fault() {
        let folder = folder("package main\n");
        let kernels = read(folder.path(), &[]).expect("kernels");
        let kernel = &kernels[0];
        assert_eq!(kernel.want, ["CT1002", "CT1003"]);
        let file = "demo/faulty/main.go".to_owned();
        assert_eq!(
            kernel.faults[""],
            [(file.clone(), 5), (file.clone(), 6)].into()
        );
        assert_eq!(kernel.faults["count"], [(file, 7)].into());
    }

    #[test]
    fn a_label_in_the_fixed_form_is_an_error() {
        let folder = folder("package main\n\nvar x = 1 // race: write\n");
        assert!(read(folder.path(), &[]).is_err());
        assert!(read(folder.path(), &["other".to_owned()]).is_err());
    }
}
