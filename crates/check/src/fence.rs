//! Fences: a panic in one package must not cost the others.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, PanicHookInfo};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

thread_local! {
    static IN_FENCE: Cell<bool> = const { Cell::new(false) };
}

/// Fenced jobs that run now, in all threads.
static FENCED: AtomicUsize = AtomicUsize::new(0);

/// Where and why those failed whose fences have not asked yet.
static NOTED: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Runs `job`. A panic in it becomes an error that says where and why.
///
/// `job` must not leave shared state half changed: what it shares is either behind its own locks
/// or only added to, as the world of types is.
pub(crate) fn fenced<T>(job: impl FnOnce() -> T) -> Result<T, String> {
    let outer = IN_FENCE.replace(true);
    FENCED.fetch_add(1, Ordering::Relaxed);
    let result = std::panic::catch_unwind(AssertUnwindSafe(job));
    FENCED.fetch_sub(1, Ordering::Relaxed);
    IN_FENCE.set(outer);
    result.map_err(|payload| {
        let text = text_of(&*payload);
        let noted = NOTED.lock().ok().and_then(|mut noted| {
            let at = noted.iter().position(|it| it.starts_with(text))?;
            Some(noted.swap_remove(at))
        });
        noted.unwrap_or_else(|| text.to_owned())
    })
}

/// Keeps panics inside of fences off the screen, unless they are to be traced; they become warnings.
/// Others print as ever.
///
/// A fenced job is spread over the workers of a pool: what they run meanwhile is taken for a part of it.
pub fn quiet_fenced_panics(is_traced: bool) {
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let is_worker = rayon::current_thread_index().is_some();
        let is_fenced = IN_FENCE.get() || (is_worker && FENCED.load(Ordering::Relaxed) != 0);
        if is_fenced && let Ok(mut noted) = NOTED.lock() {
            noted.push(describe(info));
        }
        if !is_fenced || is_traced {
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
        quiet_fenced_panics(false);
        let error = fenced(|| -> i32 { panic!("no {}", "luck") }).unwrap_err();
        assert!(
            error.starts_with("no luck (") && error.contains("fence.rs:"),
            "{error}"
        );
        assert_eq!(fenced(|| 1), Ok(1));
    }
}
