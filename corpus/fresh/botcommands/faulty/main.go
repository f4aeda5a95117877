// The closures in the bot's command table share a captured karma map and the bot runs each command in its own goroutine.
// want race

package main

import (
	"fmt"
	"strings"
)

func addKarma(b *Bot) {
	karma := map[string]int{}
	b.On("give", func(from string, args []string) string {
		if len(args) == 0 || args[0] == from {
			return "nope"
		}
		karma[args[0]]++ // race: write
		return args[0] + " thanks you"
	})
	b.On("karma", func(from string, args []string) string {
		return fmt.Sprintf("%s has %d", from, karma[from]) // race: read
	})
}

func main() {
	b := NewBot("!")
	b.On("ping", func(string, []string) string { return "pong" })
	addKarma(b)
	for i := range 200 {
		b.Dispatch("rob", "!give ken")
		b.Dispatch("ken", "!karma")
		if i%50 == 0 {
			b.Dispatch("ian", "!ping")
		}
	}
	b.wg.Wait()
	close(b.replies)
	n := 0
	for r := range b.replies {
		if strings.Contains(r, "thanks") {
			n++
		}
	}
	fmt.Println("given", n)
}
