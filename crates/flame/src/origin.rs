//! Where a frame's code comes from, by its name alone; decides the colour.

use contend_sched::is_standard_root;

/// Where code comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The program: `main.f`, and packages whose path starts with a host name.
    Program,
    /// The standard library.
    Standard,
    /// Go's runtime.
    Runtime,
    /// The kernel: names that end in `_[k]`, as perf's tools write them.
    Kernel,
    /// Code that is not Go.
    Native,
    /// No code, but a state or reason: `[chan receive]`.
    State,
}

impl Origin {
    /// The origin of the frame called `name`.
    pub fn of(name: &str) -> Self {
        if name.ends_with("_[k]") {
            return Self::Kernel;
        }
        if name.starts_with('[') && name.ends_with(']') {
            return Self::State;
        }
        // The package path ends at the first dot after the last slash before any bracket.
        let head = name.find(['(', '[', ' ']).map_or(name, |end| &name[..end]);
        let package = head.rfind('/').map_or(0, |slash| slash + 1);
        let Some(dot) = head[package..].find('.') else {
            return Self::Native;
        };
        let path = &head[..package + dot];
        let root = path.split('/').next().unwrap_or(path);
        if path == "runtime" || path.starts_with("internal/runtime/") {
            return Self::Runtime;
        }
        match root {
            "runtime" => Self::Standard,
            "main" => Self::Program,
            _ if root.contains('.') || root.contains("%2e") => Self::Program,
            _ if is_standard_root(root.as_bytes()) => Self::Standard,
            _ => Self::Program,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_by_name() {
        for (name, origin) in [
            ("main.(*T).run", Origin::Program),
            ("github.com/a/b/c.(*T).run", Origin::Program),
            ("example/internal/x.F[go.shape.int]", Origin::Program),
            ("net/http.(*conn).serve", Origin::Standard),
            ("sync.(*Mutex).Lock", Origin::Standard),
            ("runtime.gopark", Origin::Runtime),
            ("internal/runtime/maps.newTable", Origin::Runtime),
            ("runtime/pprof.profileWriter", Origin::Standard),
            ("do_syscall_64_[k]", Origin::Kernel),
            ("[chan receive]", Origin::State),
            ("__libc_start_main", Origin::Native),
            ("operator new(unsigned long)", Origin::Native),
        ] {
            assert_eq!(Origin::of(name), origin, "{name}");
        }
    }
}
