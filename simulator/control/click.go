package control

import (
	"context"
	"net/http"

	"twilsim/simulator/links"
)

func clickRoutes() []route {
	return []route{
		{
			method: "POST", path: "/clicks", name: "click", tag: "messages",
			summary: "Click on a short link, or on the first one of a message",
			body:    Click{},
			example: `{"link":"https://twil.example/Ab3dE6gH9j"}`,
			result:  Clicked{},
			answer:  (*api).click,
		},
	}
}

// Click is the body that clicks on a short link.
type Click struct {
	Link string `json:"link"`
	// of the browser; it is in the event of the click
	UserAgent string `json:"user_agent,omitempty"`
}

// Clicked is where a short link leads; nowhere if it is too old and has no fallback.
type Clicked struct {
	Location string `json:"location"`
}

func (s *api) click(r *http.Request) (any, error) {
	var in Click
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	if in.Link == "" {
		return nil, bad(`the field "link" is missing`, `{"link":"https://twil.example/Ab3dE6gH9j"}`)
	}
	to, err := links.Of(s.account).Click(in.Link, in.UserAgent)
	if err != nil {
		return nil, err
	}
	return &Clicked{Location: to}, nil
}

// Click clicks on a short link, as a handset does. It does not follow where the link leads.
func (c *Client) Click(ctx context.Context, click Click) (*Clicked, error) {
	return call[Clicked](ctx, c, "POST", "/clicks", click)
}
