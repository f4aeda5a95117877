//! Lines that structured loggers and container engines write: JSON objects, and `key="value"`.

/// The parts of a record that may hold a dump.
#[derive(Debug, Default)]
pub(super) struct Record {
    /// The decoded texts, in the order of the record.
    pub(super) texts: Vec<Vec<u8>>,
    /// Other short texts, which may say why there is a dump beside them.
    others: Vec<Vec<u8>>,
    /// Who wrote it: the values of the fields that name pods, containers, hosts, processes.
    pub(super) source: Vec<u8>,
}

const TEXTS: &[&str] = &[
    "log",
    "msg",
    "message",
    "text",
    // What `go test -json` writes.
    "Output",
    "line",
    "textPayload",
    "MESSAGE",
    "@message",
    "body",
    "event",
    // Splunk.
    "_raw",
    "stack",
    "stacktrace",
    "stack_trace",
    "error",
    "err",
    "panic",
];

/// True for the names under which loggers, collectors and stores of logs keep the text of a record.
pub fn names_text(field: &str) -> bool {
    TEXTS.contains(&field)
}

const SOURCES: &[&str] = &[
    "pod",
    "pod_name",
    "container",
    "container_id",
    "container_name",
    "host",
    "hostname",
    "pid",
    "_PID",
    "service",
    "instance",
    "stream",
];

/// Reads `line` as a JSON object; fields of inner objects count like those of the outer one.
pub(super) fn record(line: &[u8]) -> Option<Record> {
    let mut record = Record::default();
    let mut at = 1;
    let mut key: Option<Vec<u8>> = None;
    while at < line.len() {
        match line[at] {
            b'"' => {
                let (text, end) = string(line, at)?;
                at = end;
                match (key.take(), next(line, at)) {
                    (None, Some(b':')) => key = Some(text),
                    (Some(key), _) => field(&mut record, &key, text),
                    // An element of an array: collectors put lines there, with their times.
                    (None, _) if holds_dump(&text) => record.texts.push(text),
                    (None, _) => {}
                }
            }
            b'0'..=b'9' | b'-' => {
                let len = line[at..]
                    .iter()
                    .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'+' | b'.'))
                    .count();
                if let Some(key) = key.take() {
                    field(&mut record, &key, line[at..at + len].to_vec());
                }
                at += len;
            }
            b'{' | b'[' => {
                key = None;
                at += 1;
            }
            b',' => {
                key = None;
                at += 1;
            }
            _ => at += 1,
        }
    }
    record.whole()
}

impl Record {
    /// The record, if it has texts. Beside a dump all texts count, in front of it.
    fn whole(mut self) -> Option<Self> {
        if self.texts.iter().any(|text| holds_dump(text)) {
            self.others.append(&mut self.texts);
            self.texts = std::mem::take(&mut self.others);
            self.texts.sort_by_key(|text| holds_dump(text));
        }
        (!self.texts.is_empty()).then_some(self)
    }
}

/// Reads the quoted values of a line of `key="value"`, as loggers for people write it.
pub(super) fn pairs(line: &[u8]) -> Option<Record> {
    let mut record = Record::default();
    let mut at = 0;
    while let Some(found) = memchr::memmem::find(&line[at..], b"=\"") {
        let equals = at + found;
        let key = line[at..equals].iter().rev();
        let key = key.take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'@' | b'.'));
        let key = &line[equals - key.count()..equals];
        let (text, end) = string(line, equals + 1)?;
        field(&mut record, key, text);
        at = end;
    }
    record.whole()
}

/// A dump that somebody has made one line of, as a string of a program or without quotes.
pub(super) fn escaped(line: &[u8]) -> Option<Record> {
    let mut record = Record::default();
    let mut at = 0;
    while let Some(quote) = memchr::memchr(b'"', &line[at..]) {
        let (text, end) = string(line, at + quote)?;
        at = end;
        if holds_dump(&text) {
            record.texts.push(text);
        }
    }
    if at == 0 {
        let (text, _) = string(&[b"\"", line, b"\""].concat(), 0)?;
        if holds_dump(&text) {
            record.texts.push(text);
        }
    }
    record.whole()
}

fn next(line: &[u8], at: usize) -> Option<u8> {
    line[at..]
        .iter()
        .copied()
        .find(|b| !b.is_ascii_whitespace())
}

fn field(record: &mut Record, key: &[u8], value: Vec<u8>) {
    let is_text = std::str::from_utf8(key).is_ok_and(names_text);
    // Who logs what another process printed calls the field as he likes.
    if is_text || holds_dump(&value) {
        record.texts.push(value);
    } else if SOURCES.iter().any(|name| name.as_bytes() == key) {
        if !record.source.is_empty() {
            record.source.push(b' ');
        }
        record.source.extend_from_slice(&value);
    } else if value.contains(&b' ') && value.len() < LONGEST_REASON {
        record.others.push(value);
    }
}

/// The text of a panic is not longer.
const LONGEST_REASON: usize = 1000;

fn holds_dump(value: &[u8]) -> bool {
    let marks = [
        &b"goroutine "[..],
        b"runtime.gopanic\n\t",
        b"WARNING: DATA RACE",
        b"Full thread dump ",
    ];
    let mut marks = marks.iter();
    value.contains(&b'\n') && marks.any(|mark| memchr::memmem::find(value, mark).is_some())
}

/// The decoded string that starts at `at`, and where it ends.
fn string(line: &[u8], at: usize) -> Option<(Vec<u8>, usize)> {
    let mut text = Vec::new();
    let mut at = at + 1;
    loop {
        let stop = memchr::memchr2(b'"', b'\\', &line[at..])?;
        text.extend_from_slice(&line[at..at + stop]);
        at += stop;
        if line[at] == b'"' {
            return Some((text, at + 1));
        }
        let escape = *line.get(at + 1)?;
        at += 2;
        match escape {
            b'n' => text.push(b'\n'),
            b't' => text.push(b'\t'),
            b'r' => {}
            b'b' | b'f' => text.push(b' '),
            b'u' => {
                let digits = std::str::from_utf8(line.get(at..at + 4)?).ok()?;
                let code = u32::from_str_radix(digits, 16).ok()?;
                at += 4;
                // Halves of pairs stand for characters that no dump needs.
                let c = char::from_u32(code).unwrap_or('\u{fffd}');
                let mut buffer = [0; 4];
                text.extend_from_slice(c.encode_utf8(&mut buffer).as_bytes());
            }
            other => text.push(other),
        }
    }
}
