//! Prints one JSON line for each file whose path comes on standard input: the path and how many
//! nodes of each kind it has. `corpus/tools/gocount` prints the same lines from `go/ast`.

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "an example is a program"
)]

use std::io::{BufRead, BufWriter, Write};

use contend_syntax::{count, parse};

fn main() -> std::io::Result<()> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    for path in std::io::stdin().lock().lines() {
        let path = path?;
        let parsed = parse(&std::fs::read(&path)?);
        let counts = count::node_counts(&parsed.tree);
        let counts: Vec<String> = counts
            .iter()
            .map(|(kind, n)| format!("\"{kind}\":{n}"))
            .collect();
        let n_errors = parsed.errors.len();
        writeln!(
            out,
            "{{\"file\":{path:?},\"errors\":{n_errors},\"counts\":{{{}}}}}",
            counts.join(",")
        )?;
    }
    out.flush()
}
