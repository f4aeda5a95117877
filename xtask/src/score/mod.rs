//! `cargo xtask score`: how many faults `contend check` finds, and how often it is wrong, on code
//! whose faults are known.

mod findings;
mod functions;
mod kernels;
mod labels;
mod modules;
mod page;
mod proofs;
mod race_testdata;
mod recall;
mod reproduce;
mod table;
mod transformed;
mod verdicts;

use anyhow::bail;

use crate::go::Toolchain;

/// What was asked for.
#[derive(Debug)]
struct Options {
    /// Print every miss and every false report.
    list: bool,
    /// Measure the binary that is built without optimisation: quicker to build, same findings.
    debug: bool,
    /// Findings that are less sure do not count.
    confidence: String,
    /// Build the variants of the kernels with the Go toolchain too.
    build: bool,
    /// Draw so many findings of real modules instead that nobody has read yet.
    sample: usize,
    /// Real modules of corpus/unseen.txt instead of corpus/modules.txt.
    unseen: bool,
    /// Put the tables into the documentation.
    write: bool,
    /// Only kernels whose name contains one of these, or modules of these names.
    names: Vec<String>,
}

/// The command: `score [race-testdata|kernels|fresh|projects|all|reproduce|transformed|modules|recall|proofs] [--list]
/// [--debug] [--build] [--unseen] [--write] [--sample N] [--confidence LEVEL] [NAME...]`.
pub(crate) fn run(args: &[String]) -> anyhow::Result<()> {
    let mut options = Options {
        list: false,
        debug: false,
        build: false,
        unseen: false,
        write: false,
        sample: 0,
        confidence: "medium".to_owned(),
        names: Vec::new(),
    };
    let mut part = None;
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        match arg.as_str() {
            "--list" => options.list = true,
            "--debug" => options.debug = true,
            "--build" => options.build = true,
            "--unseen" => options.unseen = true,
            "--write" => options.write = true,
            "--sample" => match rest.next() {
                Some(n) => options.sample = n.parse()?,
                None => bail!("--sample needs a number"),
            },
            "--confidence" => match rest.next() {
                Some(level) => options.confidence.clone_from(level),
                None => bail!("--confidence needs a level: low, medium or high"),
            },
            flag if flag.starts_with('-') => bail!("score does not know `{flag}`"),
            word if part.is_none() => part = Some(word.to_owned()),
            name => options.names.push(name.to_owned()),
        }
    }
    match part.as_deref().unwrap_or("all") {
        "race-testdata" => race_testdata::score(&Toolchain::find_or_install()?, &options),
        "kernels" => kernels::score(&kernels::folder(), &options),
        "fresh" => kernels::score(&kernels::fresh(), &options),
        "projects" => kernels::score(&kernels::projects(), &options),
        "all" => {
            race_testdata::score(&Toolchain::find_or_install()?, &options)?;
            println!();
            kernels::score(&kernels::folder(), &options)
        }
        "reproduce" => reproduce::run(&Toolchain::find_or_install()?, &options),
        "transformed" => transformed::score(&Toolchain::find_or_install()?, &options),
        "modules" => modules::score(&Toolchain::find_or_install()?, &options),
        "recall" => recall::score(&Toolchain::find_or_install()?, &options),
        "proofs" => proofs::run(&Toolchain::find_or_install()?, &options),
        other => bail!(
            "score knows race-testdata, kernels, fresh, projects, all, reproduce, transformed, modules, \
             recall and proofs, not `{other}`"
        ),
    }
}
