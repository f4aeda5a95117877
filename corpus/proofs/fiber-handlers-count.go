// module: fiber
// package: .
// finding: app.go:856 CT1107
package fiber

import "testing"

// Routes may be added while the application runs, under its mutex and with an atomic counter; the
// method that tells the count reads it plainly.
func TestProofHandlersCount(t *testing.T) {
	app := New()
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := 0; i < 100; i++ {
			app.Get("/", func(*Ctx) error { return nil })
		}
	}()
	for i := 0; i < 100; i++ {
		app.HandlersCount()
	}
	<-done
}
