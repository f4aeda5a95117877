// The closures lock a captured mutex around the karma map.

package main

import (
	"fmt"
	"strings"
	"sync"
)

func addKarma(b *Bot) {
	karma := map[string]int{}
	var mu sync.Mutex
	b.On("give", func(from string, args []string) string {
		if len(args) == 0 || args[0] == from {
			return "nope"
		}
		mu.Lock()
		defer mu.Unlock()
		karma[args[0]]++
		return args[0] + " thanks you"
	})
	b.On("karma", func(from string, args []string) string {
		mu.Lock()
		defer mu.Unlock()
		return fmt.Sprintf("%s has %d", from, karma[from])
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
