//! What a goroutine does where it waits or is in a system call, by the functions on its stack.

use contend_gotrace::Tables;

/// What the standard library does for the goroutine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Doing {
    /// Waits for a child process to end.
    ChildWait,
    /// Is in C.
    C,
    /// Creates, renames, removes or lists files, for which the kernel locks their directory.
    Directory,
    /// A server sleeps because it could not accept a connection.
    AcceptBackoff,
    /// Waits for connections.
    Accept,
    /// A server or client of the standard library waits for something to do on a connection.
    IdleConnection,
    /// Waits for the answer to a request over HTTP.
    Answer,
    /// Connects.
    Connect,
    /// Reads from a connection or file of the poller.
    Read,
    /// Writes to a connection or file of the poller.
    Write,
    /// None of these.
    Other,
}

/// Functions by which it is told, the more telling first.
const TELLING: &[(&str, Doing)] = &[
    ("os.(*Process).Wait", Doing::ChildWait),
    ("os.(*Process).wait", Doing::ChildWait),
    ("os.(*Process).blockUntilWaitable", Doing::ChildWait),
    ("os.(*Process).pidfdWait", Doing::ChildWait),
    ("net/http.(*persistConn).roundTrip", Doing::Answer),
    ("net/http.(*persistConn).readLoop", Doing::IdleConnection),
    ("net/http.(*persistConn).writeLoop", Doing::IdleConnection),
    ("net/http.(*conn).readRequest", Doing::IdleConnection),
    (
        "net/http.(*connReader).backgroundRead",
        Doing::IdleConnection,
    ),
    ("internal/poll.(*FD).Accept", Doing::Accept),
    ("internal/poll.(*FD).Connect", Doing::Connect),
    ("net.(*netFD).connect", Doing::Connect),
    ("internal/poll.(*FD).Read", Doing::Read),
    ("internal/poll.(*FD).ReadFrom", Doing::Read),
    ("internal/poll.(*FD).Write", Doing::Write),
    ("internal/poll.(*FD).Writev", Doing::Write),
    ("os.Rename", Doing::Directory),
    ("os.Remove", Doing::Directory),
    ("os.Mkdir", Doing::Directory),
    ("os.Link", Doing::Directory),
    ("os.Symlink", Doing::Directory),
    ("os.OpenFile", Doing::Directory),
    ("os.(*File).readdir", Doing::Directory),
    ("os.(*File).ReadDir", Doing::Directory),
];

/// Servers that sleep after a failed accept and then try again.
const ACCEPTORS: &[&str] = &[
    "net/http.(*Server).Serve",
    "google.golang.org/grpc.(*Server).Serve",
];

impl Doing {
    pub(super) fn of(stack: u64, tables: &Tables) -> Self {
        let names = || {
            tables
                .stack(stack)
                .map(|frame| tables.string(frame.function))
        };
        let is_c = |name: &str| name == "runtime.cgocall" || name.contains("._Cfunc_");
        if names().any(is_c) {
            return Self::C;
        }
        let told = TELLING
            .iter()
            .find(|(telling, _)| names().any(|name| name == *telling));
        if let Some((_, doing)) = told {
            return *doing;
        }
        // `Accept` stands above; what else these wait for is the pause between two tries.
        if names().any(|name| name == "time.Sleep") && names().any(|name| ACCEPTORS.contains(&name))
        {
            return Self::AcceptBackoff;
        }
        Self::Other
    }

    /// Whether this sends something of which an answer may be expected, or waits to be sent
    /// something; `None` if it does not talk to anybody.
    pub(super) fn asks(self) -> Option<bool> {
        match self {
            Self::Write | Self::Connect => Some(true),
            Self::Read => Some(false),
            _ => None,
        }
    }
}
