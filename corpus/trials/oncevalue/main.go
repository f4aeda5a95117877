// The settings are checked by code that asks for the settings, inside a sync.OnceValue.
package main

import (
	"fmt"
	"net/http"
	"sync"
)

type Config struct{ DSN string }

var config func() *Config

func init() { config = sync.OnceValue(load) }

var validate func(*Config) error

func load() *Config {
	c := &Config{DSN: "postgres://db"}
	if err := validate(c); err != nil {
		panic(err)
	}
	return c
}

func dsnAllowed(c *Config) error {
	if c.DSN == config().DSN {
		return nil
	}
	return fmt.Errorf("not allowed")
}

func main() {
	validate = dsnAllowed
	go http.ListenAndServe("127.0.0.1:0", nil)
	for i := 0; i < 3; i++ {
		go config()
	}
	fmt.Println(config().DSN)
}
