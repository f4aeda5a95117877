// An outage in three steps. The service answers from a package-level cache that a warm-up job
// fills while requests already read it: it dies of the map check. The supervisor starts it again,
// and again it is cold. The clients repeat what failed, from a pool of four connections, so the load at
// the next start is higher and the pool is empty.
package main

import (
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"sync/atomic"
	"time"
)

var prices = map[int]string{}

func warmUp() {
	for article := 0; article < 5_000_000; article++ {
		prices[article] = "9.99" // fault: write
	}
}

func price(w http.ResponseWriter, r *http.Request) {
	for article := 0; article < 5_000; article++ {
		_ = prices[article] // fault: read
	}
	fmt.Fprintln(w, prices[1])
}

func serve(address string) {
	http.HandleFunc("/", price)
	go warmUp()
	log.Fatal(http.ListenAndServe(address, nil))
}

// client keeps asking. Each try takes a place of the pool, and what failed is tried again at once.
func client(address string, pool chan struct{}, storm *tally) {
	for {
		select {
		case pool <- struct{}{}:
		default:
			storm.exhausted.add()
			pool <- struct{}{}
		}
		answer, err := http.Get("http://" + address)
		if err == nil {
			answer.Body.Close()
		} else {
			storm.retries.add()
			time.Sleep(2 * time.Millisecond)
		}
		<-pool
	}
}

// counter and tally are what the clients' dashboards would show.
type counter struct{ n int64 }

func (c *counter) add() { atomic.AddInt64(&c.n, 1) }

func (c *counter) take() int64 { return atomic.SwapInt64(&c.n, 0) }

type tally struct{ exhausted, retries counter }

func supervise(restarts int) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	pool := make(chan struct{}, 4)
	storm := &tally{}
	for i := 0; i < 8; i++ {
		go client(address, pool, storm)
	}
	for start := 1; start <= restarts; start++ {
		log.Printf("supervisor: start %d", start)
		child := exec.Command(os.Args[0], address)
		child.Stderr = os.Stderr
		err := child.Run()
		log.Printf("supervisor: the service ended: %v; since the last start %d retries, pool empty %d times",
			err, storm.retries.take(), storm.exhausted.take())
	}
}

func main() {
	if len(os.Args) == 2 {
		serve(os.Args[1])
	}
	supervise(4)
}
