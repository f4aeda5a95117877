package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"strconv"
	"strings"

	"example.com/projects/gamerooms/faulty/game"
)

type server struct {
	room *game.Room
}

func (s *server) run(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer conn.Close()
			if err := s.session(conn); err != nil {
				log.Printf("%s: %v", conn.RemoteAddr(), err)
			}
		}()
	}
}

func (s *server) session(conn io.ReadWriter) error {
	in := bufio.NewScanner(conn)
	fmt.Fprint(conn, "name? ")
	if !in.Scan() {
		return in.Err()
	}
	name := strings.TrimSpace(in.Text())
	if name == "" {
		return errors.New("no name")
	}
	if err := s.room.Enter(name); err != nil {
		fmt.Fprintln(conn, err)
		return err
	}
	defer s.room.Leave(name)
	for in.Scan() {
		text, err := s.command(name, strings.Fields(in.Text()))
		if err != nil {
			text = "error: " + err.Error()
		}
		if _, err := fmt.Fprintln(conn, text); err != nil {
			return err
		}
	}
	return in.Err()
}

func (s *server) command(name string, args []string) (string, error) {
	if len(args) == 0 {
		return "", errors.New("say something")
	}
	switch {
	case args[0] == "board":
		return s.room.Board(), nil
	case args[0] == "find" && len(args) == 2:
		return "found", s.room.Find(name, args[1])
	case args[0] == "give" && len(args) == 3:
		return "given", s.room.Give(name, args[1], args[2])
	case args[0] == "score" && len(args) == 2:
		n, err := strconv.Atoi(args[1])
		if err != nil {
			return "", err
		}
		return "well done", s.room.Award(name, n)
	}
	return "", fmt.Errorf("what is %q?", args[0])
}

func main() {
	ln, err := net.Listen("tcp", ":4000")
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal((&server{room: game.NewRoom("hall", 50)}).run(ln))
}
