// Network talks to itself over TCP, reads files and starts threads that block, so that Ps are taken
// away in system calls; the CPU profiler runs too.
//
//	network TRACE [MILLISECONDS [GOROUTINES]]
package main

import (
	"bufio"
	"io"
	"log"
	"net"
	"os"
	"runtime/pprof"
	"runtime/trace"
	"strconv"
	"sync"
	"syscall"
	"time"
)

func main() {
	length, n := number(2, 1200), number(3, 20)
	file, err := os.Create(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	if err := pprof.StartCPUProfile(io.Discard); err != nil {
		log.Fatal(err)
	}
	if err := trace.Start(file); err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	go serve(listener)
	end := time.Now().Add(time.Duration(length) * time.Millisecond)
	var wg sync.WaitGroup
	for i := range n {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if i%4 == 0 {
				block(end)
			} else {
				ask(listener.Addr().String(), end)
			}
		}()
	}
	wg.Wait()
	trace.Stop()
	pprof.StopCPUProfile()
	if err := file.Close(); err != nil {
		log.Fatal(err)
	}
}

func serve(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		go func() {
			defer conn.Close()
			_, _ = io.Copy(conn, conn)
		}()
	}
}

func ask(address string, end time.Time) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		log.Fatal(err)
	}
	defer conn.Close()
	answers := bufio.NewReader(conn)
	for x := 0; time.Now().Before(end); x++ {
		if _, err := conn.Write([]byte(strconv.Itoa(x) + "\n")); err != nil {
			log.Fatal(err)
		}
		if _, err := answers.ReadString('\n'); err != nil {
			log.Fatal(err)
		}
	}
}

// block sits in a system call that the runtime knows nothing about.
func block(end time.Time) {
	for time.Now().Before(end) {
		pause := syscall.NsecToTimespec(int64(3 * time.Millisecond))
		_ = syscall.Nanosleep(&pause, nil)
	}
}

func number(at, otherwise int) int {
	if len(os.Args) <= at {
		return otherwise
	}
	n, err := strconv.Atoi(os.Args[at])
	if err != nil {
		log.Fatal(err)
	}
	return n
}
