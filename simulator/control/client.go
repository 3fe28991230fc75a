package control

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
)

// Client calls the API of a server. Its methods return an [*Error] when the server reports an
// error, and an error that wraps [ErrUnreachable] when no simulator answers. A ref is an ID, a
// prefix of one, latest, or latest~1. It is safe for concurrent use. Where nothing is kept under a
// ref the status is 404, and where several things have the prefix it is 400.
type Client struct {
	URL string // of the server, such as http://127.0.0.1:2010
	// nil means [http.DefaultClient]. It must not have a Timeout, which would end Await and Events.
	HTTP  *http.Client
	Token string // sent as a bearer token; "" for none
	// Account is the SID or the friendly name of the account that the calls are about; "" is the
	// main account. If the server has no such account, or several with this name, all calls fail
	// with status 404 or 409.
	Account string
	// Direct says that HTTP leads to a handler in this process, which then hands its answers over
	// as they are, without JSON. The caller may not change what lies behind the pointers in them.
	Direct bool

	named atomic.Pointer[string] // accountHeader of the last answer; nil before it
}

// For returns a client of the same server for calls about another account.
func (c *Client) For(account string) *Client {
	return &Client{URL: c.URL, HTTP: c.HTTP, Token: c.Token, Account: account, Direct: c.Direct}
}

// Named returns the account that the last answer was about: its SID and friendly name, or
// two empty strings if the server has only one account.
func (c *Client) Named() (accountSID, friendlyName string) {
	header := c.named.Load()
	if header == nil {
		return "", ""
	}
	accountSID, escaped, _ := strings.Cut(*header, " ")
	if name, err := url.PathUnescape(escaped); err == nil {
		friendlyName = name
	}
	return accountSID, friendlyName
}

// taker is what takes an answer of a handler in the same process, if it has the right type. It is
// in the context of the request. It saves the console from writing each answer as JSON and reading
// it again.
type taker func(answer any) bool

type takerKey struct{}

// listQuery returns the query string for a list.
func listQuery(words []string, limit int) string {
	return "?" + url.Values{"q": words, "limit": {strconv.Itoa(limit)}}.Encode()
}

func skipping(skip int) string { return "&skip=" + strconv.Itoa(skip) }

// call makes a request and reads its answer. The error wraps ErrUnreachable also when the answer is
// not JSON of this API: some other program has the port then.
func call[T any](ctx context.Context, c *Client, method, path string, body any) (*T, error) {
	if c.Direct {
		var taken *T
		ctx = context.WithValue(ctx, takerKey{}, taker(func(answer any) (ok bool) {
			taken, ok = answer.(*T)
			return ok
		}))
		resp, err := c.do(ctx, method, path, body, "application/json")
		if err != nil {
			return nil, err
		}
		defer resp.Body.Close()
		if taken != nil {
			return taken, nil
		}
		// a mistake in the program: the endpoint answers with a type that is not T
		return nil, fmt.Errorf("%w: %s answers with another type", ErrUnreachable, path)
	}
	data, err := c.bytes(ctx, method, path, body)
	if err != nil {
		return nil, err
	}
	v := new(T)
	if err := json.Unmarshal(data, v); err != nil {
		return nil, fmt.Errorf("%w: the answer of %s is not a simulator's: %w", ErrUnreachable,
			c.URL, err)
	}
	return v, nil
}

// bytes makes a request and returns the body of its answer.
func (c *Client) bytes(ctx context.Context, method, path string, body any) ([]byte, error) {
	resp, err := c.do(ctx, method, path, body, "application/json")
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, fmt.Errorf("%w: the answer of %s broke off: %w", ErrUnreachable, c.URL, err)
	}
	return data, nil
}

// do makes a request. It turns an error status into an error. The caller closes the body of the
// response. An error of ctx is returned as it is, because the caller knows why it ended.
func (c *Client) do(ctx context.Context, method, path string, body any,
	accept string) (*http.Response, error) {
	payload, contentType := io.Reader(nil), "application/json"
	switch body := body.(type) {
	case nil:
	case io.Reader:
		// the server recognises the format by its first bytes
		payload, contentType = body, "application/octet-stream"
	default:
		var b bytes.Buffer
		if err := encodeJSON(&b, body); err != nil {
			return nil, err
		}
		payload = &b
	}
	req, err := http.NewRequestWithContext(ctx, method, c.base()+path, payload)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	req.Header.Set("Accept", accept)
	req.Header.Set(secretsHeader, "true")
	if body != nil {
		req.Header.Set("Content-Type", contentType)
	}
	if c.Token != "" {
		req.Header.Set("Authorization", "Bearer "+c.Token)
	}
	resp, err := cmp.Or(c.HTTP, http.DefaultClient).Do(req)
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrUnreachable, err)
	case resp.StatusCode >= http.StatusMultipleChoices:
		defer resp.Body.Close()
		return nil, c.readError(resp)
	}
	header := resp.Header.Get(accountHeader)
	c.named.Store(&header)
	return resp, nil
}

// base returns the URL before the path of an endpoint.
func (c *Client) base() string {
	base := strings.TrimSuffix(c.URL, "/") + Prefix
	if c.Account != "" {
		base += "/accounts/" + url.PathEscape(c.Account)
	}
	return base
}

// readError reads an error of the API. An answer in another shape is not from a simulator.
func (c *Client) readError(resp *http.Response) error {
	e := &Error{Status: resp.StatusCode}
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxBody))
	if err == nil && json.Unmarshal(data, e) == nil && e.Message != "" {
		return e
	}
	return fmt.Errorf("%w: %s answered %s, in another shape than a simulator", ErrUnreachable,
		c.URL, resp.Status)
}
