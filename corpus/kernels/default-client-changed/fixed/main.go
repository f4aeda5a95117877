// A goroutine changes the process-wide HTTP client while others use it.
package main

import (
	"net/http"
	"sync"
	"time"
)

func configure() {
	http.DefaultClient.Timeout = time.Second
}

func use() time.Duration {
	return http.DefaultClient.Timeout
}

func main() {
	var wg sync.WaitGroup
	configure()
	wg.Go(func() { use() })
	wg.Wait()
}
