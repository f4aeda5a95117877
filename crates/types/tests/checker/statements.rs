//! Scopes, switches, loops, labels.

use contend_types::{GoVersion, LoopVar, ObjectKind, VarKind};

use crate::program::{NEWEST, Program, check};

#[test]
fn scopes_start_behind_their_declaration() {
    check(
        r"
var x string
func f(n int) (err error) {
	x := len(x) //: len(x) is int
	n, y := x, n //: x is int; y is int
	if y := float32(y); y > 1 { //: y > 1 is untyped bool
		_ = y //: y is float32
	} else if z := y * 2; z > 0 { //: y is float32
		_ = z
	}
	type t struct{ next *t }
	const x = `a`
	_ = x //: x is string
	_, err = t{}, err //: err is error
	return
}
",
    );
}

#[test]
fn type_switches_bind_a_variable_a_clause() {
    check(
        r"
func f(i any) {
	switch v := i.(type) {
	case string:
		_ = v //: v is string
	case int, bool:
		_ = v //: v is any
	case nil:
		_ = v //: v is any
	default:
		_ = v //: v is any
	}
}
",
    );
}

#[test]
fn ranges() {
    check(
        r"
func f(s string, a *[3]bool, m map[string]int8, c chan error, n uint8, seq func(func(rune) bool)) {
	for i, r := range s { _, _ = i, r } //: i is int; r is int32
	for i, v := range a { _, _ = i, v } //: i is int; v is bool
	for k, v := range m { _, _ = k, v } //: k is string; v is int8
	for e := range c { _ = e } //: e is error
	for i := range n { _ = i } //: i is uint8
	for i := range 10 { _ = i } //: i is int; 10 is int
	for r := range seq { _ = r } //: r is int32
	var k int64
	for k = range 3 { } //: 3 is int64
	for range s { }
}
",
    );
}

#[test]
fn labels_are_names_of_their_function() {
    check(
        r"
func f(c chan int) {
outer:
	for {
		select {
		case x, ok := <-c: //: x is int; ok is bool
			_, _ = x, ok
			continue outer
		case c <- 1: //: 1 is int
			goto end
		default:
			break lost //! label lost is not declared
		}
	}
end:
}
",
    );
}

#[test]
fn the_version_decides_what_a_loop_variable_is() {
    let text = "package p\nfunc f() { for i := 0; i < 3; i++ { }; for j := range 3 { _ = j } }";
    let kinds = |minor| {
        let program = Program::of_files(&[text], GoVersion { major: 1, minor });
        let objects = program.infos.iter().flat_map(|info| &info.objects);
        let mut kinds: Vec<_> = objects
            .filter_map(|object| match program.world.object((*object)?).kind {
                ObjectKind::Var(VarKind::Loop(kind)) => Some(kind),
                _ => None,
            })
            .collect();
        kinds.dedup();
        kinds
    };
    assert_eq!(kinds(21), [LoopVar::PerLoop]);
    assert_eq!(kinds(22), [LoopVar::PerIteration]);
    assert_eq!(kinds(NEWEST.minor), [LoopVar::PerIteration]);
}
