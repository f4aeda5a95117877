// The member list copies its slice under the lock, but the members in it are those that gossip goes on to change.
// want race

package main

import (
	"context"
	"encoding/json"
	"flag"
	"log"
	"net"
	"net/http"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"example.com/projects/gossipmeta/faulty/members"
)

type node struct {
	list *members.List
	mux  *http.ServeMux
}

func newNode(name string, tr members.Transport, every time.Duration) *node {
	n := &node{list: members.New(members.Config{Name: name, Interval: every, Transport: tr}), mux: http.NewServeMux()}
	n.mux.HandleFunc("GET /members", n.members)
	n.mux.HandleFunc("PUT /meta", func(w http.ResponseWriter, r *http.Request) { n.list.SetMeta(r.FormValue("meta")) })
	return n
}

func (n *node) members(w http.ResponseWriter, r *http.Request) {
	type row struct {
		Name, State, Meta string
		Age               time.Duration
	}
	var rows []row
	for _, m := range n.list.Members() {
		rows = append(rows, row{Name: m.Name, State: m.State.String(), Meta: m.Meta, Age: time.Since(m.Heard)}) // race: read
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(rows)
}

func main() {
	name := flag.String("name", "", "name of this node")
	bind := flag.String("bind", ":7946", "UDP address")
	seeds := flag.String("join", "", "addresses of others")
	web := flag.String("http", ":8500", "HTTP address")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	pc, err := net.ListenPacket("udp", *bind)
	if err != nil {
		log.Fatal(err)
	}
	n := newNode(*name, members.NewUDP(pc, strings.Split(*seeds, ",")), time.Second)
	go func() { log.Fatal(http.ListenAndServe(*web, n.mux)) }()
	n.list.Run(ctx)
}
