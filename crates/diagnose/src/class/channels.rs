//! Channels and testing/synctest bubbles.

use super::{BASE, Class};

pub(super) const TABLE: &[Class] = &[
    Class {
        id: "send-on-closed",
        title: "a goroutine sends to a channel that is closed",
        meaning: "A sender met a channel that somebody had closed. Both run at the same time, so \
no check before the send helps.",
        not_proved: "Who closed the channel: that goroutine has gone on.",
        other_side: "Every close of this channel. With several senders, none of them and no \
receiver may close.",
        fix: &[
            "Let only the one sender close, when it has sent the last value.",
            "With several senders, close a second channel `done` and select on it when sending.",
        ],
        ..BASE
    },
    Class {
        id: "close-of-closed",
        title: "a channel is closed twice",
        meaning: "Two paths, or two goroutines, close the same channel.",
        not_proved: "Where it was closed first.",
        other_side: "The other close of this channel; often the same function called twice.",
        fix: &["Close it inside a sync.Once, or use context cancellation."],
        ..BASE
    },
    Class {
        id: "close-of-nil",
        title: "a nil channel is closed",
        meaning: "The channel was never made, or was set to nil before.",
        not_proved: "A race: one goroutine can do it alone. It is one where another sets the \
channel or clears it.",
        other_side: "Who should have made the channel before this goroutine ran, or who has set \
it to nil.",
        fix: &["Make the channel in the constructor."],
        weight: 90,
        ..BASE
    },
    Class {
        id: "channel-corrupt",
        title: "the inside of a channel is damaged",
        meaning: "A queue of waiting goroutines is not what the runtime left: memory was \
overwritten.",
        not_proved: "By whom: the first suspects are a race, unsafe and C code.",
        other_side: "Whoever wrote to that memory, mostly long before: there is no trace of it in \
the dump.",
        fix: &["Run with -race; check unsafe and cgo."],
        ..BASE
    },
    Class {
        id: "synctest-misuse",
        title: "a synctest bubble was crossed",
        meaning: "A channel, WaitGroup or semaphore of a testing/synctest bubble was used from \
outside, or from another bubble.",
        not_proved: "A race: the rule is about where a value was made, not about order.",
        other_side: "The code that made the value, in another bubble or outside of all.",
        fix: &["Create what the test uses inside the bubble."],
        weight: 90,
        ..BASE
    },
];
