//! What fits where nothing more special does.

use contend_finding::Severity;

use super::{BASE, Class};

pub(super) const TABLE: &[Class] = &[
    Class {
        id: "panic-other",
        title: "a panic that no goroutine recovered",
        meaning: "A goroutine panicked and no deferred function of that goroutine recovered it, so \
the process ended.",
        not_proved: "Whether concurrency is part of it: the message is none of the known ones.",
        fix: &["Read the panic's text and the failing frame."],
        weight: 70,
        ..BASE
    },
    Class {
        id: "http-panic",
        title: "a handler panicked and net/http recovered it",
        meaning: "The process lives on; the request is lost. Locks held by the handler without \
defer stay locked.",
        not_proved: "Whether concurrency is part of it.",
        fix: &["Unlock by defer in handlers; then look at the panic itself."],
        weight: 65,
        ..BASE
    },
    Class {
        id: "recovered-panic",
        title: "a panic was recovered and its stack logged",
        meaning: "The process lives on; what the goroutine was about to do is lost. Locks that it \
held without defer stay locked.",
        not_proved: "Whether concurrency is part of it.",
        fix: &["Read the panic's text beside the stack in the log, and the failing frame."],
        weight: 64,
        ..BASE
    },
    Class {
        id: "crash-loop",
        title: "the process dies of the same fault again and again",
        meaning: "A supervisor starts it anew and the same crash comes back.",
        not_proved: "",
        fix: &["Repair that fault; until then, slow down the restarts and shed load."],
        weight: 140,
        ..BASE
    },
    Class {
        id: "crash-without-reason",
        title: "a goroutine was printed while it ran, and the lines that say why are missing",
        meaning: "A crash prints its reason in front of the goroutine that failed. The text begins \
behind it, or it was left out by whoever kept the stack.",
        not_proved: "What happened there, and that it was a crash: a program may also print its own \
stack.",
        fix: &[
            "Look at the failing line for a nil pointer, an index, a closed channel, a map that \
goroutines share.",
        ],
        severity: Severity::Warning,
        weight: 60,
        ..BASE
    },
    Class {
        id: "own-stack",
        title: "a program printed the stack of one goroutine itself",
        meaning: "Programs print a stack to say where they were: with a warning, or in a handler of \
errors. Nothing here says that the goroutine failed.",
        not_proved: "That all was well: the lines around it say why it was printed.",
        fix: &["Read the log line above the stack: it says why it was printed."],
        severity: Severity::Info,
        weight: 3,
        ..BASE
    },
    Class {
        id: "no-fault-seen",
        title: "a dump without a fault that contend knows",
        meaning: "Nothing in the waits and stacks stands out.",
        not_proved: "That the program is healthy: one dump is one moment.",
        fix: &["Take a second dump some minutes later and compare with --diff."],
        severity: Severity::Info,
        weight: 1,
        is_hang: true,
        ..BASE
    },
    Class {
        id: "dump-cut",
        title: "the dump is not complete",
        meaning: "The text ends in the middle. debug=2 profiles stop at 64 MiB.",
        not_proved: "What the missing goroutines do.",
        fix: &["Fetch debug=1 or debug=0 beside it: these have no limit."],
        severity: Severity::Info,
        weight: 5,
        is_hang: true,
        ..BASE
    },
    Class {
        id: "concurrent-use-panic",
        title: "code that allows one goroutine at a time has met two",
        meaning: "The text of the panic speaks of concurrent use: whoever wrote the code checks for \
a second goroutine and gives up when there is one.",
        not_proved: "Who the other goroutine is, and since when: such checks see only calls that \
overlap.",
        other_side: "The other goroutines that use the same value. Look first at the function that \
started this one, and at what it goes on to do.",
        fix: &[
            "Let one goroutine own the value and hand it the work by a channel.",
            "Or put all calls, on both sides, under one mutex.",
        ],
        weight: 92,
        ..BASE
    },
];
