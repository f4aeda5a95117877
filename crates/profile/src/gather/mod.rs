//! Folded text, perf, pprof, traces and goroutine dumps to stacks.

mod perf;

use std::borrow::Cow;
use std::io::{self, Read};

use contend_flame::{Palette, Side, Stacks, fold};
use contend_gotrace::TraceError;
use contend_pprof::{Kind, Profile};

use crate::names::Names;
use crate::of_trace;

/// How much of a recording is looked at to tell its kind.
const HEAD: u64 = 64 * 1024;

/// The kinds of recordings that hold stacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A line for each stack.
    Folded,
    /// What `perf script` prints.
    Perf,
    /// perf's own file.
    PerfData,
    /// A profile in the format of pprof.
    Pprof,
    /// A goroutine dump, alone or in a log.
    Dump,
    /// An execution trace.
    Trace,
}

/// Stacks, and what there is to say about them.
#[derive(Debug)]
pub struct Gathered {
    /// What the recording was taken for.
    pub source: Source,
    /// The stacks.
    pub stacks: Stacks,
    /// Whole sentences on what is not in the stacks, and why.
    pub remarks: Vec<String>,
}

/// Why a recording gives no stacks.
#[derive(Debug, thiserror::Error)]
pub enum GatherError {
    /// It could not be read.
    #[error("reading: {0}")]
    Read(#[from] io::Error),
    /// None of the kinds.
    #[error("neither folded stacks, nor from perf, pprof, a trace or a goroutine dump")]
    Unknown,
    /// An execution trace that is not read.
    #[error(transparent)]
    Trace(#[from] TraceError),
    /// The value asked for is not there.
    #[error("the profile has no value `{wanted}`; it has {has}")]
    NoValue {
        /// What was asked for.
        wanted: String,
        /// What there is.
        has: String,
    },
    /// A choice of value where there is none.
    #[error("only profiles of pprof have a choice of values")]
    OneValue,
    /// Recordings that count different things.
    #[error("it counts {other}, the recordings before it count {unit}")]
    Units {
        /// What it counts.
        other: String,
        /// What the others count.
        unit: String,
    },
}

/// Reads the stacks of a recording. `value` chooses among the values of a pprof profile, such as
/// `alloc_space`; without it the profile's default is taken. `names` has names for `perf.data`.
///
/// Texts of perf and traces are read in pieces, of which few are in memory at a time.
pub fn gather(
    mut input: impl Read + Send,
    title: &str,
    value: Option<&str>,
    names: &Names,
) -> Result<Gathered, GatherError> {
    let mut head = Vec::new();
    input.by_ref().take(HEAD).read_to_end(&mut head)?;
    let source = source_of(&head);
    if value.is_some() && source != Source::Pprof {
        return Err(GatherError::OneValue);
    }
    let (stacks, remarks) = match source {
        Source::Perf => perf::of_text(head.chain(input), title)?,
        Source::Trace => of_trace::stacks(head.chain(input), title)?,
        Source::Folded | Source::PerfData | Source::Pprof | Source::Dump => {
            let mut bytes = head;
            input.read_to_end(&mut bytes)?;
            match source {
                Source::Folded => of_folded(&bytes, title),
                Source::PerfData => perf::of_data(&bytes, title, names),
                Source::Pprof => of_pprof(&bytes, title, value)?,
                _ => of_dump(&bytes, title),
            }
        }
    };
    if stacks.is_empty() && source == Source::Dump {
        return Err(GatherError::Unknown);
    }
    Ok(Gathered {
        source,
        stacks,
        remarks,
    })
}

/// What a recording is that begins like this.
fn source_of(head: &[u8]) -> Source {
    if contend_perf::is_data(head) {
        Source::PerfData
    } else if head.starts_with(b"go 1.") {
        Source::Trace
    } else if contend_pprof::is_gzip(head) {
        Source::Pprof
    } else if contend_perf::looks_like(head) {
        Source::Perf
    } else if fold::looks_like(head) {
        Source::Folded
    } else if contend_pprof::parse(head).profile.sample_types.is_empty() {
        // The types stand at the front of a profile, and no text reads as one.
        Source::Dump
    } else {
        Source::Pprof
    }
}

fn of_folded(bytes: &[u8], title: &str) -> (Stacks, Vec<String>) {
    let mut stacks = Stacks::new(title, "samples");
    let strange = fold::read(bytes, &mut stacks);
    (stacks, strange_lines(strange))
}

fn strange_lines(count: u64) -> Vec<String> {
    if count == 0 {
        return Vec::new();
    }
    vec![format!("{count} lines were not understood")]
}

/// Goroutines with equal stacks in equal states are one stack; the state is its innermost frame.
fn of_dump(bytes: &[u8], title: &str) -> (Stacks, Vec<String>) {
    let document = contend_dumps::parse(bytes);
    let mut stacks = Stacks::new(title, "goroutines");
    stacks.palette = Palette::Waiting;
    let mut elided = 0;
    for goroutine in &document.goroutines {
        elided += u64::from(goroutine.flags & contend_dumps::flags::ELIDED != 0);
        let frames = document.stack(goroutine.frames).iter().rev();
        let mut path: Vec<_> = frames.map(|it| document.name(it.func)).collect();
        path.push(format!("[{}]", document.name(goroutine.state)).into());
        stacks.add(path.iter().map(AsRef::as_ref), 1, Side::Now);
    }
    let mut remarks = Vec::new();
    if 0 < elided {
        remarks.push(format!(
            "{elided} goroutines were printed with frames left out, as Go does beyond 100"
        ));
    }
    if 1 < document.dumps.len() {
        remarks.push(format!(
            "{} dumps are added up; a goroutine may be in several",
            document.dumps.len()
        ));
    }
    (stacks, remarks)
}

fn of_pprof(
    bytes: &[u8],
    title: &str,
    value: Option<&str>,
) -> Result<(Stacks, Vec<String>), GatherError> {
    let reading = contend_pprof::parse(bytes);
    let profile = &reading.profile;
    let column = column(profile, value)?;
    let value_type = profile.sample_types[column];
    let (unit, palette) = unit_and_palette(profile, column);
    let mut stacks = Stacks::new(
        &format!("{title}: {}", profile.text(value_type.kind)),
        &unit,
    );
    stacks.palette = palette;
    let mut negative = 0_u64;
    let mut path = Vec::new();
    for sample in &profile.samples {
        let Ok(value) = u64::try_from(profile.values(sample)[column]) else {
            negative += 1;
            continue;
        };
        if value == 0 {
            continue;
        }
        pprof_path(profile, sample, &mut path);
        stacks.add(path.iter().map(AsRef::as_ref), value, Side::Now);
    }
    let mut remarks = Vec::new();
    if !reading.problems.is_empty() {
        remarks.push(format!("the profile is damaged: {}", reading.problems));
    }
    if 0 < reading.unknown_fields {
        remarks.push(format!(
            "{} fields of a later format were left out",
            reading.unknown_fields
        ));
    }
    if 0 < negative {
        remarks.push(format!(
            "{negative} stacks with negative values were left out"
        ));
    }
    Ok((stacks, remarks))
}

/// The unit of a value in the words of a flame graph, and the colours that fit.
fn unit_and_palette(profile: &Profile, column: usize) -> (String, Palette) {
    let value_type = profile.sample_types[column];
    let unit = match profile.text(value_type.unit) {
        "count" | "" => match profile.text(value_type.kind) {
            // As a dump counts them.
            "goroutine" => "goroutines",
            kind => kind,
        },
        unit => unit,
    };
    let palette = match profile.kind() {
        Kind::Contention | Kind::Goroutine => Palette::Waiting,
        _ => Palette::Busy,
    };
    (unit.to_owned(), palette)
}

fn column(profile: &Profile, wanted: Option<&str>) -> Result<usize, GatherError> {
    let Some(wanted) = wanted else {
        return profile.default_value().ok_or(GatherError::Unknown);
    };
    let names = || profile.sample_types.iter().map(|it| profile.text(it.kind));
    names()
        .position(|name| name == wanted)
        .ok_or_else(|| GatherError::NoValue {
            wanted: wanted.to_owned(),
            has: names().collect::<Vec<_>>().join(", "),
        })
}

/// The names of a sample's frames, outermost first, inlined calls among them.
fn pprof_path<'p>(
    profile: &'p Profile,
    sample: &contend_pprof::Sample,
    path: &mut Vec<Cow<'p, str>>,
) {
    path.clear();
    for location in profile.stack(sample).iter().rev() {
        let lines = profile.lines(*location);
        if lines.is_empty() {
            let address = profile.locations[location.index()].address;
            path.push(Cow::Owned(format!("(0x{address:x})")));
        }
        for line in lines.iter().rev() {
            path.push(match line.function {
                Some(it) => Cow::Borrowed(profile.text(profile.functions[it.index()].name)),
                None => Cow::Borrowed("(unknown)"),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(bytes: &[u8], value: Option<&str>) -> Result<Gathered, GatherError> {
        gather(bytes, "t", value, &Names::default())
    }

    fn folded(bytes: &[u8]) -> (Source, String, String) {
        let gathered = read(bytes, None).unwrap();
        let stacks = &gathered.stacks;
        (gathered.source, fold::write(stacks), stacks.unit.clone())
    }

    #[test]
    fn perf_counts_samples_below_their_command() {
        let text = b"my api 7 1.5: 10 cycles: \n\tffffffff81000000 irq+0x1 ([kernel.kallsyms])\n\
            \t 2f main.main+0x2 (/bin/api)\n\nmy api 8 2.5: 10 cycles: \n\t 1 [unknown] (/bin/api)\n";
        let wanted = "my_api;(api) 1\nmy_api;main.main;irq_[k] 1\n";
        assert_eq!(
            folded(text),
            (Source::Perf, wanted.to_owned(), "samples".to_owned())
        );
    }

    #[test]
    fn trace_points_are_no_samples() {
        let call = "api 7 1.5: raw_syscalls:sys_enter: NR 1 (3, 0, 5, 0, 0, 0)\n\t 2f main.f (/bin/api)\n\n";
        let both = format!("{call}api 7 2.5: cpu-clock:u: \n\t 3f main.g (/bin/api)\n\n");
        let gathered = read(both.as_bytes(), None).unwrap();
        assert_eq!(fold::write(&gathered.stacks), "api;main.g 1\n");
        assert!(
            gathered.remarks[0].starts_with("1 events"),
            "{:?}",
            gathered.remarks
        );
        let (_, text, unit) = folded(call.as_bytes());
        assert_eq!((text.as_str(), unit.as_str()), ("api;main.f 1\n", "events"));
    }

    #[test]
    fn goroutines_of_a_dump_end_in_their_state() {
        let text = b"goroutine 1 [chan receive, 3 minutes]:\nmain.wait(...)\n\t/m.go:3\nmain.main()\n\t/m.go:9 +0x1\n\n";
        let wanted = "main.main;main.wait;[chan receive] 1\n";
        assert_eq!(
            folded(text),
            (Source::Dump, wanted.to_owned(), "goroutines".to_owned())
        );
    }

    #[test]
    fn a_profile_that_was_written_is_read_back() {
        let (_, text, _) = folded(b"main.main;main.a 3\nmain.main 4\n");
        let stacks = read(text.as_bytes(), None).unwrap().stacks;
        let packed = contend_flame::pprof::write(&stacks);
        assert_eq!(folded(&packed), (Source::Pprof, text, "samples".to_owned()));
        let error = read(&packed, Some("delay")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the profile has no value `delay`; it has samples"
        );
    }

    #[test]
    fn what_holds_no_stacks_says_so() {
        for bytes in [&b""[..], b"hello\n", b"\x1f\x8bbroken", b"\0\0\0"] {
            assert!(matches!(read(bytes, None), Err(GatherError::Unknown)));
        }
        assert!(matches!(
            read(b"main;a 3\n", Some("x")),
            Err(GatherError::OneValue)
        ));
        let cut = read(b"PERFILE2xxxx", None).unwrap();
        assert!(cut.stacks.is_empty());
        assert_eq!(cut.remarks, ["the file is cut off"]);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..99)) {
            let _ = read(&bytes, None);
        }
    }
}
