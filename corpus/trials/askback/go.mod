module example.com/trials/askback

go 1.21
