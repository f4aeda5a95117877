//! Samples of perf as stacks: each counts once, whatever its period, as the collapse scripts of
//! perf's users do it.

use std::collections::BTreeMap;
use std::io::{self, Read};

use contend_flame::{Frame, Side, Stacks};
use contend_perf::{KERNEL, Pieces, StackFrame, What};
use rustc_hash::FxHashMap;

use super::strange_lines;
use crate::names::Names;

/// What `perf script` printed, read in pieces.
pub(super) fn of_text(text: impl Read, title: &str) -> io::Result<(Stacks, Vec<String>)> {
    let (mut ran, mut points) = (Folding::new(title), Folding::new(title));
    let mut pieces = Pieces::new(text);
    let mut strange = 0;
    while let Some(piece) = pieces.next_piece()? {
        let mut samples = contend_perf::samples(piece);
        for sample in samples.by_ref() {
            let folding = if sample.is_trace_point() {
                &mut points
            } else {
                &mut ran
            };
            folding.add(&sample);
        }
        strange += samples.strange_lines();
    }
    let remarks = strange_lines(strange + ran.strange + points.strange);
    Ok(of_one_kind(ran.stacks, points.stacks, remarks))
}

/// Samples of a clock or counter, and events of trace points, do not add up. Gives the samples if
/// there are any.
fn of_one_kind(ran: Stacks, mut points: Stacks, mut remarks: Vec<String>) -> (Stacks, Vec<String>) {
    if ran.is_empty() {
        "events".clone_into(&mut points.unit);
        return (points, remarks);
    }
    let n_points: u64 = points.nodes().iter().map(|it| it.own[0]).sum();
    if 0 < n_points {
        remarks.push(format!(
            "{n_points} events of trace points are left out: they are no samples"
        ));
    }
    (ran, remarks)
}

/// Lines on their way to stacks.
struct Folding {
    stacks: Stacks,
    /// Equal lines are equal frames, and most lines come again: each is read once.
    known: FxHashMap<Box<[u8]>, Option<Frame>>,
    commands: FxHashMap<Box<[u8]>, Frame>,
    path: Vec<Frame>,
    /// Lines that are no frames.
    strange: u64,
}

impl Folding {
    fn new(title: &str) -> Self {
        Self {
            stacks: Stacks::new(title, "samples"),
            known: FxHashMap::default(),
            commands: FxHashMap::default(),
            path: Vec::new(),
            strange: 0,
        }
    }

    fn add(&mut self, sample: &contend_perf::Sample<'_>) {
        self.path.clear();
        for line in sample.lines() {
            let frame = match self.known.get(line) {
                Some(frame) => *frame,
                None => self.read(line),
            };
            match frame {
                Some(frame) => self.path.push(frame),
                None => self.strange += 1,
            }
        }
        let command = match self.commands.get(sample.command) {
            Some(command) => *command,
            None => self.read_command(sample.command),
        };
        self.path.push(command);
        let path = self.path.iter().rev().copied();
        self.stacks.add_frames(path, 1, Side::Now);
    }

    #[cold]
    fn read(&mut self, line: &[u8]) -> Option<Frame> {
        let frame = contend_perf::Frame::parse(line).map(|frame| {
            let name = frame_name(
                &String::from_utf8_lossy(frame.symbol),
                &String::from_utf8_lossy(frame.module),
                frame.is_kernel(),
            );
            self.stacks.intern(&name)
        });
        self.known.insert(line.into(), frame);
        frame
    }

    #[cold]
    fn read_command(&mut self, command: &[u8]) -> Frame {
        let name = command_name(&String::from_utf8_lossy(command));
        let frame = self.stacks.intern(&name);
        self.commands.insert(command.into(), frame);
        frame
    }
}

fn command_name(command: &str) -> String {
    command.replace(' ', "_")
}

/// What the frame is called: by its file if the function is unknown, and marked in the kernel.
fn frame_name(symbol: &str, module: &str, is_kernel: bool) -> String {
    let kernel = if is_kernel { "_[k]" } else { "" };
    if !matches!(symbol, "[unknown]" | "") {
        return format!("{symbol}{kernel}");
    }
    let file = module.rsplit('/').next().unwrap_or(module);
    match file.trim_matches(['[', ']']) {
        "" => format!("(unknown){kernel}"),
        file => format!("({file}){kernel}"),
    }
}

/// A `perf.data`, with the names that the programs at hand give to its frames.
pub(super) fn of_data(bytes: &[u8], title: &str, names: &Names) -> (Stacks, Vec<String>) {
    let recording = contend_perf::read(bytes);
    let mut ran = Stacks::new(title, "samples");
    let mut points = Stacks::new(title, "samples");
    let mut named = Named::new(&recording.stacks, names);
    let mut path = Vec::new();
    for record in &recording.records {
        let stacks = match record.what {
            What::Ran { .. } => &mut ran,
            What::Enter { .. } => &mut points,
            What::Exit { .. } => continue,
        };
        path.clear();
        for frame in recording.stacks.frames(record.stack) {
            named.push(frame, &mut path);
        }
        path.push(command_name(recording.stacks.name(record.command)));
        stacks.add(path.iter().rev().map(String::as_str), 1, Side::Now);
    }
    let mut remarks = recording.problems.clone();
    if 0 < recording.lost {
        let lost = recording.lost;
        remarks.push(format!("perf lost {lost} samples while recording"));
    }
    remarks.extend(names.remarks_on_unused(&recording.stacks));
    remarks.extend(named.remarks());
    of_one_kind(ran, points, remarks)
}

/// The names of frames, each found once.
struct Named<'r> {
    stacks: &'r contend_perf::Stacks,
    names: &'r Names,
    /// The innermost first: what was inlined, and last what it was inlined into.
    found: FxHashMap<StackFrame, Vec<String>>,
    /// How many frames of each file have no name.
    nameless: BTreeMap<&'r str, u64>,
}

impl<'r> Named<'r> {
    fn new(stacks: &'r contend_perf::Stacks, names: &'r Names) -> Self {
        Self {
            stacks,
            names,
            found: FxHashMap::default(),
            nameless: BTreeMap::new(),
        }
    }

    fn push(&mut self, frame: &StackFrame, path: &mut Vec<String>) {
        if !self.found.contains_key(frame) {
            let names = self.find(frame);
            self.found.insert(*frame, names);
        }
        let names = &self.found[frame];
        // Of callers without names one tells as much as many.
        let is_known = 1 < names.len() || !names[0].starts_with('(');
        if is_known || path.last() != names.first() {
            path.extend_from_slice(names);
        }
    }

    fn find(&mut self, frame: &StackFrame) -> Vec<String> {
        let module = self.stacks.name(frame.module);
        let mut functions = self.names.functions(frame, self.stacks);
        if functions.is_empty() {
            // `[vdso]` and memory without a file have no program that could be given.
            if module == KERNEL || module.starts_with('/') {
                *self.nameless.entry(module).or_default() += 1;
            }
            functions.push(String::new());
        }
        let names = functions.iter();
        names
            .map(|it| frame_name(it, module, frame.kernel))
            .collect()
    }

    fn remarks(&self) -> impl Iterator<Item = String> {
        self.nameless.iter().map(|(module, count)| {
            let file = match *module {
                KERNEL => "a copy of /proc/kallsyms, made by root since the machine started",
                _ => "that file",
            };
            format!("{module}: {count} places have no name; give --binary {file}")
        })
    }
}
