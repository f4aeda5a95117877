//! What functions do to shared memory, under which locks, in which goroutines.
//!
//! One summary for each function, found bottom-up: a caller sees the places, locks and goroutines
//! of the functions that it calls under its own names. Rules read summaries and judge; nothing
//! here knows a rule or a message.

pub mod accesses;
pub mod accessors;
pub mod asked;
pub mod back_references;
pub mod binding;
pub mod callbacks;
pub mod callers;
mod carried;
pub mod channel_locks;
pub mod components;
mod compose;
mod contents;
mod contracts;
pub mod conventions;
pub mod dispatch;
pub mod documented;
mod elements;
mod ended;
pub mod ends;
mod entries;
mod event_loops;
pub mod flags;
pub mod flows;
pub mod fresh;
mod given_away;
pub mod goroutines;
pub mod guests;
mod holders;
mod implied;
pub mod joined;
pub mod known;
pub mod library;
pub mod literals;
pub mod lock_types;
pub mod locks;
pub mod made_for_one;
pub mod manner;
pub mod order;
pub mod origins;
pub mod package;
pub mod package_calls;
pub mod path;
pub mod program;
pub mod promises;
mod random;
mod registrations;
mod renewed;
mod repeating;
mod reused;
pub mod roles;
mod rooms;
mod roomy;
pub mod roots;
mod services;
pub mod summary;
pub mod taken;
pub mod touched;
pub mod uses;
pub mod values;
pub mod visits;
pub mod waiting;
pub mod written_out;

use std::sync::Arc;

use contend_base::SourceMap;
use contend_ir::Body;
use contend_types::{PkgId, World};

use known::Known;
use promises::Promises;

/// One package with its bodies.
pub struct PackageUnit<'a> {
    /// All types.
    pub world: &'a World,
    /// All sources.
    pub files: &'a SourceMap,
    /// The package.
    pub package: PkgId,
    /// All its bodies, in order of file and declaration.
    pub bodies: &'a [Body],
    /// Bodies of functions of other packages, which are looked at where these are called.
    pub guests: &'a [Arc<Body>],
    /// The functions of the packages that were looked at before.
    pub known: &'a Arc<Known>,
    /// Methods that interfaces promise to call from many goroutines.
    pub promises: &'a Promises,
}
