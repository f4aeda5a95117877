//go:build drive

package rows

import (
	"context"
	"sync"
	"testing"
)

type fakeDriver struct{}

func (fakeDriver) Exec(context.Context, string, ...any) (int64, error) { return 1, nil }
func (fakeDriver) Query(context.Context, string, ...any) ([]map[string]any, error) {
	return []map[string]any{{"id": 1, "name": "a"}}, nil
}

type User struct {
	ID   int
	Name string `row:"name"`
}

func TestDrive(t *testing.T) {
	db := Open(fakeDriver{})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			var u User
			if err := db.Get(context.Background(), &u, "id", 1); err != nil {
				t.Error(err)
			}
			_ = db.Insert(context.Background(), &u)
		})
	}
	wg.Wait()
}
