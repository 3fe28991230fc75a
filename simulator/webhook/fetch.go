package webhook

import (
	"context"
	"io"
	"net/http"
	"strconv"

	"twilsim/simulator/clock"
)

// File is a media file that the app served.
type File struct {
	ContentType string
	Data        []byte // at most the limit and one byte, which shows that there was more
	// Head is what the app answered to HEAD where that is not what it answered to GET: a status, or
	// another type. "" if the two agree.
	Head string
}

// Fetch gets a media file from the app: a HEAD, then a GET (F-329). Routes, allowed hosts and
// timeouts are those of webhooks, but there is no signature and no retry. limit is in bytes.
// Redirects are not followed, and patience does not count: the limits pass in real time.
func (c *Client) Fetch(ctx context.Context, rawURL string, limit int64) (*File, *Failure) {
	head, failure := c.get(ctx, http.MethodHead, rawURL, 0)
	if failure != nil {
		return nil, failure
	}
	file, failure := c.get(ctx, http.MethodGet, rawURL, limit)
	switch {
	case failure != nil:
		return nil, failure
	case file.status != http.StatusOK:
		return nil, &Failure{Code: CodeRetrieval,
			Text: "the app answered " + strconv.Itoa(file.status) + " for " + rawURL,
			Try:  "serve the file with 200 and its type, without a redirect"}
	case head.status != http.StatusOK:
		file.Head = strconv.Itoa(head.status)
	case head.ContentType != file.ContentType:
		file.Head = "the type " + strconv.Quote(head.ContentType) + ", and GET with " +
			strconv.Quote(file.ContentType)
	}
	return &file.File, nil
}

// gotten is the answer to a request for a file.
type gotten struct {
	File
	status int
}

func (c *Client) get(ctx context.Context, method, rawURL string, limit int64) (*gotten, *Failure) {
	limits := c.limits()
	entered := c.enter(ctx)
	defer c.leave(entered)
	watch := &watch{limits: limits, until: clock.Wall().Add(limits.total)}
	ctx, stop := watch.start(ctx)
	defer stop()
	dialed, _ := c.local(rawURL)
	req, err := http.NewRequestWithContext(ctx, method, dialed, nil)
	if err != nil {
		return nil, &Failure{Code: CodeInvalidURL, Text: err.Error()}
	}
	to, err := newEndpoint(dialed)
	if err != nil {
		return nil, &Failure{Code: CodeInvalidURL, Text: err.Error()}
	}
	if f := c.refuse(to); f != nil {
		return nil, f
	}
	req.Header = http.Header{"User-Agent": {"TwilioProxy/1.1"}, "Accept": {"*/*"}}
	resp, err := c.roundTripperFor(connection{timeout: limits.connect}).RoundTrip(req)
	if err != nil {
		return nil, classify(err, context.Cause(ctx), watch.connected, limits)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	if err != nil {
		return nil, classify(err, context.Cause(ctx), watch.connected, limits)
	}
	return &gotten{File{ContentType: resp.Header.Get("Content-Type"), Data: data},
		resp.StatusCode}, nil
}
