// An interface variable is replaced while another goroutine calls through it.
// want CT1112 CT1105 CT1106
package main

import "sync"

type sink interface{ Write(line string) }

type quiet struct{}

func (quiet) Write(string) {}

type loud struct{ lines int }

func (*loud) Write(string) {}

type Logger struct {
	out sink
}

func (l *Logger) SetOutput(out sink) {
	l.out = out // race: write
}

func (l *Logger) Print(line string) {
	l.out.Write(line) // race: read
}

func main() {
	logger := &Logger{out: quiet{}}
	var wg sync.WaitGroup
	wg.Go(func() {
		for range 100 {
			logger.Print("hello")
		}
	})
	logger.SetOutput(&loud{})
	wg.Wait()
}
