//! `profile.proto` to tables.
//!
//! Field numbers are those of `proto/profile.proto` in github.com/google/pprof. Records may stand in
//! any order and refer forward, so the first pass collects them and the second one resolves.

use contend_base::{Idx, Range};
use rustc_hash::FxHashMap;

use crate::gzip;
use crate::model::{
    Function, Label, LabelValue, Line, Location, Mapping, Profile, Sample, Text, ValueType,
};
use crate::problem::{Problem, Problems};
use crate::wire::{Fields, Value, varint};

/// What could be read of a profile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// The sound part.
    pub profile: Profile,
    /// What was not sound.
    pub problems: Problems,
    /// Fields that the format as known here does not have; they are not in the profile.
    pub unknown_fields: u64,
}

/// Reads a profile, packed by gzip or not.
///
/// Never panics, whatever the bytes. At most 1 GiB is unpacked.
pub fn parse(bytes: &[u8]) -> Reading {
    let mut problems = Problems::default();
    let unpacked;
    let bytes = if gzip::is_gzip(bytes) {
        unpacked = gzip::unpack(bytes, &mut problems);
        &unpacked[..]
    } else {
        bytes
    };
    let mut reader = Reader {
        problems,
        ..Reader::default()
    };
    reader.collect(bytes);
    reader.resolve();
    Reading {
        profile: reader.profile,
        problems: reader.problems,
        unknown_fields: reader.unknown,
    }
}

#[derive(Default)]
struct Reader<'a> {
    profile: Profile,
    problems: Problems,
    unknown: u64,
    late: Late<'a>,
    /// Numbers in the file to places in the tables.
    mapping_ids: FxHashMap<u64, usize>,
    function_ids: FxHashMap<u64, usize>,
    location_ids: FxHashMap<u64, usize>,
}

/// What refers to records that may come later, kept for the second pass.
#[derive(Default)]
struct Late<'a> {
    types: Vec<&'a [u8]>,
    samples: Vec<&'a [u8]>,
    mappings: Vec<&'a [u8]>,
    locations: Vec<&'a [u8]>,
    functions: Vec<&'a [u8]>,
    period_type: Option<&'a [u8]>,
    comments: Vec<u64>,
    drop_frames: u64,
    keep_frames: u64,
    default_type: u64,
    doc_url: u64,
}

impl<'a> Reader<'a> {
    fn collect(&mut self, bytes: &'a [u8]) {
        self.profile.strings.clear();
        let mut comments = Vec::new();
        self.fields(bytes, |reader, field, value| {
            let late = &mut reader.late;
            match (field, value) {
                (1, Value::Bytes(it)) => late.types.push(it),
                (2, Value::Bytes(it)) => late.samples.push(it),
                (3, Value::Bytes(it)) => late.mappings.push(it),
                (4, Value::Bytes(it)) => late.locations.push(it),
                (5, Value::Bytes(it)) => late.functions.push(it),
                (6, Value::Bytes(it)) => reader.string(it),
                (7, Value::Varint(it)) => late.drop_frames = it,
                (8, Value::Varint(it)) => late.keep_frames = it,
                (9, Value::Varint(it)) => reader.profile.time_nanos = it as i64,
                (10, Value::Varint(it)) => reader.profile.duration_nanos = it as i64,
                (11, Value::Bytes(it)) => late.period_type = Some(it),
                (12, Value::Varint(it)) => reader.profile.period = it as i64,
                (13, it) => reader.integers(it, &mut comments),
                (14, Value::Varint(it)) => late.default_type = it,
                (15, Value::Varint(it)) => late.doc_url = it,
                _ => reader.unknown += 1,
            }
        });
        self.late.comments = comments;
        // Number 0 is how a record says that it has no text.
        match self.profile.strings.first_mut() {
            Some(first) if !first.is_empty() => {
                first.clear();
                self.problems.add(Problem::NoString);
            }
            Some(_) => {}
            None => self.profile.strings.push(String::new()),
        }
    }

    /// Hands each field of `record` to `take`, up to the first damage.
    fn fields<'b>(&mut self, record: &'b [u8], mut take: impl FnMut(&mut Self, u64, Value<'b>)) {
        for field in Fields::of(record) {
            match field {
                Ok((field, value)) => take(self, field, value),
                Err(_) => self.problems.add(Problem::Cut),
            }
        }
    }

    fn string(&mut self, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes);
        if matches!(text, std::borrow::Cow::Owned(_)) {
            self.problems.add(Problem::NotUtf8);
        }
        self.profile.strings.push(text.into_owned());
    }

    /// A repeated integer, in one field each or packed.
    fn integers(&mut self, value: Value<'_>, out: &mut Vec<u64>) {
        match value {
            Value::Varint(it) => out.push(it),
            Value::Bytes(mut rest) => {
                while !rest.is_empty() {
                    let Ok(it) = varint(&mut rest) else {
                        return self.problems.add(Problem::Cut);
                    };
                    out.push(it);
                }
            }
            Value::Fixed => self.unknown += 1,
        }
    }

    fn resolve(&mut self) {
        let late = std::mem::take(&mut self.late);
        for record in &late.types {
            let it = self.value_type(record);
            self.profile.sample_types.push(it);
        }
        self.profile.period_type = late.period_type.map(|record| self.value_type(record));
        self.profile.comments = late.comments.iter().map(|it| self.text(*it)).collect();
        self.profile.drop_frames = self.text(late.drop_frames);
        self.profile.keep_frames = self.text(late.keep_frames);
        self.profile.default_type = self.text(late.default_type);
        self.profile.doc_url = self.text(late.doc_url);
        late.mappings.iter().for_each(|it| self.mapping(it));
        late.functions.iter().for_each(|it| self.function(it));
        late.locations.iter().for_each(|it| self.location(it));
        let (mut stack, mut values) = (Vec::new(), Vec::new());
        for record in &late.samples {
            self.sample(record, &mut stack, &mut values);
        }
    }

    fn text(&mut self, number: u64) -> Text {
        match usize::try_from(number) {
            Ok(index) if index < self.profile.strings.len() => Text::new(index),
            _ => {
                self.problems.add(Problem::NoString);
                Text::new(0)
            }
        }
    }

    fn value_type(&mut self, record: &[u8]) -> ValueType {
        let (mut kind, mut unit) = (0, 0);
        self.fields(record, |reader, field, value| match (field, value) {
            (1, Value::Varint(it)) => kind = it,
            (2, Value::Varint(it)) => unit = it,
            _ => reader.unknown += 1,
        });
        ValueType {
            kind: self.text(kind),
            unit: self.text(unit),
        }
    }

    fn mapping(&mut self, record: &[u8]) {
        let mut numbers = [0; 11];
        self.numbers(record, &mut numbers);
        let [_, id, start, limit, offset, file, build_id, has @ ..] = numbers;
        let mapping = Mapping {
            start,
            limit,
            offset,
            file: self.text(file),
            build_id: self.text(build_id),
            has: has.map(|it| it != 0),
        };
        if claim(&mut self.mapping_ids, id, self.profile.mappings.len()) {
            self.profile.mappings.push(mapping);
        } else {
            self.problems.add(Problem::BadId);
        }
    }

    fn function(&mut self, record: &[u8]) {
        let mut numbers = [0; 6];
        self.numbers(record, &mut numbers);
        let [_, id, name, system_name, file, start_line] = numbers;
        let function = Function {
            name: self.text(name),
            system_name: self.text(system_name),
            file: self.text(file),
            start_line: start_line as i64,
        };
        if claim(&mut self.function_ids, id, self.profile.functions.len()) {
            self.profile.functions.push(function);
        } else {
            self.problems.add(Problem::BadId);
        }
    }

    /// A record of integers only; each stands at the place of its field number.
    fn numbers(&mut self, record: &[u8], numbers: &mut [u64]) {
        self.fields(record, |reader, field, value| {
            let slot = usize::try_from(field).ok();
            let slot = slot.and_then(|slot| numbers.get_mut(slot));
            match (slot, value) {
                (Some(slot), Value::Varint(it)) if field != 0 => *slot = it,
                _ => reader.unknown += 1,
            }
        });
    }

    fn location(&mut self, record: &[u8]) {
        let (mut id, mut mapping, mut address, mut folded) = (0, 0, 0, false);
        let first_line = self.profile.lines.len();
        self.fields(record, |reader, field, value| match (field, value) {
            (1, Value::Varint(it)) => id = it,
            (2, Value::Varint(it)) => mapping = it,
            (3, Value::Varint(it)) => address = it,
            (4, Value::Bytes(it)) => reader.line(it),
            (5, Value::Varint(it)) => folded = it != 0,
            _ => reader.unknown += 1,
        });
        if !claim(&mut self.location_ids, id, self.profile.locations.len()) {
            self.profile.lines.truncate(first_line);
            return self.problems.add(Problem::BadId);
        }
        let known = self.mapping_ids.get(&mapping).copied();
        if known.is_none() && mapping != 0 {
            self.problems.add(Problem::NoMapping);
        }
        self.profile.locations.push(Location {
            mapping: known.map(Idx::new),
            address,
            lines: Range::new(first_line, self.profile.lines.len()),
            folded,
        });
    }

    fn line(&mut self, record: &[u8]) {
        let mut numbers = [0; 4];
        self.numbers(record, &mut numbers);
        let [_, function, line, column] = numbers;
        let known = self.function_ids.get(&function).copied();
        if known.is_none() && function != 0 {
            self.problems.add(Problem::NoFunction);
        }
        self.profile.lines.push(Line {
            function: known.map(Idx::new),
            line: line as i64,
            column: column as i64,
        });
    }

    /// The two vectors are scratch space.
    fn sample(&mut self, record: &[u8], stack: &mut Vec<u64>, values: &mut Vec<u64>) {
        stack.clear();
        values.clear();
        let first_label = self.profile.labels.len();
        self.fields(record, |reader, field, value| match (field, value) {
            (1, it) => reader.integers(it, stack),
            (2, it) => reader.integers(it, values),
            (3, Value::Bytes(it)) => reader.label(it),
            _ => reader.unknown += 1,
        });
        if values.len() != self.profile.sample_types.len() {
            self.profile.labels.truncate(first_label);
            return self.problems.add(Problem::ValueCount);
        }
        let first_frame = self.profile.stacks.len();
        for id in &*stack {
            match self.location_ids.get(id) {
                Some(index) => self.profile.stacks.push(Idx::new(*index)),
                None => self.problems.add(Problem::NoLocation),
            }
        }
        let first_value = self.profile.values.len();
        self.profile
            .values
            .extend(values.iter().map(|it| *it as i64));
        self.profile.samples.push(Sample {
            stack: Range::new(first_frame, self.profile.stacks.len()),
            values: Range::new(first_value, self.profile.values.len()),
            labels: Range::new(first_label, self.profile.labels.len()),
        });
    }

    fn label(&mut self, record: &[u8]) {
        let mut numbers = [0; 5];
        self.numbers(record, &mut numbers);
        let [_, key, text, number, unit] = numbers;
        let key = self.text(key);
        let text = self.text(text);
        // An absent text is what makes a label a number.
        let value = if text.index() == 0 {
            LabelValue::Number(number as i64, self.text(unit))
        } else {
            LabelValue::Text(text)
        };
        self.profile.labels.push(Label { key, value });
    }
}

/// Notes that `id` stands for slot `index`; false if the number is zero or taken.
fn claim(ids: &mut FxHashMap<u64, usize>, id: u64, index: usize) -> bool {
    if id == 0 || ids.contains_key(&id) {
        return false;
    }
    ids.insert(id, index);
    true
}
