// The services of a container are made at first use, without a lock, by handlers that run at the same time.
// want race

package main

import (
	"database/sql"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"sync"
	"time"
)

// Settings come from the environment.
type Settings struct {
	Listen   string
	DSN      string
	MailHost string
	Timeout  time.Duration
}

func settingsFromEnv() Settings {
	get := func(key, or string) string {
		if v := os.Getenv(key); v != "" {
			return v
		}
		return or
	}
	return Settings{
		Listen:   get("LISTEN", ":8080"),
		DSN:      get("DSN", ""),
		MailHost: get("MAIL_HOST", "localhost:25"),
		Timeout:  5 * time.Second,
	}
}

// Container makes the services of the program when somebody asks for them.
type Container struct {
	settings Settings
	log      *slog.Logger

	dbOnce sync.Once
	db     *sql.DB
	dbErr  error

	mailer *Mailer
	users  *UserService
}

func NewContainer(s Settings, log *slog.Logger) *Container {
	return &Container{settings: s, log: log}
}

// DB opens the database once.
func (c *Container) DB() (*sql.DB, error) {
	c.dbOnce.Do(func() {
		if c.settings.DSN == "" {
			c.dbErr = fmt.Errorf("DSN is not set")
			return
		}
		c.db, c.dbErr = sql.Open("postgres", c.settings.DSN)
	})
	return c.db, c.dbErr
}

// Mailer returns the only mailer.
func (c *Container) Mailer() *Mailer {
	if c.mailer == nil { // race: read
		c.mailer = NewMailer(c.settings.MailHost, &http.Client{Timeout: c.settings.Timeout}) // race: write
	}
	return c.mailer // race: read
}

// Users returns the only user service.
func (c *Container) Users() *UserService {
	if c.users == nil { // race: read users
		c.users = NewUserService(c.Mailer()) // race: write users
	}
	return c.users // race: read users
}
