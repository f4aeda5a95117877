module example.com/trials/zaprecovered

go 1.21

require go.uber.org/zap v1.24.0

require (
	go.uber.org/atomic v1.7.0 // indirect
	go.uber.org/multierr v1.6.0 // indirect
)
