//! The file format of speedscope, as a sampled profile.

use serde::Serialize;

use crate::stacks::Stacks;

#[derive(Serialize)]
struct File<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    exporter: &'static str,
    name: &'a str,
    shared: Shared<'a>,
    profiles: [Profile<'a>; 1],
}

#[derive(Serialize)]
struct Shared<'a> {
    frames: Vec<Named<'a>>,
}

#[derive(Serialize)]
struct Named<'a> {
    name: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Profile<'a> {
    r#type: &'static str,
    name: &'a str,
    unit: &'static str,
    start_value: u64,
    end_value: u64,
    samples: Vec<Vec<usize>>,
    weights: Vec<u64>,
}

/// The stacks as JSON. Of a comparison, the side now.
pub fn write(stacks: &Stacks) -> String {
    let mut profile = Profile {
        r#type: "sampled",
        name: &stacks.title,
        unit: match stacks.unit.as_str() {
            "nanoseconds" => "nanoseconds",
            "bytes" => "bytes",
            _ => "none",
        },
        start_value: 0,
        end_value: 0,
        samples: Vec::new(),
        weights: Vec::new(),
    };
    let mut path = Vec::new();
    for node in stacks.nodes().iter().filter(|it| it.own[0] != 0) {
        stacks.path(node, &mut path);
        // The table of frames leaves out the root's name.
        profile
            .samples
            .push(path.iter().map(|it| it.index() - 1).collect());
        profile.weights.push(node.own[0]);
        profile.end_value = profile.end_value.saturating_add(node.own[0]);
    }
    let frames = stacks.frames().iter().skip(1);
    let file = File {
        schema: "https://www.speedscope.app/file-format-schema.json",
        exporter: "contend",
        name: &stacks.title,
        shared: Shared {
            frames: frames.map(|name| Named { name }).collect(),
        },
        profiles: [profile],
    };
    serde_json::to_string(&file).expect("texts and numbers always serialize")
}
