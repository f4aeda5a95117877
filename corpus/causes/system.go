package main

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// deadline asks a server that takes requests and never answers.
func deadline(fixed bool) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	go func() {
		for {
			conn, err := silent.Accept()
			if err != nil {
				return
			}
			go io.Copy(io.Discard, conn)
		}
	}()
	for range 3 {
		go func() {
			for {
				quote(silent.Addr().String(), fixed)
				time.Sleep(10 * time.Millisecond)
			}
		}()
	}
	time.Sleep(length)
}

// quote asks and reads the answer.
func quote(address string, fixed bool) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		log.Fatal(err)
	}
	defer conn.Close()
	if fixed {
		conn.SetDeadline(time.Now().Add(30 * time.Millisecond))
	}
	if _, err := conn.Write([]byte("quote\n")); err != nil {
		return
	}
	var answer [64]byte
	conn.Read(answer[:])
}

// hanging is the argument that makes this program a child that does not end.
const hanging = "hang"

func child(fixed bool) {
	if !fixed {
		go convert(context.Background())
		time.Sleep(length)
		return
	}
	until(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
		defer cancel()
		convert(ctx)
	})
}

// convert has another program do the work.
func convert(ctx context.Context) {
	cmd := exec.CommandContext(ctx, os.Args[0], hanging)
	// Nothing that is started here may outlive this program.
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	cmd.Run()
}

// fds serves while files that were never closed take all descriptors.
func fds(fixed bool) {
	limit := syscall.Rlimit{Cur: 100, Max: 100}
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	go http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "ok")
	}))
	var forgotten []*os.File
	for {
		file, err := os.Open(os.DevNull)
		if err != nil {
			break
		}
		forgotten = append(forgotten, file)
	}
	// One is left for the client, none for the server.
	forgotten[0].Close()
	if fixed {
		for _, file := range forgotten[1:] {
			file.Close()
		}
	}
	client := http.Client{Timeout: length / 2, Transport: &http.Transport{DisableKeepAlives: true}}
	until(func() {
		if answer, err := client.Get("http://" + listener.Addr().String()); err == nil {
			io.Copy(io.Discard, answer.Body)
			answer.Body.Close()
		}
		time.Sleep(10 * time.Millisecond)
	})
}

// directory has many consumers of a queue keep how far each has come, in files of one directory.
func directory(fixed bool) {
	home, err := os.MkdirTemp("", "offsets")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(home)
	var consumers sync.WaitGroup
	for n := range 128 {
		path := filepath.Join(home, strconv.Itoa(n))
		file, err := os.Create(path)
		if err != nil {
			log.Fatal(err)
		}
		consumers.Add(1)
		go func() {
			defer consumers.Done()
			defer file.Close()
			offset := 0
			until(func() {
				offset++
				if fixed {
					overwrite(file, offset)
				} else {
					checkpoint(path, offset)
				}
			})
		}()
	}
	consumers.Wait()
}

// checkpoint replaces the file: it creates one and renames it, each under the lock of the directory.
func checkpoint(path string, offset int) {
	if err := os.WriteFile(path+".new", strconv.AppendInt(nil, int64(offset), 10), 0o644); err != nil {
		log.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		log.Fatal(err)
	}
}

// overwrite leaves the directory alone.
func overwrite(file *os.File, offset int) {
	if _, err := file.WriteAt(strconv.AppendInt(nil, int64(offset), 10), 0); err != nil {
		log.Fatal(err)
	}
	time.Sleep(time.Millisecond)
}
