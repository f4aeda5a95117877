//! Compares the packages that `project` finds with those of `go list`.

/// Runs the project oracle over the modules named in `args`.
pub(crate) fn run(_args: &[String]) -> anyhow::Result<()> {
    anyhow::bail!("the project oracle is not written yet")
}
