//! Names for frames, from programs at hand.

use contend_elf::{Binary, ElfError};
use contend_perf::{CodeAddress, StackFrame, Stacks};
use thiserror::Error;

/// Programs whose code was recorded.
#[derive(Debug, Default)]
pub struct Names {
    binaries: Vec<(String, Binary)>,
    /// Where each function of the kernel begins, by address.
    kernel: Vec<(u64, String)>,
}

/// Why a file names nothing.
#[derive(Debug, Error)]
pub enum NamesError {
    /// It is no program.
    #[error(transparent)]
    Elf(#[from] ElfError),
    /// It is a copy of `/proc/kallsyms` in which all addresses are zero.
    #[error("the kernel hides its addresses in it: copy /proc/kallsyms as root")]
    Hidden,
}

impl Names {
    /// Adds a program, or the functions of the kernel as `/proc/kallsyms` has them. `path` is where
    /// it is now.
    pub fn add(&mut self, path: &str, bytes: &[u8]) -> Result<(), NamesError> {
        match kernel_functions(bytes) {
            Some(functions) if functions.is_empty() => return Err(NamesError::Hidden),
            Some(functions) => self.kernel = functions,
            None => {
                let binary = Binary::parse(bytes)?;
                self.binaries.push((file_name(path).to_owned(), binary));
            }
        }
        Ok(())
    }

    /// The functions at a frame, the innermost first; empty if nothing is known.
    pub(crate) fn functions(&self, frame: &StackFrame, stacks: &Stacks) -> Vec<String> {
        let found = match frame.address {
            CodeAddress::Virtual(address) if frame.kernel => {
                let after = self.kernel.partition_point(|it| it.0 <= address);
                let function = after.checked_sub(1).map(|at| &self.kernel[at].1);
                function.cloned().into_iter().collect()
            }
            CodeAddress::Virtual(_) => Vec::new(),
            CodeAddress::File(offset) => self.in_file(offset, stacks.name(frame.module)),
        };
        if found.iter().any(|it| !it.is_empty()) {
            return found;
        }
        match stacks.name(frame.function) {
            "" => Vec::new(),
            name => vec![name.strip_suffix(".abi0").unwrap_or(name).to_owned()],
        }
    }

    fn in_file(&self, offset: u64, module: &str) -> Vec<String> {
        let module = file_name(module);
        let binary = self.binaries.iter().find(|it| it.0 == module);
        let Some((_, binary)) = binary else {
            return Vec::new();
        };
        let symbols = binary.address(offset).map(|it| binary.symbols(it));
        let symbols = symbols.into_iter().flatten();
        symbols.map(|it| it.function).collect()
    }

    /// Programs that were given and of which the recording has no frame, each in a sentence.
    pub(crate) fn remarks_on_unused(&self, stacks: &Stacks) -> impl Iterator<Item = String> {
        let used = move |name: &str| {
            (0..stacks.len() as u32)
                .flat_map(|stack| stacks.frames(stack))
                .any(|frame| file_name(stacks.name(frame.module)) == name)
        };
        let names = self.binaries.iter().map(|it| it.0.as_str());
        names
            .filter(move |name| !used(name))
            .map(|name| format!("no frame of the recording is in a program named {name}"))
    }
}

fn file_name(path: &str) -> &str {
    let path = path.strip_suffix(" (deleted)").unwrap_or(path);
    path.rsplit('/').next().unwrap_or(path)
}

/// Reads lines such as `ffffffff81000010 T start_kernel`, those of modules with `[module]` behind.
/// `None` if it is no such text; without functions if the kernel told no address.
fn kernel_functions(text: &[u8]) -> Option<Vec<(u64, String)>> {
    let mut functions = Vec::new();
    for (n, line) in text.split(|byte| *byte == b'\n').enumerate() {
        let line = str::from_utf8(line).ok();
        let mut words = line.unwrap_or_default().split_ascii_whitespace();
        let symbol = || {
            let address = u64::from_str_radix(words.next()?, 16).ok()?;
            let kind = words.next().filter(|it| it.len() == 1)?;
            Some((address, kind, words.next()?))
        };
        match { symbol }() {
            Some((address, "t" | "T" | "w" | "W", name)) if address != 0 => {
                functions.push((address, name.to_owned()));
            }
            Some(_) => {}
            None if n == 0 => return None,
            None => {}
        }
    }
    functions.sort();
    // Of several names at one place the first is as good as any.
    functions.dedup_by_key(|it| it.0);
    Some(functions)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_of_the_kernel_are_by_address() {
        let text = b"ffffffff81000000 T _stext\nffffffff81000040 t do_it\t[nf_tables]\n\
            ffffffff81000050 d no_function\n";
        let functions = kernel_functions(text).unwrap();
        let names: Vec<&str> = functions.iter().map(|it| it.1.as_str()).collect();
        assert_eq!(names, ["_stext", "do_it"]);
        assert_eq!(kernel_functions(b"\x7fELF"), None);
        assert_eq!(kernel_functions(b""), None);
        let hidden = b"0000000000000000 T _stext\n0000000000000000 t do_it\n";
        let error = Names::default().add("kallsyms", hidden).unwrap_err();
        assert!(error.to_string().contains("as root"), "{error}");
    }
}
