//! What a page announces.

use std::fmt;

/// An announcement, and the line of the file that it speaks of.
pub(crate) struct Expectation {
    pub(crate) line: u32,
    pub(crate) what: Announced,
}

pub(crate) enum Announced {
    Finding {
        severity: String,
        rule: String,
        text: String,
    },
    Also(String),
}

impl fmt::Display for Announced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Finding {
                severity,
                rule,
                text,
            } => write!(f, "{severity}: [{rule}] {text}"),
            Self::Also(text) => write!(f, "also: {text}"),
        }
    }
}

/// The announcements of a file.
pub(crate) fn expectations(text: &str) -> Vec<Expectation> {
    let lines: Vec<&str> = text.lines().collect();
    let mut all = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some((code, comment)) = line.rsplit_once("// ") else {
            continue;
        };
        let Some(what) = announced(comment) else {
            continue;
        };
        let is_alone = |line: &str| {
            line.trim_start()
                .strip_prefix("// ")
                .is_some_and(|it| announced(it).is_some())
        };
        let mut target = at;
        if code.trim().is_empty() {
            target += lines[at..].iter().take_while(|line| is_alone(line)).count();
        }
        all.push(Expectation {
            line: target as u32 + 1,
            what,
        });
    }
    all
}

fn announced(comment: &str) -> Option<Announced> {
    let (word, rest) = comment.split_once(": ")?;
    match word {
        "error" | "warning" | "info" => {
            let (rule, text) = rest.strip_prefix('[')?.split_once(']')?;
            let (rule, text) = (rule.to_owned(), text.trim().to_owned());
            Some(Announced::Finding {
                severity: word.to_owned(),
                rule,
                text,
            })
        }
        "also" => Some(Announced::Also(rest.trim().to_owned())),
        _ => None,
    }
}

#[test]
fn announcements_know_their_line() {
    let text = "x() // error: [a-b] `x`\n// also: there\n// warning: [c]\ny() // plain: text\n";
    let all: Vec<String> = expectations(text)
        .iter()
        .map(|it| format!("{} {}", it.line, it.what))
        .collect();
    assert_eq!(
        all,
        ["1 error: [a-b] `x`", "4 also: there", "4 warning: [c] "]
    );
}
