//! Contradictions between the files that describe modules: each with a message of its own and the
//! lines of both files.

use contend_project::{Config, DiagnosticKind, Memory, Project, load};

fn loaded(files: &[(&str, &str)]) -> Project {
    let mut fs = Memory::default();
    for (path, text) in files {
        fs.add(path, text.as_bytes());
    }
    let mut config = Config::new("/m");
    config.mod_cache = "/cache".into();
    load(&fs, &config, &["./...".into()])
}

/// `FILE:LINE [OTHER:LINE] MESSAGE`, by file and line.
fn conflicts(files: &[(&str, &str)]) -> Vec<String> {
    let project = loaded(files);
    let all = project.diagnostics.iter();
    let conflicts = all.filter(|it| it.kind == DiagnosticKind::ModuleConflict);
    let show = |it: &contend_project::Diagnostic| {
        let file = it.file.as_ref().map(|file| file.display().to_string());
        let other = it.other.as_ref();
        let other = other.map(|(file, line)| format!("{}:{line}", file.display()));
        format!(
            "{}:{} [{}] {}",
            file.unwrap_or_default(),
            it.line,
            other.unwrap_or_default(),
            it.message
        )
    };
    conflicts.map(show).collect()
}

#[test]
fn a_vendor_directory_that_fits_is_no_conflict() {
    let found = conflicts(&[
        (
            "/m/go.mod",
            "module m\ngo 1.22\nrequire (\n\ta.org/x v1.2.0\n\tb.org/y v1.0.0 // indirect\n)\n\
             replace b.org/y => ./y\n",
        ),
        (
            "/m/vendor/modules.txt",
            "# a.org/x v1.2.0\n## explicit\na.org/x\n# b.org/y v1.0.0 => ./y\n## explicit\n\
             b.org/y\n# b.org/y => ./y\n",
        ),
        (
            "/m/vendor/a.org/x/x.go",
            "package x\nimport _ \"b.org/y\"\n",
        ),
        ("/m/vendor/b.org/y/y.go", "package y\n"),
        ("/m/m.go", "package m\nimport _ \"a.org/x\"\n"),
    ]);
    assert_eq!(found, [""; 0]);
}

#[test]
fn each_difference_to_the_vendor_list_is_a_conflict_with_both_lines() {
    let found = conflicts(&[
        (
            "/m/go.mod",
            "module m\ngo 1.22\nrequire (\n\ta.org/gone v1.0.0\n\ta.org/old v1.2.0\n\
             \ta.org/unmarked v1.0.0\n\ta.org/moved v1.0.0\n\ta.org/local v1.0.0\n)\n\
             replace a.org/moved => ./here\nreplace a.org/local => ./local\n",
        ),
        (
            "/m/vendor/modules.txt",
            "# a.org/old v1.1.0\n## explicit\n# a.org/unmarked v1.0.0\n# a.org/moved v1.0.0 => ./there\n\
             ## explicit\n# a.org/moved => ./there\n# a.org/local v1.0.0\n## explicit\n\
             # a.org/extra v1.0.0\n## explicit\n# a.org/silent v1.0.0\na.org/silent\n\
             # a.org/silent v1.0.0 => ./silent\n",
        ),
        ("/m/m.go", "package m\n"),
    ]);
    assert_eq!(
        found,
        [
            "/m/go.mod:4 [/m/vendor/modules.txt:0] a.org/gone v1.0.0 is required, but \
             vendor/modules.txt does not have this module",
            "/m/go.mod:5 [/m/vendor/modules.txt:1] a.org/old v1.2.0 is required, but \
             vendor/modules.txt:1 has v1.1.0",
            "/m/go.mod:6 [/m/vendor/modules.txt:3] a.org/unmarked v1.0.0 is required, but \
             vendor/modules.txt:3 does not mark it as explicit",
            "/m/go.mod:10 [/m/vendor/modules.txt:6] a.org/moved is replaced by ./here, but \
             vendor/modules.txt:6 has it replaced by ./there",
            "/m/go.mod:11 [/m/vendor/modules.txt:0] a.org/local is replaced by ./local, but \
             vendor/modules.txt does not mark it as replaced",
            "/m/vendor/modules.txt:9 [/m/go.mod:0] a.org/extra v1.0.0 is marked as explicit, but \
             go.mod does not require it",
            "/m/vendor/modules.txt:11 [/m/go.mod:0] a.org/silent v1.0.0 is vendored, but go.mod \
             does not have this module",
            "/m/vendor/modules.txt:13 [/m/go.mod:0] a.org/silent v1.0.0 is marked as replaced by \
             ./silent, but go.mod does not replace it",
        ]
    );
}

#[test]
fn one_go_mod_may_contradict_itself() {
    let found = conflicts(&[
        (
            "/m/go.mod",
            "module m\ngo 1.22\nrequire a.org/x v1.0.0\nrequire a.org/x v1.1.0\n\
             require a.org/y v1.5.0\nexclude a.org/y v1.5.0\n\
             replace a.org/z => ./z\nreplace a.org/z => ./zz\n",
        ),
        ("/m/m.go", "package m\n"),
    ]);
    assert_eq!(
        found,
        [
            "/m/go.mod:4 [/m/go.mod:3] a.org/x is required at v1.1.0 and, in go.mod:3, at v1.0.0; \
             the higher version counts",
            "/m/go.mod:5 [/m/go.mod:6] a.org/y v1.5.0 is required and, in go.mod:6, excluded; the \
             requirement does not count",
            "/m/go.mod:8 [/m/go.mod:7] a.org/z is replaced by ./zz and, in go.mod:7, by ./z",
        ]
    );
}

#[test]
fn the_modules_of_a_workspace_may_contradict_it_and_each_other() {
    let modules = [
        (
            "/m/a/go.mod",
            "module a\ngo 1.24\nreplace a.org/x => ./x\nreplace a.org/y => ./y\n",
        ),
        (
            "/m/b/go.mod",
            "module b\ngo 1.22\nreplace a.org/x => ./x\nreplace a.org/y => ./y\n",
        ),
        ("/m/a/a.go", "package a\n"),
        ("/m/b/b.go", "package b\n"),
        (
            "/m/go.work",
            "go 1.23\nuse (\n\t./a\n\t./b\n)\nreplace a.org/y => ./a/y\n",
        ),
    ];
    assert_eq!(
        conflicts(&modules),
        [
            "/m/b/go.mod:3 [/m/a/go.mod:3] a.org/x is replaced by b/x and, in a/go.mod:3, by a/x",
            "/m/go.work:1 [/m/a/go.mod:2] go 1.23 is older than go 1.24 of a/go.mod:2",
        ]
    );
}

const USER: [(&str, &str); 4] = [
    (
        "/m/go.mod",
        "module m\ngo 1.22\nrequire a.org/x v1.1.0\nexclude a.org/x v1.0.5\n",
    ),
    ("/m/m.go", "package m\nimport _ \"a.org/x\"\n"),
    ("/cache/a.org/x@v1.1.0/x.go", "package x\n"),
    (
        "/cache/cache/download/a.org/x/@v/v1.1.0.mod",
        "module a.org/x\ngo 1.22\n",
    ),
];

#[test]
fn hashes_that_are_missing_doubled_or_wrong_are_conflicts() {
    let with = |files: &[(&'static str, &'static str)]| conflicts(&[&USER, files].concat());
    assert_eq!(
        with(&[]),
        ["/m/go.sum:0 [] there is no such file, and the build uses 1 module without a hash"]
    );
    assert_eq!(
        with(&[(
            "/m/go.sum",
            "a.org/x v1.0.0/go.mod h1:A=\na.org/x v1.0.0 h1:A=\n"
        )]),
        [
            "/m/go.mod:3 [/m/go.sum:2] a.org/x@v1.1.0 is used, but go.sum has no hash of it; \
             go.sum:2 has v1.0.0"
        ]
    );
    assert_eq!(
        with(&[("/m/go.sum", "a.org/x v1.1.0 h1:A=\na.org/x v1.1.0 h1:B=\n")]),
        ["/m/go.sum:2 [/m/go.sum:1] a.org/x v1.1.0 has another hash in go.sum:1"]
    );
    let ziphash = "/cache/cache/download/a.org/x/@v/v1.1.0.ziphash";
    let sum = ("/m/go.sum", "a.org/x v1.1.0 h1:A=\n");
    assert_eq!(with(&[sum, (ziphash, "h1:A=")]), [""; 0]);
    assert_eq!(
        with(&[sum, (ziphash, "h1:C=")]),
        [format!(
            "/m/go.sum:1 [{ziphash}:1] a.org/x@v1.1.0 in the module cache has another hash than \
             this: h1:C="
        )]
    );
}

#[test]
fn the_newest_go_mod_of_a_module_tells_which_versions_were_taken_back() {
    let retraction = |files: &[(&'static str, &'static str)]| {
        let project = loaded(&[&USER, files].concat());
        assert_eq!(project.excluded.len(), 1);
        assert_eq!(
            (&*project.excluded[0].version, project.excluded[0].line),
            ("v1.0.5", 4)
        );
        let mut modules = project.modules.iter();
        let module = modules.find(|it| it.path == "a.org/x").unwrap().clone();
        assert!(!module.is_excluded);
        module.retraction.map(|it| (it.told_by, it.reason))
    };
    let newer = |text| ("/cache/cache/download/a.org/x/@v/v1.2.0.mod", text);
    let pre = (
        "/cache/cache/download/a.org/x/@v/v1.3.0-rc.1.mod",
        "module a.org/x\n",
    );
    assert_eq!(retraction(&[]), None);
    assert_eq!(
        retraction(&[
            newer("module a.org/x\nretract [v1.0.0, v1.1.0] // loses writes\n"),
            pre
        ]),
        Some(("v1.2.0".to_owned(), "loses writes".to_owned()))
    );
    assert_eq!(
        retraction(&[newer("module a.org/x\nretract v1.0.0\n")]),
        None
    );
}
