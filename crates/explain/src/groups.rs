//! Goroutines that stand at the same place for the same reason, as the answer lists them.

use contend_dumps::{Document, Frame, ProfileEntry, labels};
use contend_sched::{Role, Roles, Snapshot};

use crate::filter::{Filter, NumberField, Subject, TextField};

/// A group of a dump, or a stack of a profile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupLine {
    /// Where they were seen: the input, and the number of the dump in it.
    pub source: String,
    /// How many.
    pub count: usize,
    /// What the header says; empty in a profile.
    pub state: String,
    /// The innermost function of the user's code, else the innermost one.
    pub function: String,
    /// Its place.
    pub place: String,
    /// Who started them; empty for the main goroutine and in a profile.
    pub creator: String,
    /// The shortest and the longest wait in minutes.
    pub minutes: (u32, u32),
    /// One of them; 0 in a profile.
    pub example: u64,
    /// The labels that all of them have.
    pub labels: Vec<(String, String)>,
    /// The whole stack, innermost first: function and place.
    pub stack: Vec<(String, String)>,
}

/// Groups beyond that are not kept, except by a filter.
const KEPT: usize = 200;

/// The groups of several inputs, the largest first.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    pub(crate) lines: Vec<GroupLine>,
    filter: Option<Filter>,
}

impl Groups {
    pub(crate) fn new(filter: Option<Filter>) -> Self {
        Self {
            lines: Vec::new(),
            filter,
        }
    }

    /// The largest first; of equal ones, the first.
    pub(crate) fn sorted(mut self) -> Vec<GroupLine> {
        self.trim();
        self.lines
    }

    pub(crate) fn of_dump(&mut self, source: &str, snapshot: &Snapshot<'_>) {
        let document = snapshot.document;
        let mut pairs = Vec::new();
        for group in &snapshot.groups {
            let first = group.members[0];
            if snapshot.is_system(first) {
                continue;
            }
            let stack = snapshot.stack(first);
            let Some(frame) = snapshot.user_frame(first).or_else(|| stack.first()) else {
                continue;
            };
            let mut line = GroupLine::at(source, document, stack, frame);
            let goroutine = snapshot.members[first as usize].goroutine;
            line.state = document.name(goroutine.state).into_owned();
            if let Some(creator) = &goroutine.creator {
                line.creator = document.name(creator.frame.func).into_owned();
            }
            let total = group.members.len();
            for &member in &group.members {
                let goroutine = snapshot.members[member as usize].goroutine;
                pairs.clear();
                if let Some(span) = goroutine.labels {
                    pairs.extend(labels(document.bytes(span)));
                }
                let minutes = goroutine.wait_minutes;
                if self.wants(&line, &pairs, minutes, total, goroutine.id) {
                    line.add(goroutine.id, minutes, &pairs);
                }
            }
            self.keep(line);
        }
    }

    pub(crate) fn of_profile(
        &mut self,
        source: &str,
        document: &Document<'_>,
        roles: &Roles,
        entry: &ProfileEntry,
    ) {
        let stack = document.stack(entry.frames);
        let user = stack.iter().find(|it| roles.get(it.func) == Role::User);
        let Some(frame) = user.or(stack.first()) else {
            return;
        };
        let mut line = GroupLine::at(source, document, stack, frame);
        let total = usize::try_from(entry.count).unwrap_or(usize::MAX);
        let pairs = entry.labels.map(|span| labels(document.bytes(span)));
        let pairs = pairs.unwrap_or_default();
        if self.wants(&line, &pairs, 0, total, 0) {
            line.count = total;
            line.labels = pairs;
        }
        self.keep(line);
    }

    fn wants(
        &self,
        line: &GroupLine,
        labels: &[(String, String)],
        minutes: u32,
        total: usize,
        id: u64,
    ) -> bool {
        self.filter.as_ref().is_none_or(|filter| {
            filter.matches(&One {
                line,
                labels,
                minutes,
                total,
                id,
            })
        })
    }

    fn keep(&mut self, line: GroupLine) {
        if line.count == 0 {
            return;
        }
        self.lines.push(line);
        // The smallest of very many go early, so that a log of crashes needs no room.
        if self.filter.is_none() && 8 * KEPT < self.lines.len() {
            self.trim();
        }
    }

    fn trim(&mut self) {
        self.lines
            .sort_by_key(|group| std::cmp::Reverse(group.count));
        if self.filter.is_none() {
            self.lines.truncate(KEPT);
        }
    }
}

impl GroupLine {
    /// Nobody yet, who would stand at `frame` of `stack`.
    fn at(source: &str, document: &Document<'_>, stack: &[Frame], frame: &Frame) -> Self {
        let place = |frame: &Frame| {
            frame.file.map_or_else(String::new, |file| {
                format!("{}:{}", document.name(file), frame.line)
            })
        };
        let name = |frame: &Frame| document.name(frame.func).into_owned();
        Self {
            source: source.to_owned(),
            function: name(frame),
            place: place(frame),
            stack: stack.iter().map(|it| (name(it), place(it))).collect(),
            ..Self::default()
        }
    }

    fn add(&mut self, id: u64, minutes: u32, labels: &[(String, String)]) {
        if self.count == 0 {
            self.example = id;
            self.minutes = (minutes, minutes);
            self.labels = labels.to_vec();
        }
        self.count += 1;
        let (young, old) = self.minutes;
        self.minutes = (young.min(minutes), old.max(minutes));
        self.labels.retain(|label| labels.contains(label));
    }
}

/// One goroutine before a filter: what its group has in common, and what is its own.
struct One<'a> {
    line: &'a GroupLine,
    labels: &'a [(String, String)],
    minutes: u32,
    total: usize,
    id: u64,
}

impl Subject for One<'_> {
    fn any(&self, field: &TextField, test: &dyn Fn(&str) -> bool) -> bool {
        let line = self.line;
        let file = |place: &str| {
            let end = place.rfind(':').unwrap_or(place.len());
            test(&place[..end])
        };
        match field {
            TextField::State => test(&line.state),
            TextField::Func => line.stack.iter().any(|(function, _)| test(function)),
            TextField::Top => test(&line.function),
            TextField::File => line.stack.iter().any(|(_, place)| file(place)),
            TextField::Creator => test(&line.creator),
            TextField::Source => test(&line.source),
            TextField::AnyLabel => self.labels.iter().any(|(_, value)| test(value)),
            TextField::Label(wanted) => {
                let mut labels = self.labels.iter();
                labels.any(|(key, value)| key == wanted && test(value))
            }
        }
    }

    fn number(&self, field: NumberField) -> u64 {
        match field {
            NumberField::Age => u64::from(self.minutes),
            NumberField::Count => self.total as u64,
            NumberField::Id => self.id,
        }
    }
}
