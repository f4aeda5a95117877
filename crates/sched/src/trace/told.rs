//! Which frame of a stack tells what the program did.

use crate::Role;
use crate::role::role_of;

/// The innermost frame of the user's own code; if there is none, the outermost of the library, or
/// the innermost of the runtime. Frames come with their functions, the innermost first.
pub fn told<'n, T: Copy>(mut frames: impl Iterator<Item = (T, &'n str)>) -> Option<T> {
    let first = frames.next()?;
    let mut library = None;
    for (frame, name) in std::iter::once(first).chain(frames) {
        // What cgo writes stands between the user and C.
        if role_of(name.as_bytes()) == Role::User && !name.contains("._Cfunc_") {
            return Some(frame);
        }
        // A goroutine of the library is known by what it was started for.
        if !name.starts_with("runtime.") {
            library = Some(frame);
        }
    }
    library.or(Some(first.0))
}
