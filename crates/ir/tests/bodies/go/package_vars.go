package a

var (
	x, y = both()
	z    = x + y
	f    = func() int { return z }
)

var unset int

var _ = both2()

func both() (int, int) { return 1, 2 }

func both2() int { return 1 }
