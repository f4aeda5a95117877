module example.com/trials/closesignal

go 1.21
