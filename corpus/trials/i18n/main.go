// Translations are loaded again while pages are translated.
package main

import (
	"fmt"
	"time"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

type site struct{ bundle *i18n.Bundle }

func (s *site) reload(n int) {
	s.bundle.AddMessages(language.English, &i18n.Message{ID: fmt.Sprint("hello", n%500), Other: "Hello"})
}

func (s *site) page(lang string, n int) string {
	l := i18n.NewLocalizer(s.bundle, lang)
	text, _ := l.Localize(&i18n.LocalizeConfig{MessageID: fmt.Sprint("hello", n%500)})
	return text
}

func main() {
	s := &site{bundle: i18n.NewBundle(language.English)}
	s.reload(0)
	go func() {
		for n := 0; ; n++ {
			s.reload(n)
		}
	}()
	for i := 0; i < 4; i++ {
		go func() {
			for n := 0; ; n++ {
				s.page("en", n)
			}
		}()
	}
	time.Sleep(5 * time.Second)
}
