//! The progress bar: on a terminal, for runs that take longer than a second.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use contend_check::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::environment::Environment;
use crate::failure;

/// Shorter runs show nothing.
const PATIENCE: Duration = Duration::from_secs(1);

/// A bar on standard error.
pub(crate) struct Bar {
    drawn: ProgressBar,
    start: Instant,
    is_wanted: bool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    is_shown: bool,
}

impl Bar {
    pub(crate) fn new(environment: &Environment) -> Self {
        Self {
            drawn: ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden()),
            start: Instant::now(),
            is_wanted: environment.err_is_terminal,
            state: Mutex::default(),
        }
    }

    /// Takes the bar off the screen.
    pub(crate) fn finish(&self) {
        self.drawn.finish_and_clear();
    }

    fn show_when_late(&self) {
        if !self.is_wanted || self.start.elapsed() < PATIENCE {
            return;
        }
        let Ok(mut state) = self.state.try_lock() else {
            return;
        };
        if !state.is_shown {
            state.is_shown = true;
            self.drawn.set_draw_target(ProgressDrawTarget::stderr());
        }
    }
}

impl Progress for Bar {
    fn begin(&self, phase: &'static str, steps: usize) {
        let template = if steps == 0 {
            "{msg} ..."
        } else {
            "{msg} {bar:30} {pos}/{len}"
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.drawn.set_style(style);
        }
        self.drawn.reset();
        self.drawn.set_length(steps as u64);
        self.drawn.set_message(phase);
        self.show_when_late();
    }

    fn step(&self) {
        self.drawn.inc(1);
        self.show_when_late();
    }

    fn warn(&self, text: &str) {
        failure::warn(text);
    }
}
