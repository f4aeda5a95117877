//! Any bytes as what `contend explain` is given: a log, a dump or a profile, packed or not, a file
//! of metrics, a threshold, an expression over groups. All end without a panic, and so does what is written.

#![no_main]

use std::cell::RefCell;
use std::io;
use std::rc::Rc;

use contend_explain::{
    Explanation, Filter, Input, Listing, Look, Recorder, Series, Threshold, Watch, merge,
    read_series, write_groups, write_html, write_json, write_markdown, write_text,
};

const GZIP: &[u8] = &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];
const METRICS: &str = "time,writes\n2026-01-02T03:04:05Z,1\n2026-01-02T03:04:06Z,9\n";

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((kind, rest)) = bytes.split_first() else {
        return;
    };
    match kind % 6 {
        0 => explain(rest, &[]),
        1 => explain(&[GZIP, rest].concat(), &[]),
        2 => explain(&[ZSTD, rest].concat(), &[]),
        3 => {
            let text = String::from_utf8_lossy(rest);
            if let Ok((series, _)) = read_series("metrics", &text) {
                explain(b"2026-01-02T03:04:05Z panic: boom\n", &series);
            }
        }
        4 => {
            let text = String::from_utf8_lossy(rest);
            if let Ok(threshold) = Threshold::parse(&text) {
                let (series, _) = read_series("metrics", METRICS).expect("two of a series");
                let _ = threshold.crossings(&series);
            }
        }
        _ => {
            let text = String::from_utf8_lossy(rest);
            if let Err(error) = Filter::parse(&text) {
                let _ = error.to_string();
            }
        }
    }
});

fn explain(bytes: &[u8], series: &[Series]) {
    let recorder = Rc::new(RefCell::new(Recorder::default()));
    let input = Input {
        name: "input".to_owned(),
        reader: Box::new(Watch::new(bytes, "input", &recorder)),
        size: None,
    };
    let (mut explanation, _) = Explanation::of_inputs([input], Listing::Every);
    explanation.timeline = merge(recorder.take().events, series, &[]);
    let look = Look {
        verbose: true,
        ..Look::plain()
    };
    let mut out = io::sink();
    write_text(&explanation, &look, &mut out).expect("a sink takes all");
    write_groups(&explanation, &look, &mut out).expect("a sink takes all");
    write_json(&explanation, &mut out).expect("a sink takes all");
    write_html(&explanation, &mut out).expect("a sink takes all");
    write_markdown(&explanation, &mut out).expect("a sink takes all");
}
