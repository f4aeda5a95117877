// A report of robfig/cron 1 takes longer than the second between its runs, and meets itself.
package main

import (
	"fmt"
	"time"

	"github.com/robfig/cron"
)

type report struct {
	rows map[string]int
}

func (r *report) Run() {
	for i := 0; i < 100000000; i++ {
		r.rows[fmt.Sprint(i%10)]++
	}
}

func main() {
	c := cron.New()
	c.Schedule(cron.Every(time.Second), &report{rows: map[string]int{}})
	c.Start()
	select {}
}
