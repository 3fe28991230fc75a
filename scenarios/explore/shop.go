package explore

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// Shop takes orders by text: it answers with TwiML, texts its courier through the API, and shows
// how far the confirmation of each order got. The zero Shop has no bug.
type Shop struct {
	AccountSID, Token string
	Client            *http.Client // for Twilio's API
	Dir               string       // where orders are kept; "" keeps them in memory

	// Courier is the number that gets a text for each order; "" for none.
	Courier string

	// The bugs.
	LastWins   bool // a late status overwrites the final one
	NoDedup    bool // a copy of a webhook makes another order
	Retries    bool // a create is tried three times after any error, whatever was done
	ForgetKill bool // orders are written only when the program is asked to end

	mu      sync.Mutex
	orders  []*order
	loaded  bool
	stopped map[string]bool
}

// order is one order, as it is kept.
type order struct {
	Message string // the SID of the text
	From    string
	Status  string // of the confirmation
}

// rank says which status comes later: one of a lower rank never follows.
var rank = map[string]int{"": 0, "queued": 1, "sent": 2, "delivered": 3,
	"undelivered": 3, "failed": 3}

// ServeHTTP answers a webhook or a person who looks at an order.
func (s *Shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Method == http.MethodPost && r.URL.Path == "/sms":
		s.text(w, r)
	case r.Method == http.MethodPost && r.URL.Path == "/status":
		s.status(w, r)
	case r.Method == http.MethodGet && strings.HasPrefix(r.URL.Path, "/orders"):
		s.show(w, r)
	default:
		http.NotFound(w, r)
	}
}

// text takes an order.
func (s *Shop) text(w http.ResponseWriter, r *http.Request) {
	from, sid := r.FormValue("From"), r.FormValue("MessageSid")
	n, isNew := s.order(from, sid, r.FormValue("Body"))
	w.Header().Set("Content-Type", "text/xml")
	if n == 0 {
		fmt.Fprint(w, "<Response/>")
		return
	}
	if isNew && s.Courier != "" {
		s.send(s.Courier, fmt.Sprintf("Fetch order %d", n))
	}
	fmt.Fprintf(w, `<Response><Message action="/status?order=%d">Order %d `+
		`received</Message></Response>`,
		n, n)
}

// order finds or makes the order of a text, 0 for none.
func (s *Shop) order(from, sid, body string) (n int, isNew bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.loadLocked()
	if strings.EqualFold(body, "STOP") {
		s.stopped[from] = true
		return 0, false
	}
	for i, o := range s.orders {
		if o.Message == sid && !s.NoDedup {
			return i + 1, false
		}
	}
	s.orders = append(s.orders, &order{Message: sid, From: from})
	s.saveLocked()
	return len(s.orders), true
}

// send texts somebody through the API.
func (s *Shop) send(to, body string) {
	tries := 1
	if s.Retries {
		tries = 3
	}
	form := url.Values{"To": {to}, "From": {"+12025550100"}, "Body": {body}}
	target := "https://api.twilio.com/2010-04-01/Accounts/" + s.AccountSID + "/Messages.json"
	for range tries {
		r, err := http.NewRequest(http.MethodPost, target, strings.NewReader(form.Encode()))
		if err != nil {
			return
		}
		r.SetBasicAuth(s.AccountSID, s.Token)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		response, err := s.Client.Do(r)
		if err == nil {
			_ = response.Body.Close() // how it goes on is told by callbacks
			return
		}
	}
}

// status notes how far a confirmation got.
func (s *Shop) status(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.loadLocked()
	var n int
	_, _ = fmt.Sscan(r.URL.Query().Get("order"), &n) // 0 is no order
	if n < 1 || n > len(s.orders) {
		return
	}
	o, status := s.orders[n-1], r.FormValue("MessageStatus")
	if s.LastWins || rank[status] > rank[o.Status] {
		o.Status = status
		s.saveLocked()
	}
}

// show shows an order, or how many there are.
func (s *Shop) show(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.loadLocked()
	var n int
	_, _ = fmt.Sscan(strings.TrimPrefix(r.URL.Path, "/orders/"), &n) // 0 is the list
	switch {
	case r.URL.Path == "/orders":
		fmt.Fprintf(w, "%d orders\n", len(s.orders))
	case n < 1 || n > len(s.orders):
		http.NotFound(w, r)
	default:
		fmt.Fprintf(w, "order %d: %s\n", n, s.orders[n-1].Status)
	}
}

func (s *Shop) file() string { return filepath.Join(s.Dir, "orders.json") }

func (s *Shop) loadLocked() {
	if s.loaded {
		return
	}
	s.loaded, s.stopped = true, map[string]bool{}
	if data, err := os.ReadFile(s.file()); s.Dir != "" && err == nil {
		_ = json.Unmarshal(data, &s.orders) // the shop wrote it
	}
}

func (s *Shop) saveLocked() {
	if s.Dir == "" || s.ForgetKill {
		return
	}
	data, err := json.Marshal(s.orders)
	if err == nil {
		_ = os.WriteFile(s.file(), data, 0o666) // a full disk shows in the tests
	}
}
