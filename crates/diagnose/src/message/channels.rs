//! Channels, select and synctest bubbles.

use super::{Kind, Texts};

pub(super) const TABLE: &[Texts] = &[
    Texts {
        kind: Kind::Panic,
        class: "send-on-closed",
        list: &["send on closed channel"],
    },
    Texts {
        kind: Kind::Panic,
        class: "close-of-closed",
        list: &["close of closed channel"],
    },
    Texts {
        kind: Kind::Panic,
        class: "close-of-nil",
        list: &["close of nil channel"],
    },
    Texts {
        kind: Kind::Fatal,
        class: "channel-corrupt",
        list: &[
            "G waiting list is corrupted",
            "chansend: spurious wakeup",
            "gp.waiting != nil",
            "select: broken sort",
            "selectgo: bad wakeup",
        ],
    },
    Texts {
        kind: Kind::Fatal,
        class: "synctest-misuse",
        list: &[
            "close of synctest channel from outside bubble",
            "fake timer executing with no bubble",
            "receive on synctest channel from outside bubble",
            "reset of synctest timer from outside bubble",
            "select on synctest channel from outside bubble",
            "semaphore wake of synctest goroutine from outside bubble",
            "send on synctest channel from outside bubble",
            "stop of synctest timer from outside bubble",
            "sync: WaitGroup.Add called from inside and outside synctest bubble",
            "sync: WaitGroup.Add called from multiple synctest bubbles",
            "synctest timer accessed from outside bubble",
        ],
    },
    Texts {
        kind: Kind::Panic,
        class: "synctest-misuse",
        list: &[
            "goroutine is already bubbled",
            "goroutine is not in a bubble",
            "receive on synctest channel from outside bubble",
            "reset of synctest timer from outside bubble",
            "select on synctest channel from outside bubble",
            "semaphore wake of synctest goroutine from outside bubble",
            "send on synctest channel from outside bubble",
            "stop of synctest timer from outside bubble",
            "synctest timer accessed from outside bubble",
            "synctest.Run called from within a synctest bubble",
            "synctest.Run not supported with asynctimerchan!=0",
            "timer moved between synctest bubbles",
            "wait already in progress",
        ],
    },
    Texts {
        kind: Kind::Panic,
        class: "synctest-deadlock",
        list: &[
            "deadlock: all goroutines in bubble are blocked",
            "deadlock: main bubble goroutine has exited but blocked goroutines remain",
        ],
    },
];
