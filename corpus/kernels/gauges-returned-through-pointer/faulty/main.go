// Snapshot fills the caller's struct through a pointer, with the live map in it.
// want CT1006 CT1003 CT1002
package main

import "sync"

type Gauges map[string]float64

type Report struct {
	Host   string
	Gauges Gauges
}

type Agent struct {
	m      sync.Mutex
	gauges Gauges
}

func (a *Agent) Set(name string, v float64) {
	a.m.Lock()
	defer a.m.Unlock()
	a.gauges[name] = v // race: write
}

func (a *Agent) Fill(r *Report) {
	a.m.Lock()
	defer a.m.Unlock()
	r.Gauges = a.gauges // race: escape
}

func sum(r Report) (total float64) {
	for _, v := range r.Gauges { // race: read
		total += v
	}
	return total
}

func main() {
	agent := &Agent{gauges: Gauges{}}
	reports := make(chan Report)
	go func() {
		defer close(reports)
		for range 50 {
			var r Report
			agent.Fill(&r)
			reports <- r
		}
	}()
	go func() {
		for i := range 1000 {
			agent.Set("load", float64(i))
		}
	}()
	total := 0.0
	for r := range reports {
		total += sum(r)
	}
	println(total >= 0)
}
