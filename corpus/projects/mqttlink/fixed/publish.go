package main

import (
	"log"
	"strconv"
)

type publisher interface {
	Publish(topic string, payload []byte) error
}

func publish(p publisher, s sensor) {
	if err := p.Publish(s.topic, strconv.AppendFloat(nil, s.read(), 'f', 2, 64)); err != nil {
		log.Printf("publish %s: %v", s.topic, err)
	}
}
