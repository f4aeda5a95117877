//! The world of files, behind a trait: the disk, an editor's unsaved files over it, or memory.
//!
//! [`Disk`] is the only place of this crate that touches the operating system.
#![expect(
    clippy::disallowed_methods,
    reason = "`Disk` is where files are touched"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// How a project reads files. Paths are absolute, or relative to the process' directory.
pub trait FileSystem: Send + Sync {
    /// The whole file. A file that keeps changing while it is read is an error of kind
    /// [`io::ErrorKind::ResourceBusy`].
    fn read(&self, path: &Path) -> io::Result<Arc<[u8]>>;

    /// The entries of a directory, sorted by name. Names that are not UTF-8 are left out.
    fn list(&self, dir: &Path) -> io::Result<Vec<Entry>>;

    /// What `path` is, links followed.
    fn kind(&self, path: &Path) -> io::Result<EntryKind>;

    /// The path without links and dots, to know a file that was met before.
    fn canonical(&self, path: &Path) -> io::Result<PathBuf>;

    /// True if there is a file of this name, links followed.
    fn is_file(&self, path: &Path) -> bool {
        self.kind(path).is_ok_and(|kind| kind == EntryKind::File)
    }

    /// True if there is a directory of this name, links followed.
    fn is_dir(&self, path: &Path) -> bool {
        self.kind(path).is_ok_and(|kind| kind == EntryKind::Dir)
    }
}

/// One name in a directory.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Entry {
    /// The name, without the directory.
    pub name: String,
    /// What it is.
    pub kind: EntryKind,
}

/// What a name in a directory stands for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A directory.
    Dir,
    /// A symbolic link; only [`FileSystem::list`] gives it.
    Link,
    /// A socket, a pipe, a device.
    Other,
}

/// The real file system.
#[derive(Clone, Copy, Default, Debug)]
pub struct Disk;

/// How often a file is read again when it changed under the reader.
const READ_ATTEMPTS: usize = 3;

impl FileSystem for Disk {
    fn read(&self, path: &Path) -> io::Result<Arc<[u8]>> {
        for _ in 0..READ_ATTEMPTS {
            if let Some(bytes) = read_stable(path)? {
                return Ok(bytes);
            }
        }
        Err(io::Error::new(
            io::ErrorKind::ResourceBusy,
            "the file changes while it is read",
        ))
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<Entry>> {
        let mut entries = Vec::new();
        for entry in std::fs::read_dir(dir)? {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            let kind = entry.file_type().map_or(EntryKind::Other, |kind| {
                if kind.is_symlink() {
                    EntryKind::Link
                } else {
                    kind_of(kind)
                }
            });
            entries.push(Entry { name, kind });
        }
        entries.sort_unstable();
        Ok(entries)
    }

    fn kind(&self, path: &Path) -> io::Result<EntryKind> {
        Ok(kind_of(std::fs::metadata(path)?.file_type()))
    }

    fn canonical(&self, path: &Path) -> io::Result<PathBuf> {
        std::fs::canonicalize(path)
    }
}

fn kind_of(kind: std::fs::FileType) -> EntryKind {
    if kind.is_file() {
        EntryKind::File
    } else if kind.is_dir() {
        EntryKind::Dir
    } else {
        EntryKind::Other
    }
}

/// Reads a file straight into its shared buffer; `None` if it changed meanwhile.
fn read_stable(path: &Path) -> io::Result<Option<Arc<[u8]>>> {
    // To open a pipe is to wait for its writer, so what it is must be known before.
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "not a regular file",
        ));
    }
    let mut file = std::fs::File::open(path)?;
    let before = file.metadata()?;
    let mut bytes: Arc<[u8]> = std::iter::repeat_n(0, before.len() as usize).collect();
    let buffer = Arc::get_mut(&mut bytes).expect("nobody else has seen it yet");
    match file.read_exact(buffer) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let after = file.metadata()?;
    let unchanged = before.len() == after.len() && before.modified().ok() == after.modified().ok();
    Ok(unchanged.then_some(bytes))
}

/// Unsaved files over another file system.
pub struct Overlay<F> {
    below: F,
    files: Memory,
    removed: BTreeSet<PathBuf>,
}

impl<F: FileSystem> Overlay<F> {
    /// Nothing changed yet.
    pub fn new(below: F) -> Self {
        Self {
            below,
            files: Memory::default(),
            removed: BTreeSet::new(),
        }
    }

    /// From now on `path` has this text, whatever is below.
    pub fn set(&mut self, path: impl Into<PathBuf>, text: impl Into<Arc<[u8]>>) {
        let path = path.into();
        self.removed.remove(&path);
        self.files.add(path, text);
    }

    /// From now on there is no `path`.
    pub fn remove(&mut self, path: impl Into<PathBuf>) {
        let path = path.into();
        self.files.remove(&path);
        self.removed.insert(path);
    }

    fn check(&self, path: &Path) -> io::Result<()> {
        if self.removed.contains(path) {
            Err(io::ErrorKind::NotFound.into())
        } else {
            Ok(())
        }
    }
}

impl<F: FileSystem> FileSystem for Overlay<F> {
    fn read(&self, path: &Path) -> io::Result<Arc<[u8]>> {
        self.check(path)?;
        self.files.read(path).or_else(|_| self.below.read(path))
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<Entry>> {
        let (above, below) = (self.files.list(dir), self.below.list(dir));
        if above.is_err() {
            // Only removals can concern this directory.
            return below.map(|entries| self.without_removed(dir, entries));
        }
        let mut entries: BTreeMap<String, EntryKind> = BTreeMap::new();
        let layers = self.without_removed(dir, below.unwrap_or_default());
        for entry in layers.into_iter().chain(above?) {
            entries.insert(entry.name, entry.kind);
        }
        Ok(entries
            .into_iter()
            .map(|(name, kind)| Entry { name, kind })
            .collect())
    }

    fn kind(&self, path: &Path) -> io::Result<EntryKind> {
        self.check(path)?;
        self.files.kind(path).or_else(|_| self.below.kind(path))
    }

    fn canonical(&self, path: &Path) -> io::Result<PathBuf> {
        self.check(path)?;
        self.below
            .canonical(path)
            .or_else(|_| self.files.canonical(path))
    }
}

impl<F> Overlay<F> {
    fn without_removed(&self, dir: &Path, mut entries: Vec<Entry>) -> Vec<Entry> {
        if !self.removed.is_empty() {
            entries.retain(|entry| !self.removed.contains(&dir.join(&entry.name)));
        }
        entries
    }
}

/// Files in memory: for tests, for overlays and for what is read from an archive.
#[derive(Clone, Default, Debug)]
pub struct Memory {
    nodes: BTreeMap<PathBuf, Node>,
}

#[derive(Clone, Debug)]
enum Node {
    File(Arc<[u8]>),
    Dir(BTreeMap<String, EntryKind>),
    Link(PathBuf),
    Unreadable,
}

/// As on Linux: more links than this in one path are taken for a loop.
const MAX_LINKS: usize = 40;

impl Memory {
    /// Adds or replaces a file, with the directories above it.
    pub fn add(&mut self, path: impl Into<PathBuf>, text: impl Into<Arc<[u8]>>) {
        self.insert(path.into(), Node::File(text.into()), EntryKind::File);
    }

    /// Adds an empty directory.
    pub fn add_dir(&mut self, path: impl Into<PathBuf>) {
        let path = path.into();
        if !self.nodes.contains_key(&path) {
            self.insert(path, Node::Dir(BTreeMap::new()), EntryKind::Dir);
        }
    }

    /// Adds a symbolic link. `target` is absolute, or relative to the link's directory.
    pub fn add_link(&mut self, path: impl Into<PathBuf>, target: impl Into<PathBuf>) {
        self.insert(path.into(), Node::Link(target.into()), EntryKind::Link);
    }

    /// Adds a name that exists and cannot be read, as without permission.
    pub fn add_unreadable(&mut self, path: impl Into<PathBuf>, kind: EntryKind) {
        self.insert(path.into(), Node::Unreadable, kind);
    }

    fn insert(&mut self, path: PathBuf, node: Node, kind: EntryKind) {
        let mut child = Some((path.clone(), kind));
        self.nodes.insert(path, node);
        while let Some((path, kind)) = child.take() {
            let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
                return;
            };
            let name = name.to_string_lossy().into_owned();
            if let Some(Node::Dir(names)) = self.nodes.get_mut(parent) {
                names.insert(name, kind);
            } else {
                let node = Node::Dir(BTreeMap::from([(name, kind)]));
                self.nodes.insert(parent.to_path_buf(), node);
                child = Some((parent.to_path_buf(), EntryKind::Dir));
            }
        }
    }

    fn remove(&mut self, path: &Path) {
        self.nodes.remove(path);
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
            return;
        };
        if let Some(Node::Dir(names)) = self.nodes.get_mut(parent) {
            names.remove(&*name.to_string_lossy());
        }
    }

    fn node(&self, path: &Path) -> io::Result<&Node> {
        // Most paths have no links; look before walking.
        if let Some(node @ (Node::File(_) | Node::Dir(_))) = self.nodes.get(path) {
            return Ok(node);
        }
        let path = self.canonical(path)?;
        self.nodes
            .get(&path)
            .ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

impl FileSystem for Memory {
    fn read(&self, path: &Path) -> io::Result<Arc<[u8]>> {
        match self.node(path)? {
            Node::File(text) => Ok(text.clone()),
            Node::Unreadable => Err(io::ErrorKind::PermissionDenied.into()),
            Node::Dir(_) => Err(io::ErrorKind::IsADirectory.into()),
            Node::Link(_) => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<Entry>> {
        match self.node(dir)? {
            Node::Dir(names) => {
                let entry = |(name, &kind): (&String, _)| Entry {
                    name: name.clone(),
                    kind,
                };
                Ok(names.iter().map(entry).collect())
            }
            Node::Unreadable => Err(io::ErrorKind::PermissionDenied.into()),
            Node::File(_) | Node::Link(_) => Err(io::ErrorKind::NotADirectory.into()),
        }
    }

    fn kind(&self, path: &Path) -> io::Result<EntryKind> {
        Ok(match self.node(path)? {
            Node::File(_) => EntryKind::File,
            Node::Dir(_) => EntryKind::Dir,
            // Whether it is a file or a directory is known by the directory that lists it.
            Node::Unreadable => {
                let parent = path.parent().and_then(|parent| self.nodes.get(parent));
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                match parent {
                    Some(Node::Dir(names)) => {
                        names.get(&*name).copied().unwrap_or(EntryKind::Other)
                    }
                    _ => EntryKind::Other,
                }
            }
            Node::Link(_) => EntryKind::Link,
        })
    }

    fn canonical(&self, path: &Path) -> io::Result<PathBuf> {
        let mut links = 0;
        let mut todo: Vec<PathBuf> = vec![path.to_path_buf()];
        let mut done = PathBuf::new();
        while let Some(rest) = todo.pop() {
            let mut components = rest.components();
            let Some(first) = components.next() else {
                continue;
            };
            todo.push(components.as_path().to_path_buf());
            match first {
                Component::CurDir => continue,
                Component::ParentDir => {
                    done.pop();
                    continue;
                }
                _ => done.push(first),
            }
            match self.nodes.get(&done) {
                Some(Node::Link(target)) => {
                    links += 1;
                    if links > MAX_LINKS {
                        return Err(io::Error::new(
                            io::ErrorKind::InvalidInput,
                            "too many levels of symbolic links",
                        ));
                    }
                    done.pop();
                    todo.push(target.clone());
                }
                Some(_) => {}
                None => return Err(io::ErrorKind::NotFound.into()),
            }
        }
        Ok(done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(fs: &impl FileSystem, dir: &str) -> Vec<String> {
        let entries = fs.list(Path::new(dir)).expect("listed");
        entries.into_iter().map(|entry| entry.name).collect()
    }

    #[test]
    fn an_overlay_adds_replaces_and_removes() {
        let mut below = Memory::default();
        below.add("/m/a.go", *b"old");
        below.add("/m/b.go", *b"gone");
        let mut overlay = Overlay::new(below);
        overlay.set("/m/a.go", *b"new");
        overlay.set("/m/sub/c.go", *b"c");
        overlay.remove("/m/b.go");
        assert_eq!(&*overlay.read(Path::new("/m/a.go")).expect("read"), b"new");
        assert_eq!(names(&overlay, "/m"), ["a.go", "sub"]);
        assert_eq!(names(&overlay, "/m/sub"), ["c.go"]);
        assert!(!overlay.is_file(Path::new("/m/b.go")));
    }

    #[test]
    fn loops_of_links_end() {
        let mut fs = Memory::default();
        fs.add_link("/a", "b");
        fs.add_link("/b", "a");
        fs.add("/real/x.go", *b"x");
        fs.add_link("/alias", "real");
        assert!(fs.read(Path::new("/a/x.go")).is_err());
        assert_eq!(&*fs.read(Path::new("/alias/x.go")).expect("read"), b"x");
        assert_eq!(
            fs.canonical(Path::new("/alias/../alias/x.go"))
                .expect("found"),
            Path::new("/real/x.go")
        );
    }

    #[test]
    fn the_disk_reads_this_file() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/fs.rs");
        assert!(Disk.read(&path).expect("read").starts_with(b"//!"));
        assert!(Disk.is_dir(path.parent().expect("has one")));
        assert!(Disk.read(path.parent().expect("has one")).is_err());
    }
}
