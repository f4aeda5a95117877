// The sync.Map makes the lookup safe, but the visitor it returns has plain fields that all requests from that address change.
// want race

package main

import (
	"fmt"
	"sync"
	"time"
)

type visitor struct {
	tokens float64
	last   time.Time
}

type Throttle struct {
	rate, burst float64
	visitors    sync.Map
}

func (t *Throttle) visitor(ip string) *visitor {
	if v, ok := t.visitors.Load(ip); ok {
		return v.(*visitor)
	}
	v, _ := t.visitors.LoadOrStore(ip, &visitor{tokens: t.burst})
	return v.(*visitor)
}

// Allow spends one token of the address, if it has one.
func (t *Throttle) Allow(ip string, now time.Time) bool {
	v := t.visitor(ip)
	return t.spend(v, now)
}

func (t *Throttle) spend(v *visitor, now time.Time) bool {
	if v.last.IsZero() { // race: read
		v.last = now // race: write
	}
	v.tokens = min(t.burst, v.tokens+now.Sub(v.last).Seconds()*t.rate) // race: write
	v.last = now                                                       // race: write
	if v.tokens < 1 {                                                  // race: read
		return false
	}
	v.tokens-- // race: write
	return true
}

type frontend struct {
	th *Throttle
}

func (f frontend) hit(ip string) int {
	if !f.th.Allow(ip, time.Now()) {
		return 429
	}
	return 200
}

func main() {
	f := frontend{&Throttle{rate: 1000, burst: 20}}
	codes := make([]map[int]int, 4)
	var wg sync.WaitGroup
	for i := range codes {
		codes[i] = map[int]int{}
		wg.Add(1)
		go func(seen map[int]int) {
			defer wg.Done()
			for range 200 {
				seen[f.hit("203.0.113.7")]++
			}
		}(codes[i])
	}
	wg.Wait()
	fmt.Println("some limited:", codes[0][429]+codes[1][429]+codes[2][429]+codes[3][429] > 0)
}
