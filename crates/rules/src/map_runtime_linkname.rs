//! CT1011: `//go:linkname` into the runtime's functions for maps.

use contend_base::{Location, Span};
use contend_finding::{Confidence, Finding, Group, Role, RuleMeta, Severity};
use contend_syntax::ast::DirectiveKind;

use crate::SourceUnit;

pub(crate) static RULE: RuleMeta = RuleMeta {
    code: "CT1011",
    name: "map-runtime-linkname",
    summary: "a linkname reaches into the runtime's functions for maps",
    severity: Severity::Warning,
    group: Group::Stable,
    since: "0.1",
    doc: include_str!("map_runtime_linkname.md"),
};

/// Packages whose functions for maps are meant, with the beginnings of their names. Go 1.18 to
/// 1.27: the runtime's own up to 1.23, `internal/runtime/maps` from 1.24.
const SYMBOLS: &[(&str, &[&str])] = &[
    ("internal/reflectlite", &["maplen"]),
    ("internal/runtime/maps", &[""]),
    ("maps", &["clone"]),
    (
        "reflect",
        &[
            "makemap",
            "mapaccess",
            "mapassign",
            "mapclear",
            "mapdelete",
            "mapiter",
            "maplen",
        ],
    ),
    (
        "runtime",
        &[
            "(*bmap).",
            "(*hiter).",
            "(*hmap).",
            "evacuate",
            "growWork",
            "hashGrow",
            "makemap",
            "mapIter",
            "mapKeyError",
            "mapaccess",
            "mapassign",
            "mapclear",
            "mapclone",
            "mapdelete",
            "mapiter",
        ],
    ),
];

pub(crate) fn check(unit: &SourceUnit, findings: &mut Vec<Finding>) {
    if unit.is_std {
        // The standard library is where these functions live.
        return;
    }
    for directive in &unit.parsed.tree.directives {
        if directive.kind == DirectiveKind::Linkname {
            findings.extend(check_directive(unit, directive.span));
        }
    }
}

fn check_directive(unit: &SourceUnit, span: Span) -> Option<Finding> {
    let text = std::str::from_utf8(unit.file.slice(span)).ok()?;
    let mut words = text.split_ascii_whitespace().skip(1);
    let (local, target) = (words.next()?, words.next()?);
    if !is_map_function(target) {
        return None;
    }
    let at = span.start + text.rfind(target)? as u32;
    let location = Location::new(unit.id, Span::new(at, at + target.len() as u32));
    let finding = Finding::new(
        &RULE,
        location,
        format!("`{local}` is linked to `{target}`"),
    )
    .here(Role::Other, "a function of the runtime for maps")
    .help("use the map operations of the language, or the packages `maps` and `reflect`")
    .sure(Confidence::High, "the comment names the function");
    Some(finding)
}

fn is_map_function(target: &str) -> bool {
    // The package ends at the first dot behind the last slash.
    let name_at = target.rfind('/').unwrap_or(0);
    let Some(dot) = target[name_at..].find('.') else {
        return false;
    };
    let (package, symbol) = (&target[..name_at + dot], &target[name_at + dot + 1..]);
    SYMBOLS
        .iter()
        .filter(|(known, _)| *known == package)
        .any(|(_, starts)| starts.iter().any(|start| symbol.starts_with(start)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_for_maps_are_told_from_others() {
        let yes = [
            "runtime.mapassign_fast64ptr",
            "reflect.mapiterinit",
            "maps.clone",
        ];
        let yes_too = [
            "internal/runtime/maps.(*Iter).Next",
            "runtime.(*hmap).newoverflow",
        ];
        let no = [
            "runtime.mmap",
            "runtime.nanotime",
            "example.com/runtime.mapassign",
            "runtime",
        ];
        assert!(yes.into_iter().chain(yes_too).all(is_map_function));
        assert!(!no.into_iter().any(is_map_function));
    }
}
