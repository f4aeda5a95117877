// Commands stand in a table of functions and are handed an account that was looked up under a lock, which they
// change without it.
// want CT1001 CT1002 CT1008
package main

import (
	"fmt"
	"strings"
	"sync"
)

type account struct {
	stock map[string]int
}

type accounts struct {
	mu     sync.Mutex
	byName map[string]*account
}

func (a *accounts) of(name string) *account {
	a.mu.Lock()
	defer a.mu.Unlock()
	it, ok := a.byName[name]
	if !ok {
		it = &account{stock: map[string]int{}}
		a.byName[name] = it
	}
	return it
}

type desk struct {
	accounts *accounts
	verbs    map[string]func(it *account, ware string) string
	wg       sync.WaitGroup
}

func newDesk() *desk {
	d := &desk{accounts: &accounts{byName: map[string]*account{}}}
	d.verbs = map[string]func(*account, string) string{"buy": d.buy, "count": d.count}
	return d
}

func (d *desk) buy(it *account, ware string) string {
	it.stock[ware]++ // race: write
	return "bought"
}

func (d *desk) count(it *account, ware string) string {
	return fmt.Sprint(it.stock[ware]) // race: read
}

func (d *desk) obey(line string) {
	words := strings.Fields(line)
	verb, ok := d.verbs[words[1]]
	if !ok {
		return
	}
	_ = verb(d.accounts.of(words[0]), words[2])
}

func (d *desk) run(lines []string) {
	for _, line := range lines {
		d.wg.Add(1)
		go func() {
			defer d.wg.Done()
			d.obey(line)
		}()
	}
	d.wg.Wait()
}

func main() {
	var lines []string
	for n := range 100 {
		lines = append(lines, fmt.Sprintf("ann buy ware%d", n%7), "ann count ware1")
	}
	newDesk().run(lines)
}
