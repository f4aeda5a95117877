//! Recordings that are added up or compared.

use contend_flame::Stacks;

use crate::{GatherError, Gathered};

/// Recordings added up.
#[derive(Debug, Default)]
pub struct Merged(Option<Stacks>);

impl Merged {
    /// Adds one that counts the same.
    pub fn add(&mut self, gathered: Gathered) -> Result<(), GatherError> {
        match &mut self.0 {
            None => self.0 = Some(gathered.stacks),
            Some(all) => {
                same_unit(all, &gathered.stacks)?;
                all.merge(&gathered.stacks);
            }
        }
        Ok(())
    }

    /// The sum; beside it `before`, if that holds any recording. `None` if there is nothing.
    pub fn compared_with(self, before: Self) -> Result<Option<Stacks>, GatherError> {
        let (Some(mut now), before) = (self.0, before.0) else {
            return Ok(None);
        };
        if let Some(before) = before {
            same_unit(&now, &before)?;
            now.compare_with(&before);
        }
        Ok(Some(now))
    }
}

fn same_unit(all: &Stacks, other: &Stacks) -> Result<(), GatherError> {
    if all.unit == other.unit {
        return Ok(());
    }
    Err(GatherError::Units {
        other: other.unit.clone(),
        unit: all.unit.clone(),
    })
}
