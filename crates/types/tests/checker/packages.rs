//! Imports: qualified names, dot imports, packages that are missing, cgo.

use std::sync::Mutex;

use contend_types::{Info, Sizes, World};

use crate::program::{NEWEST, Program, check};

#[test]
fn names_of_other_packages() {
    let lib = "package lib
type T struct { Field int; hidden bool }
func (t *T) Method() string { return `` }
const Answer = 42
var List []T
type I interface { Method() string }";
    let main = "package main
import (
	\"x/lib\"
	other \"x/lib\"
	. \"x/lib\"
	\"unsafe\"
)
var a = lib.List[0].Method() //: a is string
var b other.T //: b is x/lib.T
var c = Answer //: c is int
var d I = &b //: &b is *x/lib.T
var e = b.hidden //! no field or method hidden
var f = lib.Missing //! undefined: lib.Missing
var g unsafe.Pointer = unsafe.Pointer(&b) //: unsafe.Pointer(&b) is unsafe.Pointer
";
    Program::of_packages(&[("x/lib", &[lib]), ("x/main", &[main])], NEWEST).expect();
}

#[test]
fn what_is_missing_is_said_once() {
    check(
        r#"
import (
	"C"
	"no/such/thing" //! package no/such/thing was not found
	named "no/such/other" //! package no/such/other was not found
)
var a = thing.F(1).G
var b = named.T{}
var c C.int
func f() {
	for x := range a.Items() { x.Use(thing.Option, named.Option) }
	C.free(nil)
	n := 1 + 2 //: n is int
	_ = n
}
"#,
    );
}

#[test]
fn all_packages_in_parallel() {
    let (world, files) = (
        World::new(Sizes::default()),
        contend_base::SourceMap::default(),
    );
    let packages = crate::broken::ladder(&world, &files, 60);
    let seen = Mutex::new(Vec::new());
    world.check_all(&packages, |info: Info| {
        assert!(info.errors.is_empty(), "{:?}", info.errors);
        let mut seen = seen.lock().expect("no panic before");
        seen.push(info.package);
    });
    let mut seen = seen.into_inner().expect("no panic before");
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen, packages);
}
