//! What log stores hand out: one document of entries, in JSON or as a table, often with the newest
//! entry first.

use csv::{ByteRecord, ReaderBuilder};
use memchr::{memchr, memmem};
use serde_json::{Map, Value};

use super::layout::{Order, text};

/// Without one of these no entry has anything to tell.
const WORDS: [&[u8]; 6] = [
    b"goroutine ",
    b"fatal error: ",
    b"panic: ",
    b"DATA RACE",
    b"profile: total ",
    b"Full thread dump ",
];

/// The entries as records of one line each, the oldest first, if `bytes` is such a document.
pub(super) fn records(bytes: &[u8]) -> Option<Vec<u8>> {
    let first = bytes.trim_ascii_start().first()?;
    let mut words = WORDS.iter();
    if !words.any(|word| memmem::find(bytes, word).is_some()) {
        return None;
    }
    let mut entries = match first {
        b'{' | b'[' => of_document(bytes)?,
        _ => of_table(bytes)?,
    };
    if is_newest_first(&entries) {
        entries.reverse();
    }
    let mut out = Vec::with_capacity(bytes.len());
    for entry in entries {
        serde_json::to_writer(&mut out, &entry).ok()?;
        out.push(b'\n');
    }
    Some(out)
}

fn is_newest_first(entries: &[Value]) -> bool {
    let texts: Vec<&[u8]> = entries
        .iter()
        .map(|entry| text(entry).unwrap_or_default().trim_ascii_end().as_bytes())
        .collect();
    let mut order = Order::default();
    for (at, line) in texts.iter().enumerate() {
        let above = at.checked_sub(1).map_or(&b""[..], |above| texts[above]);
        let below = texts.get(at + 1).copied().unwrap_or_default();
        order.look(above, line, below);
    }
    order.is_newest_first()
}

/// The entries of one JSON document. A record in each line is no document.
fn of_document(bytes: &[u8]) -> Option<Vec<Value>> {
    let line = &bytes[..memchr(b'\n', bytes).unwrap_or(bytes.len())];
    let is_one_line = line.len() == bytes.trim_ascii_end().len();
    if !is_one_line && serde_json::from_slice::<Value>(line).is_ok() {
        return None;
    }
    let document: Value = serde_json::from_slice(bytes).ok()?;
    let mut entries = Vec::new();
    collect(document, &mut entries);
    (!entries.is_empty()).then_some(entries)
}

fn collect(value: Value, entries: &mut Vec<Value>) {
    match value {
        Value::Array(items) => {
            for item in items {
                collect(item, entries);
            }
        }
        Value::Object(mut fields) => {
            if let Some(lines) = lines_of_stream(&mut fields) {
                entries.extend(lines);
            } else {
                let value = Value::Object(fields);
                if text(&value).is_some() {
                    entries.push(value);
                } else if let Value::Object(fields) = value {
                    for (_, inner) in fields {
                        collect(inner, entries);
                    }
                }
            }
        }
        _ => {}
    }
}

/// The lines of a stream of Loki, `{"stream": LABELS, "values": [[TIME, LINE], ...]}`, as records.
fn lines_of_stream(fields: &mut Map<String, Value>) -> Option<Vec<Value>> {
    let labels = fields.get("stream")?.as_object()?.clone();
    let values = fields.get("values")?.as_array()?;
    let record = |value: &Value| {
        let (time, line) = (value.get(0)?, value.get(1)?.as_str()?);
        let mut record = labels.clone();
        record.insert("time".to_owned(), time.clone());
        record.insert("line".to_owned(), line.into());
        Some(Value::Object(record))
    };
    values.iter().map(record).collect()
}

/// The rows of a table with a column of texts.
fn of_table(bytes: &[u8]) -> Option<Vec<Value>> {
    let head = &bytes[..memchr(b'\n', bytes)?];
    let gap = *head.iter().find(|b| matches!(b, b',' | b';' | b'\t'))?;
    let mut reader = ReaderBuilder::new()
        .delimiter(gap)
        .flexible(true)
        .from_reader(bytes);
    let names: Vec<String> = reader.headers().ok()?.iter().map(str::to_owned).collect();
    let column = names.iter().position(|name| {
        let name = name.trim();
        contend_dumps::names_text(name) || contend_dumps::names_text(&name.to_ascii_lowercase())
    })?;
    let mut row = ByteRecord::new();
    let mut rows = Vec::new();
    while reader.read_byte_record(&mut row).ok()? {
        let mut record = Map::new();
        for (at, (name, field)) in names.iter().zip(&row).enumerate() {
            let name = if at == column { "message" } else { name };
            let field = String::from_utf8_lossy(field).into_owned();
            record.insert(name.to_owned(), field.into());
        }
        rows.push(Value::Object(record));
    }
    Some(rows)
}
