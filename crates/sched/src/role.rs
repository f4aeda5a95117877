//! What a function of a stack is: the user's code, the standard library, or a place where the
//! runtime parks goroutines.

use contend_dumps::{Document, NameId};

/// What a function means to the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Code that somebody outside the Go project wrote.
    User,
    /// The standard library, and the runtime where nothing below fits.
    Library,
    /// `sync.(*Mutex).Lock` and what it calls; the first argument is the mutex.
    MutexLock,
    /// `sync.(*RWMutex).Lock`; the first argument is the lock.
    WriteLock,
    /// `sync.(*RWMutex).RLock`.
    ReadLock,
    /// `sync.(*WaitGroup).Wait`.
    GroupWait,
    /// `sync.(*Cond).Wait`.
    CondWait,
    /// `sync.(*Once).Do` and what it calls, and the literals of `sync.OnceFunc` and its kin.
    Once,
    /// `runtime.semacquire1`; the first argument is the semaphore inside the lock.
    Semaphore,
    /// `runtime.chanrecv`; the first argument is the channel.
    ChanReceive,
    /// `runtime.chansend`; the first argument is the channel.
    ChanSend,
    /// Reads, writes and accepts of `internal/poll`.
    Poll,
    /// Waiting for a child process.
    ChildWait,
    /// `os/exec.(*Cmd).Wait` and what it calls: after the child has ended, for its output.
    PipeWait,
    /// `golang.org/x/sync/singleflight.(*Group).Do`.
    Flight,
    /// `golang.org/x/sync/singleflight.(*Group).doCall`: runs the function of a flight.
    FlightCall,
}

impl Role {
    /// True for everything that is not the user's code.
    pub fn is_library(self) -> bool {
        self != Self::User
    }
}

/// The role of each name of a document, worked out once.
#[derive(Debug)]
pub struct Roles {
    roles: Vec<Role>,
}

impl Roles {
    /// Looks at all names of `document`.
    pub fn of(document: &Document<'_>) -> Self {
        let names = (0..document.name_count()).map(NameId::new);
        let mut roles: Vec<Role> = names.map(|id| role_of(document.name_bytes(id))).collect();
        let mut lent: Vec<NameId> = (0..document.name_count())
            .map(NameId::new)
            .filter(|id| roles[id.index()] == Role::User)
            .filter(|id| may_be_lent(document.name_bytes(*id)))
            .collect();
        if !lent.is_empty() {
            for frame in &document.frames {
                let Some(slot) = lent.iter().position(|id| *id == frame.func) else {
                    continue;
                };
                let file = frame.file.map(|file| document.name_bytes(file));
                roles[frame.func.index()] = file.map_or(Role::User, role_of_file);
                lent.swap_remove(slot);
                if lent.is_empty() {
                    break;
                }
            }
        }
        Self { roles }
    }

    /// The role of a function.
    pub fn get(&self, func: NameId) -> Role {
        self.roles[func.index()]
    }
}

pub(crate) fn role_of(name: &[u8]) -> Role {
    let exact = ROLES.iter().find(|(text, _)| text.as_bytes() == name);
    if let Some((_, role)) = exact {
        return *role;
    }
    if name.starts_with(b"internal/poll.(*FD).") {
        return Role::Poll;
    }
    // Vendored copies and forks keep the last elements of the path.
    if name.ends_with(b"/singleflight.(*Group).Do") {
        return Role::Flight;
    }
    if name.ends_with(b"/singleflight.(*Group).doCall") {
        return Role::FlightCall;
    }
    if is_library(name) {
        Role::Library
    } else {
        Role::User
    }
}

/// True for literals of generic functions: the compiler names those that it has put into a function
/// of the user after that function, `main.main.OnceValue[...].func1`, and only the file tells whose
/// they are.
fn may_be_lent(name: &[u8]) -> bool {
    contains(name, b"[...]") && contains(name, b".func")
}

/// The role of a function by its file: `maps/iter.go`, as -trimpath writes it, and
/// `/usr/local/go/src/maps/iter.go`.
fn role_of_file(file: &[u8]) -> Role {
    let file = match file.windows(5).rposition(|it| it == b"/src/") {
        Some(at) => &file[at + 5..],
        None => file,
    };
    let Some(slash) = file.iter().position(|b| *b == b'/') else {
        return Role::User;
    };
    match file {
        b"sync/oncefunc.go" => Role::Once,
        _ if is_standard_root(&file[..slash]) => Role::Library,
        _ => Role::User,
    }
}

const ROLES: &[(&str, Role)] = &[
    ("sync.(*Mutex).Lock", Role::MutexLock),
    ("sync.(*Mutex).lockSlow", Role::MutexLock),
    ("internal/sync.(*Mutex).Lock", Role::MutexLock),
    ("internal/sync.(*Mutex).lockSlow", Role::MutexLock),
    ("sync.(*RWMutex).Lock", Role::WriteLock),
    ("sync.(*RWMutex).RLock", Role::ReadLock),
    ("sync.(*WaitGroup).Wait", Role::GroupWait),
    ("sync.(*Cond).Wait", Role::CondWait),
    ("sync.(*Once).Do", Role::Once),
    ("sync.(*Once).doSlow", Role::Once),
    ("runtime.semacquire1", Role::Semaphore),
    ("runtime.chanrecv", Role::ChanReceive),
    ("runtime.chansend", Role::ChanSend),
    ("os.(*Process).Wait", Role::ChildWait),
    ("os.(*Process).wait", Role::ChildWait),
    ("os.(*Process).blockUntilWaitable", Role::ChildWait),
    ("os.(*Process).pidfdWait", Role::ChildWait),
    ("os/exec.(*Cmd).Wait", Role::PipeWait),
    ("os/exec.(*Cmd).awaitGoroutines", Role::PipeWait),
];

/// The first elements of the import paths of the standard library.
const ROOTS: &[&str] = &[
    "archive",
    "bufio",
    "builtin",
    "bytes",
    "cmp",
    "compress",
    "container",
    "context",
    "crypto",
    "database",
    "debug",
    "embed",
    "encoding",
    "errors",
    "expvar",
    "flag",
    "fmt",
    "go",
    "hash",
    "html",
    "image",
    "index",
    "internal",
    "io",
    "iter",
    "log",
    "maps",
    "math",
    "mime",
    "net",
    "os",
    "path",
    "plugin",
    "reflect",
    "regexp",
    "runtime",
    "slices",
    "sort",
    "strconv",
    "strings",
    "structs",
    "sync",
    "syscall",
    "testing",
    "text",
    "time",
    "unicode",
    "unique",
    "unsafe",
    "vendor",
    "weak",
    "panic",
];

fn is_library(name: &[u8]) -> bool {
    // What cgo generates stands between the user's code and C.
    if name.starts_with(b"_cgoexp_") || contains(name, b"._Cfunc_") || contains(name, b"._C2func_")
    {
        return true;
    }
    let path = name
        .iter()
        .position(|b| matches!(b, b'(' | b'['))
        .unwrap_or(name.len());
    let path = &name[..path];
    // With more elements, the first one of the standard library has no dot: `go/types` is of it,
    // `go.uber.org/zap` is not.
    let first = match path.iter().position(|b| *b == b'/') {
        Some(slash) => slash,
        None => path.iter().position(|b| *b == b'.').unwrap_or(path.len()),
    };
    is_standard_root(&path[..first])
}

fn contains(name: &[u8], part: &[u8]) -> bool {
    name.windows(part.len()).any(|window| window == part)
}

/// True for the first element of an import path of the standard library.
pub fn is_standard_root(element: &[u8]) -> bool {
    ROOTS.iter().any(|root| root.as_bytes() == element)
}

/// The package path of a function: `example.com/a/b` of `example.com/a/b.(*T).Run`.
pub fn package_of(function: &str) -> &str {
    let slash = function.rfind('/').map_or(0, |at| at + 1);
    let dot = function[slash..].find('.').map(|at| slash + at);
    dot.map_or(function, |dot| &function[..dot])
}

/// Package and receiver type of a method: `main.(*T)` of `main.(*T).Run` and `main.(*T).Run.func1`.
pub fn receiver_of(function: &str) -> Option<&str> {
    let open = function.find(".(*")?;
    let close = function[open..].find(')')?;
    Some(&function[..=open + close])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_code_is_told_from_the_library() {
        assert_eq!(role_of(b"main.run"), Role::User);
        assert_eq!(role_of(b"mycorp/net/pool.Get"), Role::User);
        assert_eq!(role_of(b"net/http.(*conn).serve"), Role::Library);
        assert_eq!(role_of(b"github.com/a/sync.Do"), Role::User);
        assert_eq!(role_of(b"go.uber.org/zap.(*Logger).Info"), Role::User);
        assert_eq!(role_of(b"go/types.(*Checker).Files"), Role::Library);
        assert_eq!(role_of(b"slices.SortFunc[go.shape.*a/b.T]"), Role::Library);
        assert_eq!(role_of(b"go.etcd.io/bbolt.(*DB).View"), Role::User);
        assert_eq!(role_of(b"sync.(*RWMutex).Lock"), Role::WriteLock);
    }

    #[test]
    fn packages_and_receivers_are_cut_out() {
        assert_eq!(package_of("example.com/a/b.(*T).Run"), "example.com/a/b");
        assert_eq!(receiver_of("a/b.(*T).Run.func1"), Some("a/b.(*T)"));
        assert_eq!(receiver_of("main.main"), None);
    }
}
