//! What can be typed. What it means is decided in [`crate::plan`].

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

/// Finds, explains and stops concurrency faults of Go programs.
#[derive(Parser, Debug)]
#[command(name = "contend", version, propagate_version = true, after_help = EXIT_CODES)]
pub(crate) struct Args {
    /// Change to this directory before doing anything
    #[arg(short = 'C', value_name = "DIR", global = true)]
    pub(crate) directory: Option<PathBuf>,

    /// When to use colour; `auto` looks at NO_COLOR, CLICOLOR_FORCE and the terminal
    #[arg(long, value_name = "WHEN", default_value = "auto", global = true)]
    pub(crate) color: Color,

    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_CODES: &str = "\
Exit codes, the same for every format:
  0  nothing found
  1  findings
  2  usage error, or nothing could be analysed";

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Analyse Go packages from source; no Go toolchain is needed
    #[command(after_help = EXIT_CODES)]
    Check(Check),
    /// Show the modules that a build uses, and where go.mod, go.sum, go.work and vendor disagree
    Deps(Deps),
    /// Say what a crash log, a goroutine dump or a race report means, and what to do
    #[command(after_help = EXIT_CODES)]
    Explain(Explain),
    /// Draw the stacks of a profile, a perf recording or a goroutine dump as a flame graph
    Flame(Flame),
    /// Say where the goroutines of an execution trace spent their time, and who held them up
    Trace(Trace),
    /// Record a running program for `contend trace`: trace, profiles, perf, /proc, on one clock
    Record(Record),
    /// Print the page of a rule
    Rule(Rule),
    /// Show what contend understands of a program, for work on contend itself
    #[command(subcommand)]
    Debug(Debug),
}

#[derive(clap::Args, Debug)]
pub(crate) struct Check {
    /// Directories, each with all below, or patterns of the go command [default: .]
    #[arg(value_name = "DIR|PATTERN")]
    pub(crate) targets: Vec<String>,

    #[command(flatten)]
    pub(crate) build: Build,

    /// How to print findings
    #[arg(long, value_name = "FORMAT", default_value = "full")]
    pub(crate) format: CheckFormat,

    /// Leave out findings that are less sure than this
    #[arg(long, value_name = "LEVEL", default_value = "medium")]
    pub(crate) min_confidence: Confidence,

    /// Leave out the test files of the packages
    #[arg(long)]
    pub(crate) no_tests: bool,

    /// Print how long each phase took, to standard error
    #[arg(long)]
    pub(crate) timings: bool,
}

/// Which build is meant. What is not given comes from the environment, as for the go command.
#[derive(clap::Args, Debug, Default)]
pub(crate) struct Build {
    /// Build tags that hold, separated by commas
    #[arg(long, value_name = "TAGS")]
    pub(crate) tags: Option<String>,

    /// Operating system to analyse for
    #[arg(long, value_name = "OS")]
    pub(crate) goos: Option<String>,

    /// Processor to analyse for
    #[arg(long, value_name = "ARCH")]
    pub(crate) goarch: Option<String>,

    /// Whether files that import C belong to the build
    #[arg(long, value_name = "SWITCH")]
    pub(crate) cgo: Option<Switch>,

    /// How many threads to use [default: what the machine and the container allow]
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<std::num::NonZeroUsize>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Deps {
    /// The module, or a directory in it [default: .]
    #[arg(value_name = "DIR")]
    pub(crate) dir: Option<String>,

    #[command(flatten)]
    pub(crate) build: Build,

    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: DepsFormat,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Explain {
    /// Crash logs, dumps, goroutine profiles, race reports; packed or inside logs. `-` is standard
    /// input [default: -]
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,

    /// Everything that was seen, not only what fits one screen
    #[arg(short, long)]
    pub(crate) verbose: bool,

    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: ExplainFormat,

    /// List the groups of equal goroutines instead of verdicts, with -v their stacks
    #[arg(long, conflicts_with = "diff")]
    pub(crate) groups: bool,

    /// List only the groups of goroutines for which EXPR holds:
    /// state=="chan receive" && age>10m && func~"worker"
    #[arg(long, value_name = "EXPR", conflicts_with = "diff")]
    pub(crate) filter: Option<String>,

    /// Look at the groups of goroutines in the terminal, and narrow them by typing the expression
    #[arg(short, long, conflicts_with_all = ["diff", "format", "verbose", "groups", "source"])]
    pub(crate) interactive: bool,

    /// The source of the program: names the map, channel, lock, wait group or pointer of a crash, all
    /// its uses and the locks held there, also in dependencies
    #[arg(long, value_name = "DIR", conflicts_with = "diff")]
    pub(crate) source: Option<String>,

    /// Show crashes, and the collections around them, by the times in the logs
    #[arg(long, conflicts_with = "diff")]
    pub(crate) timeline: bool,

    /// A metric over time, for the time line: CSV whose first column is the time, or the answer of
    /// Prometheus to a range query
    #[arg(long, value_name = "FILE", conflicts_with = "diff")]
    pub(crate) metrics: Vec<PathBuf>,

    /// A limit for a metric of --metrics, as `go_goroutines>5000` or `map_writes_total<1`; counters
    /// (`..._total`) are compared per second
    #[arg(long, value_name = "NAME>NUMBER", requires = "metrics")]
    pub(crate) threshold: Vec<String>,

    /// Compare the groups of goroutines of two dumps
    #[arg(long, num_args = 2, value_names = ["A", "B"], conflicts_with = "files")]
    pub(crate) diff: Option<Vec<PathBuf>>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Flame {
    /// Folded stacks, perf.data, output of `perf script`, profiles of pprof, execution traces,
    /// goroutine dumps; several are added up. `-` is standard input
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,

    /// Where it goes; `-` is standard output [default: flame.html, or `-` with --format]
    #[arg(short, long, value_name = "OUT")]
    pub(crate) out: Option<PathBuf>,

    /// What to write [default: by the ending of OUT, else html]
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Option<FlameFormat>,

    /// Compare with this recording, which is the side before
    #[arg(long, value_name = "OTHER")]
    pub(crate) diff: Option<PathBuf>,

    /// Which value of a pprof profile: `alloc_space`, `contentions` [default: the profile's own]
    #[arg(long, value_name = "NAME")]
    pub(crate) value: Option<String>,

    /// The program, or libraries of it, for names in perf.data; for those of the kernel a copy of
    /// /proc/kallsyms
    #[arg(long, value_name = "FILE")]
    pub(crate) binary: Vec<PathBuf>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Trace {
    /// What runtime/trace or /debug/pprof/trace wrote, Go 1.22 or newer
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    /// What was recorded beside the trace: perf.data, the text of perf script, that of
    /// strace -f -ttt -T -yy, or proc.txt of `contend record` for the names of descriptors
    #[arg(long, value_name = "FILE")]
    pub(crate) perf: Vec<PathBuf>,

    /// The program, or libraries of it, for names in perf.data
    #[arg(long, value_name = "FILE", requires = "perf")]
    pub(crate) binary: Vec<PathBuf>,

    /// All places, not only those that fit one screen
    #[arg(short, long)]
    pub(crate) verbose: bool,

    /// Where the time line goes; `-` is standard output [default: timeline.html]
    #[arg(short, long, value_name = "OUT")]
    pub(crate) out: Option<PathBuf>,

    /// How to print it [default: text, or html with --out]
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Option<TraceFormat>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Record {
    /// The process: for perf or strace, and /proc
    #[arg(long, value_name = "PID", conflicts_with = "command")]
    pub(crate) pid: Option<u32>,

    /// Where its net/http/pprof answers, `http://localhost:6060`: for trace and profiles
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<String>,

    /// How long
    #[arg(long, value_name = "N", default_value = "5", value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub(crate) seconds: u64,

    /// Where it goes
    #[arg(short, long, value_name = "DIR", default_value = "contend-record")]
    pub(crate) out: PathBuf,

    /// A program to start, record, and end
    #[arg(last = true, value_name = "COMMAND")]
    pub(crate) command: Vec<String>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Rule {
    /// A code such as CT1001, or a name such as map-write-write
    #[arg(value_name = "CODE|NAME", required_unless_present = "list")]
    pub(crate) rule: Option<String>,

    /// List all rules
    #[arg(long, conflicts_with = "rule")]
    pub(crate) list: bool,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Debug {
    /// Write the generated documentation: rule pages, command line, JSON schemas
    Docs {
        /// The folder, usually `docs`
        dir: PathBuf,
    },
    /// Write the object and type of every name and expression, a file for each source file
    Types(Dump),
    /// Write the callees of every call, a file for each source file
    Calls(Dump),
    /// Print functions as blocks of instructions
    Ir {
        /// A file, and the name of a function or `Type.Method` in it; all functions without a name
        #[arg(value_name = "FILE[:FUNC]")]
        place: String,

        #[command(flatten)]
        build: Build,
    },
}

/// The format of the files is described in corpus/tools/README.md.
#[derive(clap::Args, Debug)]
pub(crate) struct Dump {
    /// Where the files go
    #[arg(long, value_name = "OUT")]
    pub(crate) out: PathBuf,

    /// The module [default: .]
    #[arg(value_name = "DIR")]
    pub(crate) dir: Option<String>,

    #[command(flatten)]
    pub(crate) build: Build,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum CheckFormat {
    /// Code frames for each place of a finding
    Full,
    /// One line a finding
    Concise,
    /// One document; its schema is docs/schema/findings.schema.json
    Json,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum DepsFormat {
    /// A table, and the conflicts
    Text,
    /// One document; its schema is docs/schema/deps.schema.json
    Json,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum ExplainFormat {
    /// Cause and fix first
    Text,
    /// One document; its schema is docs/schema/explanation.schema.json
    Json,
    /// An incident write-up for a ticket
    Markdown,
    /// The same as one HTML file that needs nothing else
    Html,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum FlameFormat {
    /// One page with search and zoom, that needs no network
    Html,
    /// A still picture
    Svg,
    /// A line for each stack; two values a line in a comparison
    Folded,
    /// For speedscope
    Speedscope,
    /// For the Firefox Profiler
    Firefox,
    /// Trace events, for Chrome and Perfetto
    Chrome,
    /// For `go tool pprof`
    Pprof,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum TraceFormat {
    /// What dominated first, then pages
    Text,
    /// One document; its schema is docs/schema/trace.schema.json
    Json,
    /// A time line of every goroutine, P and thread: one file that needs no network
    Html,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Switch {
    On,
    Off,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Confidence {
    Low,
    Medium,
    High,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
    }
}
