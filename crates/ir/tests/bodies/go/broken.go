package a

func broken(n int) int {
	missing.call(n)
	undefined = n
	n.field++
	for i := range nowhere {
		_ = i
	}
	continue
	goto gone
	x := n.(int)
	return x + lost(n, unknown)
}
