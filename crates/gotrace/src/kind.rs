//! The table of events: number, name, and what the arguments after the time step are.

/// What an argument refers to, as far as reading has to check it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Arg {
    /// A number: an id, a sequence number, a size, a status.
    Value,
    /// An id of the generation's table of stacks.
    Stack,
    /// An id of the generation's table of strings.
    String,
}

use Arg::{Stack as K, String as S, Value as V};

/// What reading has to know of a kind, without a look at its list of arguments.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    pub(crate) kind: EventKind,
    pub(crate) n_args: u8,
    /// A bit for each argument that is a stack.
    pub(crate) stacks: u8,
    /// A bit for each argument that is a string.
    pub(crate) strings: u8,
    /// The argument that is the stack of the running goroutine: the last of them.
    own_stack: Option<u8>,
}

impl Shape {
    pub(crate) const fn of(kind: EventKind) -> Self {
        let args = kind.args();
        let (mut at, mut stacks, mut strings) = (0, 0, 0);
        while at < args.len() {
            match args[at] {
                Arg::Value => {}
                Arg::Stack => stacks |= 1 << at,
                Arg::String => strings |= 1 << at,
            }
            at += 1;
        }
        Self {
            kind,
            n_args: args.len() as u8,
            stacks,
            strings,
            own_stack: match stacks {
                0 => None,
                stacks => Some(7 - stacks.leading_zeros() as u8),
            },
        }
    }

    /// Of the timed event with that number.
    #[inline]
    pub(crate) fn timed(number: u8) -> Option<&'static Self> {
        TIMED[usize::from(number)].as_ref()
    }
}

macro_rules! events {
    ($($number:literal $name:ident [$($arg:ident),*] $doc:literal;)*) => {
        /// The kinds of events. The numbers are those of the format; they are as wide as the other
        /// parts of an event, which is then copied in whole words.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u64)]
        pub enum EventKind {
            $(#[doc = $doc] $name = $number,)*
            /// One sample of the CPU profiler; its stack is the first argument.
            CpuSample = 7,
            /// A new generation begins, or the trace ends; made by the reader.
            Sync = 255,
        }

        impl EventKind {
            /// The name of the format.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name),)*
                    Self::CpuSample => "CPUSample",
                    Self::Sync => "Sync",
                }
            }

            /// The arguments after the time step.
            pub(crate) const fn args(self) -> &'static [Arg] {
                match self {
                    $(Self::$name => &[$($arg),*],)*
                    Self::CpuSample | Self::Sync => &[],
                }
            }
        }

        static TIMED: [Option<Shape>; 256] = {
            let mut table = [None; 256];
            $(table[$number] = Some(Shape::of(EventKind::$name));)*
            table
        };
    };
}

events! {
    9 ProcsChange [V, K] "GOMAXPROCS: value, stack.";
    10 ProcStart [V, V] "A thread takes an idle P: P, sequence number.";
    11 ProcStop [] "The thread gives up its P.";
    12 ProcSteal [V, V, V] "A P in a system call is taken: P, sequence number, thread.";
    13 ProcStatus [V, V] "State at the start of a generation: P, status.";
    14 GoCreate [V, K, K] "go statement: new goroutine, its first stack, stack.";
    15 GoCreateSyscall [V] "A C thread calls Go: new goroutine.";
    16 GoStart [V, V] "A runnable goroutine runs: goroutine, sequence number.";
    17 GoDestroy [] "The goroutine ends.";
    18 GoDestroySyscall [] "The goroutine of a C thread ends.";
    19 GoStop [S, K] "The goroutine yields: reason, stack.";
    20 GoBlock [S, K] "The goroutine waits: reason, stack; then 1 if another coroutine goes on for it.";
    21 GoUnblock [V, V, K] "A waiting goroutine is made runnable: goroutine, sequence number, stack.";
    22 GoSyscallBegin [V, K] "System call: sequence number of the P, stack.";
    23 GoSyscallEnd [] "Back from a system call with the same P.";
    24 GoSyscallEndBlocked [] "Back from a system call that lost its P.";
    25 GoStatus [V, V, V] "State at the start of a generation: goroutine, thread, status.";
    26 STWBegin [S, K] "The world stops: reason, stack.";
    27 STWEnd [] "The world goes on; the first argument is the reason again.";
    28 GCActive [V] "A collection is under way: sequence number.";
    29 GCBegin [V, K] "A collection begins: sequence number, stack.";
    30 GCEnd [V] "A collection ends: sequence number.";
    31 GCSweepActive [V] "A sweep is under way: P.";
    32 GCSweepBegin [K] "A sweep begins: stack.";
    33 GCSweepEnd [V, V] "A sweep ends: bytes swept, bytes reclaimed.";
    34 GCMarkAssistActive [V] "An assist is under way: goroutine.";
    35 GCMarkAssistBegin [K] "A goroutine has to help the collector: stack.";
    36 GCMarkAssistEnd [] "It may go on.";
    37 HeapAlloc [V] "Bytes of live heap.";
    38 HeapGoal [V] "Bytes at which a collection is due.";
    39 GoLabel [S] "A label of the running goroutine.";
    40 UserTaskBegin [V, V, S, K] "trace.NewTask: task, parent, name, stack.";
    41 UserTaskEnd [V, K] "Task.End: task, stack; then the parent and the name.";
    42 UserRegionBegin [V, S, K] "trace.StartRegion: task, name, stack.";
    43 UserRegionEnd [V, S, K] "Region.End: task, name, stack.";
    44 UserLog [V, S, S, K] "trace.Log: task, category, message, stack.";
    45 GoSwitch [V, V] "Coroutine switch: goroutine, sequence number.";
    46 GoSwitchDestroy [V, V] "Coroutine switch at the end: goroutine, sequence number.";
    47 GoCreateBlocked [V, K, K] "A goroutine that waits from the start; as GoCreate.";
    48 GoStatusStack [V, V, V, K] "As GoStatus, with a stack.";
    51 ClockSnapshot [V, V, V] "Stands in sync batches only: monotonic, seconds, nanoseconds.";
    128 Span [V, V, V] "Experiment AllocFree: id, pages, kind.";
    129 SpanAlloc [V, V, V] "Experiment AllocFree: id, pages, kind.";
    130 SpanFree [V] "Experiment AllocFree: id.";
    131 HeapObject [V, V] "Experiment AllocFree: id, type.";
    132 HeapObjectAlloc [V, V] "Experiment AllocFree: id, type.";
    133 HeapObjectFree [V] "Experiment AllocFree: id.";
    134 GoroutineStack [V, V] "Experiment AllocFree: id, order.";
    135 GoroutineStackAlloc [V, V] "Experiment AllocFree: id, order.";
    136 GoroutineStackFree [V] "Experiment AllocFree: id.";
}

impl EventKind {
    /// `None` for what is no timed event.
    #[inline]
    pub(crate) fn shape(self) -> Option<&'static Shape> {
        Shape::timed(self as u8)
    }

    /// The argument that holds the stack of the running goroutine.
    #[inline]
    pub(crate) fn stack_arg(self) -> Option<u8> {
        match self.shape() {
            Some(shape) => shape.own_stack,
            None if self == Self::CpuSample => Some(0),
            None => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn structural_numbers_are_not_timed() {
        for number in [0, 1, 2, 3, 4, 5, 6, 7, 8, 49, 50, 52, 127, 137, 255] {
            assert!(Shape::timed(number).is_none(), "{number}");
        }
        let block = Shape::timed(20).unwrap();
        assert_eq!(block.kind, EventKind::GoBlock);
        assert_eq!((block.n_args, block.strings, block.stacks), (2, 1, 2));
        assert_eq!(EventKind::GoCreate.stack_arg(), Some(2));
    }
}
