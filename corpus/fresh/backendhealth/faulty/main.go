// The health checker writes the alive field of a backend while the balancer's Next reads it.
// want race

package main

import (
	"fmt"
	"time"
)

func main() {
	lb := NewBalancer("a:80", "b:80", "c:80")
	c := Watch(lb, 20*time.Microsecond, func(addr string) bool { return addr != "b:80" })
	count := map[string]int{}
	for range 500 {
		be, err := lb.Next()
		if err != nil {
			fmt.Println(err)
			continue
		}
		count[be.Addr]++
		time.Sleep(2 * time.Microsecond)
	}
	c.Stop()
	fmt.Println(count["a:80"] > 0)
}
