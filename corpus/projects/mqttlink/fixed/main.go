// The new connection is set under the lock.

package main

import (
	"context"
	"flag"
	"log"
	"math/rand/v2"
	"os/signal"
	"syscall"
	"time"

	"example.com/projects/mqttlink/fixed/link"
)

// sensor is what the gateway publishes.
type sensor struct {
	topic string
	read  func() float64
	every time.Duration
}

func main() {
	broker := flag.String("broker", "localhost:1883", "address of the broker")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()

	l := link.New(link.Options{
		Address:   *broker,
		Reconnect: 2 * time.Second,
		OnMessage: func(topic string, payload []byte) { log.Printf("%s: %s", topic, payload) },
	})
	if err := l.Connect(ctx); err != nil {
		log.Fatal(err)
	}
	defer l.Close()
	run(ctx, l, []sensor{
		{topic: "attic/temperature", read: func() float64 { return 18 + rand.Float64() }, every: time.Second},
		{topic: "attic/humidity", read: func() float64 { return 50 + rand.Float64() }, every: 5 * time.Second},
	})
}

// run publishes all sensors until ctx is done.
func run(ctx context.Context, p publisher, sensors []sensor) {
	for _, s := range sensors {
		go func() {
			t := time.NewTicker(s.every)
			defer t.Stop()
			for {
				select {
				case <-ctx.Done():
					return
				case <-t.C:
					publish(p, s)
				}
			}
		}()
	}
	<-ctx.Done()
}
