package a

func talk(in <-chan int, out chan<- string, done chan struct{}) {
	v, ok := <-in
	out <- "x"
	select {
	case v = <-in:
		out <- "y"
	case w, ok := <-in:
		_, _ = w, ok
	case out <- name(v):
		return
	case <-done:
		close(done)
	default:
		_ = ok
	}
	for {
		select {
		case <-done:
			break
		case <-in:
			continue
		}
		break
	}
	select {}
}

func name(n int) string { return "" }

func makes() chan int {
	c := make(chan int, 2)
	return c
}
