module example.com/trials/gin

go 1.18

require (
	github.com/gin-contrib/sse v0.0.0-20190301062529-5545eab6dad3
	github.com/gin-gonic/gin v1.3.0
	github.com/golang/protobuf v1.3.0
	github.com/mattn/go-isatty v0.0.7
	github.com/ugorji/go v1.1.1
	golang.org/x/sys v0.0.0-20190222072716-a9d3bda3a223
	gopkg.in/go-playground/validator.v8 v8.18.2
	gopkg.in/yaml.v2 v2.2.2
)
