//! The table of symbols.

use object::{Object, ObjectSymbol, SymbolKind};

use crate::binary::as_go_prints;

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
