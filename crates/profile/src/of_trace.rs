//! An execution trace as stacks: where goroutines stood still, and for how long.

use std::io::Read;

use contend_flame::{Palette, Side, Stacks};
use contend_gotrace::{Reader, TraceError};
use contend_sched::trace::{WaitKind, stood_of};

/// Stacks in nanoseconds; the innermost frame is what the goroutine waited for. Remarks are whole
/// sentences.
pub(crate) fn stacks(
    trace: impl Read + Send,
    title: &str,
) -> Result<(Stacks, Vec<String>), TraceError> {
    let mut reader = Reader::salvaging(trace)?;
    let mut stacks = Stacks::new(title, "nanoseconds");
    stacks.palette = Palette::Waiting;
    let (mut all, mut unknown) = (0, 0);
    for (stood, nanos) in stood_of(&mut reader) {
        let nanos = u64::try_from(nanos).unwrap_or(0);
        all += nanos;
        if stood.waited == Some(WaitKind::Unknown) || stood.stack.is_empty() {
            unknown += nanos;
        }
        if nanos == 0 {
            continue;
        }
        let what = stood.waited.map_or("system call", WaitKind::words);
        let what = format!("[{what}]");
        let path = stood.stack.iter().rev().chain([&what]);
        stacks.add(path.map(String::as_str), nanos, Side::Now);
    }
    let mut remarks = Vec::new();
    if all / 100 < unknown {
        remarks.push(format!(
            "of {:.2} s the trace does not tell where or for what: that began before it did",
            unknown as f64 / 1e9
        ));
    }
    remarks.extend(
        reader
            .losses()
            .iter()
            .map(|loss| format!("damaged: {loss}")),
    );
    Ok((stacks, remarks))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_without_events_has_no_stacks() {
        let (found, remarks) = stacks(&b"go 1.26 trace\0\0\0"[..], "t").unwrap();
        assert!(found.is_empty());
        assert!(remarks.is_empty());
        assert_eq!(
            stacks(&b"go 1.21 trace\0\0\0"[..], "t").unwrap_err(),
            TraceError::OldFormat { minor: 21 }
        );
    }
}
