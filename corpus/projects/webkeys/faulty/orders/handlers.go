package orders

import (
	"context"
	"encoding/json"
	"log"
	"net/http"
	"time"

	"example.com/projects/webkeys/faulty/web"
)

// Mailer tells customers.
type Mailer interface {
	Confirm(ctx context.Context, o Order) error
}

type LogMailer struct{}

func (LogMailer) Confirm(_ context.Context, o Order) error {
	log.Printf("confirmed %s", o.ID)
	return nil
}

type Handlers struct {
	Store   *Store
	Mail    Mailer
	Pricing *Pricing
}

func (h *Handlers) List(c *web.Context) {
	all := h.Store.All()
	c.Set("count", len(all))
	c.JSON(http.StatusOK, all)
}

func (h *Handlers) Show(c *web.Context) {
	o, ok := h.Store.Get(c.Param("id"))
	if !ok {
		c.JSON(http.StatusNotFound, map[string]any{"error": "no such order"})
		return
	}
	c.JSON(http.StatusOK, o)
}

// Create stores an order, and confirms it by mail without making the customer wait.
func (h *Handlers) Create(c *web.Context) {
	var o Order
	if err := json.NewDecoder(c.Request.Body).Decode(&o); err != nil {
		c.JSON(http.StatusBadRequest, map[string]any{"error": err.Error()})
		return
	}
	o.Cents = h.Pricing.Total(c.Request.Context(), o.Lines)
	h.Store.Add(&o)
	go h.confirm(c, o)
	c.Set("order", o.ID)
	c.JSON(http.StatusCreated, o)
}

func (h *Handlers) confirm(c *web.Context, o Order) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.Request.Context()), time.Minute)
	defer cancel()
	if err := h.Mail.Confirm(ctx, o); err != nil {
		log.Printf("confirm %s: %v", o.ID, err)
		return
	}
	c.Set("confirmed", o.ID)
}
