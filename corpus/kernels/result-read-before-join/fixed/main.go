// The result of a goroutine is read before the channel says that it is there.
package main

type answer struct{ text string }

func ask(question string) *answer {
	var got *answer
	done := make(chan struct{})
	go func() {
		got = &answer{text: "re: " + question}
		close(done)
	}()
	<-done
	if got == nil {
		got = &answer{text: "unknown"}
	}
	return got
}

func main() {
	_ = ask("why")
}
