//go:build drive

package main

import (
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

func TestDrive(t *testing.T) {
	for range 20 {
		h := (&app{c: NewContainer(Settings{}, slog.Default())}).handler()
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				body := strings.NewReader(fmt.Sprintf(`{"Name":"n%d","Mail":"a@b"}`, i))
				h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", "/users", body))
			}()
		}
		wg.Wait()
	}
}
