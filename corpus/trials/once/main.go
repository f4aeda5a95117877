// A service of our own under load: the first request reads the settings from a server that is
// silent, inside a sync.Once.
package main

import (
	"io/ioutil"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
)

type settings struct {
	once   sync.Once
	server string
	text   string
}

func (s *settings) get() string {
	s.once.Do(s.fetch)
	return s.text
}

func (s *settings) fetch() {
	connection, err := net.Dial("tcp", s.server)
	if err != nil {
		return
	}
	defer connection.Close()
	text, _ := ioutil.ReadAll(connection)
	s.text = string(text)
}

func main() {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	s := &settings{server: silent.Addr().String()}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Write([]byte(s.get()))
	}))
	for i := 0; i < 6; i++ {
		go http.Get(server.URL)
	}
	select {}
}
