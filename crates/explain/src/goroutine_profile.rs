//! Goroutine profiles in the format of pprof, written as the text that `debug=1` prints, which the
//! reader of dumps takes.

use std::fmt::Write as _;

use contend_pprof::{Kind, LabelValue, Profile, Sample, parse};

/// True if these are the first bytes of a profile: a value type of two small numbers, which Go writes
/// as that of the period (field 11), others as that of the samples (field 1). No text starts like
/// this.
pub(crate) fn looks_like(head: &[u8]) -> bool {
    matches!(head, [0x0a | 0x5a, 2..=8, 0x08, ..])
}

/// The profile as text; else what kind it is.
pub(crate) fn as_text(bytes: &[u8]) -> Result<Vec<u8>, &'static str> {
    let profile = parse(bytes).profile;
    let kind = match profile.kind() {
        Kind::Goroutine => profile
            .sample_types
            .iter()
            .map(|it| profile.text(it.kind))
            .find(|name| name.starts_with("goroutine"))
            .map_or("goroutine", |name| name.trim_end_matches('s')),
        Kind::ThreadCreate => "threadcreate",
        Kind::Cpu => return Err("a CPU profile"),
        Kind::Heap => return Err("a heap profile"),
        Kind::Contention => return Err("a mutex or block profile"),
        Kind::Other => return Err("a profile of an unknown kind"),
    };
    // The order of debug=1: the most frequent stack first.
    let mut samples: Vec<(i64, &Sample)> = profile
        .samples
        .iter()
        .map(|sample| (profile.values(sample).first().copied().unwrap_or(0), sample))
        .filter(|(count, _)| 0 < *count)
        .collect();
    samples.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    let total = samples
        .iter()
        .fold(0i64, |sum, (n, _)| sum.saturating_add(*n));
    let mut text = format!("{kind} profile: total {total}\n");
    for (count, sample) in samples {
        entry(&profile, count, sample, &mut text);
    }
    Ok(text.into_bytes())
}

fn entry(profile: &Profile, count: i64, sample: &Sample, text: &mut String) {
    let _ = write!(text, "{count} @");
    for location in profile.stack(sample) {
        let address = profile.locations[location.index()].address;
        let _ = write!(text, " {address:#x}");
    }
    text.push('\n');
    labels(profile, sample, text);
    for location in profile.stack(sample) {
        let address = profile.locations[location.index()].address;
        for line in profile.lines(*location) {
            let Some(function) = line.function else {
                continue;
            };
            let function = &profile.functions[function.index()];
            let (name, file) = (profile.text(function.name), profile.text(function.file));
            let _ = writeln!(
                text,
                "#\t{address:#x}\t{}\t\t{}:{}",
                without_type_arguments(&one_line(name)),
                one_line(file),
                line.line.max(0)
            );
        }
    }
    text.push('\n');
}

fn labels(profile: &Profile, sample: &Sample, text: &mut String) {
    let mut pairs: Vec<(&str, String)> = profile
        .labels(sample)
        .iter()
        .map(|label| {
            let value = match label.value {
                LabelValue::Text(value) => profile.text(value).to_owned(),
                LabelValue::Number(number, unit) => format!("{number}{}", profile.text(unit)),
            };
            (profile.text(label.key), value)
        })
        .collect();
    if pairs.is_empty() {
        return;
    }
    pairs.sort_unstable();
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(key, value)| format!("{key:?}:{value:?}"))
        .collect();
    let _ = writeln!(text, "# labels: {{{}}}", pairs.join(", "));
}

/// Dumps write `f[...]` for every instance of a function.
fn without_type_arguments(name: &str) -> String {
    match (name.find('['), name.rfind(']')) {
        (Some(open), Some(close)) if open < close => {
            format!("{}[...]{}", &name[..open], &name[close + 1..])
        }
        _ => name.to_owned(),
    }
}

/// Names of damaged profiles may hold anything.
fn one_line(name: &str) -> String {
    name.replace(['\n', '\r', '\t'], " ")
}
