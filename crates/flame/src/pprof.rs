//! A profile that `go tool pprof` opens.

use contend_base::{Idx, Range};
use contend_pprof::{Function, Line, Location, Profile, Sample, ValueType};

use crate::stacks::Stacks;

/// The stacks as a packed profile. Of a comparison, the side now.
pub fn write(stacks: &Stacks) -> Vec<u8> {
    let mut profile = Profile::default();
    let (kind, unit) = match stacks.unit.as_str() {
        "nanoseconds" => ("time", "nanoseconds"),
        "bytes" => ("space", "bytes"),
        other => (other, "count"),
    };
    let kind = profile.intern(kind);
    let unit = profile.intern(unit);
    profile.sample_types.push(ValueType { kind, unit });
    let empty = profile.intern("");
    // Frame `n` of the stacks is function and location `n - 1`: the root has no place here.
    for (index, name) in stacks.frames().iter().skip(1).enumerate() {
        let name = profile.intern(name);
        profile.functions.push(Function {
            name,
            system_name: name,
            file: empty,
            start_line: 0,
        });
        profile.lines.push(Line {
            function: Some(Idx::new(index)),
            line: 0,
            column: 0,
        });
        profile.locations.push(Location {
            mapping: None,
            address: 0,
            lines: Range::new(index, index + 1),
            folded: false,
        });
    }
    let mut path = Vec::new();
    for node in stacks.nodes().iter().filter(|it| it.own[0] != 0) {
        stacks.path(node, &mut path);
        let frame = profile.stacks.len();
        let inner_first = path.iter().rev().map(|it| Idx::new(it.index() - 1));
        profile.stacks.extend(inner_first);
        let value = profile.values.len();
        profile
            .values
            .push(i64::try_from(node.own[0]).unwrap_or(i64::MAX));
        profile.samples.push(Sample {
            stack: Range::new(frame, profile.stacks.len()),
            values: Range::new(value, value + 1),
            labels: Range::EMPTY,
        });
    }
    contend_pprof::pack(&contend_pprof::write(&profile))
}
