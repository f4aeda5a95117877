// The address string is cached in the struct by its String method.
package main

import (
	"fmt"
	"net"
	"sync"
)

type endpoint struct {
	ip   net.IP
	port int
	text func() string
}

func newEndpoint(ip net.IP, port int) *endpoint {
	e := &endpoint{ip: ip, port: port}
	e.text = sync.OnceValue(func() string { return fmt.Sprintf("%s:%d", ip, port) })
	return e
}

func (e *endpoint) String() string {
	return e.text()
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
