//! The rules that read source: each in a file of its own, with its page beside it.
//!
//! They know the program's meaning and no output format. A rule's page is its test: every finding
//! that a page announces must come, and no other.

use contend_base::FileId;
use contend_finding::{Finding, Group, RuleMeta, Severity};
use contend_syntax::Parsed;

macro_rules! rules {
    ($($constant:ident: $code:literal $name:literal $severity:ident, $page:literal, $summary:literal;)*) => {
        $(
            #[doc = $summary]
            pub static $constant: RuleMeta = RuleMeta {
                code: $code,
                name: $name,
                summary: $summary,
                severity: Severity::$severity,
                group: Group::Stable,
                since: "0.1",
                doc: include_str!($page),
            };
        )*

        /// All rules, by code.
        pub static ALL: &[&RuleMeta] = &[$(&$constant),*];
    };
}

rules! {
    MAP_WRITE_WRITE: "CT1001" "map-write-write" Error, "map_write_write.md",
        "two goroutines write to one map without a common lock";
    MAP_READ_WRITE: "CT1002" "map-read-write" Error, "map_read_write.md",
        "a goroutine reads a map while another one writes to it";
    MAP_HEADER_ACCESS: "CT1010" "map-header-access" Error, "map_header_access.md",
        "code looks into the memory of a map by `unsafe`";
    MAP_RUNTIME_LINKNAME: "CT1011" "map-runtime-linkname" Error, "map_runtime_linkname.md",
        "a linkname reaches into the runtime's functions for maps";
    LOOP_CAPTURE: "CT1101" "loop-capture" Error, "loop_capture.md",
        "a goroutine or deferred call uses a variable that the loop goes on to change";
    DOUBLE_LOCK: "CT1201" "double-lock" Error, "double_lock.md",
        "a goroutine takes a lock that it already holds";
    MISSING_UNLOCK: "CT1202" "missing-unlock" Error, "missing_unlock.md",
        "a path leaves the function with a lock still held";
    COPY_LOCK: "CT1209" "copy-lock" Warning, "copy_lock.md",
        "a lock, or a value with a lock inside, is copied";
    ADD_IN_GOROUTINE: "CT1301" "add-in-goroutine" Error, "add_in_goroutine.md",
        "`WaitGroup.Add` is called inside the goroutine that it counts";
}

/// Applies the rules that need no types to one file, also to files that the build leaves out.
pub fn check_file(_file: FileId, _parsed: &Parsed, _findings: &mut Vec<Finding>) {}

/// The rule with this code or name.
pub fn find(word: &str) -> Option<&'static RuleMeta> {
    ALL.iter().copied().find(|rule| rule.is_called(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_names_are_unique_and_in_order() {
        assert!(ALL.is_sorted_by(|a, b| a.code < b.code));
        let mut names: Vec<&str> = ALL.iter().map(|rule| rule.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ALL.len());
    }

    #[test]
    fn pages_start_with_their_name_and_hold_all_sections() {
        for rule in ALL {
            assert!(
                rule.doc.starts_with(&format!("# {}\n", rule.name)),
                "{}",
                rule.name
            );
            for section in [
                "\n## Why it hurts\n",
                "\n## Bad\n",
                "\n## Good\n",
                "\n## Known limit",
            ] {
                assert!(
                    rule.doc.contains(section),
                    "{} lacks {section:?}",
                    rule.name
                );
            }
        }
    }
}
