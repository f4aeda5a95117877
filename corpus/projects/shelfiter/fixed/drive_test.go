//go:build drive

package shelfiter

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

func TestDrive(t *testing.T) {
	a := NewAPI(NewShelf())
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range 50 {
				body := strings.NewReader(fmt.Sprintf(`{"ISBN":"%d","Author":"a","Copies":1}`, g*50+i))
				a.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", "/books", body))
				a.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/books?author=a", nil))
			}
		}()
	}
	wg.Wait()
}
