// module: etcd
// package: proxy/tcpproxy
// finding: proxy/tcpproxy/userspace.go:73 CT1102
package tcpproxy

import (
	"net"
	"testing"
	"time"
)

// endless is a listener that nobody connects to.
type endless struct{ net.Listener }

func (endless) Accept() (net.Conn, error) { select {} }

func (endless) Close() error { return nil }

// Run, which has to be started in a goroutine, makes the channel that Stop closes. Sleeping does
// not order the two; it only keeps Stop from closing nil.
func TestProofStop(t *testing.T) {
	proxy := TCPProxy{Listener: endless{}}
	go proxy.Run()
	time.Sleep(100 * time.Millisecond)
	proxy.Stop()
}
