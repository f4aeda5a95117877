//! Comments that silence findings: `//contend:ignore rule -- reason` and `//nolint:contend`.
//!
//! A comment speaks of its own line. If nothing but the comment stands on the line, it speaks of
//! the next line instead, and if a top-level declaration starts there, of the whole declaration.

use contend_base::{FileId, Location, SourceFile, SourceMap, Span};
use contend_finding::{Finding, Place, RuleMeta, Warning};
use contend_syntax::Parsed;
use contend_syntax::ast::{Directive, DirectiveKind};
use rustc_hash::FxHashMap;

use crate::parse::Source;

/// What a comment silences, and where.
struct Suppression {
    /// First and last line, from 1.
    lines: (u32, u32),
    rules: Rules,
}

enum Rules {
    All,
    Listed(Vec<&'static RuleMeta>),
}

/// Removes the findings that comments silence and returns how many those were. Comments that make
/// no sense become warnings and silence nothing.
pub(crate) fn apply<'a>(
    sources: impl Iterator<Item = &'a Source>,
    files: &SourceMap,
    findings: &mut Vec<Finding>,
    warnings: &mut Vec<Warning>,
) -> usize {
    let mut by_file: FxHashMap<FileId, Vec<Suppression>> = FxHashMap::default();
    for source in sources {
        let file = files.get(source.id);
        for directive in &source.parsed.tree.directives {
            match suppression(directive, &source.parsed, file) {
                None => {}
                Some(Ok(suppression)) => by_file.entry(source.id).or_default().push(suppression),
                Some(Err(message)) => warnings.push(Warning {
                    message,
                    place: Place::Source(Location::new(source.id, directive.span)),
                    help: Some("write `//contend:ignore rule-name -- reason`".to_owned()),
                }),
            }
        }
    }
    let before = findings.len();
    findings.retain(|finding| {
        let Location { file, span } = finding.primary.location;
        let line = files.get(file).line_column(span.start).line;
        let here = by_file.get(&file).map(Vec::as_slice).unwrap_or_default();
        !here
            .iter()
            .any(|suppression| suppression.silences(finding.rule, line))
    });
    before - findings.len()
}

impl Suppression {
    fn silences(&self, rule: &'static RuleMeta, line: u32) -> bool {
        let (first, last) = self.lines;
        let is_named = match &self.rules {
            Rules::All => true,
            Rules::Listed(rules) => rules.iter().any(|listed| listed.code == rule.code),
        };
        is_named && first <= line && line <= last
    }
}

/// `None` for comments that are no suppressions.
fn suppression(
    directive: &Directive,
    parsed: &Parsed,
    file: &SourceFile,
) -> Option<Result<Suppression, String>> {
    let text = String::from_utf8_lossy(file.slice(directive.span));
    let rules = match directive.kind {
        DirectiveKind::Nolint => Ok(nolint_rules(&text)?),
        DirectiveKind::Contend => ignore_rules(text.strip_prefix("//contend:ignore")?),
        _ => return None,
    };
    Some(rules.map(|rules| Suppression {
        lines: lines(directive.span, parsed, file),
        rules,
    }))
}

/// Our rules that look for what a linter of other tools looks for too.
const SAME_AS: &[(&str, &[&str])] = &[("govet", &["copy-lock", "loop-capture"])];

/// What `//nolint:a,contend // why` silences. A bare `//nolint` was written for other tools and
/// does not count.
fn nolint_rules(text: &str) -> Option<Rules> {
    let list = text.strip_prefix("//nolint:")?;
    let list = list.split_once("//").map_or(list, |(list, _)| list);
    let linters: Vec<&str> = list.split(',').map(str::trim).collect();
    if linters.contains(&"contend") {
        return Some(Rules::All);
    }
    let same = SAME_AS
        .iter()
        .filter(|(linter, _)| linters.contains(linter));
    let rules: Vec<_> = same.flat_map(|(_, names)| names.iter()).collect();
    let rules: Vec<_> = rules
        .into_iter()
        .filter_map(|name| contend_rules::find(name))
        .collect();
    (!rules.is_empty()).then_some(Rules::Listed(rules))
}

/// The rules of ` a,b -- reason`. The reason is demanded: the next reader needs it.
fn ignore_rules(text: &str) -> Result<Rules, String> {
    let (names, reason) = text.split_once("--").unwrap_or((text, ""));
    if reason.trim().is_empty() {
        return Err("this comment gives no reason and silences nothing".to_owned());
    }
    let names: Vec<&str> = names
        .split([',', ' ', '\t'])
        .filter(|name| !name.is_empty())
        .collect();
    if names.is_empty() {
        return Err("this comment names no rule and silences nothing".to_owned());
    }
    let find = |name: &str| {
        let unknown = || format!("there is no rule `{name}`, so this comment silences nothing");
        contend_rules::find(name).ok_or_else(unknown)
    };
    names
        .into_iter()
        .map(find)
        .collect::<Result<_, _>>()
        .map(Rules::Listed)
}

/// Which lines the comment speaks of.
fn lines(comment: Span, parsed: &Parsed, file: &SourceFile) -> (u32, u32) {
    let line_of = |offset| file.line_column(offset).line;
    let own = line_of(comment.start);
    let before = Span::new(file.line_span(own).start, comment.start);
    if !file.slice(before).trim_ascii().is_empty() {
        return (own, own);
    }
    // Comments between this one and the code belong to the same group.
    let mut next = own + 1;
    while file
        .slice(file.line_span(next))
        .trim_ascii_start()
        .starts_with(b"//")
    {
        next += 1;
    }
    let declarations = parsed
        .tree
        .top_level
        .iter()
        .map(|&id| parsed.tree.decl(id).span);
    let declaration = declarations
        .into_iter()
        .find(|span| line_of(span.start) == next);
    (
        own,
        declaration.map_or(next, |span| line_of(span.end.max(1) - 1)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nolint_must_name_us_or_a_linter_that_looks_for_the_same() {
        let silenced = |text| match nolint_rules(text) {
            None => "nothing".to_owned(),
            Some(Rules::All) => "all".to_owned(),
            Some(Rules::Listed(rules)) => rules
                .iter()
                .map(|rule| rule.name)
                .collect::<Vec<_>>()
                .join(" "),
        };
        assert_eq!(silenced("//nolint"), "nothing");
        assert_eq!(silenced("//nolint:errcheck"), "nothing");
        assert_eq!(silenced("//nolint:errcheck, contend // why"), "all");
        assert_eq!(
            silenced("//nolint:govet // copylocks"),
            "copy-lock loop-capture"
        );
    }

    #[test]
    fn names_and_a_reason_are_demanded() {
        let rules = |text| match ignore_rules(text) {
            Ok(Rules::Listed(rules)) => Ok(rules.iter().map(|rule| rule.code).collect::<Vec<_>>()),
            Ok(Rules::All) => unreachable!("a list was given"),
            Err(message) => Err(message),
        };
        assert_eq!(
            rules(" map-runtime-linkname, ct1011 -- tested"),
            Ok(vec!["CT1011", "CT1011"])
        );
        assert!(rules(" double-lock").unwrap_err().contains("no reason"));
        assert!(rules(" -- because").unwrap_err().contains("names no rule"));
        assert!(
            rules(" dubble-lock -- because")
                .unwrap_err()
                .contains("`dubble-lock`")
        );
    }

    #[test]
    fn a_comment_of_its_own_speaks_of_what_follows() {
        let text = b"package a\n\n//contend:ignore x -- y\n// F is.\nfunc F() {\n\tg()\n}\n\nvar X = 1 //contend:ignore x -- y\n";
        let files = SourceMap::default();
        let file = files.get(files.add("a.go", &text[..]));
        let parsed = contend_syntax::parse(text);
        let spans: Vec<Span> = parsed.tree.directives.iter().map(|it| it.span).collect();
        let lines: Vec<_> = spans
            .iter()
            .map(|&span| lines(span, &parsed, file))
            .collect();
        assert_eq!(lines, [(3, 7), (9, 9)]);
    }
}
