// module: rclone
// package: fs/fshttp
// finding: fs/fshttp/http.go:481 CT1105
package fshttp

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/rclone/rclone/fs"
)

// Each request looks at the client's certificate without the lock under which another one, which
// found that it expires soon, replaces it.
func TestProofReloadCertificates(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	ctx, config := fs.AddConfig(context.Background())
	config.ClientCert = t.TempDir() + "/certificate"
	config.ClientKey = t.TempDir() + "/key"
	validity := time.Second
	writeTestCert(t, config, validity)
	client := NewClient(ctx)
	time.Sleep(2 * validity)
	var requests sync.WaitGroup
	for range 4 {
		requests.Go(func() {
			for range 20 {
				response, err := client.Get(server.URL)
				if err != nil {
					t.Error(err)
					return
				}
				response.Body.Close()
			}
		})
	}
	requests.Wait()
}
