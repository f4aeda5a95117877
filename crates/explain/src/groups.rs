//! Goroutines that stand at the same place for the same reason, as the answer lists them.

use contend_dumps::{Document, Frame, ProfileEntry, labels};
use contend_sched::{Role, Roles, Snapshot};
use rustc_hash::FxHashMap;

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

/// Which groups an answer lists.
#[derive(Clone, Debug, Default)]
pub enum Listing {
    /// The largest.
    #[default]
    Largest,
    /// All goroutines that pass, by their groups.
    Only(Filter),
    /// All, with what a filter may ask of each goroutine, so that one can be chosen later.
    Every,
}

/// A group with what a filter may ask of each of its goroutines.
#[derive(Clone, Debug)]
pub struct Crowd {
    /// What all have in common. Nobody is counted in it.
    line: GroupLine,
    members: Vec<Member>,
    /// Every set of labels that some member has.
    labels: Vec<Vec<(String, String)>>,
    /// How many goroutines a member stands for: 1, but all of them in a profile.
    each: usize,
}

#[derive(Clone, Copy, Debug)]
struct Member {
    id: u64,
    minutes: u32,
    /// Into the labels of the crowd.
    labels: u32,
}

/// The groups of those who pass `filter`, the largest first.
pub fn narrowed(crowds: &[Crowd], filter: Option<&Filter>) -> Vec<GroupLine> {
    let mut lines: Vec<GroupLine> = crowds.iter().filter_map(|it| it.those(filter)).collect();
    largest_first(&mut lines);
    lines
}

/// The groups of several inputs, as they come in.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    listing: Listing,
    lines: Vec<GroupLine>,
    crowds: Vec<Crowd>,
}

impl Groups {
    pub(crate) fn new(listing: Listing) -> Self {
        Self {
            listing,
            ..Self::default()
        }
    }

    /// The largest first; of equal ones, the first. Crowds only if every group was wanted.
    pub(crate) fn sorted(mut self) -> (Vec<GroupLine>, Vec<Crowd>) {
        self.trim();
        (self.lines, self.crowds)
    }

    pub(crate) fn of_dump(&mut self, source: &str, snapshot: &Snapshot<'_>) {
        let document = snapshot.document;
        for group in &snapshot.groups {
            let first = group.members[0];
            if snapshot.is_system(first) {
                continue;
            }
            let stack = snapshot.stack(first);
            let Some(frame) = snapshot.telling_frame(first) else {
                continue;
            };
            let mut line = GroupLine::at(source, document, stack, frame);
            let goroutine = snapshot.members[first as usize].goroutine;
            line.state = document.name(goroutine.state).into_owned();
            if let Some(creator) = &goroutine.creator {
                line.creator = document.name(creator.frame.func).into_owned();
            }
            let mut crowd = Crowd::new(line, 1);
            // Services put the same few labels on very many goroutines.
            let mut known: FxHashMap<&[u8], u32> = FxHashMap::default();
            for &member in &group.members {
                let goroutine = snapshot.members[member as usize].goroutine;
                let text = goroutine.labels.map(|span| document.bytes(span));
                let text = text.unwrap_or_default();
                let labels = *known
                    .entry(text)
                    .or_insert_with(|| crowd.add_labels(labels(text)));
                crowd.members.push(Member {
                    id: goroutine.id,
                    minutes: goroutine.wait_minutes,
                    labels,
                });
            }
            self.keep(crowd);
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
        let line = GroupLine::at(source, document, stack, frame);
        let total = usize::try_from(entry.count).unwrap_or(usize::MAX);
        let mut crowd = Crowd::new(line, total);
        let pairs = entry.labels.map(|span| labels(document.bytes(span)));
        let labels = crowd.add_labels(pairs.unwrap_or_default());
        crowd.members.push(Member {
            id: 0,
            minutes: 0,
            labels,
        });
        self.keep(crowd);
    }

    fn keep(&mut self, crowd: Crowd) {
        match &self.listing {
            Listing::Only(filter) => self.lines.extend(crowd.those(Some(filter))),
            Listing::Every => {
                self.lines.extend(crowd.those(None));
                self.crowds.push(crowd);
            }
            Listing::Largest => {
                self.lines.extend(crowd.those(None));
                // The smallest of very many go early, so that a log of crashes needs no room.
                if 8 * KEPT < self.lines.len() {
                    self.trim();
                }
            }
        }
    }

    fn trim(&mut self) {
        largest_first(&mut self.lines);
        if matches!(self.listing, Listing::Largest) {
            self.lines.truncate(KEPT);
        }
    }
}

fn largest_first(lines: &mut [GroupLine]) {
    lines.sort_by_key(|group| std::cmp::Reverse(group.count));
}

impl Crowd {
    fn new(line: GroupLine, each: usize) -> Self {
        Self {
            line,
            members: Vec::new(),
            labels: Vec::new(),
            each,
        }
    }

    fn add_labels(&mut self, labels: Vec<(String, String)>) -> u32 {
        self.labels.push(labels);
        self.labels.len() as u32 - 1
    }

    /// The group of those who pass; `None` if nobody does.
    fn those(&self, filter: Option<&Filter>) -> Option<GroupLine> {
        let mut line = self.line.clone();
        for &member in &self.members {
            let one = One {
                crowd: self,
                member,
            };
            if filter.is_none_or(|filter| filter.matches(&one)) {
                line.add(member.id, member.minutes, one.labels(), self.each);
            }
        }
        (0 < line.count).then_some(line)
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

    /// Counts a goroutine in, or as many equal ones.
    fn add(&mut self, id: u64, minutes: u32, labels: &[(String, String)], times: usize) {
        if self.count == 0 {
            self.example = id;
            self.minutes = (minutes, minutes);
            self.labels = labels.to_vec();
        }
        self.count = self.count.saturating_add(times);
        let (young, old) = self.minutes;
        self.minutes = (young.min(minutes), old.max(minutes));
        self.labels.retain(|label| labels.contains(label));
    }
}

/// One goroutine before a filter: what its group has in common, and what is its own.
struct One<'a> {
    crowd: &'a Crowd,
    member: Member,
}

impl One<'_> {
    fn labels(&self) -> &[(String, String)] {
        &self.crowd.labels[self.member.labels as usize]
    }
}

impl Subject for One<'_> {
    fn any(&self, field: &TextField, test: &dyn Fn(&str) -> bool) -> bool {
        let line = &self.crowd.line;
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
            TextField::AnyLabel => self.labels().iter().any(|(_, value)| test(value)),
            TextField::Label(wanted) => {
                let mut labels = self.labels().iter();
                labels.any(|(key, value)| key == wanted && test(value))
            }
        }
    }

    fn number(&self, field: NumberField) -> u64 {
        match field {
            NumberField::Age => u64::from(self.member.minutes),
            NumberField::Count => self.crowd.members.len().saturating_mul(self.crowd.each) as u64,
            NumberField::Id => self.member.id,
        }
    }
}
