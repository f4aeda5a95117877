//! The write-up as one HTML file that needs nothing else: light or dark as the reader likes.

use std::io::{self, Write};

use contend_finding::Severity;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{Piece, Report, how_sure, pieces, place, source_sentence, words_of_guard};
use crate::{Explanation, Joined};

const STYLE: &str = include_str!("report.css");

/// Writes the incident as one HTML file.
pub fn write_html(explanation: &Explanation, out: &mut dyn Write) -> io::Result<()> {
    let page = match Report::of(explanation) {
        Some(report) => page("Incident", &body(&report)),
        None => page(
            "No fault found",
            &html! {
                h1 { "No fault found" }
                p.read { (explanation.summary.sentence()) }
            },
        ),
    };
    writeln!(out, "{}", page.into_string())
}

fn page(title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body { main { (body) } }
        }
    }
}

fn body(report: &Report<'_>) -> Markup {
    let severity = match report.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    };
    html! {
        p.kind {
            span.badge.(severity) { (severity) }
            " " code { (report.class.id) } " · " (how_sure(report.confidence))
        }
        h1 { (prose(report.title)) }
        @if !report.order.is_empty() {
            h2 { "Time line" }
            ol.line {
                @for step in &report.order {
                    li { span.when { (step.when) } span { (prose(&step.what)) } }
                }
            }
        }
        (list("Thresholds", report.thresholds.iter().map(String::as_str)))
        h2 { "Cause" }
        p { (prose(report.cause)) }
        @if !report.other_side.is_empty() {
            p { strong { "The other side: " } (prose(report.other_side)) }
        }
        (sites(report))
        @if let Some(joined) = report.source { (source(joined)) }
        (list("Evidence", report.evidence.iter().map(String::as_str)))
        (list("Fix", report.fix.iter().copied()))
        (list("Prevention", report.prevention.iter().copied()))
        (list("Open questions", report.open.iter().map(String::as_str)))
        (list("Also seen", report.also.iter().map(|other| other.headline.as_str())))
        (groups(report))
        p.read { (report.read) }
    }
}

fn list<'t>(title: &str, items: impl Iterator<Item = &'t str>) -> Markup {
    let items: Vec<&str> = items.collect();
    html! {
        @if !items.is_empty() {
            h2 { (title) }
            ul { @for item in items { li { (prose(item)) } } }
        }
    }
}

fn sites(report: &Report<'_>) -> Markup {
    html! {
        @if !report.sites.is_empty() {
            div.wide { table {
                thead { tr { th { "what" } th { "function" } th { "place" } th { "who" } } }
                tbody {
                    @for site in report.sites {
                        tr {
                            td { (site.role.word()) }
                            td { code { (site.function) } }
                            td { code { (place(site)) } }
                            td { (site.who(report.class.actor)) }
                        }
                    }
                }
            } }
        }
    }
}

fn source(joined: &Joined) -> Markup {
    html! {
        h2 { "Source" }
        @if let Some(text) = source_sentence(joined) { p { (prose(&text)) } }
        @if !joined.accesses.is_empty() {
            div.wide { table {
                thead { tr { th { "place" } th { "line" } th { "" } th { "guard" } } }
                tbody {
                    @for access in &joined.accesses {
                        tr {
                            td { code { (access.file) ":" (access.line) } }
                            td { code { (access.text) } }
                            td { (access.deed.word()) }
                            td.error[joined.shows_guards() && access.guard.is_open()] {
                                (words_of_guard(joined, access))
                            }
                        }
                    }
                }
            } }
        }
        @if !joined.entries.is_empty() {
            p { "Your calls that come to it:" }
            ul { @for entry in &joined.entries { li { (prose(&entry.sentence())) } } }
        }
        @for note in &joined.notes { p { (prose(note)) } }
    }
}

fn groups(report: &Report<'_>) -> Markup {
    html! {
        @if !report.groups.is_empty() {
            details {
                summary { "Goroutines by place" }
                div.wide { table {
                    thead { tr { th { "count" } th { "state" } th { "function" } th { "place" } } }
                    tbody {
                        @for group in report.groups {
                            tr {
                                td.number { (group.count) }
                                td { (group.state) }
                                td { code { (group.function) } }
                                td { code { (group.place) } }
                            }
                        }
                    }
                } }
            }
        }
    }
}

fn prose(text: &str) -> Markup {
    html! {
        @for piece in pieces(text) {
            @match piece {
                Piece::Prose(text) => (text),
                Piece::Code(text) => code { (text) },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_log_says_cannot_become_markup() {
        assert_eq!(
            prose("panic `<b>` & <script>").into_string(),
            "panic <code>&lt;b&gt;</code> &amp; &lt;script&gt;"
        );
    }
}
