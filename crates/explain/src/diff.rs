//! Two dumps of one program: which groups came, went, grew and shrank.

use std::io::{self, Write};

use contend_diagnose::{Change, GroupCount, compare, group_counts, profile_counts};
use contend_dumps::parse;
use contend_sched::{Roles, Snapshot};
use serde::Serialize;

use crate::input::{self, Input, InputError};

/// What changed between two inputs.
#[derive(Debug)]
pub struct Difference {
    /// The largest change first.
    pub changes: Vec<Change>,
    /// Goroutines before and after, without those of the runtime.
    pub totals: (usize, usize),
}

impl Difference {
    /// Compares the last dump of each of two inputs.
    pub fn of_inputs(before: Input<'_>, after: Input<'_>) -> Result<Self, InputError> {
        Ok(Self::of(&last_dump(before)?, &last_dump(after)?))
    }

    fn of(before: &[GroupCount], after: &[GroupCount]) -> Self {
        let total = |groups: &[GroupCount]| groups.iter().map(|group| group.count).sum();
        Self {
            changes: compare(before, after),
            totals: (total(before), total(after)),
        }
    }
}

fn last_dump(input: Input<'_>) -> Result<Vec<GroupCount>, InputError> {
    let (texts, error) = input::texts(input);
    if let Some(error) = error {
        return Err(error);
    }
    for text in texts.list.iter().rev() {
        let document = parse(&text.bytes);
        let mut dumps = document.dumps.iter().rev();
        if let Some(dump) = dumps.find(|dump| !dump.goroutines.is_empty()) {
            let roles = Roles::of(&document);
            return Ok(group_counts(&Snapshot::of(&document, &roles, dump)));
        }
        let mut profiles = document.profiles.iter().rev();
        if let Some(profile) = profiles.find(|it| it.is_of_goroutines(&document)) {
            return Ok(profile_counts(&document, &Roles::of(&document), profile));
        }
    }
    Ok(Vec::new())
}

/// Writes a difference as a table.
pub fn write_difference(difference: &Difference, out: &mut dyn Write) -> io::Result<()> {
    let (before, after) = difference.totals;
    if (before, after) == (0, 0) {
        return writeln!(out, "no dump of goroutines in either input");
    }
    writeln!(out, "{before} goroutines before, {after} after")?;
    if difference.changes.is_empty() {
        return writeln!(out, "the groups are the same");
    }
    writeln!(out, "{:>8} {:>8} {:>8}", "before", "after", "change")?;
    for change in &difference.changes {
        let delta = change.after as i64 - change.before as i64;
        let place = &change.group.place;
        let state = match &change.group.state[..] {
            "" => String::new(),
            state => format!("[{state}] "),
        };
        writeln!(
            out,
            "{:>8} {:>8} {delta:>+8}  {state}{}  {}:{}",
            change.before, change.after, place.function, place.file, place.line
        )?;
        if !change.group.creator.is_empty() {
            writeln!(out, "{:26}  started by {}", "", change.group.creator)?;
        }
    }
    Ok(())
}

#[derive(Serialize)]
struct ChangeRecord<'a> {
    before: usize,
    after: usize,
    state: &'a str,
    function: &'a str,
    file: &'a str,
    line: u32,
    creator: &'a str,
}

/// Writes a difference as JSON.
pub fn write_difference_json(difference: &Difference, out: &mut dyn Write) -> io::Result<()> {
    let records: Vec<_> = difference
        .changes
        .iter()
        .map(|change| ChangeRecord {
            before: change.before,
            after: change.after,
            state: &change.group.state,
            function: &change.group.place.function,
            file: &change.group.place.file,
            line: change.group.place.line,
            creator: &change.group.creator,
        })
        .collect();
    let document = serde_json::json!({
        "schema_version": crate::SCHEMA_VERSION,
        "before": difference.totals.0,
        "after": difference.totals.1,
        "changes": records,
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use crate::Explanation;

    fn profile(n: u32) -> String {
        format!(
            "goroutine profile: total {}\n{n} @ 0x1 0x2\n#\t0x1\tmain.(*Client).quote.func1+0x1\t\
             /src/main.go:22\n\n1 @ 0x3\n#\t0x3\tmain.main+0x3\t/src/main.go:40\n",
            n + 1
        )
    }

    #[test]
    fn profiles_are_compared_too() {
        let (before, after) = (profile(200), profile(600));
        let texts = [("a", before.as_bytes()), ("b", after.as_bytes())];
        let found = Explanation::of_texts(texts);
        assert_eq!(
            found.diagnoses[0].headline,
            "goroutines in `main.(*Client).quote.func1` grow from 200 to 600"
        );
    }
}
