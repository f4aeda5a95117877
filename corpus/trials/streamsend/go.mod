module example.com/trials/streamsend

go 1.22
