package main

// The compiler records the path of the comment below, which is how it looks in a program that was
// built on Windows.

//line C:/Users/dev one/src/shop/cart.go:40
func windows() {
	ch := make(chan int)
	close(ch)
	go func() {
		select {}
	}()
	close(ch)
}
