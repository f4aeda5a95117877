// A handler starts an audit in the background and hands its context on, without Copy. gin 1.3.0
// keeps the values of a context in a plain map. The recovery middleware is on.
package main

import (
	"fmt"
	"io/ioutil"
	"net/http"
	"net/http/httptest"

	"github.com/gin-gonic/gin"
)

func audit(c *gin.Context) {
	for n := 0; n < 1000; n++ {
		c.Set("audit", n)
	}
}

func page(c *gin.Context) {
	go audit(c)
	for n := 0; n < 1000; n++ {
		c.Set("user", n)
	}
	c.String(200, "ok")
}

func main() {
	gin.SetMode(gin.ReleaseMode)
	gin.DefaultWriter = ioutil.Discard
	router := gin.New()
	router.Use(gin.Recovery())
	router.GET("/", page)
	server := httptest.NewServer(router)
	for i := 0; i < 4; i++ {
		go func() {
			for {
				answer, err := http.Get(server.URL)
				if err != nil {
					fmt.Println(err)
					continue
				}
				answer.Body.Close()
			}
		}()
	}
	select {}
}
