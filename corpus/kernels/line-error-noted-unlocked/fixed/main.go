// The goroutine that reads a line notes its end under the lock that it takes for the answers, and callers look at it
// under that lock.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"sync"
)

var errHungUp = errors.New("hung up")

type Line struct {
	to      io.Writer
	mu      sync.Mutex
	nAsked  int
	answers map[int]chan string
	ended   error
}

func Open(from io.Reader, to io.Writer) *Line {
	l := &Line{to: to, answers: map[int]chan string{}}
	go l.listen(bufio.NewScanner(from))
	return l
}

func (l *Line) listen(lines *bufio.Scanner) {
	for lines.Scan() {
		var n int
		var text string
		if _, err := fmt.Sscan(lines.Text(), &n, &text); err != nil {
			continue
		}
		l.mu.Lock()
		answer := l.answers[n]
		delete(l.answers, n)
		l.mu.Unlock()
		if answer != nil {
			answer <- text
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = errHungUp
	for _, answer := range l.answers {
		close(answer)
	}
	l.answers = nil
}

// Ask waits for the answer to a question.
func (l *Line) Ask(question string) (string, error) {
	answer := make(chan string, 1)
	l.mu.Lock()
	if l.ended != nil {
		l.mu.Unlock()
		return "", errHungUp
	}
	l.nAsked++
	n := l.nAsked
	l.answers[n] = answer
	l.mu.Unlock()
	fmt.Fprintln(l.to, n, question)
	text, ok := <-answer
	if !ok {
		return "", errHungUp
	}
	return text, nil
}

func main() {
	requests, asked := io.Pipe()
	replies, said := io.Pipe()
	go func() {
		lines := bufio.NewScanner(requests)
		for n := 0; n < 20 && lines.Scan(); n++ {
			fmt.Fprintln(said, lines.Text())
		}
		said.Close()
		io.Copy(io.Discard, requests)
	}()
	line := Open(replies, asked)
	var wg sync.WaitGroup
	for range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 50 {
				if _, err := line.Ask("time"); err != nil {
					return
				}
			}
		}()
	}
	wg.Wait()
	_, err := line.Ask("again")
	fmt.Println(err)
}
