//! The write-up as Markdown, for a ticket or a wiki.

use std::io::{self, Write};

use super::{Piece, Report, how_sure, pieces, place, source_sentence, words_of_guard};
use crate::{Explanation, Joined};

/// Writes the incident as Markdown.
pub fn write_markdown(explanation: &Explanation, out: &mut dyn Write) -> io::Result<()> {
    let Some(report) = Report::of(explanation) else {
        writeln!(out, "# No fault found\n")?;
        return writeln!(out, "{}", prose(&explanation.summary.sentence()));
    };
    writeln!(out, "# {}\n", prose(report.title))?;
    writeln!(
        out,
        "Kind: {} · {} · {}",
        code(report.class.id),
        report.severity,
        how_sure(report.confidence)
    )?;
    if !report.order.is_empty() {
        writeln!(out, "\n## Time line\n")?;
    }
    for step in &report.order {
        writeln!(out, "- {}: {}", prose(&step.when), prose(&step.what))?;
    }
    list(
        "Thresholds",
        report.thresholds.iter().map(String::as_str),
        out,
    )?;
    writeln!(out, "\n## Cause\n\n{}", prose(report.cause))?;
    if !report.other_side.is_empty() {
        writeln!(out, "\nThe other side: {}", prose(report.other_side))?;
    }
    write_sites(&report, out)?;
    if let Some(source) = report.source {
        write_source(source, out)?;
    }
    list("Evidence", report.evidence.iter().map(String::as_str), out)?;
    list("Fix", report.fix.iter().copied(), out)?;
    list("Prevention", report.prevention.iter().copied(), out)?;
    list(
        "Open questions",
        report.open.iter().map(String::as_str),
        out,
    )?;
    list(
        "Also seen",
        report.also.iter().map(|other| other.headline.as_str()),
        out,
    )?;
    write_groups(&report, out)?;
    writeln!(out, "\n{}", prose(&report.read))
}

fn list<'t>(
    title: &str,
    items: impl Iterator<Item = &'t str>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut items = items.peekable();
    if items.peek().is_none() {
        return Ok(());
    }
    writeln!(out, "\n## {title}\n")?;
    for item in items {
        writeln!(out, "- {}", prose(item))?;
    }
    Ok(())
}

fn write_sites(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    if report.sites.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "\n| what | function | place | who |\n|---|---|---|---|"
    )?;
    for site in report.sites {
        writeln!(
            out,
            "| {} | {} | {} | {} |",
            site.role.word(),
            cell(&site.function),
            cell(&place(site)),
            site.who(report.class.actor)
        )?;
    }
    Ok(())
}

fn write_source(source: &Joined, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n## Source")?;
    if let Some(text) = source_sentence(source) {
        writeln!(out, "\n{}", prose(&text))?;
    }
    if !source.accesses.is_empty() {
        writeln!(out, "\n| place | line | | guard |\n|---|---|---|---|")?;
    }
    for access in &source.accesses {
        writeln!(
            out,
            "| {} | {} | {} | {} |",
            cell(&format!("{}:{}", access.file, access.line)),
            cell(&access.text),
            access.deed.word(),
            words_of_guard(source, access),
        )?;
    }
    if !source.entries.is_empty() {
        writeln!(out, "\nYour calls that come to it:\n")?;
    }
    for entry in &source.entries {
        writeln!(out, "- {}", prose(&entry.sentence()))?;
    }
    for note in &source.notes {
        writeln!(out, "\n{}", prose(note))?;
    }
    Ok(())
}

fn write_groups(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    if report.groups.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "\n## Goroutines\n\n| count | state | function | place |\n|---:|---|---|---|"
    )?;
    for group in report.groups {
        writeln!(
            out,
            "| {} | {} | {} | {} |",
            group.count,
            prose(&group.state).replace('|', "\\|"),
            cell(&group.function),
            cell(&group.place)
        )?;
    }
    Ok(())
}

/// Code in a cell of a table, where a bar would end the cell.
fn cell(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    code(text).replace('|', "\\|")
}

/// Code with a fence that the text does not hold.
fn code(text: &str) -> String {
    if text.contains('`') {
        format!("`` {text} ``")
    } else {
        format!("`{text}`")
    }
}

/// Prose on one line, with what Markdown would take for markup escaped.
fn prose(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for piece in pieces(text) {
        match piece {
            Piece::Code(text) => out.push_str(&code(text)),
            Piece::Prose(text) => {
                for c in text.chars() {
                    if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#') {
                        out.push('\\');
                    }
                    out.push(if c.is_control() { ' ' } else { c });
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_code_and_markup_is_escaped() {
        assert_eq!(
            prose("`main.(*T).f` reads *this*\nand <b>"),
            "`main.(*T).f` reads \\*this\\* and \\<b\\>"
        );
        assert_eq!(prose("one ` alone"), "one \\` alone");
        assert_eq!(cell("a|b"), "`a\\|b`");
    }
}
