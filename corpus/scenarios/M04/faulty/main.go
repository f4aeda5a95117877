// A report walks a map while the collector of metrics fills it.
package main

import "time"

type metrics struct {
	values map[int]int
}

func (m *metrics) report() int {
	sum := 0
	for _, v := range m.values { // fault: read
		sum += v
	}
	return sum
}

func (m *metrics) collect(n int) {
	m.values[n%5000] = n // fault: write
}

func main() {
	m := &metrics{values: map[int]int{}}
	for n := 0; n < 5000; n++ {
		m.collect(n)
	}
	go func() {
		for n := 0; ; n++ {
			m.collect(n)
			if n%64 == 0 {
				time.Sleep(time.Microsecond)
			}
		}
	}()
	for {
		m.report()
	}
}
