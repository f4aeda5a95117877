//! All that one text holds.

use std::borrow::Cow;

use contend_base::{Range, Span};
use rustc_hash::FxHashSet;

use crate::model::flags;
use crate::model::{
    Dump, Frame, GcLine, Goroutine, Headline, JvmDump, JvmException, Profile, RaceReport,
    SchedLine, Unknown,
};
use crate::names::{NameId, Names};
use crate::parse::append;

/// What a reader of one part of a text found.
#[derive(Debug)]
pub(crate) struct Tables<'t> {
    pub(crate) names: Names<'t>,
    pub(crate) frames: Vec<Frame>,
    pub(crate) goroutines: Vec<Goroutine>,
    pub(crate) headlines: Vec<Headline>,
    pub(crate) races: Vec<RaceReport>,
    pub(crate) profiles: Vec<Profile>,
    pub(crate) gc: Vec<GcLine>,
    pub(crate) sched: Vec<SchedLine>,
    pub(crate) jvm: Vec<JvmDump>,
    pub(crate) exceptions: Vec<JvmException>,
    pub(crate) unknown: Unknown,
}

impl<'t> Tables<'t> {
    pub(crate) fn new(text: &'t [u8]) -> Self {
        Self {
            names: Names::new(text),
            frames: Vec::new(),
            goroutines: Vec::new(),
            headlines: Vec::new(),
            races: Vec::new(),
            profiles: Vec::new(),
            gc: Vec::new(),
            sched: Vec::new(),
            jvm: Vec::new(),
            exceptions: Vec::new(),
            unknown: Unknown::default(),
        }
    }
}

/// What [`parse`](crate::parse) found. Ranges and ids point into its tables, spans into its text.
#[derive(Debug)]
pub struct Document<'t> {
    /// The text that was read.
    pub text: &'t [u8],
    names: Names<'t>,
    /// The frames of all stacks.
    pub frames: Vec<Frame>,
    /// All goroutines, in the order of the text.
    pub goroutines: Vec<Goroutine>,
    /// All lines that say why.
    pub headlines: Vec<Headline>,
    /// The dumps that headlines and goroutines form.
    pub dumps: Vec<Dump>,
    /// Reports of the race detector.
    pub races: Vec<RaceReport>,
    /// Profiles in text form.
    pub profiles: Vec<Profile>,
    /// Lines of the collector's trace.
    pub gc: Vec<GcLine>,
    /// Lines of the scheduler's trace.
    pub sched: Vec<SchedLine>,
    /// Thread dumps of Java machines.
    pub jvm: Vec<JvmDump>,
    /// Java exceptions that speak of concurrency.
    pub exceptions: Vec<JvmException>,
    /// What nobody understood.
    pub unknown: Unknown,
}

impl<'t> Document<'t> {
    pub(crate) fn assemble(text: &'t [u8], parts: Vec<Tables<'t>>) -> Self {
        let mut parts = parts.into_iter();
        let mut all = parts.next().unwrap_or_else(|| Tables::new(text));
        for part in parts {
            append(&mut all, part);
        }
        let dumps = dumps(&all.headlines, &all.goroutines);
        Self {
            text,
            names: all.names,
            frames: all.frames,
            goroutines: all.goroutines,
            headlines: all.headlines,
            dumps,
            races: all.races,
            profiles: all.profiles,
            gc: all.gc,
            sched: all.sched,
            jvm: all.jvm,
            exceptions: all.exceptions,
            unknown: all.unknown,
        }
    }

    /// The text of a name; bytes that are no UTF-8 are replaced.
    pub fn name(&self, id: NameId) -> Cow<'t, str> {
        self.names.str(id)
    }

    /// The bytes of a name.
    pub fn name_bytes(&self, id: NameId) -> &'t [u8] {
        self.names.bytes(id)
    }

    /// The id of `name`, if the text has it as a name.
    pub fn find_name(&self, name: &[u8]) -> Option<NameId> {
        self.names.find(name)
    }

    /// How many names there are; ids are below.
    pub fn name_count(&self) -> usize {
        self.names.len()
    }

    /// The bytes of a span.
    pub fn bytes(&self, span: Span) -> &'t [u8] {
        &self.text[span.start as usize..span.end as usize]
    }

    /// The text of a span; bytes that are no UTF-8 are replaced.
    pub fn str(&self, span: Span) -> Cow<'t, str> {
        String::from_utf8_lossy(self.bytes(span))
    }

    /// The frames of a range.
    pub fn stack(&self, frames: Range<Frame>) -> &[Frame] {
        &self.frames[frames.as_usize()]
    }

    /// The arguments of a frame as printed, `None` if it has none or is inlined.
    pub fn args(&self, frame: &Frame) -> Option<&'t [u8]> {
        if frame.args == Frame::NO_ARGS {
            return None;
        }
        let start = frame.start as usize + self.name_bytes(frame.func).len() + 1;
        let args = self.text.get(start..start + usize::from(frame.args))?;
        (args != b"...").then_some(args)
    }

    /// True if the compiler put the function into its caller.
    pub fn inlined(&self, frame: &Frame) -> bool {
        frame.args == 3 && self.args(frame).is_none()
    }
}

/// Puts headlines and goroutines together, by their order in the text.
fn dumps(headlines: &[Headline], goroutines: &[Goroutine]) -> Vec<Dump> {
    let mut dumps = Vec::new();
    let mut open = Open::default();
    let (mut h, mut g) = (0, 0);
    while h < headlines.len() || g < goroutines.len() {
        let headline_next = match (headlines.get(h), goroutines.get(g)) {
            (Some(headline), Some(goroutine)) => headline.line.start < goroutine.header.start,
            (headline, _) => headline.is_some(),
        };
        if headline_next {
            let far = headlines[open.h..h]
                .last()
                .is_some_and(|last| last.message.end + FAR < headlines[h].line.start);
            if open.g < g || far {
                open.close(h, g, headlines, goroutines, &mut dumps);
            }
            h += 1;
        } else {
            let (id, flags) = (goroutines[g].id, goroutines[g].flags);
            // Goroutine 0 is the scheduler's own and stands once for each thread.
            let is_again = id != 0 && !open.seen.insert(id);
            if is_again || flags & flags::LOGGED != 0 && open.g < g {
                open.close(h, g, headlines, goroutines, &mut dumps);
                open.seen.insert(id);
            }
            g += 1;
        }
    }
    open.close(h, g, headlines, goroutines, &mut dumps);
    dumps
}

/// Headlines with more text than this between them do not belong together.
const FAR: u32 = 4096;

/// The dump that is being put together.
#[derive(Default)]
struct Open {
    h: usize,
    g: usize,
    seen: FxHashSet<u64>,
}

impl Open {
    fn close(
        &mut self,
        h: usize,
        g: usize,
        headlines: &[Headline],
        goroutines: &[Goroutine],
        dumps: &mut Vec<Dump>,
    ) {
        let (own_h, own_g) = (&headlines[self.h..h], &goroutines[self.g..g]);
        let starts = own_h
            .first()
            .map(|headline| headline.line.start)
            .into_iter()
            .chain(own_g.first().map(|goroutine| goroutine.header.start));
        let ends = own_h
            .last()
            .map(|headline| headline.message.end)
            .into_iter()
            .chain(own_g.last().map(|goroutine| goroutine.header.end));
        if let (Some(start), Some(end)) = (starts.min(), ends.max()) {
            dumps.push(Dump {
                headlines: Range::new(self.h, h),
                goroutines: Range::new(self.g, g),
                span: Span::new(start, end),
            });
        }
        self.h = h;
        self.g = g;
        self.seen.clear();
    }
}
