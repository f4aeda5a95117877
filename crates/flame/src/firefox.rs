//! The processed format of the Firefox Profiler, one thread with a sample for each stack.
//!
//! Version 24 of the format; later versions of the profiler upgrade it when they load it.

use serde_json::{Value, json};

use crate::origin::Origin;
use crate::stacks::Stacks;

/// Places in `meta.categories`.
fn category(origin: Origin) -> usize {
    match origin {
        Origin::Program => 0,
        Origin::Standard => 1,
        Origin::Runtime => 2,
        Origin::Kernel => 3,
        Origin::Native => 4,
        Origin::State => 5,
    }
}

/// The stacks as JSON. Of a comparison, the side now.
pub fn write(stacks: &Stacks) -> String {
    let file = json!({
        "meta": {
            "version": 24,
            "preprocessedProfileVersion": 44,
            "interval": 1,
            "startTime": 0,
            "processType": 0,
            "product": stacks.title,
            "stackwalk": 1,
            "debug": false,
            "symbolicated": true,
            "markerSchema": [],
            "categories": categories(),
            "sampleUnits": { "time": "ms", "eventDelay": "ms", "threadCPUDelta": "ns" },
        },
        "libs": [],
        "pages": [],
        "threads": [thread(stacks)],
    });
    file.to_string()
}

fn categories() -> Value {
    let names = [
        ("Program", "yellow"),
        ("Standard library", "green"),
        ("Go runtime", "red"),
        ("Kernel", "purple"),
        ("Not Go", "magenta"),
        ("State", "blue"),
    ];
    let one = |(name, color): (&str, &str)| json!({ "name": name, "color": color, "subcategories": ["Other"] });
    names.into_iter().map(one).collect()
}

/// Functions, frames and stacks are the names and nodes of the tree without its root, so each index
/// is one less.
fn thread(stacks: &Stacks) -> Value {
    let names = &stacks.frames()[1..];
    let nodes = &stacks.nodes()[1..];
    let kinds: Vec<usize> = names.iter().map(|it| category(Origin::of(it))).collect();
    let nulls = vec![Value::Null; names.len()];
    let zeros = vec![0; names.len()];
    let minus = vec![-1; names.len()];
    let every: Vec<usize> = (0..names.len()).collect();
    let of_root = |it: &contend_base::Idx<_>| it.index().checked_sub(1);
    let prefixes: Vec<Option<usize>> = nodes
        .iter()
        .map(|it| it.parent.as_ref().and_then(of_root))
        .collect();
    let frames: Vec<usize> = nodes.iter().map(|it| it.frame.index() - 1).collect();
    let sampled = |it: &(usize, u64)| it.1 != 0;
    let samples: Vec<(usize, u64)> = nodes
        .iter()
        .map(|it| it.own[0])
        .enumerate()
        .filter(sampled)
        .collect();
    json!({
        "processType": "default",
        "processStartupTime": 0,
        "processShutdownTime": null,
        "registerTime": 0,
        "unregisterTime": null,
        "pausedRanges": [],
        "name": stacks.title,
        "isMainThread": true,
        "pid": "1",
        "tid": 1,
        "stringArray": names,
        "funcTable": {
            "length": names.len(), "name": every, "isJS": vec![false; names.len()],
            "relevantForJS": vec![false; names.len()], "resource": minus, "fileName": nulls,
            "lineNumber": nulls, "columnNumber": nulls,
        },
        "frameTable": {
            "length": names.len(), "address": minus, "inlineDepth": zeros, "category": kinds,
            "subcategory": zeros, "func": every, "nativeSymbol": nulls, "innerWindowID": nulls,
            "implementation": nulls, "line": nulls, "column": nulls, "optimizations": nulls,
        },
        "stackTable": {
            "length": nodes.len(), "prefix": prefixes, "frame": frames,
            "category": frames.iter().map(|it| kinds[*it]).collect::<Vec<_>>(),
            "subcategory": vec![0; nodes.len()],
        },
        "samples": {
            "length": samples.len(), "weightType": "samples",
            "stack": samples.iter().map(|it| it.0).collect::<Vec<_>>(),
            "time": (0..samples.len()).collect::<Vec<_>>(),
            "weight": samples.iter().map(|it| it.1).collect::<Vec<_>>(),
        },
        "markers": { "length": 0, "category": [], "data": [], "endTime": [], "name": [], "phase": [], "startTime": [] },
        "nativeSymbols": { "length": 0, "address": [], "functionSize": [], "libIndex": [], "name": [] },
        "resourceTable": { "length": 0, "host": [], "lib": [], "name": [], "type": [] },
    })
}
