//! Operators, untyped values, literals, conversions, builtins.

use crate::program::{NEWEST, Program, check};

#[test]
fn untyped_constants_take_the_type_of_their_place() {
    check(
        r"
var a float64 = 1 //: 1 is float64
var b = 'x' + 1.0 //: 'x' + 1.0 is float64; b is float64
var c = 1 << 3 //: c is int
func f(n uint8, x float32, i any) {
	_ = n + 1 //: 1 is uint8
	_ = x * 2 //: 2 is float32
	_ = i == 3 //: 3 is int
	_ = -(1 + 2) * x //: (1 + 2) is untyped int; -(1 + 2) is float32
	var s uint = 2
	var d uint16 = 1 << s //: 1 is uint16; 1 << s is uint16
	_ = d
	var t = 1 << s == 2 << s //: 1 is int
	_ = t
	_ = i == nil //: nil is untyped nil
}
",
    );
}

#[test]
fn constants_are_exact() {
    check(
        r#"
const big = 1 << 100 //= 1 << 100 is 1267650600228229401496703205376
const small = big >> 98 //= big >> 98 is 4
const third = 1.0 / 3 //= 1.0 / 3 is 1/3
const text = "a" + "b" //= "a" + "b" is "ab"
const length = len(text) //= len(text) is 2
const flag = small == 4 && length < 3 //= small == 4 && length < 3 is true
const wrapped = ^uint8(1) //= ^uint8(1) is 254
const char = string(rune(65)) //= string(rune(65)) is "A"
const (
	zero = iota
	one
	_
	three
	masks, more = 1 << iota, iota
	next, last
)
var _ = [three]int{} //= three is 3
var _ = [next]int{} //= next is 32
var _ = [last]int{} //= last is 5
"#,
    );
}

#[test]
fn composite_literals_may_leave_types_out() {
    check(
        r#"
type point struct{ x, y float64 }
type line struct{ from, to point; tags map[string]*point }
var l = line{from: point{1, 2}, tags: map[string]*point{"a": {x: 3}}} //: 1 is float64; {x: 3} is *p.point
var list = [...]string{4: "e", "f"} //: list is [6]string
var nested = [][]int{{1}, {2, 3}} //: {2, 3} is []int
var empty = &point{} //: empty is *p.point
"#,
    );
}

#[test]
fn promoted_fields_are_keys() {
    check(
        r"
type inner struct{ n int8 }
type outer struct{ inner }
var o = outer{n: 1} //: 1 is int8
",
    );
}

#[test]
fn selectors_follow_embedding() {
    check(
        r"
type base struct{ n int }
func (b *base) add(k int) *base { b.n += k; return b }
func (b base) get() int { return b.n }
type middle struct{ *base }
type top struct{ middle; name string }
func f(t top) {
	_ = t.n //: t.n is int
	_ = t.add //: t.add is func(int) *p.base
	_ = t.add(1).get() //: t.add(1).get() is int
	_ = (*base).add //: (*base).add is func(*p.base, int) *p.base
	_ = top.get //: top.get is func(p.top) int
	_ = t.lost //! no field or method lost
}
",
    );
}

#[test]
fn two_values_where_two_are_asked_for() {
    check(
        r"
func f(m map[string]int, c chan bool, i any) {
	v, ok := m[``] //: m[``] is (int, bool); ok is bool
	w := m[``] //: m[``] is int
	x, open := <-c //: <-c is (bool, bool)
	y, is := (i.(string)) //: i.(string) is (string, bool)
	_, _, _, _, _, _, _ = v, ok, w, x, open, y, is
}
",
    );
}

#[test]
fn builtins() {
    check(
        r"
func f(s []byte, t string, m map[int]bool, c complex64, p *[7]int8) {
	_ = append(s, 1, 2) //: 1 is uint8
	_ = append(s, t...) //: append(s, t...) is []uint8
	_ = len(p) //= len(p) is 7
	_ = real(c) //: real(c) is float32
	_ = min(1, 2.5, 'a') //= min(1, 2.5, 'a') is 1
	_ = max(1, len(s)) //: 1 is int; max(1, len(s)) is int
	_ = new(int8) //: new(int8) is *int8
	_ = new(len(t)) //: new(len(t)) is *int
	_ = new(1.5) //: new(1.5) is *float64; 1.5 is float64
	_ = make(chan error, 3) //: make(chan error, 3) is chan error
	_ = copy(s, t) //: copy(s, t) is int
	_ = recover() //: recover() is any
	delete(m, 1)
	clear(m)
}
",
    );
}

#[test]
fn long_sums_are_no_deep_trees() {
    let sum = vec!["x"; 50_000].join(" + ");
    let text = format!("package p\nvar x int\nvar y = {sum}\n");
    let program = Program::of_files(&[&text], NEWEST);
    assert_eq!(program.messages(), Vec::<&str>::new());
    assert_eq!(program.type_of(program.object("y")), "int");
}
