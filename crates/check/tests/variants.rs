//! A package with tests is typed twice; to those that import it that is one package.

use contend_check::{Outcome, Request, Silent};
use contend_project::{Config, Memory, Tests};

const STORE: &[u8] = b"package store

type Mem struct{ rows map[string]int }

func New() *Mem { return &Mem{rows: map[string]int{}} }

func (m *Mem) Put(k string) { m.rows[k]++ }
";

const APP: &[u8] = b"package app

import \"example.com/m/store\"

type Storage interface{ Put(k string) }

func Fill(ks []string) {
	var s Storage = store.New()
	for _, k := range ks {
		go func() { s.Put(k) }()
	}
}
";

fn analyse(test: Option<&[u8]>) -> Outcome {
    let mut fs = Memory::default();
    fs.add("/m/go.mod", *b"module example.com/m\n\ngo 1.24\n");
    fs.add("/m/store/store.go", STORE);
    fs.add("/m/app/app.go", APP);
    if let Some(test) = test {
        fs.add("/m/store/store_test.go", test);
    }
    fs.add("/goroot/VERSION", *b"go1.26\n");
    let mut config = Config::new("/m");
    config.goroot = Some("/goroot".into());
    (config.goos, config.goarch) = ("linux".to_owned(), "amd64".to_owned());
    config.tests = Tests::Load;
    contend_check::run(&Request {
        fs: &fs,
        config: &config,
        patterns: &["./...".to_owned()],
        memory_limit: None,
        progress: &Silent,
    })
}

#[test]
fn a_race_behind_an_interface_is_found_whether_the_method_s_package_has_tests_or_not() {
    for test in [None, Some(&b"package store\n\nvar ofTests = New()\n"[..])] {
        let outcome = analyse(test);
        let found: Vec<_> = outcome.findings.iter().map(|it| it.rule.code).collect();
        assert_eq!(found, ["CT1001"], "with tests: {}", test.is_some());
    }
}
