//! Callees of calls, compared with typeutil.StaticCallee and a class hierarchy over go/ssa.

use std::collections::BTreeMap;
use std::path::Path;

use super::dumps::{Pair, Places, Tally, pairs};
use super::{Oracle, Target};

pub(super) const ORACLE: Oracle = Oracle {
    name: "calls",
    tool: "callgraph",
    compare,
    least: (99.9, 99.9),
};

/// The callees of one call, by the offset of its left parenthesis.
#[derive(Debug)]
struct Call<'a> {
    letter: u8,
    callees: Vec<&'a str>,
}

fn compare(target: &Target, theirs: &Path, ours: &Path) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    pairs(theirs, ours, |pair| compare_file(target, &pair, &mut tally))?;
    Ok(tally)
}

fn compare_file(target: &Target, pair: &Pair, tally: &mut Tally) {
    let places = Places::of(target, &pair.name);
    let ours = calls(pair.ours.as_deref().unwrap_or_default());
    for (offset, want) in &calls(&pair.theirs) {
        let kind = kind(want.letter);
        let Some(cause) = difference(want, ours.get(offset), pair.ours.is_some()) else {
            tally.agree(kind);
            continue;
        };
        let got = ours
            .get(offset)
            .map_or_else(|| "-".to_owned(), |got| got.callees.join(" "));
        let place = places.at(offset.saturating_sub(40), *offset);
        tally.miss(
            kind,
            cause,
            format!("{place} go: {} contend: {got}", want.callees.join(" ")),
        );
    }
}

fn kind(letter: u8) -> &'static str {
    if letter == b'S' {
        "static calls"
    } else {
        "interface calls"
    }
}

/// Says what is wrong with contend's answer; for interface calls more callees are allowed.
fn difference(want: &Call<'_>, got: Option<&Call<'_>>, dumped: bool) -> Option<String> {
    let Some(got) = got else {
        let what = if dumped {
            "call missing"
        } else {
            "file not dumped"
        };
        return Some(format!("{}: {what}", kind(want.letter)));
    };
    if got.letter != want.letter {
        return Some(format!(
            "{} taken for {}",
            kind(want.letter),
            kind(got.letter)
        ));
    }
    if want.letter == b'S' {
        return (got.callees != want.callees).then(|| "another static callee".to_owned());
    }
    let lacks = want
        .callees
        .iter()
        .any(|callee| !got.callees.contains(callee));
    lacks.then(|| "implementing method missing".to_owned())
}

fn calls(text: &str) -> BTreeMap<usize, Call<'_>> {
    let mut calls = BTreeMap::new();
    for line in text.lines() {
        let mut fields = line.split(' ');
        let letter = match fields.next() {
            Some("S") => b'S',
            Some("I") => b'I',
            _ => continue,
        };
        if let Some(offset) = fields.next().and_then(|field| field.parse().ok()) {
            calls.insert(
                offset,
                Call {
                    letter,
                    callees: fields.collect(),
                },
            );
        }
    }
    calls
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(want: &str, got: &str) -> Option<String> {
        let (want, got) = (calls(want), calls(got));
        let (offset, call) = want.first_key_value().unwrap();
        difference(call, got.get(offset), true)
    }

    #[test]
    fn a_static_callee_must_be_the_same() {
        assert_eq!(verdict("S 5 a.F", "S 5 a.F"), None);
        assert_eq!(
            verdict("S 5 a.F", "S 5 a.G").unwrap(),
            "another static callee"
        );
        assert_eq!(
            verdict("S 5 a.F", "S 6 a.F").unwrap(),
            "static calls: call missing"
        );
        assert_eq!(
            verdict("S 5 a.F", "I 5 a.F").unwrap(),
            "static calls taken for interface calls"
        );
    }

    #[test]
    fn an_interface_call_may_have_more_callees_but_not_fewer() {
        assert_eq!(
            verdict("I 5 a.(T).M b.(T).M", "I 5 b.(T).M c.(T).M a.(T).M"),
            None
        );
        let missing = verdict("I 5 a.(T).M b.(T).M", "I 5 a.(T).M");
        assert_eq!(missing.unwrap(), "implementing method missing");
    }
}
