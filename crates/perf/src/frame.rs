//! One line of a stack.

/// A frame: `ffffffff8135e06b copy_process+0x99b ([kernel.kallsyms])`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame<'t> {
    /// The code address.
    pub address: u64,
    /// The function without the offset in it; `[unknown]` where perf found none.
    pub symbol: &'t [u8],
    /// The file it belongs to, as printed: a path, `[kernel.kallsyms]`, `[vdso]`, `inlined`. Empty
    /// if not printed.
    pub module: &'t [u8],
}

impl<'t> Frame<'t> {
    /// Reads the line of a frame; `None` if it is none.
    pub fn parse(line: &'t [u8]) -> Option<Self> {
        let line = line.trim_ascii();
        let end = line.iter().position(|byte| *byte == b' ')?;
        let address = std::str::from_utf8(&line[..end]).ok()?;
        let address = u64::from_str_radix(address, 16).ok()?;
        let (symbol, module) = split_module(line[end..].trim_ascii());
        let symbol = without_offset(symbol);
        (!symbol.is_empty()).then_some(Self {
            address,
            symbol,
            module,
        })
    }

    /// True for code of the kernel and of its modules.
    pub fn is_kernel(&self) -> bool {
        let module = self.module;
        module.starts_with(b"[kernel")
            || module.starts_with(b"[guest.kernel")
            || module.ends_with(b".ko")
            || module.ends_with(b"/vmlinux")
            // Kernel modules are printed by their name alone.
            || (module.starts_with(b"[") && self.address >> 63 == 1)
    }
}

/// `main.(*T).f+0x1 (/bin/api)` into what stands before the last parentheses and in them.
fn split_module(text: &[u8]) -> (&[u8], &[u8]) {
    let Some(inner) = text.strip_suffix(b")") else {
        return (text, b"");
    };
    // A file that was replaced while it ran: `(/bin/api (deleted))`.
    let searched = inner.strip_suffix(b" (deleted)").unwrap_or(inner);
    match memchr::memmem::rfind(searched, b" (") {
        Some(at) => (inner[..at].trim_ascii(), &inner[at + 2..]),
        None => (text, b""),
    }
}

fn without_offset(symbol: &[u8]) -> &[u8] {
    match memchr::memmem::rfind(symbol, b"+0x") {
        Some(at) if symbol[at + 3..].iter().all(u8::is_ascii_hexdigit) => &symbol[..at],
        _ => symbol,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(line: &str) -> Option<(&str, &str, bool)> {
        let frame = Frame::parse(line.as_bytes())?;
        let text = |bytes| std::str::from_utf8(bytes).unwrap();
        Some((text(frame.symbol), text(frame.module), frame.is_kernel()))
    }

    #[test]
    fn names_with_brackets_offsets_and_blanks() {
        assert_eq!(
            parts("\t 4d0f5 main.(*T[...]).run.func1+0x2d5 (/bin/my api)"),
            Some(("main.(*T[...]).run.func1", "/bin/my api", false))
        );
        assert_eq!(
            parts("ffffffff816473ed ___slab_alloc+0x4bd ([kernel.kallsyms])"),
            Some(("___slab_alloc", "[kernel.kallsyms]", true))
        );
        assert_eq!(
            parts("  7f10 operator new(unsigned long)+0x1 (/lib/libc.so (deleted))"),
            Some((
                "operator new(unsigned long)",
                "/lib/libc.so (deleted)",
                false
            ))
        );
        assert_eq!(
            parts("ffffffffc0a01000 nft_do_chain+0x1 ([nf_tables])"),
            Some(("nft_do_chain", "[nf_tables]", true))
        );
        assert_eq!(
            parts("  0 [unknown] ([unknown])"),
            Some(("[unknown]", "[unknown]", false))
        );
        assert_eq!(parts("  4d0 main.f"), Some(("main.f", "", false)));
        assert_eq!(parts("nothing of that kind"), None);
        assert_eq!(parts(""), None);
    }
}
