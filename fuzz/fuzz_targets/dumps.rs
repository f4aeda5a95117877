//! Any bytes as a dump and as a log: readers and sieve end without a panic, and what was printed
//! is read and printed the same again.

#![no_main]

#[path = "../../crates/dumps/tests/invariants/mod.rs"]
mod invariants;

libfuzzer_sys::fuzz_target!(|text: &[u8]| invariants::check(text));
