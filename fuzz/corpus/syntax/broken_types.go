package p

type A[P any, Q] struct{}
type B[P *T {}
type C interface { m[P any](); ~; a | }
type D struct { (a); *(b); c, int }
func f[](x ...int, y int) (...int) {}
var e [...]int = map[int
