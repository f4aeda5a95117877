//! A profile as plain tables.

use contend_base::{Idx, Range};

/// The number of a string in [`Profile::strings`].
pub type Text = Idx<String>;

/// What one of the values of every sample counts: `("delay", "nanoseconds")`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ValueType {
    /// What is counted.
    pub kind: Text,
    /// In which unit.
    pub unit: Text,
}

/// A stack and its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Into [`Profile::stacks`]; innermost first.
    pub stack: Range<Idx<Location>>,
    /// Into [`Profile::values`]; as many as there are [`Profile::sample_types`].
    pub values: Range<i64>,
    /// Into [`Profile::labels`].
    pub labels: Range<Label>,
}

/// A label of a sample, such as one set by `pprof.Do`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label {
    /// Its name.
    pub key: Text,
    /// What it says.
    pub value: LabelValue,
}

/// The value of a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabelValue {
    /// A text.
    Text(Text),
    /// A number with its unit, which may be empty.
    Number(i64, Text),
}

/// A code address, and the source lines it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Location {
    /// The file that the address belongs to.
    pub mapping: Option<Idx<Mapping>>,
    /// The address in the process; 0 if unknown.
    pub address: u64,
    /// Into [`Profile::lines`]; innermost first, more than one where calls were inlined.
    pub lines: Range<Line>,
    /// Several addresses were merged into this location.
    pub folded: bool,
}

/// A place in the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// The function; absent if unknown.
    pub function: Option<Idx<Function>>,
    /// Counted from 1; 0 if unknown.
    pub line: i64,
    /// Counted from 1; 0 if unknown.
    pub column: i64,
}

/// A function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Function {
    /// For people.
    pub name: Text,
    /// As the linker knows it.
    pub system_name: Text,
    /// Its source file.
    pub file: Text,
    /// Its first line; 0 if unknown.
    pub start_line: i64,
}

/// A part of the address space that a file stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// First address.
    pub start: u64,
    /// Address after the last.
    pub limit: u64,
    /// Where in the file it starts.
    pub offset: u64,
    /// The file.
    pub file: Text,
    /// Its build id.
    pub build_id: Text,
    /// Whether its functions, files, lines and inlined frames are already in the profile.
    pub has: [bool; 4],
}

/// A profile. Every index of its records points into its own tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// What the values of a sample count.
    pub sample_types: Vec<ValueType>,
    /// The stacks.
    pub samples: Vec<Sample>,
    /// The frames of all samples.
    pub stacks: Vec<Idx<Location>>,
    /// The values of all samples.
    pub values: Vec<i64>,
    /// The labels of all samples.
    pub labels: Vec<Label>,
    /// Code addresses.
    pub locations: Vec<Location>,
    /// The lines of all locations.
    pub lines: Vec<Line>,
    /// Functions.
    pub functions: Vec<Function>,
    /// Files in the address space.
    pub mappings: Vec<Mapping>,
    /// All texts; the first is empty.
    pub strings: Vec<String>,
    /// When it was recorded, nanoseconds since 1970 in UTC; 0 if unknown.
    pub time_nanos: i64,
    /// For how long; 0 if unknown.
    pub duration_nanos: i64,
    /// What was counted between two samples.
    pub period_type: Option<ValueType>,
    /// How much of it.
    pub period: i64,
    /// Remarks of who recorded it.
    pub comments: Vec<Text>,
    /// Which of the values to show first; an empty text if not said.
    pub default_type: Text,
    /// Pattern of functions to drop with all they called.
    pub drop_frames: Text,
    /// Pattern of functions to keep although [`Profile::drop_frames`] matches.
    pub keep_frames: Text,
    /// Where its documentation is.
    pub doc_url: Text,
}

impl Default for Profile {
    fn default() -> Self {
        let empty = Text::new(0);
        Self {
            sample_types: Vec::new(),
            samples: Vec::new(),
            stacks: Vec::new(),
            values: Vec::new(),
            labels: Vec::new(),
            locations: Vec::new(),
            lines: Vec::new(),
            functions: Vec::new(),
            mappings: Vec::new(),
            strings: vec![String::new()],
            time_nanos: 0,
            duration_nanos: 0,
            period_type: None,
            period: 0,
            comments: Vec::new(),
            default_type: empty,
            drop_frames: empty,
            keep_frames: empty,
            doc_url: empty,
        }
    }
}

/// What kind of profile it is, by the names of its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Where processor time went.
    Cpu,
    /// Which calls allocated, and what of it lives.
    Heap,
    /// A mutex or a block profile. Go gives both the same value types; in a mutex profile the
    /// stacks are those of who unlocks, in a block profile of who waited.
    Contention,
    /// Where goroutines were.
    Goroutine,
    /// What started threads.
    ThreadCreate,
    /// Not one of Go's.
    Other,
}

impl Profile {
    /// Appends a text and gives its number. The same text twice is stored twice.
    pub fn intern(&mut self, text: &str) -> Text {
        if text.is_empty() {
            return Text::new(0);
        }
        self.strings.push(text.to_owned());
        Text::new(self.strings.len() - 1)
    }

    /// The text with this number.
    pub fn text(&self, text: Text) -> &str {
        &self.strings[text.index()]
    }

    /// The stack of `sample`, innermost first.
    pub fn stack(&self, sample: &Sample) -> &[Idx<Location>] {
        &self.stacks[sample.stack.as_usize()]
    }

    /// The values of `sample`.
    pub fn values(&self, sample: &Sample) -> &[i64] {
        &self.values[sample.values.as_usize()]
    }

    /// The labels of `sample`.
    pub fn labels(&self, sample: &Sample) -> &[Label] {
        &self.labels[sample.labels.as_usize()]
    }

    /// The source lines of a location, innermost first.
    pub fn lines(&self, location: Idx<Location>) -> &[Line] {
        &self.lines[self.locations[location.index()].lines.as_usize()]
    }

    /// What kind of profile it is.
    pub fn kind(&self) -> Kind {
        let first_of = |kinds: &[(&str, Kind)]| {
            let named = |name: &str| {
                self.sample_types
                    .iter()
                    .any(|it| self.text(it.kind) == name)
            };
            kinds.iter().find(|(name, _)| named(name)).map(|it| it.1)
        };
        first_of(&[
            ("cpu", Kind::Cpu),
            ("inuse_space", Kind::Heap),
            ("delay", Kind::Contention),
            ("goroutine", Kind::Goroutine),
            ("goroutines", Kind::Goroutine),
            ("goroutineleak", Kind::Goroutine),
            ("threadcreate", Kind::ThreadCreate),
        ])
        .unwrap_or(Kind::Other)
    }

    /// Which value of the samples pprof shows if nothing else is asked for: the one the profile
    /// names, else the last. `None` if there are no values.
    pub fn default_value(&self) -> Option<usize> {
        let named = |it: &ValueType| self.text(it.kind) == self.text(self.default_type);
        let by_name = self.sample_types.iter().position(named);
        by_name.or(self.sample_types.len().checked_sub(1))
    }
}
