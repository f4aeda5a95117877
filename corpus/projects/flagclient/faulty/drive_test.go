//go:build drive

package flagclient

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"
)

func TestDrive(t *testing.T) {
	var n atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `[{"key":"a","version":%d},{"key":"b%d"}]`, n.Add(1), n.Load())
	}))
	defer server.Close()
	c, err := New(Config{URL: server.URL, Interval: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	h := NewHandler(c)
	for end := time.Now().Add(200 * time.Millisecond); time.Now().Before(end); {
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	}
}
