//! Every shape of text that the runtime and Java print, recorded by `corpus/shapes/record.sh`.

#![expect(
    clippy::disallowed_methods,
    reason = "the recordings are a folder of files"
)]

use contend_dumps::{
    Document, Goroutine, HeadlineKind, JvmRelation, flags, labels, parse, print, words,
};

fn recorded(name: &str) -> Vec<u8> {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/../../corpus/shapes/recorded/");
    std::fs::read(format!("{dir}{name}")).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Reads a recording in which nothing may be unknown, and which is the same when printed.
fn check(name: &str, test: impl FnOnce(&Document<'_>)) {
    let text = recorded(name);
    let document = parse(&text);
    let unknown = document.unknown.samples.iter();
    let unknown: Vec<_> = unknown.map(|span| document.str(*span)).collect();
    assert!(unknown.is_empty(), "{name}: {unknown:?}");
    test(&document);
    let (mut once, mut twice) = (Vec::new(), Vec::new());
    print(&document, &mut once).unwrap();
    print(&parse(&once), &mut twice).unwrap();
    assert_eq!(
        String::from_utf8_lossy(&once),
        String::from_utf8_lossy(&twice),
        "{name}"
    );
}

fn states<'d>(document: &'d Document<'_>) -> Vec<(String, &'d Goroutine)> {
    let all = document.goroutines.iter();
    all.map(|it| (document.name(it.state).into_owned(), it))
        .collect()
}

fn in_state<'d>(document: &'d Document<'_>, wanted: &str) -> &'d Goroutine {
    let all = states(document);
    let found = all.iter().find(|(state, _)| state == wanted);
    found.unwrap_or_else(|| panic!("nobody is in {wanted}")).1
}

const WAITS: [&str; 13] = [
    "sync.Mutex.Lock",
    "sync.RWMutex.RLock",
    "sync.Cond.Wait",
    "sync.WaitGroup.Wait",
    "chan send",
    "chan receive (nil chan)",
    "select",
    "select (no cases)",
    "sleep",
    "chan receive",
    "IO wait",
    "syscall",
    "idle",
];

#[test]
fn sigquit_has_threads_labels_registers_and_every_wait() {
    for name in ["quit.amd64.txt", "quit.386.txt"] {
        check(name, |document| {
            assert_eq!(document.dumps.len(), 1, "{name}");
            assert_eq!(document.headlines[0].kind, HeadlineKind::Signal);
            for wait in WAITS {
                let goroutine = in_state(document, wait);
                assert!(goroutine.threads.is_some(), "{name}: {wait}");
                assert!(!goroutine.frames.is_empty(), "{name}: {wait}");
            }
            let locked = document.goroutines.iter();
            let locked = locked.filter(|it| it.flags & flags::LOCKED != 0);
            assert_eq!(locked.count(), 1, "{name}");
            let deep = document.goroutines.iter().find(|it| 0 < it.elided);
            let deep = deep.expect("a stack of more than a hundred frames");
            assert!(deep.flags & flags::ELIDED != 0);
            assert_eq!(deep.frames.len(), 100, "{name}");
            let tenants: Vec<String> = document
                .goroutines
                .iter()
                .filter_map(|it| it.labels)
                .flat_map(|span| labels(document.bytes(span)))
                .filter(|(key, _)| key == "tenant")
                .map(|(_, value)| value)
                .collect();
            assert_eq!(tenants, ["acme", "acme", "a b: \"c\", {d}"], "{name}");
        });
    }
}

#[test]
fn addresses_of_32_bits_are_read() {
    check("quit.386.txt", |document| {
        let waiters: Vec<u64> = states(document)
            .iter()
            .filter(|(state, _)| state == "sync.Mutex.Lock")
            .filter_map(|(_, goroutine)| {
                let frames = document.stack(goroutine.frames).iter();
                let mut frames = frames.filter(|it| document.name(it.func).ends_with("lockSlow"));
                words(document.args(frames.next()?)?).next()
            })
            .map(|word| word.value)
            .collect();
        // Three at one mutex, one at the mutex inside the RWMutex of the same object.
        assert_eq!(waiters.len(), 4, "{waiters:x?}");
        assert!(waiters.iter().all(|it| 0x1000 < *it && *it < 1 << 32));
        assert!(waiters[..3].iter().all(|it| *it == waiters[0]));
        assert_ne!(waiters[3], waiters[0]);
    });
}

#[test]
fn profiles_as_text_and_leaked_goroutines() {
    check("goroutine.debug2.txt", |document| {
        assert!(15 < document.goroutines.len());
        assert!(document.headlines.is_empty());
    });
    check("goroutine.debug1.txt", |document| {
        let [profile] = &document.profiles[..] else {
            panic!("{} profiles", document.profiles.len());
        };
        let counted: u64 = profile.entries.iter().map(|entry| entry.count).sum();
        assert_eq!(counted, profile.total);
        let labelled = profile.entries.iter().filter(|it| it.labels.is_some());
        assert_eq!(labelled.map(|it| it.count).sum::<u64>(), 3);
    });
    check("leak.debug2.txt", |document| {
        let leaked = document.goroutines.iter();
        let leaked = leaked.filter(|it| it.flags & flags::LEAKED != 0);
        assert!(15 < leaked.count());
        assert_eq!(in_state(document, "select").wait_minutes, 0);
    });
    check("old.debug2.txt", |document| {
        assert_eq!(in_state(document, "select").wait_minutes, 1);
    });
}

#[test]
fn panics_of_every_kind() {
    let kinds = |document: &Document<'_>| -> Vec<HeadlineKind> {
        document.headlines.iter().map(|it| it.kind).collect()
    };
    check("panic.nil.txt", |document| {
        assert_eq!(kinds(document), [HeadlineKind::Panic]);
        let signal = document.headlines[0].signal.map(|it| document.str(it));
        assert!(signal.is_some_and(|it| it.starts_with("SIGSEGV: segmentation violation")));
    });
    check("panic.nested.txt", |document| {
        assert_eq!(kinds(document), [HeadlineKind::Panic, HeadlineKind::Nested]);
    });
    check("panic.again.txt", |document| {
        let message = document.str(document.headlines[0].message);
        assert!(message.starts_with("failure\n\tof two lines"), "{message}");
    });
    check("panic.goexit.txt", |document| {
        assert_eq!(kinds(document), [HeadlineKind::Fatal]);
    });
    check("panic.ancestors.txt", |document| {
        // The ancestors' frames are not those of the goroutine that died.
        let died = &document.goroutines[0];
        let first = &document.stack(died.frames)[0];
        assert_eq!(document.name(first.func), "main.child");
        assert!(died.frames.len() <= 2);
    });
}

#[test]
fn windows_paths_keep_their_drive_and_blanks() {
    check("panic.windows.txt", |document| {
        let frame = &document.stack(document.goroutines[0].frames)[0];
        let file = frame.file.map(|it| document.name(it).into_owned());
        assert_eq!(file.as_deref(), Some("C:/Users/dev one/src/shop/cart.go"));
        assert_eq!(frame.line, 46);
    });
}

#[test]
fn lines_of_collector_and_scheduler() {
    check("panic.godebug.txt", |document| {
        assert!(5 < document.gc.len());
        assert!(document.gc.is_sorted_by_key(|it| it.cycle));
        assert!(
            document
                .gc
                .iter()
                .all(|it| it.heap_mb[2] <= it.heap_mb[0] + 64)
        );
        assert!(3 < document.sched.len());
        assert!(
            document
                .sched
                .iter()
                .all(|it| 0 < it.procs && 0 < it.threads)
        );
        assert_eq!(document.headlines.len(), 1);
    });
}

#[test]
fn go_that_c_called_and_c_itself() {
    check("cgo.panic.txt", |document| {
        let stack = document.stack(document.goroutines[0].frames);
        let names: Vec<_> = stack.iter().map(|it| document.name(it.func)).collect();
        assert!(names.iter().any(|it| it == "main.fromC"), "{names:?}");
        assert!(names.iter().any(|it| it == "main._Cfunc_middle"));
    });
    check("cgo.abort.txt", |document| {
        assert_eq!(document.headlines[0].kind, HeadlineKind::Signal);
        assert!(
            document
                .str(document.headlines[0].line)
                .starts_with("SIGABRT")
        );
        let in_c = document.goroutines.iter().any(|goroutine| {
            let stack = document.stack(goroutine.frames).iter();
            stack
                .map(|it| document.name(it.func))
                .any(|it| it == "runtime.cgocall")
        });
        assert!(in_c);
    });
}

#[test]
fn a_deadlock_inside_a_bubble() {
    let text = recorded("bubble.txt");
    let document = parse(&text);
    let bubble = document.goroutines.iter().find(|it| it.bubble != 0);
    let bubble = bubble.expect("a goroutine of the bubble");
    assert!(bubble.flags & flags::DURABLE != 0);
    assert_eq!(document.headlines[0].kind, HeadlineKind::Panic);
}

#[test]
fn thread_dumps_of_java() {
    for name in ["java.jstack.txt", "java.sigquit.txt"] {
        let text = recorded(name);
        let document = parse(&text);
        let [dump] = &document.jvm[..] else {
            panic!("{name}: {} dumps", document.jvm.len());
        };
        assert_eq!(dump.deadlocks, 1, "{name}");
        let thread = |wanted: &str| {
            let mut threads = dump.threads.iter();
            let found = threads.find(|it| document.name(it.name) == wanted);
            found.unwrap_or_else(|| panic!("{name}: no thread {wanted}"))
        };
        let one = thread("worker \"one\"");
        let relations: Vec<_> = one.locks.iter().map(|it| it.relation).collect();
        assert_eq!(
            relations,
            [JvmRelation::WaitsToLock, JvmRelation::Holds],
            "{name}"
        );
        let two = thread("worker two");
        assert_eq!(one.locks[0].address, two.locks[1].address, "{name}");
        let spins = thread("spins");
        assert_eq!(
            spins.state.map(|it| document.name(it)).as_deref(),
            Some("RUNNABLE")
        );
        assert!(spins.cpu_ms.is_some() && spins.elapsed_s.is_some());
        let behind = thread("behind owner");
        assert_eq!(behind.locks[0].relation, JvmRelation::ParksFor, "{name}");
    }
    let text = recorded("java.exception.txt");
    let document = parse(&text);
    assert_eq!(document.exceptions.len(), 1);
    let frames = document.stack(document.exceptions[0].frames);
    assert!(
        document
            .name(frames[0].func)
            .contains("HashMap$HashIterator")
    );
}

#[test]
fn races_with_a_lost_stack_and_in_tests() {
    check("race.shared.txt", |document| {
        let accesses = &document.races[0].accesses;
        let callers: Vec<_> = accesses
            .iter()
            .map(|it| document.name(document.stack(it.frames)[1].func))
            .collect();
        assert_eq!(callers, ["main.fromRequest", "main.fromTimer"]);
    });
    check("race.lost.txt", |document| {
        let [race] = &document.races[..] else {
            panic!("{} races", document.races.len());
        };
        assert!(!race.accesses[0].frames.is_empty());
        assert!(race.accesses[1].frames.is_empty());
        assert_eq!(race.goroutines[0].id, race.accesses[1].goroutine.unwrap());
    });
    check("race.test.txt", |document| {
        assert_eq!(document.races.len(), 1);
        // Three lines on tests that failed, three that say FAIL.
        assert_eq!(document.unknown.foreign, 6);
    });
}

#[test]
fn lines_that_somebody_has_cut_keep_their_function() {
    let text = "fatal error: concurrent map writes\n\ngoroutine 7 [running]:\n\
                example.com/shop.(*Server).cart(0xc000046040, {0x777ab8,...\n\
                \texample.com/shop/web.go:29 +0xc5\n";
    let document = parse(text.as_bytes());
    let frames = document.stack(document.goroutines[0].frames);
    assert_eq!(
        document.name(frames[0].func),
        "example.com/shop.(*Server).cart"
    );
    assert_eq!(frames[0].line, 29);
}
