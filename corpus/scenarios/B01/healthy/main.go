// Looks alike: a client and a server keep idle connections for the next request (keep-alive), and
// a plain TCP service waits for the next command of each client.
package main

import (
	"bufio"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
)

func listen() net.Listener {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	return listener
}

func session(connection net.Conn) {
	defer connection.Close()
	commands := bufio.NewScanner(connection)
	for commands.Scan() {
		io.WriteString(connection, "ok\n")
	}
}

func serveLines(listener net.Listener) {
	for {
		connection, err := listener.Accept()
		if err != nil {
			return
		}
		go session(connection)
	}
}

func main() {
	web, lines := listen(), listen()
	go http.Serve(web, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "ok")
	}))
	go serveLines(lines)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 10}}
	var wg sync.WaitGroup
	for i := 0; i < 10; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			answer, err := client.Get("http://" + web.Addr().String())
			if err != nil {
				log.Fatal(err)
			}
			io.Copy(io.Discard, answer.Body)
			answer.Body.Close()
		}()
	}
	wg.Wait()
	var open []net.Conn
	for i := 0; i < 6; i++ {
		connection, err := net.Dial("tcp", lines.Addr().String())
		if err != nil {
			log.Fatal(err)
		}
		io.WriteString(connection, "hello\n")
		open = append(open, connection)
	}
	select {}
}
