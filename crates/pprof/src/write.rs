//! Tables to `profile.proto`.

use contend_base::Idx;

use crate::model::{Label, LabelValue, Location, Profile, Sample, Text, ValueType};
use crate::wire::{put_bytes, put_number, put_varint};

/// The profile in the format of pprof, not packed; see [`crate::pack`].
///
/// Records are numbered by their place in the tables, from 1.
pub fn write(profile: &Profile) -> Vec<u8> {
    let mut out = Vec::new();
    let mut record = Vec::new();
    for it in &profile.sample_types {
        put_record(&mut out, 1, &mut record, |to| value_type(to, *it));
    }
    for it in &profile.samples {
        put_record(&mut out, 2, &mut record, |to| sample(to, profile, it));
    }
    for (n, it) in profile.mappings.iter().enumerate() {
        let texts = [text(it.file), text(it.build_id)];
        let has = it.has.map(u64::from);
        let numbers = [n as u64 + 1, it.start, it.limit, it.offset];
        let numbers = numbers.into_iter().chain(texts).chain(has);
        put_record(&mut out, 3, &mut record, |to| put_numbers(to, numbers));
    }
    for (n, it) in profile.locations.iter().enumerate() {
        let id = n as u64 + 1;
        put_record(&mut out, 4, &mut record, |to| location(to, profile, id, it));
    }
    for (n, it) in profile.functions.iter().enumerate() {
        let texts = [text(it.name), text(it.system_name), text(it.file)];
        let numbers = [n as u64 + 1].into_iter().chain(texts);
        let numbers = numbers.chain([it.start_line as u64]);
        put_record(&mut out, 5, &mut record, |to| put_numbers(to, numbers));
    }
    for it in &profile.strings {
        put_bytes(&mut out, 6, it.as_bytes());
    }
    put_number(&mut out, 7, text(profile.drop_frames));
    put_number(&mut out, 8, text(profile.keep_frames));
    put_number(&mut out, 9, profile.time_nanos as u64);
    put_number(&mut out, 10, profile.duration_nanos as u64);
    if let Some(it) = &profile.period_type {
        put_record(&mut out, 11, &mut record, |to| value_type(to, *it));
    }
    put_number(&mut out, 12, profile.period as u64);
    put_packed(&mut out, 13, profile.comments.iter().copied().map(text));
    put_number(&mut out, 14, text(profile.default_type));
    put_number(&mut out, 15, text(profile.doc_url));
    out
}

fn text(it: Text) -> u64 {
    it.index() as u64
}

/// The number of a record, 0 for none.
fn id<T>(it: Option<Idx<T>>) -> u64 {
    it.map_or(0, |it| it.index() as u64 + 1)
}

/// `record` is scratch space.
fn put_record(
    out: &mut Vec<u8>,
    field: u64,
    record: &mut Vec<u8>,
    fill: impl FnOnce(&mut Vec<u8>),
) {
    record.clear();
    fill(record);
    put_bytes(out, field, record);
}

/// Integer fields, numbered from 1.
fn put_numbers(to: &mut Vec<u8>, numbers: impl IntoIterator<Item = u64>) {
    for (field, number) in (1..).zip(numbers) {
        put_number(to, field, number);
    }
}

fn put_packed(to: &mut Vec<u8>, field: u64, numbers: impl Iterator<Item = u64>) {
    let mut packed = Vec::new();
    numbers.for_each(|it| put_varint(&mut packed, it));
    if !packed.is_empty() {
        put_bytes(to, field, &packed);
    }
}

fn value_type(to: &mut Vec<u8>, it: ValueType) {
    put_numbers(to, [text(it.kind), text(it.unit)]);
}

fn sample(to: &mut Vec<u8>, profile: &Profile, it: &Sample) {
    let stack = profile.stack(it).iter();
    put_packed(to, 1, stack.map(|location| id(Some(*location))));
    let values = profile.values(it).iter();
    put_packed(to, 2, values.map(|value| *value as u64));
    for it in profile.labels(it) {
        let mut record = Vec::new();
        label(&mut record, it);
        put_bytes(to, 3, &record);
    }
}

fn label(to: &mut Vec<u8>, it: &Label) {
    let value = match it.value {
        LabelValue::Text(it) => [text(it), 0, 0],
        LabelValue::Number(number, unit) => [0, number as u64, text(unit)],
    };
    put_numbers(to, [text(it.key)].into_iter().chain(value));
}

fn location(to: &mut Vec<u8>, profile: &Profile, number: u64, it: &Location) {
    put_numbers(to, [number, id(it.mapping), it.address]);
    for line in &profile.lines[it.lines.as_usize()] {
        let mut record = Vec::new();
        let numbers = [id(line.function), line.line as u64, line.column as u64];
        put_numbers(&mut record, numbers);
        put_bytes(to, 4, &record);
    }
    put_number(to, 5, u64::from(it.folded));
}
