package a

type point struct{ x, y int }

func assign(p *point, q point) {
	q.x = p.y
	p.x, p.y = p.y, p.x
	p.x += q.y
	p.y++
	_ = q
	n := 1
	n, m := 2, n
	_ = m
}

func pair() (int, error) { return 1, nil }

func tuples() (n int, err error) {
	n, err = pair()
	k, err := pair()
	var a, b = pair()
	_, _ = a, b
	return k, err
}

func order(f, g func() int, s []int) {
	s[f()] = g()
}

func pass(n int, err error) {}

func forward() { pass(pair()) }

func declared() int {
	var n int
	var s string = "x"
	const c = 3
	_ = s
	return n + c
}
