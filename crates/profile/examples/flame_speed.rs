//! How long a recording takes to become a page: `flame_speed FILE`, or `flame_speed N` for N
//! distinct stacks that are made up. Prints seconds of
//! processor time. `cargo xtask bench flame` runs it.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement for developers"
)]

use std::fmt::Write as _;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let argument = std::env::args().nth(1).ok_or("give a file or a number")?;
    let bytes = match argument.parse() {
        Ok(count) => made_up(count).into_bytes(),
        Err(_) => std::fs::read(&argument)?,
    };
    let began = cpu_seconds();
    let names = contend_profile::Names::default();
    let gathered = contend_profile::gather(&bytes[..], "speed", None, &names)?;
    let read = cpu_seconds() - began;
    let page = contend_flame::html::write(&gathered.stacks);
    let all = cpu_seconds() - began;
    println!(
        "{{\"bytes\": {}, \"stacks\": {}, \"frames\": {}, \"read_seconds\": {:.3}, \
         \"cpu_seconds\": {:.3}, \"page_bytes\": {}}}",
        bytes.len(),
        gathered.stacks.len(),
        gathered.stacks.nodes().len() - 1,
        read,
        all,
        page.len()
    );
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

/// Stacks of 12 frames in the order of a folded file, which is sorted. Each caller has eight
/// callees, so most of a stack is shared with the one before, as in programs.
fn made_up(count: u64) -> String {
    let mut text = String::new();
    for n in 0..count {
        text.push_str("main.main;net/http.(*conn).serve;main.(*Server).ServeHTTP");
        for level in (0..8).rev() {
            let callee = n >> (3 * level) & 7;
            let _ = write!(text, ";example.com/shop.(*Layer{level}).call{callee}");
        }
        let _ = writeln!(text, ";runtime.leaf{} {}", n % 509, 1 + n % 7);
    }
    text
}
