package a

func clauses(n int) {
	for i := 0; i < n; i++ {
		if i == 2 {
			continue
		}
		if i == 3 {
			break
		}
	}
	for {
	}
}

func labels(n int) {
outer:
	for n > 0 {
		for {
			if n == 1 {
				continue outer
			}
			break outer
		}
	}
block:
	{
		if n == 3 {
			break block
		}
		n = 4
	}
again:
	n--
	if n > 0 {
		goto again
	}
}

func ranges(s []int, a [3]int, p *[3]int, m map[string]int, c chan int, t string, n int) {
	for i, v := range s {
		_, _ = i, v
	}
	for range a {
	}
	for i := range p {
		_ = i
	}
	for k, v := range m {
		_, _ = k, v
	}
	for v := range c {
		_ = v
	}
	for i, r := range t {
		_, _ = i, r
	}
	for i := range n {
		_ = i
	}
	var x struct{ i, v int }
	for x.i, x.v = range s {
	}
}

func iterate(each func(yield func(int) bool)) (sum int) {
	for v := range each {
		sum += v
	}
	return
}
