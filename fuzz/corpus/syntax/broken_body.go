package p

func f() {
	if x {
		g(1, 

func g() {
	x := ) + ]
	for i := 0; i < 10 {
	}
}

type T struct {
	a int

var v = (1

func (t *T) m(a int, b) int { return }
