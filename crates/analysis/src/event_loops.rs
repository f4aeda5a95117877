//! Functions that hand a function to the one goroutine which runs the loop of a user interface: what is
//! handed to it runs one after the other.

use contend_ir::{Call, Callee};
use contend_types::{ObjId, World};

use crate::library::package_path;
use crate::origins::without_version;

/// By package, without a major version at its end.
static QUEUES: &[(&str, &[&str])] = &[
    ("fyne.io/fyne", &["Do", "DoAndWait"]),
    ("github.com/andlabs/ui", &["QueueMain"]),
    ("github.com/awesome-gocui/gocui", &["Update", "UpdateAsync"]),
    ("github.com/diamondburned/gotk4/pkg/glib", &["IdleAdd"]),
    (
        "github.com/faiface/mainthread",
        &["Call", "CallErr", "CallNonBlock"],
    ),
    ("github.com/gotk3/gotk3/glib", &["IdleAdd"]),
    ("github.com/jroimartin/gocui", &["Update"]),
    ("github.com/lxn/walk", &["Synchronize"]),
];

/// Names of `tview`, which programs repeat in interfaces and wrappers of their own.
static QUEUE_NAMES: &[&str] = &["QueueUpdate", "QueueUpdateDraw"];

/// True for a call that hands a function to such a loop.
pub(crate) fn is_for_event_loop(world: &World, call: &Call) -> bool {
    match call.callee {
        Callee::Static(function) | Callee::Interface(function) => is_queue(world, function),
        _ => false,
    }
}

fn is_queue(world: &World, function: ObjId) -> bool {
    let name = world.name(function).as_str();
    let path = without_version(package_path(world, function));
    QUEUE_NAMES.contains(&name)
        || QUEUES
            .iter()
            .any(|(package, names)| *package == path && names.contains(&name))
}
