module example.com/sessions

go 1.26

require github.com/gin-gonic/gin v1.11.0
