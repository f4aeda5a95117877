package session

import (
	"context"
	"net/http"
)

const cookieName = "sid"

type ctxKey struct{}

// Middleware puts the session of the cookie into the request's context.
func Middleware(store *Store) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			sess, err := fromCookie(store, r)
			if err != nil {
				if sess, err = store.New(); err != nil {
					http.Error(w, "no session", http.StatusInternalServerError)
					return
				}
				http.SetCookie(w, &http.Cookie{Name: cookieName, Value: sess.ID, HttpOnly: true, Path: "/"})
			}
			ctx := context.WithValue(r.Context(), ctxKey{}, sess)
			next.ServeHTTP(w, r.WithContext(ctx))
		})
	}
}

func fromCookie(store *Store, r *http.Request) (*Session, error) {
	c, err := r.Cookie(cookieName)
	if err != nil {
		return nil, err
	}
	return store.Get(c.Value)
}

// From returns the session of a request.
func From(ctx context.Context) *Session {
	sess, _ := ctx.Value(ctxKey{}).(*Session)
	return sess
}

// Set stores a value in the session.
func (s *Session) Set(key string, v any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Values[key] = v
}

// Int returns a number of the session, or zero.
func (s *Session) Int(key string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, _ := s.Values[key].(int)
	return n
}
