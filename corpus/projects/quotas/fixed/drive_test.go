//go:build drive

package quotas

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

func TestDrive(t *testing.T) {
	a := NewAccountant(Limits{"requests": 1 << 30, "bytes": 1 << 30})
	h := Middleware(a, HeaderTenant("X-Tenant"))(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	var wg sync.WaitGroup
	for range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 100 {
				r := httptest.NewRequest("POST", "/", strings.NewReader("hello"))
				r.Header.Set("X-Tenant", "t")
				h.ServeHTTP(httptest.NewRecorder(), r)
			}
		}()
	}
	wg.Wait()
}
