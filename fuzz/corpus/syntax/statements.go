package p

func f() {
L:
	switch x := y; z := x.(type) {
	case nil, []int, func():
		goto L
	}
	select {
	case a[0], ok = <-c:
	case d <- func() int { return 1 }():
	}
	if v, err := g(); err != nil { } else if (T{}) == t { } else { }
	go func() { defer mu.Unlock() }()
	x, y = y, x
	x <<= 1; y &^= 2; z++
	var a, b int = 1, 2
	for range ch { break L }
	{ ; }
}
