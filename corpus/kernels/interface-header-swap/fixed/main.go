// An interface variable is replaced while another goroutine calls through it.
package main

import "sync"

type sink interface{ Write(line string) }

type quiet struct{}

func (quiet) Write(string) {}

type loud struct{ lines int }

func (*loud) Write(string) {}

type Logger struct {
	mu  sync.RWMutex
	out sink
}

func (l *Logger) SetOutput(out sink) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.out = out
}

func (l *Logger) Print(line string) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	l.out.Write(line)
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
