//! Waits for partners, peers and children, and goroutines that pile up.

use contend_finding::Severity;

use super::{BASE, Class};

pub(super) const TABLE: &[Class] = &[
    Class {
        id: "nil-channel",
        title: "a goroutine uses a nil channel and waits for ever",
        meaning: "Nobody can send to or receive from a channel that was not made.",
        not_proved: "Why it is nil: never made, or read before it was set.",
        fix: &["Make the channel before the goroutine starts."],
        weight: 124,
        is_hang: true,
        ..BASE
    },
    Class {
        id: "leaked-goroutine",
        title: "goroutines wait for something that nobody can reach any more",
        meaning: "The collector proved that no running goroutine can wake them.",
        not_proved: "",
        fix: &["Give each a way out: a buffered channel, a context, a close."],
        weight: 122,
        is_hang: true,
        ..BASE
    },
    Class {
        id: "goroutine-leak",
        title: "goroutines of one origin pile up",
        meaning: "Many goroutines started by the same statement wait at the same place for a \
partner that may never come.",
        not_proved: "That they stay: a pool at rest looks alike. Compare two dumps with --diff.",
        other_side: "Whoever should receive, send, close or cancel.",
        fix: &[
            "Give the channel room for all senders, or select on ctx.Done() beside it.",
            "Let the function that starts goroutines wait for them.",
        ],
        severity: Severity::Warning,
        weight: 60,
        is_hang: true,
        ..BASE
    },
    Class {
        id: "goroutine-growth",
        title: "a group of goroutines grows from dump to dump",
        meaning: "The same origin and the same wait, and more of them each time.",
        not_proved: "That they never end: load may have grown as well.",
        other_side: "Whoever should wake them.",
        fix: &["Give each goroutine a way out: a context, a deadline, a close."],
        severity: Severity::Warning,
        weight: 118,
        is_hang: true,
        ..BASE
    },
    Class {
        id: "io-wait",
        title: "goroutines wait for a peer that does not answer",
        meaning: "They read from or write to a connection. Without a deadline they wait as long \
as the peer is silent.",
        not_proved: "That no deadline is set: a dump does not show deadlines. Idle keep-alive \
connections look alike.",
        other_side: "The peer.",
        fix: &["Set a deadline on the connection, or a Timeout on the client."],
        severity: Severity::Warning,
        weight: 50,
        is_hang: true,
        ..BASE
    },
    Class {
        id: "child-wait",
        title: "a goroutine waits for a child process",
        meaning: "Wait returns when the child has ended and, if its output is copied, when every \
holder of the pipe has closed it.",
        not_proved: "That the child hangs: it may be working.",
        other_side: "The child, or a grandchild that keeps the pipe open.",
        fix: &[
            "Use exec.CommandContext with a timeout, and WaitDelay for inherited pipes.",
            "Read StdoutPipe and StderrPipe to their ends before Wait: a child whose pipe is full \
stops until somebody reads.",
        ],
        severity: Severity::Warning,
        weight: 52,
        is_hang: true,
        ..BASE
    },
    Class {
        id: "syscall-pile-up",
        title: "many goroutines stand in the same system call or C function",
        meaning: "Each holds a thread of the system while it is inside. Context and deadlines of \
Go do not reach there.",
        not_proved: "That they are stuck: the calls may come back and be made again. Take a \
second dump.",
        other_side: "What the kernel or the C library waits for: a lock of one directory or file, a \
condition nobody signals, a device.",
        fix: &[
            "Bound how many make the call at one time, by a channel or semaphore.",
            "Spread files over directories; use the timed form of a C wait.",
        ],
        severity: Severity::Warning,
        weight: 58,
        is_hang: true,
        ..BASE
    },
    Class {
        id: "accept-backoff",
        title: "a server cannot accept connections and tries again",
        meaning: "Accept failed with an error that net/http takes for temporary, nearly always \
because the process has no file descriptor left (EMFILE). It sleeps up to a second and tries again; \
clients meanwhile wait in the kernel's queue.",
        not_proved: "Which error it was: the line `http: Accept error` in the log says it.",
        other_side: "What holds the descriptors: the largest groups that stand in handlers or \
connections.",
        fix: &[
            "Bound the connections below `ulimit -n`, and set ReadTimeout, WriteTimeout and \
IdleTimeout.",
            "Look for response bodies, files and connections that are not closed.",
        ],
        weight: 112,
        is_hang: true,
        ..BASE
    },
    Class {
        id: "descriptors-exhausted",
        title: "the process has no file descriptor left",
        meaning: "Each open file, socket and pipe takes one. At the limit (`ulimit -n`, or that of \
the whole system) Accept, Dial and Open fail until some are closed.",
        not_proved: "What holds them: the line names who asked last, not who keeps.",
        other_side: "What is opened and not closed: response bodies, files, idle connections; in a \
goroutine dump taken meanwhile, the largest groups that wait for the network.",
        fix: &[
            "Close response bodies and files on every path, and read bodies to their ends.",
            "Bound connections and requests at one time, and set deadlines on both sides.",
            "Then look whether the limit fits the load: `ls /proc/PID/fd` shows what is open.",
        ],
        weight: 72,
        ..BASE
    },
    Class {
        id: "channel-pile-up",
        title: "many goroutines wait to send to one channel",
        meaning: "The channel is full, or has no room, and nobody receives. If it is a queue, its \
consumer is gone or busy. If it is a semaphore whose places are taken by sending, places were not \
given back.",
        not_proved: "That nobody will receive: a goroutine in a select does not say at which \
channels it waits. Take a second dump.",
        other_side: "Who should receive from this channel: a consumer that ended, or the paths that \
took a place and returned without giving it back.",
        fix: &[
            "Semaphore: give the place back by defer on the line behind the send, and look for \
returns in between.",
            "Queue: look at what its consumer does; let senders select on ctx.Done(), too.",
        ],
        severity: Severity::Warning,
        weight: 97,
        is_hang: true,
        ..BASE
    },
    Class {
        id: "channel-circle",
        title: "goroutines wait for each other at channels",
        meaning: "Each of them waits at a channel for another one of them, so none comes back to \
the line where it would receive or answer.",
        not_proved: "Who serves which channel: a dump does not say who would have come, and a \
goroutine in a select does not say at which channels it waits. --source tells more.",
        other_side: "Each other: all are in the list of places.",
        fix: &[
            "Let one way of the circle never wait: room for all that can be on it, a goroutine of \
its own for what goes back, or a select with a way out.",
            "A loop that answers requests must not ask, from inside of it, somebody who asks it: \
hand in what is needed with the request, or answer later.",
        ],
        severity: Severity::Warning,
        weight: 110,
        is_hang: true,
        ..BASE
    },
    Class {
        id: "lost-wakeup",
        title: "a wake-up was lost",
        meaning: "A goroutine waits for others to end, and these wait at a condition: Signal wakes \
one of them, and before the Wait it wakes nobody.",
        not_proved: "That it is these goroutines who are waited for: a WaitGroup does not say whom \
it counts.",
        other_side: "Whoever calls Signal or Broadcast on the condition.",
        fix: &["Broadcast for what concerns all, as a close does; Signal for one job."],
        severity: Severity::Warning,
        weight: 96,
        is_hang: true,
        ..BASE
    },
    Class {
        id: "pool-exhausted",
        title: "goroutines wait for a place of a pool, and none comes free",
        meaning: "All places are taken. They come back only when their holders finish: when rows \
are closed, transactions end, connections are released.",
        not_proved: "That the holders never finish: a pool that is too small for its load looks \
the same for a moment. Who holds the places is not printed.",
        other_side: "The holders of the places: goroutines that work with rows, a transaction or a \
connection; or code that returned and kept one.",
        fix: &[
            "Close rows and responses on every path; defer tx.Rollback() behind Begin.",
            "Do not ask for a second place while keeping a first.",
            "Ask with a context that has a deadline, so that a full pool is an error and no hang.",
        ],
        severity: Severity::Warning,
        weight: 99,
        is_hang: true,
        ..BASE
    },
    Class {
        id: "reentrant-wait",
        title: "a call waits for something that only its own caller could bring",
        meaning: "The function waits inside an earlier call of itself on the same stack. What it \
waits for, the outer call would have to finish first, and that one waits for the inner.",
        not_proved: "That both calls are about the same object or key: this is read from the \
stack's shape.",
        other_side: "The same goroutine, further down its stack.",
        fix: &[
            "Do not call back into the value from a function that it runs: loader, handler, hook.",
            "Break the circle in the data: a key that depends on itself must end the walk.",
        ],
        weight: 110,
        is_hang: true,
        ..BASE
    },
];
