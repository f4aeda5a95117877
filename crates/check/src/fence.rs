//! Fences: a panic in one package must not cost the others.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, PanicHookInfo};

thread_local! {
    static IN_FENCE: Cell<bool> = const { Cell::new(false) };
    static LAST_PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Runs `job`. A panic in it becomes an error that says where and why.
///
/// `job` must not leave shared state half changed: what it shares is either behind its own locks
/// or only added to, as the world of types is.
pub(crate) fn fenced<T>(job: impl FnOnce() -> T) -> Result<T, String> {
    let outer = IN_FENCE.replace(true);
    let result = std::panic::catch_unwind(AssertUnwindSafe(job));
    IN_FENCE.set(outer);
    result.map_err(|payload| {
        let noted = LAST_PANIC.take();
        if noted.is_empty() {
            text_of(&*payload).to_owned()
        } else {
            noted
        }
    })
}

/// Keeps panics inside of fences off the screen; they become warnings. Others print as ever.
pub fn quiet_fenced_panics() {
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if IN_FENCE.get() {
            LAST_PANIC.set(describe(info));
        } else {
            default(info);
        }
    }));
}

fn describe(info: &PanicHookInfo) -> String {
    let text = text_of(info.payload());
    match info.location() {
        Some(at) => format!("{text} ({}:{})", at.file(), at.line()),
        None => text.to_owned(),
    }
}

fn text_of(payload: &dyn std::any::Any) -> &str {
    let owned = payload.downcast_ref::<String>().map(String::as_str);
    owned
        .or_else(|| payload.downcast_ref::<&str>().copied())
        .unwrap_or("panic without a text")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_an_error_and_the_next_job_runs() {
        quiet_fenced_panics();
        let error = fenced(|| -> i32 { panic!("no {}", "luck") }).unwrap_err();
        assert!(
            error.starts_with("no luck (") && error.contains("fence.rs:"),
            "{error}"
        );
        assert_eq!(fenced(|| 1), Ok(1));
    }
}
