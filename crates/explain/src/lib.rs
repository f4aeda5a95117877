//! The driver of `contend explain`: from inputs to verdicts, and verdicts as text and JSON.
//!
//! It unpacks inputs and takes them out of logs; what they mean is said by `contend-diagnose`. It
//! opens no file and prints nothing.
//!
//! ```
//! use contend_explain::{Explanation, Look, write_text};
//!
//! let log = b"panic: send on closed channel\n\ngoroutine 7 [running]:\nmain.produce(...)\n\t/src/main.go:8\n";
//! let explanation = Explanation::of_texts([("log", &log[..])]);
//! assert_eq!(explanation.diagnoses[0].class.id, "send-on-closed");
//! let mut out = Vec::new();
//! write_text(&explanation, &Look::plain(), &mut out)?;
//! assert!(out.starts_with(b"error: "));
//! # Ok::<(), std::io::Error>(())
//! ```

mod browse;
mod diff;
mod explanation;
mod filter;
mod goroutine_profile;
mod groups;
mod input;
mod json;
mod report;
mod source;
mod text;
mod timeline;
mod wrap;

pub use browse::{Browser, Key, Next};
pub use diff::{Difference, write_difference, write_difference_json};
pub use explanation::{Explanation, Summary};
pub use filter::{Filter, FilterError};
pub use groups::{Crowd, GroupLine, Listing, narrowed};
pub use input::{Input, InputError};
pub use json::{SCHEMA_VERSION, explanation_schema, write_json};
pub use report::{write_html, write_markdown};
pub use source::{
    Entry, Guard, Joined, JoinedFile, Question, Source, SourceAccess, join, join_nothing,
};
pub use text::{Look, write_groups, write_text};
pub use timeline::{
    Crossing, Event, Recorder, Series, SeriesError, Threshold, ThresholdError, Watch, merge,
    read_series,
};
