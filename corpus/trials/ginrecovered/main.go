// A page of events sends to a hub that is being closed. The recovery middleware of gin logs the
// panic in a form of its own and goes on.
package main

import (
	"net/http/httptest"

	"github.com/gin-gonic/gin"
)

type hub struct {
	events chan string
}

func (h *hub) publish(c *gin.Context) {
	h.events <- c.Param("name")
	c.Status(204)
}

func (h *hub) stop() { close(h.events) }

func main() {
	gin.SetMode(gin.ReleaseMode)
	h := &hub{events: make(chan string, 8)}
	router := gin.New()
	router.Use(gin.Recovery())
	router.POST("/events/:name", h.publish)
	for i := 0; i < 3; i++ {
		if i == 1 {
			h.stop()
		}
		router.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", "/events/start", nil))
	}
}
