//! What loggers, container engines and collectors make of a crash: the answer is that of the crash
//! as it was printed.

#![expect(
    clippy::disallowed_methods,
    reason = "the recordings are a folder of files"
)]

use std::fmt::Write as _;

use contend_explain::{Explanation, Input, Listing};

const RECORDINGS: [&str; 12] = [
    "trials/middleware/log.txt",
    "trials/dbstuck/log.txt",
    "dumps/K03.crash.go1.26.8.txt",
    "dumps/M01.system.go1.27.3.txt",
    "dumps/A02.race.go1.22.12.txt",
    "shapes/recorded/quit.386.txt",
    "shapes/recorded/panic.nested.txt",
    "shapes/recorded/panic.windows.txt",
    "shapes/recorded/cgo.abort.txt",
    "shapes/recorded/race.test.txt",
    "shapes/recorded/goroutine.debug1.txt",
    "shapes/recorded/java.jstack.txt",
];

type WrapLine = fn(usize, &str) -> String;
type WrapLines = fn(&[(usize, &str)]) -> String;
type WrapText = fn(&str) -> String;

/// Each line for itself.
const LINES: [(&str, WrapLine); 30] = [
    ("CRI", |i, line| {
        format!("2026-11-30T01:02:{:02}.5Z stderr F {line}", i % 60)
    }),
    ("docker", |i, line| {
        let text = escaped(line);
        format!(
            "{{\"log\":\"{text}\\n\",\"stream\":\"stderr\",\"time\":\"2026-11-30T01:02:{i}Z\"}}"
        )
    }),
    ("docker compose", |_, line| format!("api-1  | {line}")),
    ("colours", |_, line| {
        format!("\x1b[36mapi-1  |\x1b[0m {line}")
    }),
    ("kubectl --prefix", |_, line| {
        format!("[pod/api-7d9f8-x2x/api] {line}")
    }),
    ("kubectl --prefix --timestamps", |i, line| {
        let second = i % 60;
        format!("[pod/api-7d9f8-x2x/api] 2026-11-30T01:02:{second:02}.5Z {line}")
    }),
    ("syslog, RFC 3164", |i, line| {
        format!("<11>Nov 30 01:02:{:02} host app[4711]: {line}", i % 60)
    }),
    ("syslog, RFC 5424", |i, line| {
        format!(
            "<11>1 2026-11-30T01:02:{:02}Z host app 99 - - {line}",
            i % 60
        )
    }),
    ("syslog with its tabs", |i, line| {
        let line = line.replace('\t', "#011");
        format!("Nov 30 01:02:{:02} node-3 api[991]: {line}", i % 60)
    }),
    ("journald as JSON", |_, line| {
        let text = escaped(line);
        format!("{{\"_PID\":\"4711\",\"MESSAGE\":\"{text}\"}}")
    }),
    ("fluentd", |_, line| {
        let text = escaped(line);
        format!("{{\"log\":\"{text}\",\"kubernetes\":{{\"pod_name\":\"api-1\"}}}}")
    }),
    ("go test -json", |_, line| {
        let text = escaped(line);
        format!("{{\"Action\":\"output\",\"Package\":\"a/b\",\"Output\":\"{text}\\n\"}}")
    }),
    ("a cloud", |_, line| {
        let text = escaped(line);
        format!("{{\"textPayload\":\"{text}\\n\",\"severity\":\"ERROR\"}}")
    }),
    ("Windows", |_, line| format!("{line}\r")),
    ("CRI, cut into pieces", |i, line| {
        let second = i % 60;
        if line.len() < 40 {
            return format!("2026-11-30T01:02:{second:02}.1Z stderr F {line}");
        }
        let (head, tail) = line.split_at(line.floor_char_boundary(line.len() / 2));
        format!(
            "2026-11-30T01:02:{second:02}.1Z stderr P {head}\n2026-11-30T01:02:{second:02}.2Z stderr F {tail}"
        )
    }),
    ("CRI, cut after eleven bytes", |i, line| {
        let second = i % 60;
        let (head, tail) = line.split_at(line.floor_char_boundary(11));
        format!(
            "2026-11-30T01:02:{second:02}.1Z stderr P {head}\n\
             2026-11-30T01:02:{second:02}.1Z stdout F GET /api/items 200\n\
             2026-11-30T01:02:{second:02}.2Z stderr F {tail}"
        )
    }),
    ("docker, cut after eleven bytes", |i, line| {
        let (head, tail) = line.split_at(line.floor_char_boundary(11));
        let record = |text: String, stream: &str| {
            format!(
                "{{\"log\":\"{text}\",\"stream\":\"{stream}\",\"time\":\"2026-11-30T01:02:{i}Z\"}}"
            )
        };
        format!(
            "{}\n{}\n{}",
            record(escaped(head), "stderr"),
            record("GET /api/items 200\\n".to_owned(), "stdout"),
            record(format!("{}\\n", escaped(tail)), "stderr"),
        )
    }),
    ("a time and a tab", |i, line| {
        format!("2026-11-30T01:02:{:02}.5Z\t{line}", i % 60)
    }),
    ("milliseconds and a tab", |i, line| {
        format!("{}\t{line}", 1_714_557_600_000_u64 + i as u64)
    }),
    ("key=value", |_, line| {
        format!(
            "time=\"2026-11-30T01:02:03Z\" level=error msg=\"{}\"",
            escaped(line)
        )
    }),
    ("key=value behind CRI", |_, line| {
        let text = escaped(line);
        format!("2026-11-30T01:02:03.1Z stderr F level=error msg=\"{text}\"")
    }),
    ("indented", |_, line| format!("    {line}")),
    ("quoted in a mail", |_, line| format!("> {line}")),
    ("spaces for tabs", |_, line| line.replace('\t', "        ")),
    ("a blank line behind each", |_, line| format!("{line}\n")),
    ("numbers of an editor", |i, line| format!("{i} {line}")),
    ("cat -n", |i, line| format!("{i:6}\t{line}")),
    ("a file of fluentd", |_, line| {
        let text = escaped(line);
        format!("2026-11-30 01:02:03 +0000 kube.api: {{\"log\":\"{text}\",\"stream\":\"stderr\"}}")
    }),
    ("an agent that indents", |i, line| {
        format!("    2026-11-30T01:02:{:02}.5Z [ERROR] api: {line}", i % 60)
    }),
    ("as it is", |_, line| line.to_owned()),
];

/// One document of all lines, with their numbers.
const DOCUMENTS: [(&str, WrapLines); 7] = [
    ("a cloud's array", |lines| {
        let entry = |(i, line): &(usize, &str)| {
            let text = escaped(line);
            format!("  {{\n    \"insertId\": \"x{i}\",\n    \"textPayload\": \"{text}\\n\"\n  }}")
        };
        let entries: Vec<String> = lines.iter().map(entry).collect();
        format!("[\n{}\n]\n", entries.join(",\n"))
    }),
    ("Elasticsearch", |lines| {
        let entry = |(_, line): &(usize, &str)| {
            let text = escaped(line);
            format!("{{\"_source\":{{\"message\":\"{text}\"}}}}")
        };
        let entries: Vec<String> = lines.iter().map(entry).collect();
        format!("{{\"hits\":{{\"hits\":[{}]}}}}", entries.join(","))
    }),
    ("Loki", |lines| {
        let entry = |(i, line): &(usize, &str)| {
            let text = escaped(line);
            format!(
                "[\"{}\",\"{text}\"]",
                1_795_000_000_000_000_000_u64 + *i as u64
            )
        };
        let entries: Vec<String> = lines.iter().map(entry).collect();
        let stream = format!(
            "{{\"stream\":{{\"pod\":\"api\"}},\"values\":[{}]}}",
            entries.join(",")
        );
        format!("{{\"data\":{{\"resultType\":\"streams\",\"result\":[{stream}]}}}}")
    }),
    ("a table", |lines| {
        let entry = |(i, line): &(usize, &str)| format!("{i},\"{}\"\n", line.replace('"', "\"\""));
        let entries: Vec<String> = lines.iter().map(entry).collect();
        format!("@timestamp,Message\n{}", entries.concat())
    }),
    ("records of a journal", |lines| {
        let entry = |(_, line): &(usize, &str)| {
            let text = escaped(line);
            format!("{{\"_PID\":\"4711\",\"MESSAGE\":\"{text}\"}}\n")
        };
        let entries: Vec<String> = lines.iter().map(entry).collect();
        entries.concat()
    }),
    ("lines behind a name", |lines| {
        let entries = lines.iter().map(|(_, line)| format!("api-1  | {line}\n"));
        entries.collect::<Vec<_>>().concat()
    }),
    ("a page", |lines| {
        let lines: Vec<&str> = lines.iter().map(|(_, line)| *line).collect();
        let text = lines.join("\n").replace('&', "&amp;");
        let text = text.replace('<', "&lt;").replace('"', "&#34;");
        format!("<p>It died:</p><pre class=\"log\">{text}</pre>\n")
    }),
];

/// All in one record.
const RECORDS: [(&str, WrapText); 7] = [
    ("JSON", |text| {
        format!("{{\"level\":\"error\",\"msg\":\"boom\",\"stacktrace\":\"{text}\"}}")
    }),
    ("JSON with lines in arrays", |text| {
        format!(
            "{{\"streams\":[{{\"stream\":{{\"pod\":\"a\"}},\"values\":[[\"17\",\"{text}\"]]}}]}}"
        )
    }),
    ("JSON in a record of docker", |text| {
        let inner = format!("{{\"level\":\"error\",\"stack\":\"{text}\"}}\n");
        format!("{{\"log\":\"{}\",\"stream\":\"stderr\"}}", escaped(&inner))
    }),
    ("JSON behind CRI", |text| {
        format!("2026-11-30T01:02:03.5Z stderr F {{\"level\":\"error\",\"stack\":\"{text}\"}}")
    }),
    ("key=value", |text| {
        format!("time=2026-11-30T01:02:03Z level=error msg=\"{text}\" code=7")
    }),
    ("JSON with a name of its own", |text| {
        format!("{{\"level\":\"error\",\"child_output\":\"{text}\"}}")
    }),
    ("key=value behind compose", |text| {
        format!("api-1  | time=\"2026-11-30T01:02:03Z\" level=error msg=\"{text}\"")
    }),
];

/// How a program may begin what it logs of a panic; the stack follows as it is.
const BEGINNINGS: [&str; 6] = [
    "2026/11/30 16:36:04 panic: send on closed channel\n",
    "2026/11/30 16:36:04 panic: send on closed channel\n\n",
    "2026/11/30 16:36:04 recovered: send on closed channel\n",
    "[PANIC RECOVER] send on closed channel ",
    "E1130 16:36:04.123456       1 runtime.go:79] Observed a panic: send on closed channel\n",
    "time=16:36:04 level=error msg=\"handler failed\" err=\"send on closed channel\"\n",
];

#[test]
fn what_a_program_logs_of_a_panic_is_one_crash() {
    let stack = "goroutine 7 [running]:\nmain.guard.func1()\n\t/src/main.go:9 +0x5b\n\
                 panic({0x5e83a0?, 0x7ffce0?})\n\t/usr/local/go/src/runtime/panic.go:860 +0x13a\n\
                 main.(*hub).send(0xc000012345)\n\t/src/hub.go:21 +0x4a\n\
                 created by main.serve in goroutine 1\n\t/src/main.go:30 +0x78\n";
    for beginning in BEGINNINGS {
        for prefix in ["", "2026-11-30T01:02:03.5Z stderr F ", "api-1  | "] {
            let text = format!("GET /\n{beginning}{stack}GET /\n");
            let lines: Vec<String> = text.lines().map(|it| format!("{prefix}{it}\n")).collect();
            let explanation = Explanation::of_texts([("log", lines.concat().as_bytes())]);
            let said: Vec<&str> = explanation.diagnoses.iter().map(|it| it.class.id).collect();
            assert_eq!(said, ["send-on-closed"], "{prefix}{beginning}");
            let found = &explanation.diagnoses[0];
            assert!(found.recovered, "{prefix}{beginning}");
            assert_eq!(found.sites[0].function, "main.(*hub).send");
        }
    }
}

fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"");
    text.replace('\n', "\\n").replace('\t', "\\t")
}

fn recorded(name: &str) -> String {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/../../corpus/");
    std::fs::read_to_string(format!("{dir}{name}")).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// What must not depend on the format.
fn essence(text: &str) -> (Vec<String>, usize, usize, usize) {
    let explanation = Explanation::of_texts([("log", text.as_bytes())]);
    let said = explanation.diagnoses.into_iter();
    let summary = &explanation.summary;
    (
        said.map(|it| format!("{}: {}", it.class.id, it.headline))
            .collect(),
        summary.goroutines,
        summary.frames,
        summary.races,
    )
}

#[test]
fn the_format_of_a_log_does_not_change_the_answer() {
    for name in RECORDINGS {
        let text = recorded(name);
        let plain = essence(&text);
        assert!(0 < plain.2, "{name} has no frames");
        for (format, wrap) in LINES {
            if format == "spaces for tabs" && name.contains("debug1") {
                // Its lines have tabs inside, and mean nothing without.
                continue;
            }
            let noise = wrap(0, "GET /api/items 200 12ms");
            let lines: Vec<String> = text.lines().zip(1..).map(|(l, i)| wrap(i, l)).collect();
            let log = format!("{noise}\n{}\n{noise}\n", lines.join("\n"));
            assert_eq!(essence(&log), plain, "{name}, {format}");
        }
        for (format, wrap) in RECORDS {
            let log = format!(
                "{}\n{}\n",
                wrap("GET /api 200"),
                wrap(&escaped(text.trim_end()))
            );
            assert_eq!(essence(&log), plain, "{name}, {format}");
        }
    }
}

#[test]
fn a_document_of_entries_says_what_the_log_said_whatever_its_order() {
    for name in RECORDINGS {
        let text = recorded(name);
        let plain = essence(&text);
        for (format, wrap) in DOCUMENTS {
            let mut lines: Vec<(usize, &str)> = (1..).zip(text.lines()).collect();
            assert_eq!(essence(&wrap(&lines)), plain, "{name}, {format}");
            if name.contains("java") || name.contains("debug1") || format == "a page" {
                // Only headers of goroutines tell the order.
                continue;
            }
            lines.reverse();
            assert_eq!(essence(&wrap(&lines)), plain, "{name}, {format}, turned");
        }
    }
}

#[test]
fn texts_of_two_bytes_a_character_are_read() {
    let text = recorded(RECORDINGS[0]);
    let big: Vec<u8> = format!("\u{feff}{text}")
        .encode_utf16()
        .flat_map(u16::to_be_bytes)
        .collect();
    let small: Vec<u8> = format!("\u{feff}{text}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let marked = format!("\u{feff}{text}").into_bytes();
    for bytes in [&big, &small, &marked] {
        let input = Input {
            name: "log".to_owned(),
            reader: Box::new(&bytes[..]),
            size: None,
        };
        let input = input.unpacked().unwrap();
        let (explanation, errors) = Explanation::of_inputs([input], Listing::Largest);
        assert!(errors.is_empty(), "{errors:?}");
        let plain = Explanation::of_texts([("log", text.as_bytes())]);
        assert_eq!(explanation.summary.frames, plain.summary.frames);
        assert_eq!(
            explanation.diagnoses[0].headline,
            plain.diagnoses[0].headline
        );
    }
}

#[test]
fn processes_that_write_at_the_same_time_are_told_apart() {
    let pairs = RECORDINGS[..8].iter().zip(&RECORDINGS[1..9]);
    for (one, other) in pairs {
        let (first, second) = (recorded(one), recorded(other));
        let (mut a, mut b) = (first.lines(), second.lines());
        let mut log = String::new();
        loop {
            // Three lines of one, then two of the other.
            let from_a: Vec<&str> = a.by_ref().take(3).collect();
            let from_b: Vec<&str> = b.by_ref().take(2).collect();
            if from_a.is_empty() && from_b.is_empty() {
                break;
            }
            for (pod, lines) in [("a-1", from_a), ("b-2", from_b)] {
                for line in lines {
                    let _ = writeln!(log, "[pod/{pod}/api] {line}");
                }
            }
        }
        let (x, y, both) = (essence(&first), essence(&second), essence(&log));
        let sums = (x.1 + y.1, x.2 + y.2, x.3 + y.3);
        assert_eq!((both.1, both.2, both.3), sums, "{one} and {other}");
    }
}
