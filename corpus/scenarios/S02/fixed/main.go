// A worker says Done once, on all paths.
package main

import "sync"

func work(group *sync.WaitGroup, failed bool) {
	defer group.Done()
	if failed {
		return
	}
}

func main() {
	var group sync.WaitGroup
	group.Add(1)
	go work(&group, true)
	group.Wait()
}
