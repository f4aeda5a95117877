//! A program and its debug information.

use std::sync::Arc;

use addr2line::Context;
use gimli::{Dwarf, EndianArcSlice, RunTimeEndian, SectionId};
use object::{Object, ObjectSection, ObjectSegment};
use thiserror::Error;

use crate::symbols::Symbols;

type Reader = EndianArcSlice<RunTimeEndian>;

/// Why a file is of no use.
#[derive(Debug, Error)]
pub enum ElfError {
    /// It is something else.
    #[error("not an ELF file: {0}")]
    NoElf(#[from] object::Error),
    /// It has neither debug information nor symbols, and is no Go program.
    #[error("no symbols, no debug information and no table of the Go runtime")]
    Stripped,
}

/// A function at an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Symbol {
    /// Its name as the runtime prints it; empty if unknown.
    pub function: String,
    /// Its file, empty if unknown.
    pub file: String,
    /// From 1; 0 if unknown.
    pub line: u32,
}

/// A program, held in memory as far as names need it.
pub struct Binary {
    /// Parts that are loaded: offset in the file, size there, address.
    segments: Vec<(u64, u64, u64)>,
    symbols: Symbols,
    context: Option<Context<Reader>>,
    /// What of it could not be read.
    problem: Option<String>,
}

impl std::fmt::Debug for Binary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Binary").finish_non_exhaustive()
    }
}

impl Binary {
    /// Reads a program. Damaged debug information leaves the symbols.
    pub fn parse(bytes: &[u8]) -> Result<Self, ElfError> {
        let file = object::File::parse(bytes)?;
        let segments = file.segments().map(|it| {
            let (offset, size) = it.file_range();
            (offset, size, it.address())
        });
        let symbols = Symbols::of(&file);
        let endian = if file.is_little_endian() {
            RunTimeEndian::Little
        } else {
            RunTimeEndian::Big
        };
        let section = |id: SectionId| -> Result<Reader, gimli::Error> {
            let data = file
                .section_by_name(id.name())
                .and_then(|it| it.uncompressed_data().ok());
            Ok(EndianArcSlice::new(
                Arc::from(&*data.unwrap_or_default()),
                endian,
            ))
        };
        let has_debug = file.section_by_name(".debug_info").is_some()
            || file.section_by_name(".zdebug_info").is_some();
        let context = has_debug.then(|| Dwarf::load(section).and_then(Context::from_dwarf));
        let (context, problem) = match context {
            Some(Ok(context)) => (Some(context), None),
            Some(Err(error)) => (None, Some(format!("debug information: {error}"))),
            None => (None, None),
        };
        if context.is_none() && symbols.is_empty() {
            return Err(ElfError::Stripped);
        }
        Ok(Self {
            segments: segments.collect(),
            symbols,
            context,
            problem,
        })
    }

    /// What of the file could not be read, if anything.
    pub fn problem(&self) -> Option<&str> {
        self.problem.as_deref()
    }

    /// The address that the linker gave to a byte of the file.
    pub fn address(&self, offset: u64) -> Option<u64> {
        self.segments.iter().find_map(|(start, size, address)| {
            let inside = offset.checked_sub(*start)?;
            (inside < *size).then_some(address.wrapping_add(inside))
        })
    }

    /// The functions at an address, the innermost first: what was inlined, and last what it was
    /// inlined into. Empty if nothing is known.
    pub fn symbols(&self, address: u64) -> Vec<Symbol> {
        let mut found = self.inlined(address).unwrap_or_default();
        // The table of symbols knows assembler functions, and all if there is no more.
        if found.last().is_none_or(|it| it.function.is_empty())
            && let Some(name) = self.symbols.find(address)
        {
            match found.last_mut() {
                Some(last) => name.clone_into(&mut last.function),
                None => found.push(Symbol {
                    function: name.to_owned(),
                    ..Symbol::default()
                }),
            }
        }
        found
    }

    fn inlined(&self, address: u64) -> Option<Vec<Symbol>> {
        let context = self.context.as_ref()?;
        let mut frames = context.find_frames(address).skip_all_loads().ok()?;
        let mut found = Vec::new();
        while let Ok(Some(frame)) = frames.next() {
            let name = frame.function.as_ref().and_then(|it| it.raw_name().ok());
            let place = frame.location;
            found.push(Symbol {
                function: name.map_or_else(String::new, |it| as_go_prints(&it)),
                file: place
                    .as_ref()
                    .and_then(|it| it.file)
                    .unwrap_or_default()
                    .to_owned(),
                line: place.and_then(|it| it.line).unwrap_or(0),
            });
        }
        Some(found)
    }
}

/// The linker writes type arguments out and marks the calling convention; the runtime does not.
pub(crate) fn as_go_prints(name: &str) -> String {
    let name = name.strip_suffix(".abi0").unwrap_or(name);
    match (name.find('['), name.rfind(']')) {
        (Some(open), Some(close)) if open < close => {
            format!("{}[...]{}", &name[..open], &name[close + 1..])
        }
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_those_of_the_runtime() {
        assert_eq!(as_go_prints("runtime.goexit.abi0"), "runtime.goexit");
        assert_eq!(
            as_go_prints("main.(*T[go.shape.map[int]int]).F"),
            "main.(*T[...]).F"
        );
        assert_eq!(as_go_prints("main.f"), "main.f");
    }

    /// The program that runs this test is an ELF file with symbols and debug information.
    #[cfg(target_os = "linux")]
    #[test]
    fn this_very_program_has_names_at_offsets() {
        #[expect(
            clippy::disallowed_methods,
            reason = "the test reads the program that runs it"
        )]
        let bytes = std::fs::read("/proc/self/exe").expect("the program that runs");
        let binary = Binary::parse(&bytes).expect("an ELF file");
        assert_eq!(binary.problem(), None);
        let (address, name) = binary
            .symbols
            .iter()
            .find(|it| it.1.contains("as_go_prints"))
            .unwrap();
        let segment = binary
            .segments
            .iter()
            .find(|it| it.2 <= address && address < it.2 + it.1);
        let offset = segment.map(|it| address - it.2 + it.0).unwrap();
        assert_eq!(binary.address(offset), Some(address));
        let found = binary.symbols(address);
        assert!(
            found[0].function.contains("as_go_prints"),
            "{found:?} for {name}"
        );
        assert!(
            found[0].file.ends_with("binary.rs") && 0 < found[0].line,
            "{found:?}"
        );
    }

    proptest! {
        #[test]
        fn any_bytes_are_refused_or_read(mut bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let head = b"\x7fELF\x02\x01\x01";
            let n = bytes.len().min(head.len());
            bytes[..n].copy_from_slice(&head[..n]);
            if let Ok(binary) = Binary::parse(&bytes) {
                binary.symbols(0x1000);
            }
        }
    }
}
