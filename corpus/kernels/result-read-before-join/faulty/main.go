// The result of a goroutine is read before the channel says that it is there.
// want CT1102
package main

type answer struct{ text string }

func ask(question string) *answer {
	var got *answer
	done := make(chan struct{})
	go func() {
		got = &answer{text: "re: " + question} // race: write
		close(done)
	}()
	if got == nil { // race: read
		got = &answer{text: "unknown"}
	}
	<-done
	return got
}

func main() {
	_ = ask("why")
}
