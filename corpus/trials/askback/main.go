// An actor for accounts asks one for rates, which asks back.
package main

import (
	"net/http"
	"time"
)

type request struct {
	name  string
	reply chan int
}

type accounts struct {
	in    chan request
	rates *rates
}

type rates struct {
	in       chan request
	accounts *accounts
}

func (a *accounts) run() {
	for r := range a.in {
		if len(r.name) == 3 {
			r.reply <- a.rates.ask("chf4")
			continue
		}
		r.reply <- 1
	}
}

func (a *accounts) ask(name string) int {
	reply := make(chan int)
	a.in <- request{name, reply}
	return <-reply
}

func (r *rates) run() {
	for q := range r.in {
		q.reply <- r.accounts.ask("default")
	}
}

func (r *rates) ask(name string) int {
	reply := make(chan int)
	r.in <- request{name, reply}
	return <-reply
}

func main() {
	go http.ListenAndServe("127.0.0.1:0", nil)
	a := &accounts{in: make(chan request)}
	r := &rates{in: make(chan request), accounts: a}
	a.rates = r
	go a.run()
	go r.run()
	for i := 0; i < 20; i++ {
		go a.ask("abc")
	}
	time.Sleep(time.Hour)
}
