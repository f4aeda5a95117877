//! All that is said about a set of inputs.

use contend_diagnose::{
    Diagnosis, GroupCount, ThreadInMap, beside_dumps, conclude, group_counts, is_snapshot,
    map_loops, of_dump, over_time, profile_counts, threads_in_maps,
};
use contend_dumps::{Document, parse};
use contend_sched::{Roles, Snapshot};

use crate::groups::Groups;
use crate::input::{self, Input, InputError, Text, Texts};
use crate::{Crossing, Crowd, Event, GroupLine, Joined, Listing};

/// Verdicts on one or several inputs, and what was read.
#[derive(Debug, Default)]
pub struct Explanation {
    /// The most telling first.
    pub diagnoses: Vec<Diagnosis>,
    /// What was read.
    pub summary: Summary,
    /// The groups of all dumps and profiles that pass the filter, the largest first.
    pub groups: Vec<GroupLine>,
    /// The same groups with all of their goroutines; empty unless every group was asked for.
    pub crowds: Vec<Crowd>,
    /// What the source says, if it was asked.
    pub source: Option<Joined>,
    /// What happened when, in order; empty if it was not asked for.
    pub timeline: Vec<Event>,
    /// How the metrics stood to the thresholds that were asked for.
    pub thresholds: Vec<Crossing>,
    counts: Vec<Vec<GroupCount>>,
    /// Profiles have no waits, so that they are no dumps to compare.
    profile_counts: Vec<Vec<GroupCount>>,
    /// The threads inside maps of each dump of a Java machine.
    java: Vec<Vec<ThreadInMap>>,
}

/// What the inputs held, in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Inputs.
    pub inputs: usize,
    /// Dumps of goroutines.
    pub dumps: usize,
    /// Goroutines in them.
    pub goroutines: usize,
    /// Frames of all stacks.
    pub frames: usize,
    /// Reports of the race detector.
    pub races: usize,
    /// Profiles in text form.
    pub profiles: usize,
    /// Lines of the traces of collector and scheduler.
    pub godebug_lines: usize,
    /// Java threads.
    pub java_threads: usize,
    /// Lines of logs around the dumps.
    pub log_lines: u64,
    /// Lines that look like parts of dumps and were not understood.
    pub unknown_lines: u64,
    /// The first of those.
    pub unknown_samples: Vec<String>,
    /// Lines that had no room.
    pub dropped_lines: u64,
}

impl Summary {
    /// What was read, in words.
    pub fn sentence(&self) -> String {
        let counted = |n: u64, one: &str, many: &str| match n {
            1 => format!("1 {one}"),
            n => format!("{n} {many}"),
        };
        let parts: Vec<String> = [
            (self.dumps, "dump", "dumps"),
            (self.goroutines, "goroutine", "goroutines"),
            (self.frames, "frame", "frames"),
            (self.races, "race report", "race reports"),
            (self.profiles, "profile", "profiles"),
            (self.godebug_lines, "GODEBUG line", "GODEBUG lines"),
            (self.java_threads, "Java thread", "Java threads"),
        ]
        .into_iter()
        .filter(|(n, ..)| 0 < *n)
        .map(|(n, one, many)| counted(n as u64, one, many))
        .collect();
        let mut text = if parts.is_empty() {
            "No crash, dump or race report found.".to_owned()
        } else {
            format!("Read {}.", parts.join(", "))
        };
        let around = if parts.is_empty() {
            ("line was read.", "lines were read.")
        } else {
            (
                "log line around them was left out.",
                "log lines around them were left out.",
            )
        };
        for (n, one, many) in [
            (self.log_lines, around.0, around.1),
            (
                self.dropped_lines,
                "line of dumps had no room and was left out.",
                "lines of dumps had no room and were left out.",
            ),
            (
                self.unknown_lines,
                "line was not understood.",
                "lines were not understood.",
            ),
        ] {
            if 0 < n {
                text.push(' ');
                text.push_str(&counted(n, one, many));
            }
        }
        text
    }
}

impl Explanation {
    /// Reads and explains inputs. What could not be read, as a whole or to its end, is returned
    /// beside what the rest says. What is listed narrows the groups, not the verdicts.
    pub fn of_inputs<'r>(
        inputs: impl IntoIterator<Item = Input<'r>>,
        listing: Listing,
    ) -> (Self, Vec<InputError>) {
        let mut explanation = Self::default();
        let mut groups = Groups::new(listing);
        let mut all = Vec::new();
        let mut errors = Vec::new();
        for input in inputs {
            let (texts, error) = input::texts(input);
            all.extend(explanation.take(texts, &mut groups));
            errors.extend(error);
        }
        explanation.conclude(all, groups);
        (explanation, errors)
    }

    /// Explains texts that are there already, with their names.
    pub fn of_texts<'a>(texts: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Self {
        let mut explanation = Self::default();
        let mut groups = Groups::default();
        let mut all = Vec::new();
        for (name, bytes) in texts {
            let texts = input::of_bytes(name, bytes.to_vec());
            all.extend(explanation.take(texts, &mut groups));
        }
        explanation.conclude(all, groups);
        explanation
    }

    /// True if something was said that is worse than information, or a threshold was crossed.
    pub fn has_findings(&self) -> bool {
        let is_finding = |it: &Diagnosis| contend_finding::Severity::Info < it.severity;
        self.diagnoses.iter().any(is_finding)
            || self.thresholds.iter().any(|it| !it.periods.is_empty())
    }

    fn take(&mut self, texts: Texts, groups: &mut Groups) -> Vec<Diagnosis> {
        self.summary.log_lines += texts.log_lines;
        self.summary.dropped_lines += texts.overflow;
        let mut all = Vec::new();
        for text in texts.list {
            let number = self.summary.inputs as u64;
            self.summary.inputs += 1;
            let mut found = self.text(&text, groups);
            for diagnosis in &mut found {
                diagnosis.order += number << 32;
            }
            all.extend(found);
        }
        all
    }

    fn text(&mut self, text: &Text, groups: &mut Groups) -> Vec<Diagnosis> {
        let document = parse(&text.bytes);
        self.count(&document);
        let roles = Roles::of(&document);
        let mut all = Vec::new();
        for (number, dump) in document.dumps.iter().enumerate() {
            let snapshot = Snapshot::of(&document, &roles, dump);
            groups.of_dump(&format!("{}, dump {}", text.name, number + 1), &snapshot);
            if !dump.goroutines.is_empty() && is_snapshot(&snapshot) {
                self.counts.push(group_counts(&snapshot));
            }
            all.extend(of_dump(&snapshot));
        }
        self.java.extend(threads_in_maps(&document));
        for profile in &document.profiles {
            for entry in &profile.entries {
                groups.of_profile(&text.name, &document, &roles, entry);
            }
            if profile.is_of_goroutines(&document) {
                let counts = profile_counts(&document, &roles, profile);
                self.profile_counts.push(counts);
            }
        }
        all.extend(beside_dumps(&document, &roles));
        all
    }

    fn count(&mut self, document: &Document<'_>) {
        let summary = &mut self.summary;
        summary.dumps += document.dumps.len();
        summary.goroutines += document.goroutines.len();
        summary.frames += document.frames.len();
        summary.races += document.races.len();
        summary.profiles += document.profiles.len();
        summary.godebug_lines += document.gc.len() + document.sched.len();
        summary.java_threads += document
            .jvm
            .iter()
            .map(|dump| dump.threads.len())
            .sum::<usize>();
        summary.unknown_lines += document.unknown.lines;
        summary.log_lines += document.unknown.foreign;
        let samples = document.unknown.samples.iter();
        let room = 8usize.saturating_sub(summary.unknown_samples.len());
        summary.unknown_samples.extend(
            samples
                .take(room)
                .map(|span| document.str(*span).into_owned()),
        );
    }

    fn conclude(&mut self, mut all: Vec<Diagnosis>, groups: Groups) {
        all.extend(over_time(&self.counts));
        all.extend(over_time(&self.profile_counts));
        all.extend(map_loops(&self.java));
        self.diagnoses = conclude(all);
        (self.groups, self.crowds) = groups.sorted();
    }
}
