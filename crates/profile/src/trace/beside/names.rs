//! Names for frames, from programs at hand.

use contend_elf::{Binary, ElfError};
use contend_perf::{CodeAddress, StackFrame, Stacks};

/// Programs whose code was recorded.
#[derive(Debug, Default)]
pub struct Names {
    binaries: Vec<(String, Binary)>,
}

impl Names {
    /// Adds a program: `path` is where it is now.
    pub fn add(&mut self, path: &str, bytes: &[u8]) -> Result<(), ElfError> {
        let binary = Binary::parse(bytes)?;
        self.binaries.push((file_name(path).to_owned(), binary));
        Ok(())
    }

    /// The functions at a frame, the innermost first; empty if nothing is known.
    pub(super) fn functions(&self, frame: &StackFrame, stacks: &Stacks) -> Vec<String> {
        if let CodeAddress::File(offset) = frame.address {
            let module = file_name(stacks.name(frame.module));
            let binary = self
                .binaries
                .iter()
                .find(|it| it.0 == module)
                .map(|it| &it.1);
            if let Some(binary) = binary
                && let Some(address) = binary.address(offset)
            {
                let symbols = binary.symbols(address).into_iter();
                let found: Vec<String> = symbols.map(|it| it.function).collect();
                if found.iter().any(|it| !it.is_empty()) {
                    return found;
                }
            }
        }
        match stacks.name(frame.function) {
            "" => Vec::new(),
            name => vec![name.strip_suffix(".abi0").unwrap_or(name).to_owned()],
        }
    }

    /// Programs that were given and of which the recording has no frame.
    pub(super) fn unused<'n>(&'n self, stacks: &'n Stacks) -> impl Iterator<Item = &'n str> {
        let used = move |name: &str| {
            (0..stacks.len() as u32)
                .flat_map(|stack| stacks.frames(stack))
                .any(|frame| file_name(stacks.name(frame.module)) == name)
        };
        let names = self.binaries.iter().map(|it| it.0.as_str());
        names.filter(move |name| !used(name))
    }
}

fn file_name(path: &str) -> &str {
    let path = path.strip_suffix(" (deleted)").unwrap_or(path);
    path.rsplit('/').next().unwrap_or(path)
}
