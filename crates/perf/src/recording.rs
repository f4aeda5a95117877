//! A whole recording, whichever way perf wrote it.

use rustc_hash::FxHashMap;

/// What perf recorded, in the order of time.
///
/// Of a recording that is damaged this is what could be read; `problems` says what is missing.
#[derive(Debug, Default)]
pub struct Recording {
    /// What the times count.
    pub clock: Clock,
    /// Samples and system calls, by time.
    pub records: Vec<Record>,
    /// What the stacks of the records are.
    pub stacks: Stacks,
    /// The machine's kind as `uname -m` says it, if known.
    pub machine: String,
    /// Samples that were lost while recording, as perf counted them.
    pub lost: u64,
    /// What could not be read, each in a sentence.
    pub problems: Vec<String>,
}

/// What the times of a recording count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Clock {
    /// `CLOCK_MONOTONIC`, which is also the clock of execution traces on Linux.
    Monotonic,
    /// Another clock that was asked for, and one moment on it and on the wall clock.
    Other {
        /// Its number, as for `clock_gettime`.
        id: u32,
        /// Nanoseconds on it.
        nanos: u64,
        /// Nanoseconds since 1970 at that moment.
        wall_nanos: u64,
    },
    /// The scheduler's own clock, whose start is not written down; or the text does not say.
    #[default]
    Unknown,
}

/// Something that happened on a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    /// Nanoseconds on the recording's clock.
    pub time: u64,
    /// The process, 0 if not recorded.
    pub process: u32,
    /// The thread.
    pub thread: u32,
    /// The thread's name, for [`Stacks::name`]; the empty name if unknown.
    pub command: u32,
    /// What it did, for [`Stacks::frames`].
    pub stack: u32,
    /// What happened.
    pub what: What,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// It ran: a sample of a clock or counter, and how much it stands for.
    Ran {
        /// Nanoseconds or events; 1 if not recorded.
        period: u64,
    },
    /// It entered a system call.
    Enter {
        /// The name, for [`Stacks::name`].
        call: u32,
        /// The arguments as registers hold them; unused ones are 0.
        args: [u64; 6],
    },
    /// It returned from a system call.
    Exit {
        /// The name, for [`Stacks::name`].
        call: u32,
        /// What the kernel answered; a negative one is the number of an error.
        result: i64,
    },
}

/// Where code lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CodeAddress {
    /// An offset in its file.
    File(u64),
    /// An address of the running process, or of the kernel.
    Virtual(u64),
}

/// A frame of a stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StackFrame {
    /// Where it is.
    pub address: CodeAddress,
    /// The function, for [`Stacks::name`]; the empty name if unknown.
    pub function: u32,
    /// The file it was loaded from, or what perf prints for it.
    pub module: u32,
    /// Whether it is in the kernel.
    pub kernel: bool,
}

/// Stacks and names, each held once.
#[derive(Debug)]
pub struct Stacks {
    names: Vec<Box<str>>,
    name_ids: FxHashMap<Box<str>, u32>,
    frames: Vec<StackFrame>,
    /// Where each stack starts in `frames`, and where the last one ends.
    starts: Vec<u32>,
    stack_ids: FxHashMap<Box<[StackFrame]>, u32>,
}

impl Default for Stacks {
    fn default() -> Self {
        let mut empty = Self {
            names: Vec::new(),
            name_ids: FxHashMap::default(),
            frames: Vec::new(),
            starts: vec![0],
            stack_ids: FxHashMap::default(),
        };
        empty.add_name("");
        empty.add(&[]);
        empty
    }
}

impl Stacks {
    /// The frames of a stack, innermost first.
    pub fn frames(&self, stack: u32) -> &[StackFrame] {
        let at = stack as usize;
        match (self.starts.get(at), self.starts.get(at + 1)) {
            (Some(start), Some(end)) => &self.frames[*start as usize..*end as usize],
            _ => &[],
        }
    }

    /// How many different stacks there are.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Never: the empty stack is one.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// A name; the empty one for an id that was never given.
    pub fn name(&self, id: u32) -> &str {
        self.names.get(id as usize).map_or("", |name| name)
    }

    pub(crate) fn add_name(&mut self, name: &str) -> u32 {
        if let Some(id) = self.name_ids.get(name) {
            return *id;
        }
        let id = self.names.len() as u32;
        self.names.push(name.into());
        self.name_ids.insert(name.into(), id);
        id
    }

    pub(crate) fn add(&mut self, stack: &[StackFrame]) -> u32 {
        if let Some(id) = self.stack_ids.get(stack) {
            return *id;
        }
        let id = self.stack_ids.len() as u32;
        self.frames.extend_from_slice(stack);
        self.starts.push(self.frames.len() as u32);
        self.stack_ids.insert(stack.into(), id);
        id
    }
}
