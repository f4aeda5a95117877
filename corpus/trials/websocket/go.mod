module example.com/trials/websocket

go 1.18

require github.com/gorilla/websocket v1.4.0
