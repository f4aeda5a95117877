module example.com/trials/cthread

go 1.22
