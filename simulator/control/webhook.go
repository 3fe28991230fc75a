package control

import (
	"context"
	"net/http"
	"net/url"

	"twilsim/simulator/fault"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

func webhookRoutes() []route {
	return []route{
		{
			method: "GET", path: "/webhooks", name: "webhooks", tag: "webhooks",
			summary: "The newest calls to the app that a query selects",
			query:   listParams(),
			result:  Webhooks{},
			answer:  (*api).webhooks,
		},
		{
			method: "POST", path: "/webhooks", name: "makeWebhook", tag: "webhooks",
			summary: "Send a webhook with any content, signed",
			body:    NewWebhook{},
			example: `{"url":"http://localhost:3000/status","params":{"MessageSid":"SM1",` +
				`"MessageStatus":"delivered"}}`,
			status: http.StatusCreated, result: Replayed{}, errors: []int{409},
			answer: (*api).makeWebhook,
		},
		{
			method: "GET", path: "/webhooks/{ref}", name: "webhook", tag: "webhooks",
			summary: "A call to the app",
			result:  journal.Exchange{}, errors: []int{404},
			answer: (*api).webhook,
		},
		{
			method: "POST", path: "/webhooks/{ref}/replay", name: "replay", tag: "webhooks",
			summary: "Send a webhook again, with a new signature",
			body:    Replay{}, optional: true,
			example: `{"params":{"ErrorCode":"30007"},"times":2}`,
			status:  http.StatusCreated, result: Replayed{}, errors: []int{404, 409},
			answer: (*api).replay,
		},
		{
			method: "GET", path: "/requests", name: "requests", tag: "webhooks",
			summary: "The newest calls from the app that a query selects",
			query:   listParams(),
			result:  Requests{},
			answer:  (*api).requests,
		},
		{
			method: "GET", path: "/requests/{ref}", name: "request", tag: "webhooks",
			summary: "A call from the app",
			result:  journal.Exchange{}, errors: []int{404},
			answer: (*api).request,
		},
	}
}

// maxReplays is the largest number of webhooks that one request can send. They are sent one after
// the other while the request waits.
const maxReplays = 100

// Webhooks are the newest calls to the app that a query selects.
type Webhooks struct {
	Webhooks []*journal.Exchange `json:"webhooks"` // newest first
	Count
}

// Requests are the newest calls from the app to Twilio's API that a query selects.
type Requests struct {
	Requests []*journal.Exchange `json:"requests"` // newest first
	Count
}

func (s *api) webhooks(r *http.Request) (any, error) {
	found, of, err := s.list(r, journal.Webhooks, defaultLimit)
	return &Webhooks{exchangesOf(found), of}, err
}

func (s *api) requests(r *http.Request) (any, error) {
	found, of, err := s.list(r, journal.Requests, defaultLimit)
	return &Requests{exchangesOf(found), of}, err
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

// Replay says how to send a webhook again. The zero Replay sends it once, as it was.
type Replay struct {
	Params map[string]string `json:"params,omitempty"` // replace or join the webhook's own
	Unset  []string          `json:"unset,omitempty"`  // parameters to leave out
	// where to send it; "" means where it went
	URL       string          `json:"url,omitempty"`
	Times     int             `json:"times,omitempty"`     // 0 means once
	Signature fault.Signature `json:"signature,omitempty"` // how it is wrong; "" means valid
	// with the same idempotency token, as a retry has it
	SameToken bool `json:"same_token,omitempty"`
	// leave out the header X-Twilsim-Replay
	Unmarked bool `json:"unmarked,omitempty"`
}

// Replayed are the webhooks that a [Replay] or a [NewWebhook] sent, with the last attempt of each.
type Replayed struct {
	Webhooks []*journal.Exchange `json:"webhooks"`
}

// The webhook is sent to its end even if the client goes: half a replay would be hard to explain in
// the journal.
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
		Set: params(in.Params), Unset: in.Unset, URL: in.URL, Spoil: in.Signature,
		SameToken: in.SameToken, Unmarked: in.Unmarked,
	}
	return repeat(in.Times, func() (*journal.Exchange, error) {
		again, err := s.account.Replay(context.WithoutCancel(r.Context()), x, edit)
		return again, unspoilt(in.Signature, err)
	})
}

// NewWebhook is a webhook with any content.
type NewWebhook struct {
	URL    string            `json:"url"`              // as an app would configure it
	Method string            `json:"method,omitempty"` // GET or POST; "" means POST
	Params map[string]string `json:"params,omitempty"`
	Body   string            `json:"body,omitempty"` // of a POST, instead of params
	// of body; "" means application/json
	ContentType string          `json:"content_type,omitempty"`
	Times       int             `json:"times,omitempty"`     // 0 means once
	Signature   fault.Signature `json:"signature,omitempty"` // how it is wrong; "" means valid
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
		Method: in.Method, URL: in.URL, Params: params(in.Params), Body: in.Body,
		ContentType: in.ContentType, Spoil: in.Signature,
	}
	return repeat(in.Times, func() (*journal.Exchange, error) {
		x, err := s.account.Make(context.WithoutCancel(r.Context()), made)
		return x, unspoilt(in.Signature, err)
	})
}

// repeat sends a webhook several times. An error ends it. What was sent before is in the journal,
// but not in the answer.
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

// called returns a webhook that was sent to an app. It refuses webhooks that a TwiML Bin answered,
// because no request was made for them.
func (s *api) called(ref string) (*journal.Exchange, error) {
	x, err := resolve[*journal.Exchange](s, journal.Webhooks, ref)
	if err != nil {
		return nil, err
	}
	if bin, ok := s.account.Bin(x.URL); ok {
		return nil, conflict("bin "+bin.Name+" answered "+x.Name+
			" inside the simulator: no request was made", "text the number again")
	}
	return x, nil
}

// Webhooks returns the newest calls to the app that the words select. A limit of 0 means all.
func (c *Client) Webhooks(ctx context.Context, words []string, limit int) (*Webhooks, error) {
	return call[Webhooks](ctx, c, "GET", "/webhooks"+listQuery(words, limit), nil)
}

// WebhooksFrom is Webhooks without the newest skip of them.
func (c *Client) WebhooksFrom(ctx context.Context, words []string,
	skip, limit int) (*Webhooks, error) {
	return call[Webhooks](ctx, c, "GET", "/webhooks"+listQuery(words, limit)+skipping(skip), nil)
}

// Webhook returns a call to the app.
func (c *Client) Webhook(ctx context.Context, ref string) (*journal.Exchange, error) {
	return call[journal.Exchange](ctx, c, "GET", "/webhooks/"+url.PathEscape(ref), nil)
}

// Replay sends a webhook again, with a new signature. An app that fails is no error: the exchange
// of the last attempt says what happened.
func (c *Client) Replay(ctx context.Context, ref string, how Replay) (*Replayed, error) {
	return call[Replayed](ctx, c, "POST", "/webhooks/"+url.PathEscape(ref)+"/replay", how)
}

// MakeWebhook sends a webhook with any content, signed.
func (c *Client) MakeWebhook(ctx context.Context, made NewWebhook) (*Replayed, error) {
	return call[Replayed](ctx, c, "POST", "/webhooks", made)
}

// Requests returns the newest calls from the app that the words select. A limit of 0 means all.
func (c *Client) Requests(ctx context.Context, words []string, limit int) (*Requests, error) {
	return call[Requests](ctx, c, "GET", "/requests"+listQuery(words, limit), nil)
}

// RequestsFrom is Requests without the newest skip of them.
func (c *Client) RequestsFrom(ctx context.Context, words []string,
	skip, limit int) (*Requests, error) {
	return call[Requests](ctx, c, "GET", "/requests"+listQuery(words, limit)+skipping(skip), nil)
}

// Request returns a call from the app.
func (c *Client) Request(ctx context.Context, ref string) (*journal.Exchange, error) {
	return call[journal.Exchange](ctx, c, "GET", "/requests/"+url.PathEscape(ref), nil)
}
