module example.com/trials/logrus

go 1.26.0

require github.com/sirupsen/logrus v1.0.0

require (
	github.com/stretchr/testify v1.12.1 // indirect
	golang.org/x/sys v0.50.0 // indirect
)
