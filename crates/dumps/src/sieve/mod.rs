//! Takes dumps out of logs: away with prefixes, colours and JSON around each line, one text for
//! each process that wrote, everything else dropped and counted. Streams: memory grows with the
//! dumps, not with the log.

mod json;
mod logged;
mod pieces;
mod prefix;
mod shape;
mod telltales;

use memchr::{memchr, memmem};
use rustc_hash::FxHashMap;

pub use json::names_text;
use logged::Stack;
use pieces::{Joined, Pieces};
use prefix::Prefix;
use shape::{anchor_at, is_collection, is_header};
pub(crate) use shape::{belongs, is_notice, starts_dump};
use telltales::Telltales;

/// A text without prefixes, as [`crate::parse`] wants it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream {
    /// What stood in front of its lines: tells processes apart. Empty for lines without prefix.
    pub name: String,
    /// The lines that belong to dumps.
    pub text: Vec<u8>,
}

/// What a [`Sieve`] took out of a log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sieved {
    /// One for each process, in the order of their first dumps.
    pub streams: Vec<Stream>,
    /// Lines of the log.
    pub lines: u64,
    /// Lines of it of which something was kept.
    pub kept: u64,
    /// Lines of dumps that had no room.
    pub overflow: u64,
}

/// Takes dumps out of a log that comes in pieces.
#[derive(Debug)]
pub struct Sieve {
    out: Sieved,
    room: usize,
    /// What of the room lines of GODEBUG traces may take: a log has them by the million.
    trace_room: usize,
    carry: Vec<u8>,
    /// Lines that a container engine has cut.
    pieces: Pieces,
    /// A line in which a dump starts, and where: the next line tells how much of what stands in
    /// front of it stands in front of the others, too.
    held: Option<(Vec<u8>, usize)>,
    /// The last line before the one at hand.
    previous: Vec<u8>,
    /// The line above the header of a goroutine that runs: it may say why it was printed.
    above: Vec<u8>,
    by_prefix: Vec<(Prefix, usize)>,
    by_json: FxHashMap<Vec<u8>, usize>,
    plain: Option<usize>,
    quiet: Vec<u32>,
    /// By stream: the stack of a logger that is being read.
    logged: Vec<Option<Stack>>,
    /// Streams that are not quiet yet.
    awake: usize,
    telltales: Telltales,
}

/// A stream ends after so many lines of it that belong to no dump.
const QUIET: u32 = 40;
/// More processes than that are not told apart.
const STREAMS: usize = 4096;
/// A line that is longer is cut; no dump has such lines.
const LONGEST: usize = 8 << 20;

impl Sieve {
    /// A sieve that keeps at most `room` bytes.
    pub fn new(room: usize) -> Self {
        Self {
            out: Sieved::default(),
            room,
            trace_room: room / 8,
            carry: Vec::new(),
            pieces: Pieces::default(),
            held: None,
            previous: Vec::new(),
            above: Vec::new(),
            by_prefix: Vec::new(),
            by_json: FxHashMap::default(),
            plain: None,
            quiet: Vec::new(),
            logged: Vec::new(),
            awake: 0,
            telltales: Telltales::default(),
        }
    }

    /// Takes the next piece of the log.
    pub fn push(&mut self, piece: &[u8]) {
        let Some(end) = memchr::memrchr(b'\n', piece) else {
            self.carry.extend_from_slice(piece);
            if LONGEST < self.carry.len() {
                let line = std::mem::take(&mut self.carry);
                self.line(&line);
            }
            return;
        };
        let mut rest = &piece[..=end];
        if !self.carry.is_empty() {
            let first = memchr(b'\n', rest).map_or(rest.len(), |i| i + 1);
            let mut line = std::mem::take(&mut self.carry);
            line.extend_from_slice(&rest[..first]);
            self.lines(&line);
            rest = &rest[first..];
        }
        self.lines(rest);
        self.carry.extend_from_slice(&piece[end + 1..]);
    }

    /// What was found, when the log has ended.
    pub fn finish(mut self) -> Sieved {
        let line = std::mem::take(&mut self.carry);
        if !line.is_empty() {
            self.lines(&line);
        }
        while let Some(line) = self.pieces.rest() {
            self.whole_line(&line);
        }
        self.settle(b"");
        self.out
    }

    /// While all streams are quiet, only lines with a telltale and pieces of lines are looked at.
    fn lines(&mut self, text: &[u8]) {
        self.telltales.start();
        self.pieces.start(text);
        let mut before: Option<&[u8]> = None;
        let mut at = 0;
        while at < text.len() {
            if self.is_quiet() && self.pieces.is_empty() {
                let told = self.telltales.next_line(text, at);
                let next = self.pieces.next_line(text, at, told);
                self.out.lines += memchr::memchr_iter(b'\n', &text[at..next]).count() as u64;
                if at < next {
                    before = Some(last_line(&text[at..next]));
                }
                at = next;
            }
            let rest = &text[at..];
            let Some(end) = memchr(b'\n', rest) else {
                if !rest.is_empty() {
                    self.line(rest);
                }
                break;
            };
            let line = &rest[..end];
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if shape::runs(line) {
                let above = before.unwrap_or(&self.previous);
                above.clone_into(&mut self.above);
            }
            self.line(line);
            before = Some(line);
            at += end + 1;
        }
        if let Some(before) = before {
            before.clone_into(&mut self.previous);
        }
    }

    /// True if only a start of a dump is of interest.
    fn is_quiet(&self) -> bool {
        self.awake == 0 && self.held.is_none()
    }

    fn line(&mut self, line: &[u8]) {
        self.out.lines += 1;
        match self.pieces.join(line) {
            Joined::No => self.whole_line(line),
            Joined::Begun => {}
            // Long lines that were cut are mostly records of something else.
            Joined::Line(whole) if !self.is_quiet() || self.telltales.has_one(&whole) => {
                self.whole_line(&whole);
            }
            Joined::Line(_) => {}
        }
    }

    fn whole_line(&mut self, line: &[u8]) {
        let clean;
        let line = match memchr(0x1b, line) {
            Some(_) => {
                clean = shape::without_colour(line);
                &clean[..]
            }
            None => line,
        };
        self.settle(line);
        if let Some(record) = record_of(line) {
            self.record(&record);
            return;
        }
        if starts_dump(line) || Stack::start(line).is_some() {
            let stream = self.plain();
            self.keep(stream, line, true);
            return;
        }
        if let Some((stream, payload)) = self.known_prefix(line) {
            let start = starts_dump(payload);
            let is_whole = start || belongs(payload);
            let anchor = if is_whole { None } else { anchor_at(payload) };
            match anchor {
                Some(at) => {
                    let at = line.len() - payload.len() + at;
                    self.held = Some((line.to_vec(), at));
                }
                None => self.keep(stream, payload, start),
            }
            return;
        }
        if let (Some(stream), Some(nested)) = (self.plain, shape::nested(line))
            && self.quiet[stream] < QUIET
        {
            self.keep(stream, &nested, true);
            return;
        }
        if let Some(at) = anchor_at(line) {
            self.held = Some((line.to_vec(), at));
            return;
        }
        if let Some(stream) = self.plain {
            self.keep(stream, line, false);
        } else if is_notice(line) {
            let stream = self.plain();
            self.put_notice(stream, line);
        }
    }

    /// Keeps the line that was held, now that the one behind it is known.
    fn settle(&mut self, next: &[u8]) {
        let Some((line, at)) = self.held.take() else {
            return;
        };
        let goes_on = |cut: &usize| {
            let prefix = Prefix::of(&line[..*cut]);
            let rest = if *cut == 0 {
                Some(next)
            } else {
                prefix.strip(next)
            };
            rest.is_some_and(|it| belongs(it) || starts_dump(it))
        };
        let cut = prefix::ends(&line[..at]).find(goes_on).unwrap_or(at);
        let stream = match cut {
            0 => self.plain(),
            cut => self.stream_of(Prefix::of(&line[..cut])),
        };
        if cut < at && is_header(&line[at..]) {
            // The text of a panic in front of its stack.
            self.keep(stream, &line[cut..at], true);
        }
        self.keep(stream, &line[at..], true);
    }

    /// A JSON record: its text may have many lines, and be a record of the program's own logger.
    fn record(&mut self, record: &json::Record) {
        for text in &record.texts {
            if let Some(inner) = inner_record(record, text) {
                self.record(&inner);
                return;
            }
        }
        let starts = record.texts.iter().any(|text| {
            text.split(|b| *b == b'\n').any(|line| {
                starts_dump(line)
                    || anchor_at(line).is_some()
                    || is_notice(line)
                    || Stack::start(line).is_some()
            })
        });
        let stream = match self.by_json.get(&record.source) {
            Some(stream) => *stream,
            None if !starts => return,
            None => {
                let name = String::from_utf8_lossy(&record.source).into_owned();
                let stream = self.add_stream(name);
                self.by_json.insert(record.source.clone(), stream);
                stream
            }
        };
        let kept = self.out.kept;
        for text in &record.texts {
            let text = text.strip_suffix(b"\n").unwrap_or(text);
            for line in text.split(|b| *b == b'\n') {
                // A panic below another one keeps its tab.
                let at = if starts_dump(line) || line.starts_with(b"\t") {
                    Some(0)
                } else {
                    anchor_at(line)
                };
                // What stands beside a dump in one record may say why there is one, also in front
                // of it on one line.
                let (before, line) = line.split_at(at.unwrap_or(0));
                if is_header(line) && !before.is_empty() {
                    self.keep(stream, before, true);
                }
                let start = at.is_some() || starts;
                self.keep(stream, line, start);
            }
        }
        // A record is one line of the log, whatever its texts have.
        self.out.kept = self.out.kept.min(kept + 1);
    }

    fn plain(&mut self) -> usize {
        if let Some(stream) = self.plain {
            return stream;
        }
        let stream = self.add_stream(String::new());
        self.plain = Some(stream);
        stream
    }

    /// The stream whose prefix `line` has, and the line behind the prefix.
    fn known_prefix<'l>(&mut self, line: &'l [u8]) -> Option<(usize, &'l [u8])> {
        let found = self
            .by_prefix
            .iter()
            .enumerate()
            .find_map(|(at, (prefix, stream))| {
                prefix.strip(line).map(|payload| (at, *stream, payload))
            });
        let (at, stream, payload) = found?;
        // The next line has probably the same prefix.
        self.by_prefix[..=at].rotate_right(1);
        Some((stream, payload))
    }

    fn stream_of(&mut self, prefix: Prefix) -> usize {
        let known = self.by_prefix.iter().find(|(known, _)| *known == prefix);
        if let Some((_, stream)) = known {
            return *stream;
        }
        let stream = self.add_stream(prefix.name());
        if self.by_prefix.len() < STREAMS {
            self.by_prefix.insert(0, (prefix, stream));
        }
        stream
    }

    fn add_stream(&mut self, name: String) -> usize {
        if STREAMS <= self.out.streams.len() {
            return self.out.streams.len() - 1;
        }
        self.out.streams.push(Stream {
            name,
            text: Vec::new(),
        });
        self.quiet.push(QUIET);
        self.logged.push(None);
        self.out.streams.len() - 1
    }

    fn keep(&mut self, stream: usize, line: &[u8], start: bool) {
        if self.of_logger(stream, line) {
            return;
        }
        if is_collection(line) {
            // Nothing belongs to it, so it leaves the stream as it is: a busy program collects
            // every few lines, and its log would never be quiet.
            self.put_notice(stream, line);
            return;
        }
        let quiet = self.quiet[stream];
        let is_quiet = QUIET <= quiet;
        if !start && (is_quiet || !belongs(line)) {
            if is_notice(line) {
                self.put_notice(stream, line);
            }
            if !is_quiet {
                self.set_quiet(stream, quiet + 1);
            }
            return;
        }
        if start {
            self.set_quiet(stream, 0);
        }
        if start && shape::runs(line) {
            self.put_above(stream);
        }
        let is_trace = line.starts_with(b"SCHED ");
        let room = if is_trace { self.trace_room } else { self.room };
        if !self.fits(line, room) {
            return;
        }
        if is_trace {
            self.trace_room -= line.len() + 1;
        }
        if !line.is_empty() {
            self.set_quiet(stream, 0);
        }
        self.put(stream, line);
    }

    /// Keeps what the log says right above a stack, if the same process has written it.
    fn put_above(&mut self, stream: usize) {
        let line = std::mem::take(&mut self.above);
        let mut prefixes = self.by_prefix.iter().filter(|(_, it)| *it == stream);
        let text = match prefixes.next() {
            Some((prefix, _)) => prefix.strip(&line),
            None => (self.plain == Some(stream)).then_some(&line[..]),
        };
        if let Some(text) = text
            && !text.is_empty()
            && !belongs(text)
            && anchor_at(text).is_none()
            && self.fits(text, self.room)
        {
            self.put(stream, text);
        }
    }

    /// Keeps what the runtime would have printed for a line of a stack that a logger has printed.
    fn of_logger(&mut self, stream: usize, line: &[u8]) -> bool {
        let open = self.logged[stream].as_mut();
        let mut lines = open.and_then(|stack| stack.next(line));
        if lines.is_none() {
            let begun = Stack::start(line);
            (self.logged[stream], lines) = begun.unzip();
        }
        let Some(lines) = lines else {
            return false;
        };
        self.set_quiet(stream, 0);
        let kept = self.out.kept;
        for line in lines {
            if self.fits(&line, self.room) {
                self.put(stream, &line);
            }
        }
        self.out.kept = kept + 1;
        true
    }

    /// Keeps a line that says by itself what it has to say.
    fn put_notice(&mut self, stream: usize, line: &[u8]) {
        if self.fits(line, self.trace_room) {
            self.trace_room -= line.len() + 1;
            self.put(stream, line);
        }
    }

    /// Counts the line where it does not.
    fn fits(&mut self, line: &[u8], room: usize) -> bool {
        let fits = line.len() < room.min(self.room);
        self.out.overflow += u64::from(!fits);
        fits
    }

    fn put(&mut self, stream: usize, line: &[u8]) {
        self.room -= line.len() + 1;
        self.out.kept += 1;
        shape::push_line(&mut self.out.streams[stream].text, line);
    }

    fn set_quiet(&mut self, stream: usize, quiet: u32) {
        let before = std::mem::replace(&mut self.quiet[stream], quiet);
        match (before < QUIET, quiet < QUIET) {
            (false, true) => self.awake += 1,
            (true, false) => self.awake -= 1,
            _ => {}
        }
    }
}

/// The last line of a text that ends with the end of one.
fn last_line(text: &[u8]) -> &[u8] {
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    let start = memchr::memrchr(b'\n', text).map_or(0, |at| at + 1);
    &text[start..]
}

/// The record that a line is, or that stands behind the prefix of a container engine: one whose
/// texts may have several lines, which are escaped in it.
fn record_of(line: &[u8]) -> Option<json::Record> {
    if line.first() == Some(&b'{') {
        return json::record(line);
    }
    // Most lines have no backslash and no quote at all.
    let is_escaped = memchr(b'\\', line).is_some() && memmem::find(line, b"\\n").is_some();
    if !is_escaped && !line.ends_with(b"}") {
        return quoted(line);
    }
    if let Some(at) = memmem::find(line, b"{\"") {
        let mut record = json::record(&line[at..])?;
        let prefix = Prefix::of(&line[..at]).name();
        record.source.extend_from_slice(prefix.as_bytes());
        return Some(record);
    }
    if !is_escaped {
        return quoted(line);
    }
    json::pairs(line).or_else(|| json::escaped(line))
}

/// The record that a text of a record is: container engines wrap what programs log.
fn inner_record(outer: &json::Record, text: &[u8]) -> Option<json::Record> {
    let line = text.trim_ascii();
    if line.first() != Some(&b'{') || line.last() != Some(&b'}') {
        return None;
    }
    let mut inner = json::record(line)?;
    inner.source.extend_from_slice(&outer.source);
    Some(inner)
}

/// One line of a dump as the message of a logger that writes `key=value`.
fn quoted(line: &[u8]) -> Option<json::Record> {
    memchr(b'"', line)?;
    let at = memmem::find(line, b"msg=\"")?;
    let is_key = at == 0 || line[at - 1] == b' ';
    let is_message = anchor_at(line).is_none_or(|anchor| at < anchor);
    (is_key && is_message).then(|| json::pairs(line))?
}

/// True if dumps of `text` stand behind prefixes or inside JSON, so that it needs a [`Sieve`].
pub fn needs_sieve(text: &[u8]) -> bool {
    if memchr(0x1b, &text[..text.len().min(1 << 20)]).is_some() {
        return true;
    }
    let cut = [&b" stderr P "[..], b" stdout P "];
    let mut cut = cut.iter();
    if text.starts_with(b"{\"log\":\"") || cut.any(|tag| memmem::find(text, tag).is_some()) {
        return true;
    }
    let finder = memmem::Finder::new(b"goroutine ");
    let (mut looked, mut seen) = (0, 0);
    for at in finder.find_iter(text) {
        if at < seen {
            continue;
        }
        if at == 0 || text[at - 1] == b'\n' {
            // Dumps without prefix: thousands of headers need not be looked at.
            looked += 1;
            if looked == 1 && has_lost_tabs(&text[at..]) {
                return true;
            }
            if 64 < looked {
                return false;
            }
            continue;
        }
        let start = memchr::memrchr(b'\n', &text[..at]).map_or(0, |i| i + 1);
        let end = memchr(b'\n', &text[at..]).map_or(text.len(), |i| at + i);
        seen = end;
        let line = &text[start..end];
        if starts_dump(line) {
            continue;
        }
        if anchor_at(line).is_some() || record_of(line).is_some() {
            return true;
        }
    }
    // Looked for last: large dumps have been left by now.
    let of_loggers = [&b"runtime.gopanic"[..], b" panic recovered:", b"\n -> "];
    let mut of_loggers = of_loggers.iter();
    if of_loggers.any(|mark| memmem::find(text, mark).is_some()) {
        return true;
    }
    let others = [
        &b"fatal error: "[..],
        b"panic: ",
        b"WARNING: DATA RACE",
        b"Full thread dump ",
        b"goroutine profile: total ",
        b"SCHED ",
    ];
    looked == 0
        && others.iter().any(|other| {
            memmem::find_iter(text, other).take(8).any(|at| {
                // A tab stands in front of what a panic adds to another one.
                let before = text[..at].strip_suffix(b"\t").unwrap_or(&text[..at]);
                before.last().is_some_and(|b| *b != b'\n')
            })
        })
}

/// True if the first position line of a goroutine does not begin with a tab: texts lose them on
/// their way through mail, chat and web pages.
fn has_lost_tabs(goroutine: &[u8]) -> bool {
    let mut lines = goroutine.split(|b| *b == b'\n').skip(1).take(2);
    let call = lines.next().unwrap_or_default();
    let place = lines.next().unwrap_or_default();
    let place = place.strip_suffix(b"\r").unwrap_or(place);
    belongs(call) && shape::is_place(place) && !place.starts_with(b"\t")
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    const DUMP: &str = "fatal error: concurrent map writes\n\ngoroutine 7 [running]:\n\
main.add(0xc000012345)\n\t/src/main.go:11 +0x2d\ncreated by main.main in goroutine 1\n\
\t/src/main.go:18 +0x78\n";

    fn sieve(log: &str, piece: usize) -> Sieved {
        let mut sieve = Sieve::new(1 << 20);
        for piece in log.as_bytes().chunks(piece) {
            sieve.push(piece);
        }
        sieve.finish()
    }

    fn check(log: &str) {
        for piece in [1, 7, 64, log.len()] {
            let sieved = sieve(log, piece);
            assert_eq!(sieved.streams.len(), 1, "{log}");
            let text = String::from_utf8_lossy(&sieved.streams[0].text).into_owned();
            assert_eq!(text, DUMP, "pieces of {piece} in\n{log}");
        }
    }

    fn each_line(prefix: impl Fn(usize) -> String) -> String {
        let lines = DUMP.lines().enumerate();
        let wrapped: Vec<String> = lines
            .map(|(i, line)| format!("{}{line}\n", prefix(i)))
            .collect();
        format!("{}hello\n{}", prefix(0), wrapped.concat())
    }

    #[test]
    fn prefixes_of_usual_loggers_are_taken_away() {
        check(&each_line(|_| String::new()));
        check(&each_line(|i| {
            format!("2024-05-01T10:00:0{i}.123456789Z stderr F ")
        }));
        check(&each_line(|i| {
            format!("May  1 10:00:0{i} host app[4711]: ")
        }));
        check(&each_line(|i| format!("2024/05/01 10:00:0{i} ")));
        check(&each_line(|_| "web_1  | ".to_owned()));
        check(&each_line(|_| "[pod/api-7d9f8-x2x/api] ".to_owned()));
        check(&each_line(|i| {
            format!("<11>1 2024-05-01T10:00:0{i}Z host app 99 - - ")
        }));
        check(&each_line(|_| "\x1b[36mapi\x1b[0m ".to_owned()));
    }

    #[test]
    fn lines_of_the_collector_leave_room_for_dumps() {
        let gc = "gc 7 @0.1s 2%: 0+1+0 ms clock, 0+0/1/0+0 ms cpu, 4->5->1 MB, 5 MB goal, 2 P\n";
        let mut sieve = Sieve::new(4096);
        sieve.push(gc.repeat(1000).as_bytes());
        sieve.push(DUMP.as_bytes());
        let sieved = sieve.finish();
        let text = String::from_utf8_lossy(&sieved.streams[0].text).into_owned();
        assert!(text.ends_with(DUMP));
        assert!(900 < sieved.overflow);
    }

    #[test]
    fn the_size_of_the_pieces_does_not_matter() {
        for start in [
            "http: panic serving 10.0.0.1:80",
            "SCHED 0ms: gomaxprocs=2",
            "SIGABRT: abort",
        ] {
            let log = format!("{start}\n\nmain.f()\n\t/src/a.go:1 +0x1\npanic: \n");
            let whole = sieve(&log, log.len());
            assert!(
                whole.streams[0].text.starts_with(start.as_bytes()),
                "{start}"
            );
            for piece in [1, 12, 40] {
                assert_eq!(sieve(&log, piece), whole, "{start}");
            }
        }
    }

    #[test]
    fn the_line_above_a_stack_may_end_the_piece_before() {
        let log =
            "user 7: index out of range\ngoroutine 18 [running]:\nmain.f(...)\n\t/src/a.go:23\n";
        let whole = sieve(log, log.len());
        let text = String::from_utf8_lossy(&whole.streams[0].text);
        assert!(text.starts_with("user 7: "), "{text}");
        for piece in [1, 12, 27, 40] {
            assert_eq!(sieve(log, piece), whole, "{piece}");
        }
    }

    #[test]
    fn json_records_are_opened() {
        let docker: Vec<String> = DUMP
            .lines()
            .map(|line| {
                format!(
                    "{{\"log\":\"{}\\n\",\"stream\":\"stderr\"}}\n",
                    line.replace('\t', "\\t")
                )
            })
            .collect();
        check(&docker.concat());
        let escaped = DUMP.replace('\t', "\\t").replace('\n', "\\n");
        let record = format!("{{\"level\":\"error\",\"msg\":\"{escaped}\"}}\n");
        check(&record);
        check(&format!("2024-05-01T10:00:00Z stderr F {record}"));
        check(&format!("time=10:00 level=error msg=\"{escaped}\"\n"));
    }

    #[test]
    fn processes_that_write_at_the_same_time_are_told_apart() {
        let mut log = String::new();
        for line in DUMP.lines() {
            let _ = write!(log, "api-1 | {line}\napi-2 | {line}\n");
        }
        let sieved = sieve(&log, 100);
        assert_eq!(sieved.streams.len(), 2);
        assert!(sieved.streams.iter().all(|s| s.text == DUMP.as_bytes()));
    }

    #[test]
    fn what_needs_no_sieve_is_seen() {
        assert!(!needs_sieve(DUMP.as_bytes()));
        assert!(needs_sieve(each_line(|_| "a | ".to_owned()).as_bytes()));
    }
}
