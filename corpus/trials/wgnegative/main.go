// An error path with a Done of its own beside the deferred one.
package main

import "sync"

func fetch(url string, wg *sync.WaitGroup) (err error) {
	defer wg.Done()
	if url == "" {
		wg.Done()
		return nil
	}
	return nil
}

func main() {
	var wg sync.WaitGroup
	for _, u := range []string{"a", "", "b"} {
		wg.Add(1)
		go fetch(u, &wg)
	}
	wg.Wait()
	wg.Wait()
	var again sync.WaitGroup
	again.Add(1)
	fetch("", &again)
}
