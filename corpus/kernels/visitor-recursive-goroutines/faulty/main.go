// A recursive walk starts a goroutine for each directory; the sizes go into one map.
// want CT1001 CT1102
package main

import "sync"

type dir struct {
	name  string
	files []int
	sub   []*dir
}

func sizes(root *dir) map[string]int {
	total := map[string]int{}
	var wg sync.WaitGroup
	var visit func(d *dir)
	visit = func(d *dir) {
		defer wg.Done()
		sum := 0
		for _, n := range d.files {
			sum += n
		}
		total[d.name] = sum // race: write
		for _, s := range d.sub {
			wg.Add(1)
			go visit(s)
		}
	}
	wg.Add(1)
	go visit(root)
	wg.Wait()
	return total
}

func main() {
	leaf := func(name string) *dir { return &dir{name: name, files: []int{1, 2, 3}} }
	root := &dir{name: "/", sub: []*dir{leaf("/a"), leaf("/b"), {name: "/c", sub: []*dir{leaf("/c/d"), leaf("/c/e")}}}}
	if len(sizes(root)) != 6 {
		panic("a directory is missing")
	}
}
