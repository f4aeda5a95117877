//! Lines of `GODEBUG=gctrace=1` and `schedtrace=N`.

use memchr::memmem;

use crate::lines::{Line, decimal, decimal_after, float};
use crate::model::{GcLine, SchedLine};

/// `gc 7 @0.123s 2%: 0.1+2.3+0.02 ms clock, .. cpu, 4->5->1 MB, 5 MB goal, .. 2 P`, written in
/// `runtime/mgc.go`.
pub(crate) fn gc_line(line: &Line<'_>) -> Option<GcLine> {
    let rest = line.bytes.strip_prefix(b"gc ")?;
    let (cycle, digits) = decimal(rest)?;
    let rest = rest[digits..].strip_prefix(b" @")?;
    let (at_s, _) = float(rest)?;
    let clock = memmem::find(rest, b": ")? + 2;
    let mut phases = [0.0; 3];
    numbers(&rest[clock..], b"+", &mut phases, float)?;
    let sizes = memmem::find(rest, b"->")?;
    let start = rest[..sizes]
        .iter()
        .rposition(|b| !b.is_ascii_digit())
        .map_or(0, |i| i + 1);
    let mut heap = [0u64; 3];
    numbers(&rest[start..], b"->", &mut heap, decimal)?;
    Some(GcLine {
        line: line.span(),
        cycle: cycle as u32,
        at_s,
        stopped_ms: phases[0] + phases[2],
        heap_mb: heap.map(|mb| mb as u32),
        forced: memmem::find(rest, b"(forced)").is_some(),
    })
}

/// Fills `out` with numbers separated by `between`.
fn numbers<T>(
    mut bytes: &[u8],
    between: &[u8],
    out: &mut [T],
    read: fn(&[u8]) -> Option<(T, usize)>,
) -> Option<()> {
    for (i, slot) in out.iter_mut().enumerate() {
        if 0 < i {
            bytes = bytes.strip_prefix(between)?;
        }
        let (value, len) = read(bytes)?;
        *slot = value;
        bytes = &bytes[len..];
    }
    Some(())
}

/// `SCHED 1009ms: gomaxprocs=4 idleprocs=0 threads=6 .. runqueue=3 [ 1 0 0 2 ]`.
pub(crate) fn sched_line(line: &Line<'_>) -> Option<SchedLine> {
    let rest = line.bytes.strip_prefix(b"SCHED ")?;
    let (at_ms, digits) = decimal(rest)?;
    if !rest[digits..].starts_with(b"ms:") {
        return None;
    }
    let field = |key: &[u8]| decimal_after(rest, key).map_or(0, |n| n as u32);
    Some(SchedLine {
        line: line.span(),
        at_ms,
        procs: field(b"gomaxprocs="),
        idle_procs: field(b"idleprocs="),
        threads: field(b" threads="),
        run_queue: field(b"runqueue="),
    })
}

/// The lines below one of the scheduler, `  P0: status=1 ..`, `  M3: p=1 ..`, `  G7: status=4(..) ..`:
/// with `scheddetail=1`, and from each program with `schedtrace` that dies.
pub(crate) fn is_sched_detail(bytes: &[u8]) -> bool {
    let [b' ', b' ', b'P' | b'M' | b'G', rest @ ..] = bytes else {
        return false;
    };
    let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    let rest = &rest[digits..];
    0 < digits && (rest.starts_with(b": status=") || rest.starts_with(b": p="))
}
