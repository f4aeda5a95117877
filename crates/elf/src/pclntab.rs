//! The runtime's own table of functions, `.gopclntab`, which stripping leaves in place.
//!
//! Layout: `internal/abi` and `cmd/link/internal/ld/pcln.go`, Go 1.18 and newer.

use object::{Object, ObjectSection};

/// Of the layouts of Go 1.18 and of Go 1.20, which differ in what is not read here.
const MAGICS: [u32; 2] = [0xffff_fff0, 0xffff_fff1];

/// Functions by address: where each starts, its length, its name. Empty if there is no such table,
/// and cut where it is damaged.
pub(crate) fn functions<'d>(file: &impl Object<'d>) -> Vec<(u64, u64, String)> {
    let names = [".gopclntab", ".data.rel.ro.gopclntab"];
    let section = names.iter().find_map(|name| file.section_by_name(name));
    let Some(data) = section.and_then(|it| it.uncompressed_data().ok()) else {
        return Vec::new();
    };
    let text = file.section_by_name(".text").map_or(0, |it| it.address());
    let table = Table {
        data: &data,
        little: file.is_little_endian(),
    };
    table.functions(text).unwrap_or_default()
}

struct Table<'t> {
    data: &'t [u8],
    little: bool,
}

impl Table<'_> {
    fn functions(&self, text: u64) -> Option<Vec<(u64, u64, String)>> {
        if !MAGICS.contains(&self.word(0)?) {
            return None;
        }
        let size = usize::from(*self.data.get(7)?);
        let field = |n: usize| self.pointer(8 + n * size, size);
        let count = usize::try_from(field(0)?).ok()?;
        // What the linker leaves to the loader is 0 in the file.
        let start = match field(2)? {
            0 => text,
            start => start,
        };
        let (names, table) = (
            usize::try_from(field(3)?).ok()?,
            usize::try_from(field(7)?).ok()?,
        );
        let entry = |n: usize| self.word(table.checked_add(n.checked_mul(8)?)?);
        let mut functions = Vec::new();
        // The table may claim more than there is.
        for n in 0..count.min(self.data.len() / 8) {
            let (Some(address), Some(after)) = (entry(n), entry(n + 1)) else {
                break;
            };
            let Some(name) = self.name(table, n, names) else {
                break;
            };
            let length = u64::from(after.saturating_sub(address));
            functions.push((start.wrapping_add(u64::from(address)), length, name));
        }
        Some(functions)
    }

    fn name(&self, table: usize, n: usize, names: usize) -> Option<String> {
        let at = table.checked_add(n.checked_mul(8)?)?.checked_add(4)?;
        let function = table.checked_add(self.word(at)? as usize)?;
        let at = names.checked_add(self.word(function.checked_add(4)?)? as usize)?;
        let text = self.data.get(at..)?;
        let end = text.iter().position(|byte| *byte == 0)?;
        Some(String::from_utf8_lossy(&text[..end]).into_owned())
    }

    fn word(&self, at: usize) -> Option<u32> {
        let bytes = self.data.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if self.little {
            u32::from_le_bytes(bytes)
        } else {
            u32::from_be_bytes(bytes)
        })
    }

    fn pointer(&self, at: usize, size: usize) -> Option<u64> {
        if size == 4 {
            return self.word(at).map(u64::from);
        }
        let (low, high) = if self.little { (0, 4) } else { (4, 0) };
        let word = |add: usize| self.word(at.checked_add(add)?).map(u64::from);
        (size == 8).then(|| Some(word(low)? | word(high)? << 32))?
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Two functions, as the linker of Go 1.26 writes them for amd64.
    fn table() -> Vec<u8> {
        let mut out = vec![0xf1, 0xff, 0xff, 0xff, 0, 0, 1, 8];
        let fields: [u64; 8] = [2, 1, 0x1000, 72, 0, 0, 0, 96];
        out.extend(fields.iter().flat_map(|it| it.to_le_bytes()));
        out.extend(b"main.main\0main.f[...]\0\0\0");
        let entries: [u32; 5] = [0, 20, 0x40, 28, 0x60];
        out.extend(entries.iter().flat_map(|it| it.to_le_bytes()));
        let functions: [u32; 4] = [0, 0, 0x40, 10];
        out.extend(functions.iter().flat_map(|it| it.to_le_bytes()));
        out
    }

    #[test]
    fn functions_have_their_names_and_lengths() {
        let data = table();
        let table = Table {
            data: &data,
            little: true,
        };
        let wanted = vec![
            (0x1000, 0x40, "main.main".to_owned()),
            (0x1040, 0x20, "main.f[...]".to_owned()),
        ];
        assert_eq!(table.functions(0), Some(wanted));
    }

    proptest! {
        #[test]
        fn damage_is_no_panic(at in 0..150_usize, byte: u8, cut in 0..150_usize, little: bool) {
            let mut data = table();
            if let Some(it) = data.get_mut(at) {
                *it = byte;
            }
            data.truncate(cut.max(8));
            let _ = Table { data: &data, little }.functions(0x400);
        }
    }
}
