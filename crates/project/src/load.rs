//! The way from patterns to packages.

use crate::config::Config;
use crate::fs::FileSystem;
use crate::model::Project;

/// Loads the packages that match `patterns`, and all they import.
///
/// Patterns are those of the go command: `./...`, `./cmd`, `example.com/m/...`, `std`; paths start
/// at `config.dir`. Never fails: see [`Project::diagnostics`]. Uses the rayon pool of the caller.
pub fn load(fs: &dyn FileSystem, config: &Config, patterns: &[String]) -> Project {
    let _ = (fs, config, patterns);
    unimplemented!()
}
