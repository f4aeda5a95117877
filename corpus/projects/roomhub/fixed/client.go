package main

import (
	"bufio"
	"net"
	"strings"
)

// Client is one connection.
type Client struct {
	name string
	conn net.Conn
	send chan []byte
}

func serveConn(hub *Hub, conn net.Conn) {
	c := &Client{name: conn.RemoteAddr().String(), conn: conn, send: make(chan []byte, 16)}
	go c.writeLoop()
	c.readLoop(hub)
}

func (c *Client) readLoop(hub *Hub) {
	defer func() {
		hub.disconnect <- c
		c.conn.Close()
	}()
	scanner := bufio.NewScanner(c.conn)
	room := "lobby"
	hub.join <- membership{client: c, room: room}
	for scanner.Scan() {
		line := strings.TrimSpace(scanner.Text())
		switch cmd, arg, _ := strings.Cut(line, " "); cmd {
		case "":
		case "/join":
			hub.leave <- membership{client: c, room: room}
			room = arg
			hub.join <- membership{client: c, room: room}
		case "/quit":
			return
		default:
			hub.broadcast <- message{room: room, from: c, body: []byte(line + "\n")}
		}
	}
}

func (c *Client) writeLoop() {
	for body := range c.send {
		if _, err := c.conn.Write(body); err != nil {
			c.conn.Close()
			return
		}
	}
}
