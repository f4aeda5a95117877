//! Which frame of a stack tells what the program did.

use crate::Role;
use crate::role::role_of;

/// Where stacks of the runtime begin, whatever they are for.
const BOTTOM: [&str; 6] = [
    "runtime.goexit",
    "runtime.mcall",
    "runtime.mstart",
    "runtime.mstart0",
    "runtime.mstart1",
    "runtime.systemstack",
];

/// The innermost frame of the user's own code; if there is none, the outermost of the library, or
/// of the runtime: a goroutine of these is known by what it was started for. Frames come with their
/// functions, the innermost first.
pub fn told<'n, T: Copy>(mut frames: impl Iterator<Item = (T, &'n str)>) -> Option<T> {
    let first = frames.next()?;
    let (mut library, mut runtime) = (None, first.0);
    for (frame, name) in std::iter::once(first).chain(frames) {
        // What cgo writes stands between the user and C.
        if role_of(name.as_bytes()) == Role::User && !name.contains("._Cfunc_") {
            return Some(frame);
        }
        if !name.starts_with("runtime.") {
            library = Some(frame);
        } else if !BOTTOM.contains(&name.trim_end_matches(".abi0")) {
            runtime = frame;
        }
    }
    library.or(Some(runtime))
}
