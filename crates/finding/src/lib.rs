//! What contend says: findings, the rules they come from, and what a run could not look at.
//!
//! It knows no Go, no output format and no rule. Rules of source and of running programs emit the
//! same [`Finding`]; every view renders it.
//!
//! ```
//! use contend_base::{Location, SourceMap, Span};
//! use contend_finding::{Confidence, Finding, Group, RuleMeta, Severity};
//!
//! static RULE: RuleMeta = RuleMeta {
//!     code: "CT0000",
//!     name: "example",
//!     summary: "an example",
//!     severity: Severity::Warning,
//!     group: Group::Stable,
//!     since: "0.1",
//!     doc: "# example\n",
//! };
//! let files = SourceMap::default();
//! let file = files.add("a.go", &b"package a\nvar x int\n"[..]);
//! let finding = Finding::new(&RULE, Location::new(file, Span::new(14, 15)), "`x` is an example")
//!     .help("rename it")
//!     .sure(Confidence::High, "the name says so");
//! let mut findings = vec![finding];
//! contend_finding::finish(&mut findings, &files);
//! assert_eq!(findings[0].fingerprint.to_string().len(), 16);
//! ```

mod coverage;
mod finding;
mod fingerprint;
mod rule;

pub use coverage::{Coverage, LeftOut, Place, Warning};
pub use finding::{Applicability, Confidence, Edit, Finding, Fix, Label, Role};
pub use fingerprint::{Fingerprint, finish};
pub use rule::{Group, RuleMeta, Severity};
