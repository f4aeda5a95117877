//! Only the binary prints, exits and reads the environment.

use std::path::Path;

use super::TextFile;

const FORBIDDEN: [(&str, &str); 8] = [
    ("println!", "prints"),
    ("print!", "prints"),
    ("eprintln!", "prints"),
    ("eprint!", "prints"),
    ("dbg!", "prints"),
    ("process::exit", "exits"),
    ("env::var", "reads the environment"),
    ("env::args", "reads the environment"),
];

/// Breaches in the sources of the library crates; examples are programs of their own.
pub(super) fn check(files: &[TextFile]) -> Vec<String> {
    let mut breaches = Vec::new();
    for file in files.iter().filter(|file| is_library_source(&file.path)) {
        for (index, line) in file.text.lines().enumerate() {
            if let Some((word, does)) = offence(line) {
                let path = file.path.display();
                breaches.push(format!(
                    "{path}:{}: `{word}` {does}; only the binary may",
                    index + 1
                ));
            }
        }
    }
    breaches
}

fn is_library_source(path: &Path) -> bool {
    let mut parts = path.iter().map(|part| part.to_string_lossy());
    let (top, name, inner) = (parts.next(), parts.next(), parts.next());
    top.as_deref() == Some("crates")
        && name.as_deref() != Some("contend")
        && inner.as_deref() != Some("examples")
        && path.extension().is_some_and(|extension| extension == "rs")
}

/// The first forbidden word of a line that is no comment and stands as a word of its own.
fn offence(line: &str) -> Option<(&'static str, &'static str)> {
    let code = line.trim_start();
    if code.starts_with("//") {
        return None;
    }
    FORBIDDEN.into_iter().find(|(word, _)| {
        code.match_indices(word).any(|(at, _)| {
            let before = code[..at].chars().next_back();
            !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
        })
    })
}

#[cfg(test)]
mod tests {
    use super::super::file;
    use super::*;

    #[test]
    fn a_library_that_prints_exits_or_asks_the_environment_is_found() {
        let text = "fn f() {\n    println!(\"x\");\n    std::process::exit(1);\n}\n";
        let found = check(&[file("crates/types/src/lib.rs", text)]);
        assert_eq!(found.len(), 2);
        assert!(found[0].starts_with("crates/types/src/lib.rs:2: `println!` prints"));
        assert_eq!(
            check(&[file("crates/ir/src/a.rs", "let x = std::env::var(\"X\");")]).len(),
            1
        );
        assert_eq!(check(&[file("crates/ir/tests/a.rs", "dbg!(x);")]).len(), 1);
    }

    #[test]
    fn the_binary_xtask_and_examples_may() {
        for path in [
            "crates/contend/src/main.rs",
            "xtask/src/main.rs",
            "crates/syntax/examples/a.rs",
        ] {
            assert!(check(&[file(path, "println!();")]).is_empty(), "{path}");
        }
    }

    #[test]
    fn comments_and_longer_words_are_no_breach() {
        let text = "// println! is for the binary\nmy_println!();\nlet go = \"println(x)\";\n";
        assert!(check(&[file("crates/rules/src/a.rs", text)]).is_empty());
    }
}
