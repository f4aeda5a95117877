package main

import "github.com/gin-gonic/gin"

var lastSeen = map[string]string{}

func touch(c *gin.Context) {
	lastSeen[c.ClientIP()] = c.FullPath()
}

func main() {
	router := gin.Default()
	router.GET("/touch", touch)
	router.Run()
}
