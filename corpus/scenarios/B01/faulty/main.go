// A client reads from a peer that accepts and stays silent, without a deadline.
package main

import (
	"net"
)

func fetch(address string) {
	connection, err := net.Dial("tcp", address)
	if err != nil {
		panic(err)
	}
	defer connection.Close()
	buffer := make([]byte, 512)
	connection.Read(buffer) // fault: waits
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	var silent []net.Conn
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			silent = append(silent, connection)
		}
	}()
	for i := 0; i < 6; i++ {
		go fetch(listener.Addr().String())
	}
	select {}
}
