package main

import "example.com/conf"

type server struct {
	settings *conf.Settings
}

func (s *server) serve() {
	for {
		_ = s.settings.String("region")
	}
}

func (s *server) reload() {
	for {
		s.settings.Set("region", "eu")
	}
}

func main() {
	s := &server{settings: conf.New()}
	go s.serve()
	go s.reload()
	select {}
}
