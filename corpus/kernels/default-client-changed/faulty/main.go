// A goroutine changes the process-wide HTTP client while others use it.
// want CT1116 CT1106 CT1115
package main

import (
	"net/http"
	"sync"
	"time"
)

func configure() {
	http.DefaultClient.Timeout = time.Second // race: write
}

func use() time.Duration {
	return http.DefaultClient.Timeout // race: read
}

func main() {
	var wg sync.WaitGroup
	wg.Go(configure)
	wg.Go(func() { use() })
	wg.Wait()
}
