// Snapshot fills the caller's struct through a pointer, with the live map in it.
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
	a.gauges[name] = v
}

func (a *Agent) Fill(r *Report) {
	a.m.Lock()
	defer a.m.Unlock()
	r.Gauges = Gauges{}
	for name, v := range a.gauges {
		r.Gauges[name] = v
	}
}

func sum(r Report) (total float64) {
	for _, v := range r.Gauges {
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
