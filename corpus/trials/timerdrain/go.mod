module example.com/trials/timerdrain

go 1.21
