//! Stacks in the forms of loggers and recovery middlewares, as the runtime would print them.
//!
//! Such a stack is of one goroutine, whose number nobody has written down.

use memchr::memmem;

use super::shape::{is_place, starts_dump};

/// What stands in front of a stack that a logger has printed.
const HEADER: &[u8] = b"goroutine 0 [running, logged]:";
/// The function of the runtime that panics, as stacks of loggers name it.
const PANIC: &[u8] = b"runtime.gopanic";
/// How gin begins what it logs of a panic, behind the time of its logger.
const GIN: &[u8] = b"[Recovery] ";
const GIN_END: &[u8] = b"panic recovered:";
/// Lines between what gin begins with and the stack: the request and the text of the panic.
const GIN_LINES: u32 = 80;

/// How the lines of a stack look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stack {
    /// `NAME`, then a tab and `FILE:LINE`: zap and the errors of many libraries. The name that waits
    /// for its place.
    Names(Option<Vec<u8>>),
    /// `-> NAME`, then `-> FILE:LINE`, indented: chi.
    Arrows(Option<Vec<u8>>),
    /// `FILE:LINE (0xPC)`, then a tab, `NAME: ` and the line of the source, if gin finds that.
    Places {
        /// The place that may get a name.
        place: Option<Vec<u8>>,
        /// The text of the panic, as long as no frame has come.
        reason: Vec<u8>,
        /// Lines until then; their limit from then on.
        lines: u32,
    },
}

impl Stack {
    /// The stack that begins with this line, and the lines that stand for it.
    pub(super) fn start(line: &[u8]) -> Option<(Self, Vec<Vec<u8>>)> {
        match line.first()? {
            b'r' if line == PANIC => {
                Some((Self::Names(Some(b"panic".to_vec())), vec![HEADER.to_vec()]))
            }
            b' ' => {
                let reason = line.strip_prefix(b" panic: ")?;
                let headline = [&b"panic: "[..], reason].concat();
                let lines = vec![
                    headline,
                    Vec::new(),
                    HEADER.to_vec(),
                    b"panic(...)".to_vec(),
                ];
                Some((Self::Arrows(None), lines))
            }
            _ => starts_gin(line).then(|| {
                let stack = Self::Places {
                    place: None,
                    reason: Vec::new(),
                    lines: 0,
                };
                (stack, Vec::new())
            }),
        }
    }

    /// What the runtime would have printed for the next line; `None` where the stack has ended.
    pub(super) fn next(&mut self, line: &[u8]) -> Option<Vec<Vec<u8>>> {
        match self {
            Self::Names(name) => {
                let place = line.strip_prefix(b"\t");
                name_or_place(name, place.unwrap_or(line))
            }
            Self::Arrows(name) => {
                let text = line.trim_ascii_start();
                let text = text.strip_prefix(b"->").unwrap_or(text).trim_ascii();
                if text.is_empty() {
                    return Some(Vec::new());
                }
                line.starts_with(b" ").then(|| name_or_place(name, text))?
            }
            Self::Places {
                place,
                reason,
                lines,
            } => {
                let before = place.take();
                if let (Some(found), Some(text)) = (&before, line.strip_prefix(b"\t")) {
                    let name = &text[..memmem::find(text, b": ").unwrap_or(text.len())];
                    return Some(frame(&qualified(name, found), found));
                }
                let mut out = before.map_or_else(Vec::new, |it| frame(&trimmed(&it), &it));
                if let Some(found) = place_of_gin(line) {
                    *lines = GIN_LINES;
                    *place = Some(found.to_vec());
                    out.extend(opened(&std::mem::take(reason)));
                    return Some(out);
                }
                if !out.is_empty() {
                    return Some(out);
                }
                if GIN_LINES <= *lines || starts_dump(line) {
                    return None;
                }
                *lines += 1;
                if !line.trim_ascii().is_empty() {
                    line.clone_into(reason);
                }
                Some(Vec::new())
            }
        }
    }
}

/// The frame that is complete with this line, where names and places come in turn.
fn name_or_place(name: &mut Option<Vec<u8>>, line: &[u8]) -> Option<Vec<Vec<u8>>> {
    if let Some(function) = name.take() {
        return is_place(line).then(|| frame(&function, line));
    }
    *name = Some(named(line)?);
    Some(Vec::new())
}

/// What stands in front of the first frame; nothing for the others, which have no reason.
fn opened(reason: &[u8]) -> Vec<Vec<u8>> {
    if reason.is_empty() {
        return Vec::new();
    }
    let headline = [&b"panic: "[..], reason].concat();
    vec![headline, Vec::new(), HEADER.to_vec()]
}

/// True for the line with which gin begins, also behind the time of its logger.
pub(super) fn starts_gin(line: &[u8]) -> bool {
    line.ends_with(GIN_END) && memmem::find(&line[..line.len().min(80)], GIN).is_some()
}

fn frame(function: &[u8], place: &[u8]) -> Vec<Vec<u8>> {
    vec![[function, b"(...)"].concat(), [&b"\t"[..], place].concat()]
}

/// A function without arguments; the panic has another name in dumps.
fn named(line: &[u8]) -> Option<Vec<u8>> {
    let is_name = line.contains(&b'.') && !line.contains(&b' ') && !line.ends_with(b":");
    is_name.then(|| match line {
        PANIC => b"panic".to_vec(),
        other => other.to_vec(),
    })
}

/// `FILE:LINE` of `FILE:LINE (0xPC)`.
fn place_of_gin(line: &[u8]) -> Option<&[u8]> {
    let inner = line.strip_suffix(b")")?;
    let at = memmem::rfind(inner, b" (0x")?;
    let place = &line[..at];
    is_place(place).then_some(place)
}

/// A place as the name of the function that nobody has named, as a build with -trimpath has it.
fn trimmed(place: &[u8]) -> Vec<u8> {
    let starts = [&b"/pkg/mod/"[..], b"/go/src/"];
    let mut starts = starts
        .iter()
        .filter_map(|it| Some(memmem::find(place, it)? + it.len()));
    without_versions(&place[starts.next().unwrap_or(0)..])
}

/// A function with its package, which gin leaves out and the file tells.
fn qualified(name: &[u8], place: &[u8]) -> Vec<u8> {
    if name == b"gopanic" {
        return b"panic".to_vec();
    }
    let directory = &place[..memchr::memrchr(b'/', place).unwrap_or(0)];
    let package = if trimmed(directory).len() < directory.len() {
        trimmed(directory)
    } else if memmem::find(place, b"/main.go:").is_some() {
        b"main".to_vec()
    } else {
        let last = memchr::memrchr(b'/', directory).map_or(0, |at| at + 1);
        directory[last..].to_vec()
    };
    [&package[..], b".", name].concat()
}

/// `github.com/a/b/c` of `github.com/a/b@v1.2.0/c`.
fn without_versions(path: &[u8]) -> Vec<u8> {
    let parts = path.split(|b| *b == b'/').map(|part| {
        let end = memchr::memchr(b'@', part).unwrap_or(part.len());
        &part[..end]
    });
    parts.collect::<Vec<_>>().join(&b'/')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standard(text: &str) -> String {
        let mut out: Vec<Vec<u8>> = Vec::new();
        let mut stack: Option<Stack> = None;
        for line in text.lines().map(str::as_bytes) {
            if let Some(lines) = stack.as_mut().and_then(|it| it.next(line)) {
                out.extend(lines);
            } else if let Some((begun, lines)) = Stack::start(line) {
                stack = Some(begun);
                out.extend(lines);
            }
        }
        String::from_utf8(out.join(&b'\n')).expect("text")
    }

    #[test]
    fn stacks_of_loggers_are_those_of_the_runtime() {
        let wanted = "goroutine 0 [running, logged]:\npanic(...)\n\t/usr/local/go/src/runtime/panic.go:860\n\
                      main.find(...)\n\t/src/main.go:31";
        assert_eq!(
            standard(
                "runtime.gopanic\n\t/usr/local/go/src/runtime/panic.go:860\nmain.find\n\t/src/main.go:31\n"
            ),
            wanted
        );
        assert_eq!(
            standard(
                "2026/11/30 16:36:04 [Recovery] 2026/11/30 - 16:36:04 panic recovered:\nboom\n\
                 /usr/local/go/src/runtime/panic.go:860 (0x48d217)\n\tgopanic: fatalpanic(gp._panic)\n\
                 /src/main.go:31 (0xb20b46)\n\tfind: return c.id()\n"
            ),
            format!("panic: boom\n\n{wanted}")
        );
        assert_eq!(
            standard(
                "[Recovery] 2026/11/30 - 16:36:04 panic recovered:\nboom\n\
                 runtime/panic.go:860 (0x48d217)\nexample.com/a@v1.2.0/b.go:31 (0xb20b46)\n\n"
            ),
            "panic: boom\n\ngoroutine 0 [running, logged]:\n\
             runtime/panic.go:860(...)\n\truntime/panic.go:860\n\
             example.com/a/b.go:31(...)\n\texample.com/a@v1.2.0/b.go:31"
        );
        assert_eq!(
            standard(" panic: boom\n \n -> main.find\n ->   /src/main.go:31\n\n"),
            "panic: boom\n\ngoroutine 0 [running, logged]:\npanic(...)\nmain.find(...)\n\t/src/main.go:31"
        );
    }
}
