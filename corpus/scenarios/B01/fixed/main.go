// A client sets a deadline before it reads from a silent peer.
package main

import (
	"fmt"
	"net"
	"time"
)

func fetch(address string) error {
	connection, err := net.Dial("tcp", address)
	if err != nil {
		return err
	}
	defer connection.Close()
	if err := connection.SetDeadline(time.Now().Add(100 * time.Millisecond)); err != nil {
		return err
	}
	buffer := make([]byte, 512)
	_, err = connection.Read(buffer)
	return err
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(fetch(listener.Addr().String()))
}
