// The address string is cached in the struct by its String method.
// want CT1111 CT1105 CT1112
package main

import (
	"fmt"
	"net"
	"sync"
)

type endpoint struct {
	ip   net.IP
	port int
	text string
}

func newEndpoint(ip net.IP, port int) *endpoint {
	return &endpoint{ip: ip, port: port}
}

func (e *endpoint) String() string {
	if e.text == "" { // race: read
		e.text = fmt.Sprintf("%s:%d", e.ip, e.port) // race: write
	}
	return e.text
}

func main() {
	e := newEndpoint(net.IPv4(127, 0, 0, 1), 8080)
	var logs sync.WaitGroup
	for i := range 4 {
		logs.Add(1)
		go func(level int) {
			defer logs.Done()
			_ = fmt.Sprint(level, e)
		}(i)
	}
	logs.Wait()
}
