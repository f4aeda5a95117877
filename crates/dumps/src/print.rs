//! Prints a document again, in the form of Go's own dumps: what was understood, nothing else.

use std::io::{self, Write};

use crate::document::Document;
use crate::model::{Frame, Goroutine, HeadlineKind, flags};

/// Writes headlines and goroutines of `document`. Reading the result gives the same goroutines and
/// frames; printing that again gives the same bytes.
pub fn print(document: &Document<'_>, out: &mut dyn Write) -> io::Result<()> {
    for dump in &document.dumps {
        for headline in &document.headlines[dump.headlines.as_usize()] {
            let start = match headline.kind {
                HeadlineKind::Fatal => "fatal error: ",
                HeadlineKind::Panic => "panic: ",
                HeadlineKind::Nested => "\tpanic: ",
                HeadlineKind::HttpPanic => "http: panic serving ?: ",
                HeadlineKind::Signal | HeadlineKind::Note => "",
            };
            out.write_all(start.as_bytes())?;
            out.write_all(document.bytes(headline.message))?;
            out.write_all(b"\n")?;
            if let Some(signal) = headline.signal {
                writeln!(out, "[signal {}]", document.str(signal))?;
            }
        }
        for goroutine in &document.goroutines[dump.goroutines.as_usize()] {
            out.write_all(b"\n")?;
            print_goroutine(document, goroutine, out)?;
        }
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// Writes one goroutine as Go does, without the blank line behind it.
pub fn print_goroutine(
    document: &Document<'_>,
    goroutine: &Goroutine,
    out: &mut dyn Write,
) -> io::Result<()> {
    print_header(document, goroutine, out)?;
    if goroutine.flags & flags::OTHER_THREAD != 0 {
        out.write_all(b"\tgoroutine running on other thread; stack unavailable\n")?;
    }
    for frame in document.stack(goroutine.frames) {
        out.write_all(document.name_bytes(frame.func))?;
        if frame.args != Frame::NO_ARGS {
            out.write_all(b"(")?;
            out.write_all(document.args(frame).unwrap_or(b"..."))?;
            out.write_all(b")")?;
        }
        out.write_all(b"\n")?;
        print_position(document, frame, out)?;
    }
    if goroutine.flags & flags::ELIDED != 0 {
        match goroutine.elided {
            0 => out.write_all(b"...additional frames elided...\n")?,
            n => writeln!(out, "...{n} frames elided...")?,
        }
    }
    let Some(creator) = &goroutine.creator else {
        return Ok(());
    };
    out.write_all(b"created by ")?;
    out.write_all(document.name_bytes(creator.frame.func))?;
    if creator.id != 0 {
        write!(out, " in goroutine {}", creator.id)?;
    }
    out.write_all(b"\n")?;
    print_position(document, &creator.frame, out)
}

fn print_header(
    document: &Document<'_>,
    goroutine: &Goroutine,
    out: &mut dyn Write,
) -> io::Result<()> {
    if goroutine.flags & flags::RUNTIME_STACK != 0 {
        return out.write_all(b"runtime stack:\n");
    }
    write!(out, "goroutine {} ", goroutine.id)?;
    if let Some(threads) = goroutine.threads {
        out.write_all(document.bytes(threads))?;
        out.write_all(b" ")?;
    }
    out.write_all(b"[")?;
    out.write_all(document.name_bytes(goroutine.state))?;
    for (flag, text) in [
        (flags::LEAKED, " (leaked)"),
        (flags::SCAN, " (scan)"),
        (flags::DURABLE, " (durable)"),
    ] {
        if goroutine.flags & flag != 0 {
            out.write_all(text.as_bytes())?;
        }
    }
    if 0 < goroutine.wait_minutes {
        write!(out, ", {} minutes", goroutine.wait_minutes)?;
    }
    if goroutine.flags & flags::LOCKED != 0 {
        out.write_all(b", locked to thread")?;
    }
    if goroutine.flags & flags::LOGGED != 0 {
        out.write_all(b", logged")?;
    }
    if 0 < goroutine.bubble {
        write!(out, ", synctest bubble {}", goroutine.bubble)?;
    }
    out.write_all(b"]")?;
    if let Some(labels) = goroutine.labels {
        out.write_all(b" {")?;
        out.write_all(document.bytes(labels))?;
        out.write_all(b"}")?;
    }
    out.write_all(b":\n")
}

fn print_position(document: &Document<'_>, frame: &Frame, out: &mut dyn Write) -> io::Result<()> {
    let Some(file) = frame.file else {
        return Ok(());
    };
    out.write_all(b"\t")?;
    out.write_all(document.name_bytes(file))?;
    writeln!(out, ":{}", frame.line)
}
