//! Cutting a page into cases.

/// Blocks that are analysed together.
pub(crate) struct Case {
    /// The page's line of the first block's fence.
    pub(crate) line: usize,
    /// The language version.
    pub(crate) go: String,
    pub(crate) files: Vec<Block>,
}

/// One file.
pub(crate) struct Block {
    pub(crate) name: String,
    pub(crate) text: String,
    /// Add this to a line of the file to have the line of the page.
    offset: usize,
}

impl Case {
    /// The page's line of a line of a file.
    pub(crate) fn page_line(&self, (file, line): (usize, u32)) -> usize {
        self.files
            .get(file)
            .map_or(self.line, |file| file.offset + line as usize)
    }
}

/// Packages that a block without a package clause need not import.
const COMMON: &[(&str, &str)] = &[
    ("context", "context"),
    ("fmt", "fmt"),
    ("log", "log"),
    ("maps", "maps"),
    ("os", "os"),
    ("reflect", "reflect"),
    ("sync", "sync"),
    ("atomic", "sync/atomic"),
    ("time", "time"),
    ("unsafe", "unsafe"),
];

/// All cases of a page, in order.
pub(crate) fn cases(page: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut lines = page.lines().enumerate();
    let mut joins_last = false;
    while let Some((at, line)) = lines.next() {
        let Some(info) = line.strip_prefix("```go") else {
            joins_last &= line.trim().is_empty();
            continue;
        };
        let code: Vec<&str> = lines
            .by_ref()
            .map(|(_, line)| line)
            .take_while(|line| *line != "```")
            .collect();
        let title = attribute(info, "title");
        let block = block(title, &code.join("\n"), at + 1);
        match cases.last_mut() {
            Some(case) if joins_last && title.is_some() => case.files.push(block),
            _ => cases.push(Case {
                line: at + 1,
                go: attribute(info, "go").unwrap_or("1.24").to_owned(),
                files: vec![block],
            }),
        }
        joins_last = title.is_some();
    }
    cases
}

/// The value of `key=value` or `key="value"`.
fn attribute<'a>(info: &'a str, key: &str) -> Option<&'a str> {
    let find = |word: &'a str| word.strip_prefix(key)?.strip_prefix('=');
    info.split_whitespace()
        .find_map(find)
        .map(|value| value.trim_matches('"'))
}

fn block(title: Option<&str>, code: &str, fence_line: usize) -> Block {
    let name = title.unwrap_or("page.go").to_owned();
    if code.lines().any(|line| line.starts_with("package ")) {
        return Block {
            name,
            text: format!("{code}\n"),
            offset: fence_line,
        };
    }
    let mut head = "package page".to_owned();
    for (short, path) in COMMON {
        if uses(code, short) && !code.contains(&format!("\"{path}\"")) {
            head.extend(["; import \"", path, "\""]);
        }
    }
    Block {
        name,
        text: format!("{head}\n{code}\n"),
        offset: fence_line - 1,
    }
}

/// True if `package.` stands in the code as a word of its own.
fn uses(code: &str, package: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '/' | '"');
    code.match_indices(&format!("{package}."))
        .any(|(at, _)| !code[..at].chars().next_back().is_some_and(is_word))
}

#[test]
fn pages_are_cut_into_cases() {
    let page = "# x\n\n```go go=1.21\nvar m sync.Mutex\n```\n\n```go title=\"a/a.go\"\npackage a\n```\n\n```go title=\"b.go\"\npackage b\n```\n";
    let cases = cases(page);
    let files: Vec<Vec<&str>> = cases
        .iter()
        .map(|case| case.files.iter().map(|file| file.name.as_str()).collect())
        .collect();
    assert_eq!(files, [vec!["page.go"], vec!["a/a.go", "b.go"]]);
    assert_eq!(
        cases[0].files[0].text,
        "package page; import \"sync\"\nvar m sync.Mutex\n"
    );
    assert_eq!(
        (cases[0].go.as_str(), cases[0].page_line((0, 2))),
        ("1.21", 4)
    );
    assert_eq!(cases[1].page_line((1, 1)), 12);
}
