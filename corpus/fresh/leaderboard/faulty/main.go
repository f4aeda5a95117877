// Top hands out the board's own slice, and the printer reads its rows while Report changes them under the lock.
// want race

package main

import (
	"fmt"
	"strings"
)

func render(rows []Row) string {
	var sb strings.Builder
	for i, r := range rows { // race: read
		fmt.Fprintf(&sb, "%d. %s %d\n", i+1, r.Player, r.Score)
	}
	return sb.String()
}

func playRound(b *Board, done chan<- struct{}) {
	for i := range 500 {
		b.Report("ada", i%7)
		b.Report("linus", i%5)
	}
	close(done)
}

func main() {
	b := &Board{}
	for _, p := range []string{"ada", "linus", "grace"} {
		b.Report(p, 1)
	}
	b.Settle()
	done := make(chan struct{})
	go playRound(b, done)
	last := ""
	for range 100 {
		last = render(b.Top(3))
	}
	<-done
	fmt.Println(len(last) > 0)
}
