//! How the analysis says how far it is.

/// Is told about phases and steps, from any thread.
pub trait Progress: Sync {
    /// A phase begins. `steps` is zero where nobody knows how many there will be.
    fn begin(&self, phase: &'static str, steps: usize);

    /// One step of the phase is done.
    fn step(&self);

    /// Something about the run that cannot wait for its end.
    fn warn(&self, text: &str);
}

/// Nobody wants to know.
#[derive(Clone, Copy, Debug)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _phase: &'static str, _steps: usize) {}

    fn step(&self) {}

    fn warn(&self, _text: &str) {}
}
