//! What is said about the recordings of `corpus/shapes`.

#![expect(
    clippy::disallowed_methods,
    reason = "the recordings are a folder of files"
)]

use std::io::{Cursor, Write as _};

use contend_explain::{Explanation, Filter, GroupLine, Input, Listing};
use contend_finding::Severity;

fn recorded(name: &str) -> String {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/../../corpus/shapes/recorded/");
    format!("{dir}{name}")
}

fn explain(name: &str, filter: &str) -> Explanation {
    let bytes = std::fs::read(recorded(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
    let input = Input {
        name: name.to_owned(),
        size: None,
        reader: Box::new(Cursor::new(bytes)),
    };
    let listing = match filter {
        "" => Listing::Largest,
        filter => Listing::Only(Filter::parse(filter).expect("a filter")),
    };
    let (explanation, errors) = Explanation::of_inputs([input], listing);
    assert!(errors.is_empty(), "{errors:?}");
    explanation
}

/// What both forms of a profile say of a group.
fn essence(group: &GroupLine) -> (usize, String, String, Vec<(String, String)>) {
    (
        group.count,
        group.function.clone(),
        group.place.clone(),
        group.labels.clone(),
    )
}

#[test]
fn a_profile_in_protobuf_has_the_groups_of_its_text() {
    let (packed, text) = (
        explain("goroutine.pb.gz", ""),
        explain("goroutine.debug1.txt", ""),
    );
    assert_eq!(packed.summary.profiles, 1);
    let sorted = |explanation: &Explanation| {
        let mut all: Vec<_> = explanation
            .groups
            .iter()
            // The goroutine that writes the profile is at another place for each form.
            .filter(|group| {
                !group
                    .stack
                    .iter()
                    .any(|it| it.0.starts_with("runtime/pprof.write"))
            })
            .filter(|group| {
                !group
                    .stack
                    .iter()
                    .any(|it| it.0 == "runtime/pprof.runtime_goroutineProfileWithLabels")
            })
            .map(essence)
            .collect();
        all.sort();
        all
    };
    let groups = sorted(&packed);
    assert_eq!(groups, sorted(&text));
    assert!(12 < groups.len(), "{groups:#?}");
    let acme = groups.iter().find(|group| group.0 == 2);
    let label = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    assert_eq!(
        acme.map(|group| group.3.clone()),
        Some(vec![label("path", "/items"), label("tenant", "acme")])
    );
}

#[test]
fn a_filter_narrows_the_groups_and_leaves_the_verdicts() {
    let all = explain("old.debug2.txt", "");
    for (filter, wanted) in [
        (r#"label.tenant=="acme""#, 2),
        (r#"label~"\{d\}""#, 1),
        (r#"state=="sync.Mutex.Lock" && func~"queue""#, 4),
        (r#"func~"queue.*lock$" && count==3"#, 3),
        (r"age>1m", 0),
        (r#"age>=60s && state~"^chan" && top!~"deep""#, 6),
    ] {
        let narrowed = explain("old.debug2.txt", filter);
        let total: usize = narrowed.groups.iter().map(|group| group.count).sum();
        assert_eq!(total, wanted, "{filter}: {:#?}", narrowed.groups);
        assert_eq!(narrowed.diagnoses.len(), all.diagnoses.len());
    }
}

#[test]
fn a_stack_in_a_structured_log_is_read() {
    let logged = explain("logged.jsonl", "");
    assert_eq!(logged.summary.goroutines, 1);
    assert_eq!(logged.groups[0].function, "main.logged");
    assert!(logged.diagnoses[0].recovered);
    assert_eq!(logged.diagnoses[0].class.id, "nil-map-write");
    // The line before, and what the record says beside the stack.
    assert_eq!(logged.summary.log_lines, 3);
}

#[test]
fn half_a_packed_file_gives_half_an_answer() {
    let text = std::fs::read(recorded("quit.amd64.txt")).unwrap();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&text).unwrap();
    let packed = gzip.finish().unwrap();
    let input = Input {
        name: "cut.gz".to_owned(),
        size: None,
        reader: Box::new(&packed[..packed.len() / 2]),
    };
    let (explanation, errors) = Explanation::of_inputs([input], Listing::Largest);
    assert!((5..30).contains(&explanation.summary.goroutines));
    let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
    assert!(
        errors[0].starts_with("cannot read cut.gz to its end: "),
        "{errors:?}"
    );
}

#[test]
fn a_signal_of_c_is_the_verdict() {
    let found = explain("cgo.abort.txt", "");
    assert_eq!(found.diagnoses[0].class.id, "killed-by-signal");
    assert_eq!(
        found.diagnoses[0].headline,
        "`SIGABRT: abort` ended the process, while C ran for `main.fromC`"
    );
}

#[test]
fn verdicts_on_java_machines() {
    let dump = explain("java.jstack.txt", "");
    assert_eq!(dump.diagnoses[0].class.id, "jvm-deadlock");
    let exception = explain("java.exception.txt", "");
    assert_eq!(
        exception.diagnoses[0].class.id,
        "jvm-concurrent-modification"
    );
}

#[test]
fn idle_clients_of_a_server_are_no_fault_and_a_backend_without_answer_is() {
    let first = |name| explain(name, "").diagnoses.swap_remove(0);
    let idle = first("serve.idle.txt");
    assert_eq!((idle.class.id, idle.severity), ("io-wait", Severity::Info));
    assert!(
        idle.headline.contains("main.(*server).read"),
        "{}",
        idle.headline
    );
    let stuck = first("serve.stuck.txt");
    assert_eq!(
        (stuck.class.id, stuck.severity),
        ("io-wait", Severity::Warning)
    );
    assert!(
        stuck.headline.contains("main.(*backend).ask"),
        "{}",
        stuck.headline
    );
}

#[test]
fn sides_of_a_race_that_look_alike_are_told_apart_by_their_callers() {
    let found = explain("race.shared.txt", "").diagnoses.swap_remove(0);
    let sites: Vec<_> = found
        .sites
        .iter()
        .map(|site| (site.role.word(), site.function.as_str()))
        .collect();
    let wanted = [
        ("write", "main.(*session).rename"),
        ("called by", "main.fromRequest"),
        ("write", "main.(*session).rename"),
        ("called by", "main.fromTimer"),
        ("started", "main.shared"),
    ];
    assert_eq!(sites, wanted);
}

#[test]
fn a_side_without_a_stack_is_named_by_its_goroutine() {
    let found = explain("race.lost.txt", "").diagnoses.swap_remove(0);
    assert_eq!(
        found.headline,
        "`main.(*session).rename` writes what goroutine 7 writes without order"
    );
    assert!(
        found.advice[0].contains("history_size"),
        "{:?}",
        found.advice
    );
}

#[test]
fn a_log_without_descriptors_is_a_verdict() {
    let line =
        "http: Accept error: accept tcp [::]:80: accept4: too many open files; retrying in 5ms";
    let plain = format!("2026/11/30 07:00:01 {line}\nserved /x\n2026/11/30 07:00:02 {line}\n");
    let json = format!("{{\"level\":\"error\",\"msg\":\"{line}\"}}\n").repeat(2);
    let crash =
        "panic: no answer\n\ngoroutine 1 [running]:\nmain.main()\n\t/src/main.go:31 +0x1d\n";
    for log in [format!("{plain}{crash}"), format!("{json}{crash}"), plain] {
        let explanation = Explanation::of_texts([("log", log.as_bytes())]);
        let first = &explanation.diagnoses[0];
        assert_eq!(first.class.id, "descriptors-exhausted", "{log}");
        assert!(
            first.headline.ends_with("in 2 lines of the log"),
            "{}",
            first.headline
        );
    }
}
