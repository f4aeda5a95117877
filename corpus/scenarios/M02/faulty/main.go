// One goroutine refreshes a table, many read it, nobody locks.
package main

type table struct {
	rows map[int]int
}

func (t *table) refresh(n int) {
	t.rows[n%1000] = n // fault: write
}

func (t *table) lookup(n int) int {
	return t.rows[n%1000] // fault: read
}

func main() {
	t := &table{rows: map[int]int{}}
	for i := 0; i < 8; i++ {
		go func() {
			sum := 0
			for n := 0; ; n++ {
				sum += t.lookup(n)
			}
		}()
	}
	for n := 0; ; n++ {
		t.refresh(n)
	}
}
