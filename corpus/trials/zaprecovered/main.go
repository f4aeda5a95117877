// A worker closes what another one has closed already, recovers and logs the stack with zap.
package main

import "go.uber.org/zap"

type feed struct {
	done chan struct{}
}

func (f *feed) stop() { close(f.done) }

func guarded(log *zap.Logger, work func()) {
	defer func() {
		if v := recover(); v != nil {
			log.Error("worker failed", zap.Any("panic", v))
		}
	}()
	work()
}

func main() {
	log, _ := zap.NewProduction()
	f := &feed{done: make(chan struct{})}
	guarded(log, f.stop)
	guarded(log, f.stop)
}
