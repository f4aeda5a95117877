// A worker says Done twice on its error path.
package main

import "sync"

func work(group *sync.WaitGroup, failed bool) {
	defer group.Done()
	if failed {
		group.Done()
	}
} // fault: fails

func main() {
	var group sync.WaitGroup
	group.Add(1)
	go work(&group, true)
	group.Wait()
	select {}
}
