//go:build drive

package pendingcalls

import (
	"bufio"
	"context"
	"encoding/json"
	"net"
	"sync"
	"testing"
)

func TestDrive(t *testing.T) {
	ours, theirs := net.Pipe()
	go func() {
		s := bufio.NewScanner(theirs)
		for s.Scan() {
			var r request
			json.Unmarshal(s.Bytes(), &r)
			json.NewEncoder(theirs).Encode(response{ID: r.ID, Result: json.RawMessage(`1`)})
		}
	}()
	c := NewClient(ours)
	defer c.Close()
	var wg sync.WaitGroup
	for range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 50 {
				var n int
				if err := c.Call(context.Background(), "m", nil, &n); err != nil {
					t.Error(err)
				}
			}
		}()
	}
	wg.Wait()
}
