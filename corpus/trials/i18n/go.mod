module example.com/trials/i18n

go 1.20
require github.com/nicksnyder/go-i18n/v2 v2.0.2
require golang.org/x/text v0.3.2
