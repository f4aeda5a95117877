//! Objects and types of identifiers and expressions, compared with go/types.

use std::path::Path;

use super::dumps::{Pair, Places, Tally, pairs};
use super::{Oracle, Target};

pub(super) const ORACLE: Oracle = Oracle {
    name: "types",
    tool: "typesdump",
    compare,
    least: (99.5, 99.0),
};

/// One line of a dump. The key identifies the node, the text says what it is.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Entry<'a> {
    start: usize,
    end: usize,
    letter: u8,
    text: &'a str,
}

impl Entry<'_> {
    fn key(&self) -> (usize, usize, u8) {
        (self.start, self.end, self.letter)
    }
}

fn compare(target: &Target, theirs: &Path, ours: &Path) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    pairs(theirs, ours, |pair| compare_file(target, &pair, &mut tally))?;
    Ok(tally)
}

fn compare_file(target: &Target, pair: &Pair, tally: &mut Tally) {
    let places = Places::of(target, &pair.name);
    let theirs = entries(&pair.theirs);
    let ours = entries(pair.ours.as_deref().unwrap_or_default());
    let mut it = ours.iter().peekable();
    let extra = |tally: &mut Tally, entry: &Entry<'_>| {
        let cause = format!("only contend has {}", kind(entry.letter));
        tally.note(
            cause,
            format!("{} {}", places.at(entry.start, entry.end), entry.text),
        );
    };
    for want in &theirs {
        while let Some(got) = it.next_if(|got| got.key() < want.key()) {
            extra(tally, got);
        }
        let got = it.next_if(|got| got.key() == want.key());
        if got.is_some_and(|got| got.text == want.text) {
            tally.agree(kind(want.letter));
            continue;
        }
        let got = got.map(|got| got.text);
        let cause = match (pair.ours.is_some(), got) {
            (false, _) => "file not dumped".to_owned(),
            (true, None) => format!("{} missing", kind(want.letter)),
            (true, Some(got)) => cause(want.letter, want.text, got),
        };
        let place = places.at(want.start, want.end);
        let example = format!("{place} go: {} contend: {}", want.text, got.unwrap_or("-"));
        tally.miss(kind(want.letter), cause, example);
    }
    for got in it {
        extra(tally, got);
    }
}

fn kind(letter: u8) -> &'static str {
    match letter {
        b'E' => "expressions",
        b'D' => "declared identifiers",
        b'U' => "used identifiers",
        _ => "unknown entries",
    }
}

/// Names what differs, coarse enough that equal faults of contend fall together.
fn cause(letter: u8, want: &str, got: &str) -> String {
    let ((want_head, want_type), (got_head, got_type)) = (halves(want), halves(got));
    if want_head != got_head {
        let class = |head: &str| head.split(':').next().unwrap_or_default().to_owned();
        return match (class(want_head), class(got_head)) {
            (want, got) if want == got => format!("another {want}"),
            (want, got) if letter == b'E' => format!("mode {want} taken for {got}"),
            (want, got) => format!("{want} taken for {got}"),
        };
    }
    if got_type.contains("invalid") {
        return "type not found".to_owned();
    }
    let untyped = want_type.starts_with("untyped") != got_type.starts_with("untyped");
    if untyped {
        "untyped against typed".to_owned()
    } else {
        "another type".to_owned()
    }
}

/// Mode or object, and the type behind it.
fn halves(text: &str) -> (&str, &str) {
    text.split_once(' ').unwrap_or((text, ""))
}

/// The lines in the order of their keys; lines with unknown letters are left out.
fn entries(text: &str) -> Vec<Entry<'_>> {
    let mut entries: Vec<Entry<'_>> = text.lines().filter_map(entry).collect();
    entries.sort_unstable();
    entries
}

fn entry(line: &str) -> Option<Entry<'_>> {
    let letter = *line.as_bytes().first()?;
    if !matches!(letter, b'E' | b'D' | b'U') {
        return None;
    }
    let mut fields = line.get(2..)?.splitn(3, ' ');
    let start = fields.next()?.parse().ok()?;
    let end = fields.next()?.parse().ok()?;
    Some(Entry {
        start,
        end,
        letter,
        text: fields.next().unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::report::Outcome;

    fn compared(theirs: &str, ours: Option<&str>) -> Tally {
        let target = Target {
            dir: PathBuf::from("nowhere"),
            pattern: "./...",
            module: "m".to_owned(),
        };
        let pair = Pair {
            name: PathBuf::from("m/a.go.types"),
            theirs: theirs.to_owned(),
            ours: ours.map(str::to_owned),
        };
        let mut tally = Tally::default();
        compare_file(&target, &pair, &mut tally);
        tally
    }

    const GO: &str = "D 1 2 var:m/a.go:1 int\nE 3 9 value []int\nU 3 4 var:m/a.go:1\n";

    #[test]
    fn equal_dumps_agree_whatever_the_order_of_lines() {
        let tally = compared(
            GO,
            Some("U 3 4 var:m/a.go:1\nE 3 9 value []int\nD 1 2 var:m/a.go:1 int\n"),
        );
        assert!(matches!(
            tally.judge(100.0, Path::new("")),
            Outcome::Passed(_)
        ));
    }

    #[test]
    fn a_missing_file_entry_mode_or_type_is_a_miss() {
        for (ours, cause) in [
            (None, "file not dumped"),
            (
                Some("D 1 2 var:m/a.go:1 int\nU 3 4 var:m/a.go:1\n"),
                "expressions missing",
            ),
            (Some("E 3 9 var []int\n"), "mode value taken for var"),
            (Some("E 3 9 value []string\n"), "another type"),
            (Some("E 3 9 value invalid\n"), "type not found"),
            (Some("U 3 4 field:m/a.go:7\n"), "var taken for field"),
            (Some("U 3 4 var:m/a.go:7\n"), "another var"),
            (Some("E 4 9 value int\n"), "only contend has expressions"),
        ] {
            let tally = compared(GO, ours);
            assert!(
                tally.causes().contains(cause),
                "{cause}: {}",
                tally.causes()
            );
            assert!(matches!(
                tally.judge(99.0, Path::new("")),
                Outcome::Failed(_)
            ));
        }
    }
}
