//! A `perf.data` file, as a recording.
//!
//! The format is read by the library `linux-perf-data`; here its records become ours. Frames keep
//! file and offset: names are for whoever has the files.

mod maps;
mod sizes;

use std::io::Cursor;

use linux_perf_data::linux_perf_event_reader as reader;
use linux_perf_data::linux_perf_event_reader::{EventRecord, RawDataU64, SampleRecord};
use linux_perf_data::{AttributeDescription, PerfFile, PerfFileReader, PerfFileRecord};
use rustc_hash::FxHashMap;

use self::maps::Maps;
use crate::recording::{Clock, CodeAddress, Record, Recording, StackFrame, Stacks, What};
use crate::script::MONOTONIC;
use crate::syscall::Point;

/// How a file starts that was written on a little-endian machine.
pub(crate) const MAGIC: &[u8] = b"PERFILE2";

/// The file of the kernel's frames, for whose addresses `perf.data` names none.
pub const KERNEL: &str = "[kernel]";

/// Between kernel and user in a chain of calls stand numbers that are no addresses.
const FIRST_CONTEXT: u64 = -4095_i64 as u64;
const CONTEXT_KERNEL: u64 = -128_i64 as u64;
const CONTEXT_USER: u64 = -512_i64 as u64;

/// Reads all of it, as far as it is sound.
pub(crate) fn read(bytes: &[u8]) -> Recording {
    let mut recording = Recording::default();
    if let Err(problem) = sizes::check(bytes) {
        recording.problems.push(problem.to_owned());
        return recording;
    }
    let opened = PerfFileReader::parse_file(Cursor::new(bytes));
    let mut file = match opened {
        Ok(file) => file,
        Err(error) => {
            recording.problems.push(error.to_string());
            return recording;
        }
    };
    read_head(&file.perf_file, &mut recording);
    let attributes = file.perf_file.event_attributes().to_vec();
    let mut read = Reading::new(&attributes, recording);
    loop {
        match file.record_iter.next_record(&mut file.perf_file) {
            Ok(Some(record)) => read.take(&record),
            Ok(None) => break,
            Err(error) => {
                read.recording
                    .problems
                    .push(format!("{error}: the rest is not read"));
                break;
            }
        }
    }
    read.close()
}

fn read_head(file: &PerfFile, recording: &mut Recording) {
    if let Ok(Some(machine)) = file.arch() {
        machine.clone_into(&mut recording.machine);
    }
    if let Ok(Some(data)) = file.clock_data() {
        recording.clock = Clock::Other {
            id: data.clockid,
            nanos: data.clockid_time_ns,
            wall_nanos: data.wall_clock_ns,
        };
    }
    // Older files have no reference, but the events say which clock they use.
    let attribute = file.event_attributes().first();
    let clock = attribute.map(|it| it.attributes().clock);
    let id = match clock {
        Some(reader::PerfClock::ClockId(id)) => Some(id as u32),
        _ => None,
    };
    if id == Some(MONOTONIC) {
        recording.clock = Clock::Monotonic;
    }
}

struct Reading {
    recording: Recording,
    maps: Maps,
    /// Of each event: what it tells of, or `None` if it is of no use here.
    points: Vec<Option<Told>>,
    /// The name of each thread.
    commands: FxHashMap<i32, u32>,
    strange: u64,
    stack: Vec<StackFrame>,
}

enum Told {
    Ran,
    Call(Point),
}

impl Reading {
    fn new(attributes: &[AttributeDescription], recording: Recording) -> Self {
        let told = |it: &AttributeDescription| {
            let name = it.name().unwrap_or_default();
            let is_trace_point =
                matches!(it.attributes().type_, reader::PerfEventType::Tracepoint(_));
            match Point::of(name) {
                Some(point) => Some(Told::Call(point)),
                None if is_trace_point || name.starts_with("dummy") => None,
                None => Some(Told::Ran),
            }
        };
        Self {
            recording,
            maps: Maps::default(),
            points: attributes.iter().map(told).collect(),
            commands: FxHashMap::default(),
            strange: 0,
            stack: Vec::new(),
        }
    }

    fn take(&mut self, record: &PerfFileRecord<'_>) {
        let (event, record) = match record {
            PerfFileRecord::EventRecord { attr_index, record } => (*attr_index, record),
            PerfFileRecord::UserRecord(_) => return,
        };
        match record.parse() {
            Ok(EventRecord::Sample(sample)) => self.sample(event, &sample),
            Ok(EventRecord::Mmap2(map)) => {
                let path = String::from_utf8_lossy(&map.path.as_slice()).into_owned();
                let module = self.recording.stacks.add_name(&path);
                let offset = map.page_offset;
                self.maps
                    .add(map.pid, map.address, map.length, offset, module);
            }
            Ok(EventRecord::Mmap(map)) if 0 <= map.pid => {
                let path = String::from_utf8_lossy(&map.path.as_slice()).into_owned();
                let module = self.recording.stacks.add_name(&path);
                let offset = map.page_offset;
                self.maps
                    .add(map.pid, map.address, map.length, offset, module);
            }
            Ok(EventRecord::Fork(fork)) => {
                if fork.pid != fork.ppid {
                    self.maps.fork(fork.ppid, fork.pid);
                }
                if let Some(command) = self.commands.get(&fork.ptid).copied() {
                    self.commands.insert(fork.tid, command);
                }
            }
            Ok(EventRecord::Comm(comm)) => {
                if comm.is_execve {
                    self.maps.forget(comm.pid);
                }
                let name = String::from_utf8_lossy(&comm.name.as_slice()).into_owned();
                let command = self.recording.stacks.add_name(&name);
                self.commands.insert(comm.tid, command);
            }
            Ok(EventRecord::Lost(lost)) => self.recording.lost += lost.count,
            Ok(_) => {}
            Err(_) => self.strange += 1,
        }
    }

    fn sample(&mut self, event: usize, sample: &SampleRecord<'_>) {
        let Some(Some(told)) = self.points.get(event) else {
            return;
        };
        let (Some(time), Some(thread)) = (sample.timestamp, sample.tid) else {
            self.strange += 1;
            return;
        };
        let Recording {
            stacks, machine, ..
        } = &mut self.recording;
        let what = match told {
            Told::Ran => Some(What::Ran {
                period: sample.period.unwrap_or(1),
            }),
            Told::Call(point) => sample
                .raw
                .and_then(|raw| point.read(&raw.as_slice(), machine, stacks)),
        };
        let Some(what) = what else {
            self.strange += 1;
            return;
        };
        let process = sample.pid.unwrap_or(0);
        self.stack.clear();
        if let Some(chain) = &sample.callchain {
            push_chain(chain, process, &self.maps, stacks, &mut self.stack);
        } else if let Some(address) = sample.ip {
            let kernel = sample.cpu_mode == reader::CpuMode::Kernel;
            self.stack
                .push(frame(address, process, kernel, &self.maps, stacks));
        }
        let stack = stacks.add(&self.stack);
        self.recording.records.push(Record {
            time,
            process: process as u32,
            thread: thread as u32,
            command: self.commands.get(&thread).copied().unwrap_or_default(),
            stack,
            what,
        });
    }

    fn close(mut self) -> Recording {
        let problems = &mut self.recording.problems;
        if 0 < self.strange {
            problems.push(format!("{} records are not understood", self.strange));
        }
        self.recording.records.sort_by_key(|record| record.time);
        self.recording
    }
}

fn push_chain(
    chain: &RawDataU64<'_>,
    process: i32,
    maps: &Maps,
    stacks: &mut Stacks,
    stack: &mut Vec<StackFrame>,
) {
    let (mut kernel, mut is_first) = (false, true);
    for at in 0..chain.len() {
        let Some(address) = chain.get(at) else {
            break;
        };
        if FIRST_CONTEXT <= address {
            kernel = match address {
                CONTEXT_KERNEL => true,
                CONTEXT_USER => false,
                _ => kernel,
            };
            is_first = true;
            continue;
        }
        // Callers are known by where they go on, which may be the next function.
        let address = if is_first {
            address
        } else {
            address.saturating_sub(1)
        };
        is_first = false;
        stack.push(frame(address, process, kernel, maps, stacks));
    }
}

fn frame(address: u64, process: i32, kernel: bool, maps: &Maps, stacks: &mut Stacks) -> StackFrame {
    let found = if kernel {
        None
    } else {
        maps.find(process, address)
    };
    let (address, module) = match found {
        Some((offset, module)) => (CodeAddress::File(offset), module),
        None if kernel => (CodeAddress::Virtual(address), stacks.add_name(KERNEL)),
        None => (CodeAddress::Virtual(address), 0),
    };
    StackFrame {
        address,
        function: 0,
        module,
        kernel,
    }
}
