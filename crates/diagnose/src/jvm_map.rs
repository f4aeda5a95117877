//! Java threads that never leave a map: a broken chain or tree is a circle. Only two dumps can show
//! it, and they usually come in two files.

use contend_dumps::{Document, JvmThread};
use contend_finding::Confidence;

use crate::jvm::top_site;
use crate::{Diagnosis, Site, SiteRole, class};

/// Methods that a broken chain or tree never leaves.
const LOOPS: &[&str] = &[
    "java.util.HashMap.",
    "java.util.HashMap$TreeNode.",
    "java.util.TreeMap.",
    "java.util.WeakHashMap.",
    "java.util.LinkedHashMap.",
];

/// A thread that was inside a map when a dump was made.
#[derive(Clone, Debug)]
pub struct ThreadInMap {
    name: String,
    /// The innermost method.
    method: String,
    /// The innermost place of the user's code.
    place: Option<Site>,
    cpu_ms: Option<f64>,
    elapsed_s: Option<f64>,
}

/// For each dump of a Java machine in `document`, the threads that run inside a map.
pub fn threads_in_maps(document: &Document<'_>) -> Vec<Vec<ThreadInMap>> {
    let dumps = document.jvm.iter();
    dumps
        .map(|dump| {
            let threads = dump.threads.iter();
            threads
                .filter_map(|thread| in_map(document, thread))
                .collect()
        })
        .collect()
}

fn in_map(document: &Document<'_>, thread: &JvmThread) -> Option<ThreadInMap> {
    let runs = thread
        .state
        .is_some_and(|state| document.name_bytes(state) == b"RUNNABLE");
    let top = document.stack(thread.frames).first().filter(|_| runs)?;
    let method = document.name(top.func).into_owned();
    LOOPS
        .iter()
        .any(|start| method.starts_with(start))
        .then(|| ThreadInMap {
            name: document.name(thread.name).into_owned(),
            method,
            place: top_site(document, thread, SiteRole::Failed),
            cpu_ms: thread.cpu_ms,
            elapsed_s: thread.elapsed_s,
        })
}

/// The verdict on threads that are in a map in the first and in the last of several dumps, at the
/// same place, and worked all the time.
pub fn map_loops(dumps: &[Vec<ThreadInMap>]) -> Option<Diagnosis> {
    let [first, .., last] = dumps else {
        return None;
    };
    let stuck: Vec<(&ThreadInMap, f64, f64)> = last
        .iter()
        .filter_map(|now| {
            let before = first.iter().find(|old| old.name == now.name)?;
            let same = before.method == now.method && before.place == now.place;
            let span = now.elapsed_s? - before.elapsed_s?;
            let busy = now.cpu_ms? - before.cpu_ms?;
            // On a machine with too few processors a loop gets a small share of one.
            let works = 0.0 < span && 50.0 <= busy && span * 1000.0 * SHARE <= busy;
            (same && works).then_some((now, busy, span))
        })
        .collect();
    let (example, busy, span) = *stuck.first()?;
    let whole = stuck.iter().any(|(_, busy, span)| span * 700.0 <= *busy);
    let headline = match stuck.len() {
        1 => format!("Java thread `{}` does not leave a map", example.name),
        n => format!(
            "{n} Java threads, `{}` among them, do not leave a map",
            example.name
        ),
    };
    let mut found = Diagnosis::new(class("jvm-map-loop"), headline)
        .sure(if whole && 5.0 <= span {
            Confidence::High
        } else {
            Confidence::Medium
        })
        .seen(format!(
            "`{}` is in `{}` in both dumps and used {busy:.0} ms of processor in {span:.1} s",
            example.name, example.method
        ))
        .of(stuck.len());
    for (thread, ..) in &stuck {
        let site = thread.place.clone();
        let same = |known: &&mut Site| {
            site.as_ref()
                .is_some_and(|new| known.function == new.function && known.line == new.line)
        };
        match found.sites.iter_mut().find(same) {
            Some(known) => known.goroutines += 1,
            None => found.sites.extend(site),
        }
    }
    if !whole {
        found = found.seen(
            "that is a small share of the time: the machine was busy, or the threads moved in \
             between",
        );
    }
    Some(found)
}

/// The least share of a processor that a thread in a loop gets.
const SHARE: f64 = 0.05;

#[cfg(test)]
mod tests {
    use super::*;

    fn dump(method: &str, cpu: u32, elapsed: u32) -> String {
        format!(
            "Full thread dump OpenJDK 64-Bit Server VM (17 mixed mode):\n\n\"feed\" #12 prio=5 \
             os_prio=0 cpu={cpu}.00ms elapsed={elapsed}.00s tid=0x01 nid=0x2 runnable  [0x03]\n   \
             java.lang.Thread.State: RUNNABLE\n\tat java.util.HashMap$TreeNode.{method}\
             (HashMap.java:2295)\n\tat Feed.run(Feed.java:38)\n\n"
        )
    }

    fn verdict(first: &str, second: &str) -> Option<Diagnosis> {
        let mut dumps = Vec::new();
        for text in [first, second] {
            dumps.extend(threads_in_maps(&contend_dumps::parse(text.as_bytes())));
        }
        map_loops(&dumps)
    }

    #[test]
    fn the_same_place_and_a_busy_processor_in_two_files_are_a_loop() {
        let found = verdict(&dump("split", 700, 8), &dump("split", 6600, 14));
        assert_eq!(found.map(|f| f.confidence), Some(Confidence::High));
    }

    #[test]
    fn threads_that_move_or_rest_are_none() {
        assert!(verdict(&dump("split", 700, 8), &dump("find", 6600, 14)).is_none());
        assert!(verdict(&dump("split", 700, 8), &dump("split", 710, 14)).is_none());
    }
}
