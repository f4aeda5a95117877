//go:build drive

package sdkdefaults

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

func TestDrive(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `[]`)
	}))
	defer server.Close()
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			c, err := New(fmt.Sprint("key", i), WithBaseURL(server.URL), WithHeader("x-tenant", fmt.Sprint(i)))
			if err != nil {
				t.Error(err)
				return
			}
			if _, err := c.Invoices(context.Background(), "1"); err != nil {
				t.Error(err)
			}
		}()
	}
	wg.Wait()
}
