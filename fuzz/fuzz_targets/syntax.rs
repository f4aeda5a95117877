//! Any bytes as a Go file: header and parser end without a panic and keep their promises.

#![no_main]

#[path = "../../crates/syntax/tests/invariants/mod.rs"]
mod invariants;

libfuzzer_sys::fuzz_target!(|text: &[u8]| invariants::check(text));
