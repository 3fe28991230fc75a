package control

import (
	"context"
	"net/http"

	"twilsim/simulator/fault"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

// maxReplays is how many webhooks one request may make.
const maxReplays = 100

// Webhooks are the newest calls to the app that a query selects.
type Webhooks struct {
	Webhooks []*journal.Exchange `json:"webhooks"` // newest first
	Matched  int                 `json:"matched"`  // how many the query selects, those beyond the limit included
}

// Requests are the newest calls from the app to Twilio's API that a query selects.
type Requests struct {
	Requests []*journal.Exchange `json:"requests"` // newest first
	Matched  int                 `json:"matched"`
}

func (s *api) webhooks(r *http.Request) (any, error) {
	found, matched, err := s.list(r, journal.Webhooks)
	return &Webhooks{exchangesOf(found), matched}, err
}

func (s *api) requests(r *http.Request) (any, error) {
	found, matched, err := s.list(r, journal.Requests)
	return &Requests{exchangesOf(found), matched}, err
}

func exchangesOf(things []journal.Thing) []*journal.Exchange {
	exchanges := make([]*journal.Exchange, len(things))
	for i, t := range things {
		exchanges[i] = t.(*journal.Exchange)
	}
	return exchanges
}

func (s *api) webhook(r *http.Request) (any, error) {
	return resolve[*journal.Exchange](s, journal.Webhooks, r.PathValue("ref"))
}

func (s *api) request(r *http.Request) (any, error) {
	return resolve[*journal.Exchange](s, journal.Requests, r.PathValue("ref"))
}

// Replay says how a webhook is made again. The zero Replay makes it once, as it was.
type Replay struct {
	Params    map[string]string `json:"params,omitempty"`     // set over the webhook's own
	Unset     []string          `json:"unset,omitempty"`      // parameters that it has no more
	URL       string            `json:"url,omitempty"`        // where it goes; "" is where it went
	Times     int               `json:"times,omitempty"`      // 0 is once
	Signature fault.Signature   `json:"signature,omitempty"`  // how it is wrong; "" is valid
	SameToken bool              `json:"same_token,omitempty"` // with its idempotency token, as a retry has
	Unmarked  bool              `json:"unmarked,omitempty"`   // without the header X-Twilsim-Replay
}

// Replayed are the webhooks that a [Replay] or a [NewWebhook] made, the last attempt of each.
type Replayed struct {
	Webhooks []*journal.Exchange `json:"webhooks"`
}

func (s *api) replay(r *http.Request) (any, error) {
	var in Replay
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	x, err := s.called(r.PathValue("ref"))
	if err != nil {
		return nil, err
	}
	edit := messaging.Edit{
		Set: params(in.Params), Unset: in.Unset, URL: in.URL, Spoil: in.Signature, SameToken: in.SameToken, Unmarked: in.Unmarked,
	}
	return repeat(in.Times, func() (*journal.Exchange, error) {
		again, err := s.account.Replay(context.WithoutCancel(r.Context()), x, edit)
		return again, unspoilt(in.Signature, err)
	})
}

// NewWebhook is a webhook that somebody makes up.
type NewWebhook struct {
	URL         string            `json:"url"`              // as one would configure it
	Method      string            `json:"method,omitempty"` // GET or POST; "" is POST
	Params      map[string]string `json:"params,omitempty"`
	Body        string            `json:"body,omitempty"`         // of a POST, in place of params
	ContentType string            `json:"content_type,omitempty"` // of body; "" is application/json
	Times       int               `json:"times,omitempty"`        // 0 is once
	Signature   fault.Signature   `json:"signature,omitempty"`    // how it is wrong; "" is valid
}

func (s *api) makeWebhook(r *http.Request) (any, error) {
	var in NewWebhook
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	if err := required("url", in.URL); err != nil {
		return nil, err
	}
	made := messaging.Made{
		Method: in.Method, URL: in.URL, Params: params(in.Params), Body: in.Body, ContentType: in.ContentType, Spoil: in.Signature,
	}
	return repeat(in.Times, func() (*journal.Exchange, error) {
		x, err := s.account.Make(context.WithoutCancel(r.Context()), made)
		return x, unspoilt(in.Signature, err)
	})
}

// repeat makes a webhook so many times.
func repeat(times int, one func() (*journal.Exchange, error)) (*Replayed, error) {
	if times < 0 || times > maxReplays {
		return nil, bad("times is out of bounds", "a number from 1 to 100")
	}
	made := &Replayed{Webhooks: []*journal.Exchange{}}
	for range max(times, 1) {
		x, err := one()
		if err != nil {
			return nil, err
		}
		made.Webhooks = append(made.Webhooks, x)
	}
	return made, nil
}

// called finds a webhook that went to an app: a TwiML Bin answers without any request, so there is none to repeat.
func (s *api) called(ref string) (*journal.Exchange, error) {
	x, err := resolve[*journal.Exchange](s, journal.Webhooks, ref)
	if err != nil {
		return nil, err
	}
	if bin, ok := s.account.Bin(x.URL); ok {
		return nil, conflict("bin "+bin.Name+" answered "+x.Name+" inside the simulator: no request was made", "text the number again")
	}
	return x, nil
}
