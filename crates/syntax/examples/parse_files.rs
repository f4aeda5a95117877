//! Parses the files whose paths come on standard input, one a line, and prints what it took:
//! seconds of parsing (wall and processor), bytes of source, bytes of trees, errors.
//!
//! All files are read before the clock starts, and all trees are kept until it stops. With the
//! argument `errors` it prints instead, for each file, its path and the lines with errors.

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "an example is a program"
)]

use std::io::BufRead;
use std::time::Instant;

use contend_syntax::{Parsed, parse};

fn main() {
    let paths: Vec<String> = std::io::stdin()
        .lock()
        .lines()
        .map_while(Result::ok)
        .collect();
    let texts: Vec<Vec<u8>> = paths
        .iter()
        .map(|path| std::fs::read(path).unwrap_or_default())
        .collect();
    if std::env::args().any(|arg| arg == "errors") {
        for (path, text) in paths.iter().zip(&texts) {
            let lines: Vec<String> = error_lines(text).iter().map(ToString::to_string).collect();
            println!("{path}\t{}", lines.join(" "));
        }
        return;
    }
    let source_bytes: usize = texts.iter().map(Vec::len).sum();
    let (wall, cpu) = (Instant::now(), cpu_seconds());
    let parsed: Vec<Parsed> = texts.iter().map(|text| parse(text)).collect();
    let (wall, cpu) = (wall.elapsed().as_secs_f64(), cpu_seconds() - cpu);
    let tree_bytes: usize = parsed.iter().map(|it| it.tree.heap_bytes()).sum();
    let n_errors: usize = parsed.iter().map(|it| it.errors.len()).sum();
    println!(
        "{{\"files\":{},\"source_bytes\":{source_bytes},\"wall_seconds\":{wall:.4},\
         \"cpu_seconds\":{cpu:.4},\"tree_bytes\":{tree_bytes},\"errors\":{n_errors}}}",
        paths.len()
    );
}

/// The lines, counted from 1, on which there are errors.
fn error_lines(text: &[u8]) -> Vec<usize> {
    let errors = parse(text).errors;
    let line = |at: u32| text[..at as usize].split(|&byte| byte == b'\n').count();
    let mut lines: Vec<usize> = errors.iter().map(|error| line(error.span.start)).collect();
    lines.dedup();
    lines
}

/// Processor time of this process so far, from the kernel's own count of clock ticks.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let ticks: f64 = fields
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|it| it.parse::<f64>().ok())
        .sum();
    ticks / 100.0
}
