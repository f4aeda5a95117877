//! Type parameters, inference, instances.

use crate::program::check;

#[test]
fn type_arguments_are_inferred() {
    check(
        r"
func mapped[T, R any](list []T, f func(T) R) []R { return nil }
func id[T any](x T) T { return x }
func pair[K comparable, V any](k K, v V) map[K]V { return nil }
var a = mapped([]int{1}, func(n int) string { return `` }) //: a is []string
var b = id(1.5) //: id is func(float64) float64; 1.5 is float64
var c = pair(1, 'x') //: c is map[int]int32
var d = mapped([]int{}, id) //: d is []int
var e func(string) string = id //: id is func(string) string
var g = pair[int8](1, 2) //: g is map[int8]int; 1 is int8
func rec[T any](x T) { rec([]T{x}) } //: rec([]T{x}) is ()
func lost[T any]() {}
func use() {
	lost() //! cannot infer T
}
",
    );
}

#[test]
fn constraints_give_core_types() {
    check(
        r"
type number interface{ ~int | ~float64 }
func sum[S ~[]E, E number](list S) (total E) {
	for _, x := range list { //: x is E
		total += x
	}
	_ = list[0] + 1 //: 1 is E; list[0] is E
	_ = list[1:] //: list[1:] is S
	return
}
type numbers []float64
var s = sum(numbers{}) //: s is float64
func first[T any, P interface{ *T; set(int) }](n int) T {
	var t T
	P(&t).set(n)
	return t
}
type cell struct{ n int }
func (c *cell) set(n int) { c.n = n }
var one = first[cell](1) //: one is p.cell
",
    );
}

#[test]
fn methods_of_instances() {
    check(
        r"
type list[T any] struct{ head T; next *list[T] }
func (l *list[E]) push(x E) *list[E] { return &list[E]{x, l} }
func (l *list[E]) each(yield func(int, E) bool) {}
func f(l *list[string]) {
	_ = l.head //: l.head is string
	_ = l.push //: l.push is func(string) *p.list[string]
	_ = l.next.push(``).head //: l.next.push(``).head is string
	for i, x := range l.each { //: i is int; x is string
		_, _ = i, x
	}
}
type ordered[T any] interface{ less(T) bool }
func least[T ordered[T]](a, b T) T {
	if a.less(b) { return a } //: a.less is func(T) bool
	return b
}
",
    );
}

#[test]
fn methods_with_type_parameters() {
    check(
        r"
type box[T any] struct{ x T }
func (b box[T]) with[R any](f func(T) R) box[R] { return box[R]{f(b.x)} }
var b = box[int]{}.with(func(n int) string { return `` }) //: b is p.box[string]
",
    );
}
