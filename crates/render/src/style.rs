//! What the terminal can show. The binary decides, renderers obey.

use annotate_snippets::Renderer;
use annotate_snippets::renderer::{self, AnsiColor, DecorStyle, Effects};
use contend_finding::Severity;

/// How text is decorated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Style {
    /// Escape sequences for colour.
    pub color: bool,
    /// Lines of code frames drawn with box characters; ASCII otherwise.
    pub unicode: bool,
    /// Columns of the terminal. Long source lines are trimmed to it.
    pub width: usize,
}

impl Style {
    /// No colour, ASCII only, 140 columns: for files and pipes.
    pub fn plain() -> Self {
        Self {
            color: false,
            unicode: false,
            width: 140,
        }
    }

    pub(crate) fn renderer(&self) -> Renderer {
        let renderer = if self.color {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        let decor = if self.unicode {
            DecorStyle::Unicode
        } else {
            DecorStyle::Ascii
        };
        renderer.decor_style(decor).term_width(self.width.max(40))
    }

    pub(crate) fn bold(&self, text: &str) -> String {
        self.paint(renderer::Style::new().effects(Effects::BOLD), text)
    }

    /// The severity's word and what follows it, in the severity's colour.
    pub(crate) fn severity(&self, severity: Severity, rest: &str) -> String {
        let color = match severity {
            Severity::Error => AnsiColor::BrightRed,
            Severity::Warning => AnsiColor::Yellow,
            Severity::Info => AnsiColor::BrightBlue,
        };
        self.paint(
            color.on_default().effects(Effects::BOLD),
            &format!("{severity}{rest}"),
        )
    }

    pub(crate) fn yellow(&self, text: &str) -> String {
        self.paint(AnsiColor::Yellow.on_default().effects(Effects::BOLD), text)
    }

    fn paint(&self, style: renderer::Style, text: &str) -> String {
        if self.color {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }
}
