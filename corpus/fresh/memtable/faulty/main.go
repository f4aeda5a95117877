// The flusher reads the frozen table's field without the lock under which Put rotates the tables.
// want race

package main

import "fmt"

func main() {
	db := Open(128)
	for i := range 3000 {
		db.Put(fmt.Sprintf("key%04d", i), fmt.Sprint("value", i))
	}
	fmt.Println("flushed some:", db.Close() > 0)
}
