//! Lines as somebody copied or queried them: with blank lines between them, with their numbers in
//! front, the newest first.

use memchr::{memchr, memmem, memrchr};
use serde_json::Value;

use super::markup;

/// The lines as the program wrote them.
pub(super) fn straight(bytes: Vec<u8>) -> Vec<u8> {
    let mut bytes = bytes;
    if let Some(text) = markup::stripped(&bytes) {
        bytes = text;
    }
    if is_doubled(&bytes) {
        bytes = every_second_line(&bytes);
    }
    if let Some(bare) = without_numbers(&bytes) {
        bytes = bare;
    }
    if is_newest_first(&bytes) {
        bytes = reversed(&bytes);
    }
    bytes
}

/// True if a blank line stands behind each line, as some web pages and mail programs add them.
fn is_doubled(bytes: &[u8]) -> bool {
    const SAMPLE: usize = 200;
    const LEAST: usize = 12;
    let lines = bytes.split(|b| *b == b'\n').take(SAMPLE);
    let (mut lines_seen, mut full) = (0, 0);
    for (at, line) in lines.enumerate() {
        let is_blank = line.trim_ascii().is_empty();
        if at % 2 == 1 && !is_blank {
            return false;
        }
        lines_seen += 1;
        full += usize::from(!is_blank);
    }
    LEAST <= lines_seen && lines_seen < 3 * full
}

fn every_second_line(bytes: &[u8]) -> Vec<u8> {
    let lines: Vec<&[u8]> = bytes.split(|b| *b == b'\n').step_by(2).collect();
    lines.join(&b'\n')
}

/// The lines without the numbers in front of them that editors, `cat -n` and `grep -n` write.
fn without_numbers(bytes: &[u8]) -> Option<Vec<u8>> {
    const LEAST: usize = 4;
    let mut lines = bytes.split(|b| *b == b'\n').peekable();
    let first = numbered(lines.peek()?)?.0;
    let mut is_numbered = |at: u64| match lines.next() {
        Some(line) => numbered(line).is_some_and(|it| it.0 == first + at),
        None => false,
    };
    if !(0..LEAST as u64).all(&mut is_numbered) {
        return None;
    }
    let bare = |line| numbered(line).map_or(line, |it| it.1);
    let lines: Vec<&[u8]> = bytes.split(|b| *b == b'\n').map(bare).collect();
    Some(lines.join(&b'\n'))
}

/// The number of a line and what stands behind it.
fn numbered(line: &[u8]) -> Option<(u64, &[u8])> {
    let line = line.trim_ascii_start();
    let n = line.iter().take_while(|b| b.is_ascii_digit()).count();
    let number = std::str::from_utf8(&line[..n]).ok()?.parse().ok()?;
    match line.get(n) {
        // An empty line, of which an editor has cut the space.
        None => Some((number, b"")),
        Some(b'\t' | b' ' | b':' | b'|') => Some((number, &line[n + 1..])),
        Some(_) => None,
    }
}

/// True if the lines of stacks stand above the headers of their goroutines.
fn is_newest_first(bytes: &[u8]) -> bool {
    const SAMPLE: usize = 1000;
    let mut order = Order::default();
    let mut seen = 0;
    for hit in memmem::find_iter(bytes, HEADER).take(SAMPLE) {
        if hit < seen {
            continue;
        }
        let start = memrchr(b'\n', &bytes[..hit]).map_or(0, |at| at + 1);
        let end = memchr(b'\n', &bytes[hit..]).map_or(bytes.len(), |at| hit + at);
        seen = end;
        let above = start.checked_sub(1).map_or(&b""[..], |end| {
            let start = memrchr(b'\n', &bytes[..end]).map_or(0, |at| at + 1);
            &bytes[start..end]
        });
        let below = bytes.get(end + 1..).unwrap_or_default();
        let below = &below[..memchr(b'\n', below).unwrap_or(below.len())];
        let [above, line, below] = [above, &bytes[start..end], below].map(text_of);
        order.look(&above, &line, &below);
        if order.is_known() {
            break;
        }
    }
    order.is_newest_first()
}

/// The text of a line that is a record; else the line.
fn text_of(line: &[u8]) -> Vec<u8> {
    let record = line.starts_with(b"{").then(|| serde_json::from_slice(line));
    let record: Option<Value> = record.and_then(Result::ok);
    let text = record.as_ref().and_then(text);
    text.map_or(line, str::as_bytes).trim_ascii_end().to_vec()
}

/// The text that was logged, in a record or in a record within it.
pub(super) fn text(record: &Value) -> Option<&str> {
    let fields = record.as_object()?;
    let own = fields
        .iter()
        .find(|(name, value)| contend_dumps::names_text(name) && value.is_string());
    match own {
        Some((_, value)) => value.as_str(),
        None => fields.values().find_map(text),
    }
}

fn reversed(bytes: &[u8]) -> Vec<u8> {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let mut lines: Vec<&[u8]> = bytes.split(|b| *b == b'\n').collect();
    lines.reverse();
    lines.join(&b'\n')
}

/// What stands in each header of a stack, `Goroutine` at the start of a sentence.
const HEADER: &[u8] = b"oroutine ";

/// True for what stands above a stack in a dump or in a report of a race, also behind a prefix.
fn is_header(line: &[u8]) -> bool {
    let ends = [&b"]:"[..], b" created at:"];
    let is_access = || line.ends_with(b":") && memmem::find(line, b" by goroutine ").is_some();
    memmem::find(line, HEADER).is_some()
        && (ends.iter().any(|it| line.ends_with(it)) || is_access())
}

/// What headers of goroutines tell about the order of lines: the first call stands below each, or
/// above it where the newest line comes first.
#[derive(Default)]
pub(super) struct Order {
    oldest_first: usize,
    newest_first: usize,
}

impl Order {
    /// Takes a line, with the one above and the one below.
    pub(super) fn look(&mut self, above: &[u8], line: &[u8], below: &[u8]) {
        if !is_header(line) {
            return;
        }
        if below.ends_with(b")") {
            self.oldest_first += 1;
        } else if above.ends_with(b")") {
            self.newest_first += 1;
        }
    }

    fn is_known(&self) -> bool {
        const ENOUGH: usize = 8;
        ENOUGH <= self.oldest_first.max(self.newest_first)
    }

    pub(super) fn is_newest_first(&self) -> bool {
        self.oldest_first < self.newest_first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINES: &str = "panic: x\n\ngoroutine 1 [running]:\nmain.main()\n\tm.go:3 +0x1\n\n\
                         goroutine 2 [sleep]:\nmain.b(0x1)\n\tm.go:9 +0x1";

    fn straightened(text: &str) -> String {
        String::from_utf8(straight(text.as_bytes().to_vec())).expect("text")
    }

    #[test]
    fn lines_come_out_as_they_were_written() {
        assert_eq!(straightened(LINES), LINES);
        let turned: Vec<&str> = LINES.split('\n').rev().collect();
        assert_eq!(straightened(&turned.join("\n")), LINES);
        for (first, gap) in [(1, "\t"), (17, ": "), (1, " ")] {
            let lines = LINES.split('\n').enumerate();
            let numbered: Vec<String> = lines
                .map(|(at, line)| format!("{}{}{line}", first + at, &gap[..1]))
                .collect();
            assert_eq!(straightened(&numbered.join("\n")), LINES, "{gap:?}");
        }
    }

    #[test]
    fn lines_that_begin_with_numbers_are_not_numbered() {
        let pids = "12 a\n12 b\n12 c\n12 d\n12 e";
        assert_eq!(straightened(pids), pids);
    }

    #[test]
    fn records_are_turned_by_their_texts() {
        let record = |line: &str| serde_json::json!({"at": 1, "message": line}).to_string();
        let records: Vec<String> = LINES.split('\n').map(record).collect();
        let turned: Vec<&str> = records.iter().rev().map(String::as_str).collect();
        assert_eq!(straightened(&turned.join("\n")), records.join("\n"));
    }
}
