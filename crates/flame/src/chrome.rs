//! The trace event format of Chrome, which Perfetto opens too.
//!
//! The format knows time, not weight: each node becomes a span as long as its value is large, in
//! units of a microsecond; nanoseconds keep their scale.

use serde::Serialize;

use crate::layout::Layout;
use crate::stacks::Stacks;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct File<'a> {
    trace_events: Vec<Event<'a>>,
    display_time_unit: &'static str,
}

#[derive(Serialize)]
struct Event<'a> {
    name: &'a str,
    ph: &'static str,
    pid: u32,
    tid: u32,
    ts: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    dur: Option<f64>,
    args: Args<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Args<'a> {
    Name { name: &'a str },
    Value { value: u64, unit: &'a str },
}

/// The stacks as JSON. Of a comparison, the side now.
pub fn write(stacks: &Stacks) -> String {
    let scale = if stacks.unit == "nanoseconds" {
        1e-3
    } else {
        1.0
    };
    let mut events = vec![Event {
        name: "process_name",
        ph: "M",
        pid: 1,
        tid: 1,
        ts: 0.0,
        dur: None,
        args: Args::Name {
            name: &stacks.title,
        },
    }];
    let layout = Layout::of(stacks);
    for slab in layout.slabs.iter().skip(1).filter(|it| it.total[0] != 0) {
        let value = slab.total[0];
        events.push(Event {
            name: stacks.name(stacks.nodes()[slab.node.index()].frame),
            ph: "X",
            pid: 1,
            tid: 1,
            ts: slab.start as f64 * scale,
            dur: Some(value as f64 * scale),
            args: Args::Value {
                value,
                unit: &stacks.unit,
            },
        });
    }
    let file = File {
        trace_events: events,
        display_time_unit: "ms",
    };
    serde_json::to_string(&file).expect("texts and numbers always serialize")
}
