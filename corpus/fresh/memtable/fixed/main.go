// The flusher takes the frozen table out with the lock held.

package main

import "fmt"

func main() {
	db := Open(128)
	for i := range 3000 {
		db.Put(fmt.Sprintf("key%04d", i), fmt.Sprint("value", i))
	}
	fmt.Println("flushed some:", db.Close() > 0)
}
