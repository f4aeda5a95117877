//! Prints a trace as lines, an event each, in the form of corpus/tools/traceevents; with `--count`
//! it only reads, and says how many events there were and how long that took.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "an example is a program: it reads a file and prints"
)]

use std::hash::Hasher as _;
use std::io::{BufWriter, Write};

use contend_gotrace::{Change, Event, EventKind, Reader, Tables};
use rustc_hash::FxHashMap;

/// As `contend` has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (count, path) = match &args[..] {
        [path] => (false, path),
        [flag, path] if flag == "--count" => (true, path),
        _ => return Err("usage: trace_events [--count] FILE".into()),
    };
    if count {
        // In memory, as the other reader has it.
        let trace = std::fs::read(path)?;
        let start = cpu_seconds();
        let mut reader = Reader::new(&trace[..])?;
        let mut events = 0_u64;
        while reader.next().is_some() {
            events += 1;
        }
        let (bytes, cpu_seconds) = (trace.len(), cpu_seconds() - start);
        println!("{{\"bytes\":{bytes},\"events\":{events},\"cpu_seconds\":{cpu_seconds}}}");
        return match reader.error() {
            Some(error) => Err(error.to_string().into()),
            None => Ok(()),
        };
    }
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut reader = match Reader::new(std::fs::File::open(path)?) {
        Ok(reader) => reader,
        Err(error) => {
            writeln!(out, "error {error}")?;
            return Ok(());
        }
    };
    let mut hashes = FxHashMap::default();
    while let Some((event, tables)) = reader.next() {
        if event.kind == EventKind::Sync {
            hashes.clear();
        }
        line(event, tables, &mut hashes, &mut out)?;
    }
    if let Some(error) = reader.error() {
        writeln!(out, "error {error}")?;
    }
    Ok(())
}

/// Processor time of this thread so far, as the scheduler counts it.
fn cpu_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = text
        .split_whitespace()
        .next()
        .and_then(|it| it.parse().ok());
    nanos.unwrap_or(0_u64) as f64 / 1e9
}

/// `KIND TIME G P M STACK DETAILS`.
fn line(
    event: &Event,
    tables: &Tables,
    hashes: &mut FxHashMap<u64, u64>,
    out: &mut impl Write,
) -> std::io::Result<()> {
    let mut hash = |id| *hashes.entry(id).or_insert_with(|| stack_hash(tables, id));
    let stack = hash(event.stack());
    let Event {
        time,
        thread,
        proc,
        goroutine,
        args,
        ..
    } = *event;
    write!(
        out,
        "{} {time} {goroutine} {proc} {thread} {stack:x}",
        class(event.kind)
    )?;
    use EventKind as E;
    match event.kind {
        E::Sync => {
            write!(out, " {}", args[0])?;
            if let Some(clock) = tables.clock() {
                let seconds = clock.wall_seconds;
                write!(
                    out,
                    " {} {} {seconds} {}",
                    clock.trace, clock.mono, clock.wall_nanos
                )?;
            }
        }
        E::ProcsChange | E::HeapAlloc | E::HeapGoal => write!(out, " {}", args[0])?,
        E::GoLabel => write!(out, " {:?}", tables.string(args[0]))?,
        E::STWBegin | E::STWEnd => write!(out, " {:?}", tables.string(args[0]))?,
        E::GCSweepEnd => write!(out, " {} {}", args[0], args[1])?,
        E::GCSweepActive | E::GCMarkAssistActive => write!(out, " {}", args[0])?,
        E::UserTaskBegin => {
            write!(out, " {} {} {:?}", args[0], args[1], tables.string(args[2]))?;
        }
        E::UserTaskEnd => write!(
            out,
            " {} {} {:?}",
            args[0],
            args[2],
            tables.carried(args[3])
        )?,
        E::UserRegionBegin | E::UserRegionEnd => {
            write!(out, " {} {:?}", args[0], tables.string(args[1]))?;
        }
        E::UserLog => {
            let (category, message) = (tables.string(args[1]), tables.string(args[2]));
            write!(out, " {} {category:?} {message:?}", args[0])?;
        }
        _ => {}
    }
    match event.change() {
        Some(Change::Goroutine(id, from, to)) => {
            let reason = match event.kind {
                E::GoStop | E::GoBlock => tables.string(args[0]),
                _ => "",
            };
            // The stack of the goroutine that changes, which is not always the running one.
            let its_stack = match event.kind {
                E::GoCreate | E::GoCreateBlocked => hash(args[1]),
                E::GoUnblock | E::GoStart => hash(0),
                _ => stack,
            };
            write!(out, " g{id} {from:?} {to:?} {reason:?} {its_stack:x}")?;
        }
        Some(Change::Proc(id, from, to)) => write!(out, " p{id} {from:?} {to:?}")?,
        None => {}
    }
    writeln!(out)
}

/// Kinds as Go's reader tells them apart.
fn class(kind: EventKind) -> &'static str {
    use EventKind as E;
    match kind {
        E::Sync => "Sync",
        E::CpuSample => "StackSample",
        E::ProcsChange | E::HeapAlloc | E::HeapGoal => "Metric",
        E::STWBegin | E::GCBegin | E::GCSweepBegin | E::GCMarkAssistBegin => "RangeBegin",
        E::GCActive | E::GCSweepActive | E::GCMarkAssistActive => "RangeActive",
        E::STWEnd | E::GCEnd | E::GCSweepEnd | E::GCMarkAssistEnd => "RangeEnd",
        E::GoLabel => "Label",
        E::UserTaskBegin => "TaskBegin",
        E::UserTaskEnd => "TaskEnd",
        E::UserRegionBegin => "RegionBegin",
        E::UserRegionEnd => "RegionEnd",
        E::UserLog => "Log",
        E::Span
        | E::SpanAlloc
        | E::SpanFree
        | E::HeapObject
        | E::HeapObjectAlloc
        | E::HeapObjectFree
        | E::GoroutineStack
        | E::GoroutineStackAlloc
        | E::GoroutineStackFree => "Experimental",
        _ => "StateTransition",
    }
}

/// FNV-1a over the frames as text; 0 for no stack.
fn stack_hash(tables: &Tables, id: u64) -> u64 {
    if id == 0 {
        return 0;
    }
    let mut hasher = Fnv(0xcbf2_9ce4_8422_2325);
    for frame in tables.stack(id) {
        let (function, file) = (tables.string(frame.function), tables.string(frame.file));
        let text = format!("{:x} {function} {file}:{}\n", frame.pc, frame.line);
        hasher.write(text.as_bytes());
    }
    hasher.finish()
}

struct Fnv(u64);

impl std::hash::Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
