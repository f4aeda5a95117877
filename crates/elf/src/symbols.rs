//! The table of symbols; where it was stripped, that of the Go runtime.

use object::{Object, ObjectSymbol, SymbolKind};

use crate::binary::as_go_prints;
use crate::pclntab;

/// Functions by address.
#[derive(Debug, Default)]
pub(crate) struct Symbols {
    /// Where each starts, how long it is (0 if unknown), its name. By address.
    functions: Vec<(u64, u64, String)>,
}

impl Symbols {
    pub(crate) fn of<'d>(file: &impl Object<'d>) -> Self {
        let functions = file.symbols().chain(file.dynamic_symbols());
        let functions = functions.filter(|it| it.kind() == SymbolKind::Text && it.address() != 0);
        let mut functions: Vec<(u64, u64, String)> = functions
            .filter_map(|it| Some((it.address(), it.size(), as_go_prints(it.name().ok()?))))
            .collect();
        // Of a stripped program with C there may be a few symbols for the loader.
        if !file.symbols().any(|it| it.kind() == SymbolKind::Text) {
            let table = pclntab::functions(file).into_iter();
            functions.extend(table.map(|(start, size, name)| (start, size, as_go_prints(&name))));
        }
        functions.sort();
        functions.dedup_by_key(|it| it.0);
        Self { functions }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.functions.is_empty()
    }

    /// The function that the address is in.
    pub(crate) fn find(&self, address: u64) -> Option<&str> {
        let after = self.functions.partition_point(|it| it.0 <= address);
        let (start, size, name) = &self.functions[after.checked_sub(1)?];
        (*size == 0 || address - start < *size).then_some(name)
    }

    #[cfg(test)]
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u64, &str)> {
        self.functions.iter().map(|it| (it.0, it.2.as_str()))
    }
}
