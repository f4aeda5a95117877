//! Findings and code frames as text, findings as JSON.
//!
//! It knows no rule and reads no file: it gets findings, the sources they point into, and where
//! the user stands, and writes bytes.
//!
//! ```
//! use contend_base::SourceMap;
//! use contend_finding::Coverage;
//! use contend_render::{Paths, Report, Style};
//!
//! let report = Report {
//!     findings: &[],
//!     warnings: &[],
//!     coverage: &Coverage { packages: 2, analysed: 2, files: 3, ..Coverage::default() },
//!     files: &SourceMap::default(),
//!     paths: Paths::relative_to("/home/me/project"),
//! };
//! let mut out = Vec::new();
//! report.write_full(&Style::plain(), &mut out)?;
//! assert_eq!(out, b"No findings. Analysed all 2 packages (3 files).\n");
//! # Ok::<(), std::io::Error>(())
//! ```

mod concise;
mod deps;
mod frame;
mod full;
mod json;
mod paths;
mod style;
mod summary;

use contend_base::SourceMap;
use contend_finding::{Coverage, Finding, Warning};

pub use deps::{Dependencies, dependencies_schema};
pub use frame::code_frames;
pub use json::{SCHEMA_VERSION, findings_schema};
pub use paths::Paths;
pub use style::Style;

/// All that a run has to say.
pub struct Report<'a> {
    /// In the order of output, see [`contend_finding::finish`].
    pub findings: &'a [Finding],
    /// What went wrong on the way, in the order of output.
    pub warnings: &'a [Warning],
    /// What was looked at.
    pub coverage: &'a Coverage,
    /// The sources that findings and warnings point into.
    pub files: &'a SourceMap,
    /// How paths are shown.
    pub paths: Paths,
}
