//! How much memory the container allows, by control groups of either version.
//!
//! The threads need no reading of ours: the standard library honours processor sets and quotas.

use std::path::{Path, PathBuf};

/// Version 1 writes the largest multiple of a page for "no limit"; what comes near is none.
const NO_LIMIT: u64 = 1 << 60;

/// The smallest limit of the groups that this process is in, in bytes; `None` if there is none.
///
/// `read` gives the text of a file. Limits of all groups above count as well.
pub(crate) fn limit(read: impl Fn(&Path) -> Option<String>) -> Option<u64> {
    let groups = read(Path::new("/proc/self/cgroup"))?;
    let mounts = read(Path::new("/proc/self/mountinfo"))?;
    let limits = mounts.lines().filter_map(Mount::parse).filter_map(|mount| {
        let dir = mount.dir_of(group(&groups, mount.is_version_2)?);
        let dirs = dir
            .ancestors()
            .take_while(|dir| dir.starts_with(&mount.point));
        let bytes = |dir: &Path| read(&dir.join(mount.file()))?.trim().parse::<u64>().ok();
        dirs.filter_map(bytes).min()
    });
    limits.min().filter(|&bytes| bytes < NO_LIMIT)
}

/// The process's group in lines such as `0::/a/b` or `4:memory:/a/b`.
fn group(groups: &str, is_version_2: bool) -> Option<&str> {
    groups.lines().find_map(|line| {
        let mut parts = line.splitn(3, ':');
        let (_number, controllers, path) = (parts.next()?, parts.next()?, parts.next()?);
        let is_ours = if is_version_2 {
            controllers.is_empty()
        } else {
            controllers.split(',').any(|name| name == "memory")
        };
        is_ours.then_some(path)
    })
}

/// Where a hierarchy of groups is mounted.
struct Mount {
    /// The group that the mount point shows.
    root: String,
    point: PathBuf,
    is_version_2: bool,
}

impl Mount {
    /// Reads `36 35 0:29 / /sys/fs/cgroup rw - cgroup2 cgroup rw`.
    fn parse(line: &str) -> Option<Self> {
        let (head, tail) = line.split_once(" - ")?;
        let mut tail = tail.split(' ');
        let (kind, _source, options) = (tail.next()?, tail.next()?, tail.next().unwrap_or(""));
        let is_version_2 = kind == "cgroup2";
        let holds_memory = options.split(',').any(|option| option == "memory");
        if !is_version_2 && (kind != "cgroup" || !holds_memory) {
            return None;
        }
        let mut head = head.split(' ').skip(3);
        let (root, point) = (head.next()?.to_owned(), PathBuf::from(head.next()?));
        Some(Self {
            root,
            point,
            is_version_2,
        })
    }

    /// The directory of a group. A group outside of what is mounted, as inside of a container
    /// without a name space of its own, is the mount point itself.
    fn dir_of(&self, group: &str) -> PathBuf {
        let below = match self.root.as_str() {
            "/" => group,
            root => group.strip_prefix(root).unwrap_or(""),
        };
        self.point.join(below.trim_start_matches('/'))
    }

    fn file(&self) -> &'static str {
        if self.is_version_2 {
            "memory.max"
        } else {
            "memory.limit_in_bytes"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit_of(files: &[(&str, &str)]) -> Option<u64> {
        limit(|path| {
            let found = files.iter().find(|(name, _)| Path::new(name) == path);
            found.map(|(_, text)| (*text).to_owned())
        })
    }

    const V2: &str = "36 35 0:29 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup rw\n";
    const V1: &str = "40 35 0:31 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n";

    #[test]
    fn the_smallest_limit_above_counts() {
        let files = [
            ("/proc/self/cgroup", "0::/a/b\n"),
            ("/proc/self/mountinfo", V2),
            ("/sys/fs/cgroup/a/b/memory.max", "max\n"),
            ("/sys/fs/cgroup/a/memory.max", "1073741824\n"),
        ];
        assert_eq!(limit_of(&files), Some(1 << 30));
    }

    #[test]
    fn version_1_in_a_container() {
        let files = [
            (
                "/proc/self/cgroup",
                "5:cpu,cpuacct:/docker/abc\n4:memory:/docker/abc\n",
            ),
            ("/proc/self/mountinfo", V1),
            ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "536870912\n"),
        ];
        assert_eq!(limit_of(&files), Some(1 << 29));
    }

    #[test]
    fn no_limit_is_none() {
        let unlimited = [
            ("/proc/self/cgroup", "4:memory:/docker/abc\n"),
            ("/proc/self/mountinfo", V1),
            (
                "/sys/fs/cgroup/memory/memory.limit_in_bytes",
                "9223372036854771712\n",
            ),
        ];
        assert_eq!(limit_of(&unlimited), None);
        assert_eq!(limit_of(&[]), None);
    }
}
