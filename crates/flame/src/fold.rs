//! Folded text: a line for each stack, frames from outermost to innermost with `;` between them,
//! then a blank and the value.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::stacks::{Side, Stacks};

/// Reads folded text into `stacks`; gives the number of lines that are none.
///
/// Values may have a fraction, which is rounded. Lines of two values, as difFolded writes them, are
/// the side before and the side now.
pub fn read(text: &[u8], stacks: &mut Stacks) -> u64 {
    let mut strange = 0;
    let mut rest = text;
    while !rest.is_empty() {
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let line = String::from_utf8_lossy(rest[..end].trim_ascii_end());
        rest = rest.get(end + 1..).unwrap_or_default();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        match split(&line) {
            Some((stack, value, None)) => stacks.add(stack.split(';'), value, Side::Now),
            Some((stack, now, Some(before))) => {
                stacks.compared = true;
                stacks.add(stack.split(';'), before, Side::Before);
                stacks.add(stack.split(';'), now, Side::Now);
            }
            None => strange += 1,
        }
    }
    strange
}

/// True if a text that starts like this is folded: its first lines all end in a value, and one of
/// them has several frames.
pub fn looks_like(head: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(head) else {
        return false;
    };
    // The last line may be cut.
    let whole = text.rfind('\n').map_or(text, |end| &text[..end]);
    let lines = whole
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut stacks = lines.take(20).map(split).peekable();
    stacks.peek().is_some() && stacks.all(|it| it.is_some())
}

/// Stack, value now, and value before if there are two.
fn split(line: &str) -> Option<(&str, u64, Option<u64>)> {
    let (stack, last) = line.rsplit_once(' ')?;
    let last = value(last)?;
    if let Some((stack, first)) = stack.rsplit_once(' ')
        && let Some(first) = value(first)
    {
        return Some((stack, last, Some(first)));
    }
    (!stack.is_empty()).then_some((stack, last, None))
}

fn value(digits: &str) -> Option<u64> {
    if let Ok(value) = digits.parse() {
        return Some(value);
    }
    let fine = |byte: u8| byte.is_ascii_digit() || byte == b'.';
    let value: f64 = digits.bytes().all(fine).then(|| digits.parse().ok())??;
    Some(value.round() as u64)
}

/// The stacks as folded text, sorted. A comparison has two values a line: before, now.
pub fn write(stacks: &Stacks) -> String {
    let mut lines = Vec::new();
    let mut path = Vec::new();
    for node in stacks.nodes().iter().filter(|it| it.own != [0; 2]) {
        stacks.path(node, &mut path);
        let mut line = String::new();
        for (n, frame) in path.iter().enumerate() {
            line.push_str(if n == 0 { "" } else { ";" });
            line.push_str(&escaped(stacks.name(*frame)));
        }
        if line.is_empty() {
            line.push_str("[unknown]");
        }
        lines.push((line, node.own));
    }
    lines.sort();
    let mut out = String::new();
    for (line, [now, before]) in lines {
        if stacks.compared {
            let _ = writeln!(out, "{line} {before} {now}");
        } else {
            let _ = writeln!(out, "{line} {now}");
        }
    }
    out
}

/// A name must not hold what separates names.
fn escaped(name: &str) -> Cow<'_, str> {
    if name.contains([';', '\n', '\r']) {
        Cow::Owned(name.replace(';', ":").replace(['\n', '\r'], " "))
    } else {
        Cow::Borrowed(name)
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn read_new(text: &str) -> (Stacks, u64) {
        let mut stacks = Stacks::new("t", "samples");
        let strange = read(text.as_bytes(), &mut stacks);
        (stacks, strange)
    }

    #[test]
    fn lines_that_are_no_stacks_are_counted() {
        let (stacks, strange) = read_new("main;a b 3\n\n# remark\nno value\nmain 1.6\n");
        assert_eq!(
            (write(&stacks).as_str(), strange),
            ("main 2\nmain;a b 3\n", 1)
        );
    }

    #[test]
    fn two_values_are_a_comparison() {
        let (stacks, strange) = read_new("main;a 3 5\n");
        assert_eq!((write(&stacks).as_str(), strange), ("main;a 3 5\n", 0));
    }

    #[test]
    fn what_is_folded() {
        assert!(looks_like(b"main;a 3\nmain 4\nmai"));
        assert!(!looks_like(b"goroutine 1 [running]:\nmain.main()\n"));
        assert!(!looks_like(b""));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            stacks in vec((vec("[a-c(*). ]{0,2}[a-c]", 1..5), 1..99_u64), 0..20),
        ) {
            let mut all = Stacks::new("t", "samples");
            for (stack, value) in &stacks {
                all.add(stack.iter().map(String::as_str), *value, Side::Now);
            }
            let text = write(&all);
            let (again, strange) = read_new(&text);
            prop_assert_eq!(write(&again), text);
            prop_assert_eq!(strange, 0);
        }

        #[test]
        fn any_text_is_read(text in "\\PC{0,80}") {
            let (stacks, _) = read_new(&text);
            write(&stacks);
        }
    }
}
