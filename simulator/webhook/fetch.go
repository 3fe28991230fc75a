package webhook

import (
	"context"
	"io"
	"net/http"
	"strconv"
)

// File is a media file that the app served.
type File struct {
	ContentType string
	Data        []byte // at most the limit and one byte, which shows that there was more
}

// Fetch gets a media file from the app. Routes, allowed hosts and timeouts are those of webhooks,
// but there is no signature and no retry.
func (c *Client) Fetch(ctx context.Context, rawURL string, limit int64) (*File, *Failure) {
	limits := c.limits()
	ctx, cancel := context.WithTimeoutCause(ctx, limits.total, errTotalTimeout)
	defer cancel()
	watch := &watch{limits: limits}
	ctx, stop := watch.start(ctx)
	defer stop()
	dialed, _ := c.local(rawURL)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, dialed, nil)
	if err != nil {
		return nil, &Failure{Code: CodeInvalidURL, Text: err.Error()}
	}
	if f := c.refuse(req.URL); f != nil {
		return nil, f
	}
	req.Header = http.Header{"User-Agent": {"TwilioProxy/1.1"}, "Accept": {"*/*"}}
	resp, err := c.transportFor(connection{timeout: limits.connect}).RoundTrip(req)
	if err != nil {
		return nil, classify(err, context.Cause(ctx), watch.connected, limits)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, &Failure{Code: CodeRetrieval,
			Text: "the app answered " + strconv.Itoa(resp.StatusCode) + " for " + rawURL,
			Try:  "serve the file with 200 and its type, without a redirect"}
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	if err != nil {
		return nil, classify(err, context.Cause(ctx), watch.connected, limits)
	}
	return &File{ContentType: resp.Header.Get("Content-Type"), Data: data}, nil
}
