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
	"slices"
	"strconv"
	"strings"
	"time"

	"twilsim/simulator/carrier"
	"twilsim/simulator/directory"
	"twilsim/simulator/fault"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
	"twilsim/simulator/trace"
)

// Client calls the API of a server. Its methods return an [*Error] when the server reports an
// error, and an error that wraps [ErrUnreachable] when no simulator answers. A ref is an ID, a
// prefix of one, latest, or latest~1.
type Client struct {
	URL string // of the server, such as http://127.0.0.1:2010
	// nil means [http.DefaultClient]. It must not have a Timeout, which would end Await and Events.
	HTTP  *http.Client
	Token string // sent as a bearer token; "" for none
	// Account is the SID or the friendly name of the account that the calls are about; "" is the
	// main account. If the server has no such account, or several with this name, all calls fail
	// with status 404 or 409.
	Account string
	// Direct says that HTTP leads to a handler in this process, which then hands its answers over as
	// they are, without JSON. The caller may not change what lies behind the pointers in them.
	Direct bool
}

// taker is what takes an answer of a handler in the same process, if it has the right type. It is
// in the context of the request.
type taker func(answer any) bool

type takerKey struct{}

// Accounts returns all accounts of the server. It does not use c.Account.
func (c *Client) Accounts(ctx context.Context) (*Accounts, error) {
	return call[Accounts](ctx, &Client{URL: c.URL, HTTP: c.HTTP, Token: c.Token}, "GET",
		"/accounts", nil)
}

// CreateAccount makes a subaccount of the main account. Only this answer contains its auth token.
func (c *Client) CreateAccount(ctx context.Context, friendlyName string) (*Account, error) {
	main := &Client{URL: c.URL, HTTP: c.HTTP, Token: c.Token}
	return call[Account](ctx, main, "POST", "/accounts", newAccountBody{FriendlyName: friendlyName})
}

// Server describes the server and the state of the account.
func (c *Client) Server(ctx context.Context) (*Server, error) {
	return call[Server](ctx, c, "GET", "", nil)
}

// Credentials returns the credentials that an app needs.
func (c *Client) Credentials(ctx context.Context) (*Credentials, error) {
	return call[Credentials](ctx, c, "GET", "/credentials", nil)
}

// Reset deletes everything except numbers and bins, and returns how much it deleted.
func (c *Client) Reset(ctx context.Context) (*messaging.Removed, error) {
	return call[messaging.Removed](ctx, c, "POST", "/reset", nil)
}

// Text sends a text from a handset. It returns when the app's answer has been carried out.
func (c *Client) Text(ctx context.Context, text Text) (*Receipt, error) {
	return call[Receipt](ctx, c, "POST", "/texts", text)
}

// Messages returns the newest messages that the words select, in the syntax of
// [journal.ParseQuery]. A limit of 0 means all.
func (c *Client) Messages(ctx context.Context, words []string, limit int) (*Messages, error) {
	return call[Messages](ctx, c, "GET", "/messages"+listQuery(words, limit), nil)
}

// MessagesFrom is Messages without the newest skip of them.
func (c *Client) MessagesFrom(ctx context.Context, words []string,
	skip, limit int) (*Messages, error) {
	return call[Messages](ctx, c, "GET", "/messages"+listQuery(words, limit)+skipping(skip), nil)
}

// Message returns a message.
func (c *Client) Message(ctx context.Context, ref string) (*Message, error) {
	return call[Message](ctx, c, "GET", "/messages/"+url.PathEscape(ref), nil)
}

// Story returns a message with everything that happened to it.
func (c *Client) Story(ctx context.Context, ref string) (*Story, error) {
	return call[Story](ctx, c, "GET", "/messages/"+url.PathEscape(ref)+"/story", nil)
}

// Planned returns what will happen to the account's messages, at most limit steps; 0 means all.
func (c *Client) Planned(ctx context.Context, limit int) (*PlannedList, error) {
	return call[PlannedList](ctx, c, "GET", "/planned?limit="+strconv.Itoa(limit), nil)
}

// Preview returns what may happen to a message that m describes, without sending it.
func (c *Client) Preview(ctx context.Context, m carrier.Message) (*Previews, error) {
	return call[Previews](ctx, c, "POST", "/preview", previewBody{To: m.To, From: m.From,
		Body: m.Body, Service: m.Service, Direction: messaging.Direction(m.Direction)})
}

// PreviewScript returns what a script or an outcome would do with a message.
func (c *Client) PreviewScript(ctx context.Context, then string) (*Previews, error) {
	return call[Previews](ctx, c, "POST", "/preview", previewBody{Then: then})
}

// Deliver changes the status of a message by hand, and returns the message.
func (c *Client) Deliver(ctx context.Context, ref string, d Delivery) (*Message, error) {
	return call[Message](ctx, c, "POST", "/messages/"+url.PathEscape(ref)+"/deliver", d)
}

// Await waits until a thing of the kind fits the words, and returns the newest one. After the
// timeout, in real time, it returns an [*Error] with status 408 and the things that came nearest.
func (c *Client) Await(ctx context.Context, kind journal.Kind, words []string,
	timeout time.Duration) (*Found, error) {
	q := url.Values{"kind": {string(kind)}, "timeout": {timeout.String()}, "q": words}
	return call[Found](ctx, c, "GET", "/await?"+q.Encode(), nil)
}

// Message returns the thing as a message. The kind must be [journal.Messages].
func (f *Found) Message() (*Message, error) { return thingOf[Message](f, journal.Messages) }

// Exchange returns the thing as a webhook or a request. The kind must be [journal.Webhooks] or
// [journal.Requests].
func (f *Found) Exchange() (*journal.Exchange, error) {
	return thingOf[journal.Exchange](f, journal.Webhooks, journal.Requests)
}

// Alert returns the thing as an alert. The kind must be [journal.Alerts].
func (f *Found) Alert() (*journal.Alert, error) { return thingOf[journal.Alert](f, journal.Alerts) }

func thingOf[T any](f *Found, kinds ...journal.Kind) (*T, error) {
	if slices.Contains(kinds, f.Kind) {
		v := new(T)
		return v, json.Unmarshal(f.Thing, v)
	}
	return nil, fmt.Errorf("found a %s, not a %s", f.Kind, kinds[0])
}

// Scenarios lists the scenarios that the server may run.
func (c *Client) Scenarios(ctx context.Context) (*Scenarios, error) {
	return call[Scenarios](ctx, c, "GET", "/scenarios", nil)
}

// SaveScenario writes a scenario of what happened into the server's folder of scenarios.
func (c *Client) SaveScenario(ctx context.Context, s NewScenario) (*Saved, error) {
	return call[Saved](ctx, c, "POST", "/scenarios", s)
}

// Runs returns the newest runs of scenarios. With a version above 0 it waits until something has
// changed since then, at most 20 seconds.
func (c *Client) Runs(ctx context.Context, after int64) (*Runs, error) {
	return call[Runs](ctx, c, "GET", "/runs?after="+strconv.FormatInt(after, 10), nil)
}

// StartRun begins a run of a scenario.
func (c *Client) StartRun(ctx context.Context, r NewRun) (*Run, error) {
	return call[Run](ctx, c, "POST", "/runs", r)
}

// OneRun returns a run by its ID, or the latest.
func (c *Client) OneRun(ctx context.Context, id string) (*Run, error) {
	return call[Run](ctx, c, "GET", "/runs/"+url.PathEscape(id), nil)
}

// StopRun stops a run.
func (c *Client) StopRun(ctx context.Context, id string) (*Run, error) {
	return call[Run](ctx, c, "POST", "/runs/"+url.PathEscape(id)+"/stop", nil)
}

// RunTrace returns what happened in a run, line by line.
func (c *Client) RunTrace(ctx context.Context, id string) (*trace.Trace, error) {
	return call[trace.Trace](ctx, c, "GET", "/runs/"+url.PathEscape(id)+"/trace", nil)
}

// Export selects the part of the history to export, and its format.
type Export struct {
	// "" means NDJSON, one thing or event a line; har is an archive of webhooks and requests
	As string
	// select messages, in the syntax of [journal.ParseQuery], with what is about them; nil exports
	// everything
	Words   []string
	Secrets bool // do not mask credentials in headers and URLs
}

// Export returns the account's history as a stream, which the caller must close.
func (c *Client) Export(ctx context.Context, e Export) (io.ReadCloser, error) {
	q := url.Values{"q": e.Words, "secrets": {strconv.FormatBool(e.Secrets)}}
	if e.As != "" {
		q.Set("as", e.As)
	}
	resp, err := c.do(ctx, "GET", "/export?"+q.Encode(), nil, "*/*")
	if err != nil {
		return nil, err
	}
	return resp.Body, nil
}

// Import loads a history into an empty account: the output of [Client.Export], or a HAR. If
// anything is wrong with it, nothing is loaded. No statuses are scheduled, and rules, numbers,
// handsets, opt-outs and services do not change.
func (c *Client) Import(ctx context.Context, history io.Reader) (*Imported, error) {
	return call[Imported](ctx, c, "POST", "/import", history)
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

// Replay sends a webhook again, with a new signature.
func (c *Client) Replay(ctx context.Context, ref string, how Replay) (*Replayed, error) {
	return call[Replayed](ctx, c, "POST", "/webhooks/"+url.PathEscape(ref)+"/replay", how)
}

// MakeWebhook sends a webhook with any content, signed.
func (c *Client) MakeWebhook(ctx context.Context, made NewWebhook) (*Replayed, error) {
	return call[Replayed](ctx, c, "POST", "/webhooks", made)
}

// Curl returns a shell command that sends the webhook again, byte for byte. Credentials are masked
// unless secrets is true.
func (c *Client) Curl(ctx context.Context, ref string, secrets bool) (string, error) {
	text, err := c.bytes(ctx, "GET",
		"/webhooks/"+url.PathEscape(ref)+"/curl?secrets="+strconv.FormatBool(secrets), nil)
	return string(text), err
}

// Signing explains the signature of a webhook.
func (c *Client) Signing(ctx context.Context, ref string) (*Signing, error) {
	return call[Signing](ctx, c, "GET", "/webhooks/"+url.PathEscape(ref)+"/signature", nil)
}

// Diff returns the differences between two webhooks.
func (c *Client) Diff(ctx context.Context, ref, other string) (*Diff, error) {
	return call[Diff](ctx, c, "GET",
		"/webhooks/"+url.PathEscape(ref)+"/diff/"+url.PathEscape(other), nil)
}

// Spoil makes the signature of the next webhook wrong.
func (c *Client) Spoil(ctx context.Context, how fault.Signature) error {
	_, err := call[spoil](ctx, c, "POST", "/signatures/spoil", spoil{How: how})
	return err
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

// CodeRequest returns a program that makes a request of the app with one of Twilio's SDKs: for
// node, python or go.
func (c *Client) CodeRequest(ctx context.Context, ref, language string) (string, error) {
	code, err := c.bytes(ctx, "GET",
		"/requests/"+url.PathEscape(ref)+"/code?as="+url.QueryEscape(language), nil)
	return string(code), err
}

// CurlRequest returns a shell command that makes a call from the app again. Its credentials are
// masked or, if secrets is true, the account's own.
func (c *Client) CurlRequest(ctx context.Context, ref string, secrets bool) (string, error) {
	text, err := c.bytes(ctx, "GET",
		"/requests/"+url.PathEscape(ref)+"/curl?secrets="+strconv.FormatBool(secrets), nil)
	return string(text), err
}

// Alerts returns the newest alerts that the words select. A limit of 0 means all.
func (c *Client) Alerts(ctx context.Context, words []string, limit int) (*Alerts, error) {
	return call[Alerts](ctx, c, "GET", "/alerts"+listQuery(words, limit), nil)
}

// AlertGroups returns the kinds of alerts that the words select.
func (c *Client) AlertGroups(ctx context.Context, words []string) (*AlertGroups, error) {
	return call[AlertGroups](ctx, c, "GET", "/alert-groups?"+url.Values{"q": words}.Encode(), nil)
}

// Alert returns an alert.
func (c *Client) Alert(ctx context.Context, ref string) (*journal.Alert, error) {
	return call[journal.Alert](ctx, c, "GET", "/alerts/"+url.PathEscape(ref), nil)
}

// Acknowledge marks alerts as read.
func (c *Client) Acknowledge(ctx context.Context, which Acknowledge) (*Acknowledged, error) {
	return call[Acknowledged](ctx, c, "POST", "/acknowledge", which)
}

// Rules returns the rules in their order.
func (c *Client) Rules(ctx context.Context) (*Rules, error) {
	return call[Rules](ctx, c, "GET", "/rules", nil)
}

// AddRule adds a rule, given by its words, after the others.
func (c *Client) AddRule(ctx context.Context, words []string) (*carrier.Rule, error) {
	return c.addRule(ctx, words, "")
}

// AddFirstRule adds a rule, given by its words, in front of the others.
func (c *Client) AddFirstRule(ctx context.Context, words []string) (*carrier.Rule, error) {
	return c.addRule(ctx, words, "?first=true")
}

func (c *Client) addRule(ctx context.Context, words []string, query string) (*carrier.Rule,
	error) {
	return call[carrier.Rule](ctx, c, "POST", "/rules"+query,
		map[string][]string{"words": append([]string{}, words...)})
}

// ReplaceRules replaces all rules, or none if one of the new rules is wrong.
func (c *Client) ReplaceRules(ctx context.Context, rules []carrier.Rule) (*Rules, error) {
	return call[Rules](ctx, c, "PUT", "/rules", Rules{list(rules)})
}

// ChangeRule replaces a rule by its words. It keeps its place, its ID and its count.
func (c *Client) ChangeRule(ctx context.Context, id string,
	words []string) (*carrier.Rule, error) {
	return call[carrier.Rule](ctx, c, "PUT", "/rules/"+url.PathEscape(id),
		map[string][]string{"words": append([]string{}, words...)})
}

// MoveRule moves a rule by one place, up or down, and returns all rules.
func (c *Client) MoveRule(ctx context.Context, id string, up bool) (*Rules, error) {
	move := ruleMove{ruleDown}
	if up {
		move.Direction = ruleUp
	}
	return call[Rules](ctx, c, "POST", "/rules/"+url.PathEscape(id)+"/move", move)
}

// RemoveRule removes a rule, and returns the rules that are left.
func (c *Client) RemoveRule(ctx context.Context, id string) (*Rules, error) {
	return call[Rules](ctx, c, "DELETE", "/rules/"+url.PathEscape(id), nil)
}

// Phones returns the handsets that have sent a text or were set.
func (c *Client) Phones(ctx context.Context) (*Phones, error) {
	return call[Phones](ctx, c, "GET", "/phones", nil)
}

// SetPhone puts a handset into a state, names it, or both.
func (c *Client) SetPhone(ctx context.Context, number string,
	to Phone) (*directory.Handset, error) {
	return call[directory.Handset](ctx, c, "PUT", "/phones/"+url.PathEscape(number), to)
}

// Numbers returns the account's phone numbers.
func (c *Client) Numbers(ctx context.Context) (*Numbers, error) {
	return call[Numbers](ctx, c, "GET", "/numbers", nil)
}

// SetNumber adds a number to the account, or changes its webhooks.
func (c *Client) SetNumber(ctx context.Context, number string,
	to NumberWebhook) (*directory.Number, error) {
	return call[directory.Number](ctx, c, "PUT", "/numbers/"+url.PathEscape(number), to)
}

// Services returns the account's Messaging Services.
func (c *Client) Services(ctx context.Context) (*Services, error) {
	return call[Services](ctx, c, "GET", "/services", nil)
}

// SetService changes a Messaging Service, given by its SID or name.
func (c *Client) SetService(ctx context.Context, sid string, to ServiceSettings) (*Service, error) {
	return call[Service](ctx, c, "PUT", "/services/"+url.PathEscape(sid), to)
}

// Keys returns the account's API keys, without their secrets.
func (c *Client) Keys(ctx context.Context) (*Keys, error) {
	return call[Keys](ctx, c, "GET", "/keys", nil)
}

// AddKey makes an API key. Only this answer contains its secret.
func (c *Client) AddKey(ctx context.Context, friendlyName string) (*Key, error) {
	return call[Key](ctx, c, "POST", "/keys", newKeyBody{FriendlyName: friendlyName})
}

// RemoveKey removes an API key, and returns the keys that are left.
func (c *Client) RemoveKey(ctx context.Context, sid string) (*Keys, error) {
	return call[Keys](ctx, c, "DELETE", "/keys/"+url.PathEscape(sid), nil)
}

// Bins returns the account's TwiML Bins.
func (c *Client) Bins(ctx context.Context) (*Bins, error) {
	return call[Bins](ctx, c, "GET", "/bins", nil)
}

// SetBin adds a TwiML Bin, or changes its document.
func (c *Client) SetBin(ctx context.Context, name, body string) (*directory.Bin, error) {
	return call[directory.Bin](ctx, c, "PUT", "/bins/"+url.PathEscape(name), binBody{Body: &body})
}

// Bin returns a TwiML Bin, given by its name or SID.
func (c *Client) Bin(ctx context.Context, name string) (*directory.Bin, error) {
	return call[directory.Bin](ctx, c, "GET", "/bins/"+url.PathEscape(name), nil)
}

// RemoveBin removes a TwiML Bin, and returns the bins that are left.
func (c *Client) RemoveBin(ctx context.Context, name string) (*Bins, error) {
	return call[Bins](ctx, c, "DELETE", "/bins/"+url.PathEscape(name), nil)
}

// Number returns a phone number.
func (c *Client) Number(ctx context.Context, number string) (*directory.Number, error) {
	return call[directory.Number](ctx, c, "GET", "/numbers/"+url.PathEscape(number), nil)
}

// RemoveNumber releases a number, and returns the numbers that are left.
func (c *Client) RemoveNumber(ctx context.Context, number string) (*Numbers, error) {
	return call[Numbers](ctx, c, "DELETE", "/numbers/"+url.PathEscape(number), nil)
}

// Service returns a Messaging Service, given by its SID or name.
func (c *Client) Service(ctx context.Context, ref string) (*Service, error) {
	return call[Service](ctx, c, "GET", "/services/"+url.PathEscape(ref), nil)
}

// AddService makes a Messaging Service.
func (c *Client) AddService(ctx context.Context, settings ServiceSettings) (*Service, error) {
	return call[Service](ctx, c, "POST", "/services", settings)
}

// RemoveService removes a Messaging Service, and returns the services that are left.
func (c *Client) RemoveService(ctx context.Context, ref string) (*Services, error) {
	return call[Services](ctx, c, "DELETE", "/services/"+url.PathEscape(ref), nil)
}

// Verifications returns the newest codes of Verify that the words select. A limit of 0 means all.
func (c *Client) Verifications(ctx context.Context, words []string, limit int) (*Verifications,
	error) {
	return call[Verifications](ctx, c, "GET", "/verifications"+listQuery(words, limit), nil)
}

// OptOuts returns who gets nothing from whom.
func (c *Client) OptOuts(ctx context.Context) (*OptOuts, error) {
	return call[OptOuts](ctx, c, "GET", "/optouts", nil)
}

// SetOptOut opts a recipient out of messages from a number or a service, or in again.
func (c *Client) SetOptOut(ctx context.Context, recipient, sender string, out bool) (*OptOuts,
	error) {
	method := "DELETE"
	if out {
		method = "PUT"
	}
	path := "/optouts/" + url.PathEscape(recipient) + "/" + url.PathEscape(sender)
	return call[OptOuts](ctx, c, method, path, nil)
}

// OneAccount returns the account of the client.
func (c *Client) OneAccount(ctx context.Context) (*Account, error) {
	return call[Account](ctx, c, "GET", "/account", nil)
}

// SetAccount names, suspends or closes the account of the client.
func (c *Client) SetAccount(ctx context.Context, settings AccountSettings) (*Account, error) {
	return call[Account](ctx, c, "PUT", "/account", settings)
}

// Clock returns the state of the account's clock.
func (c *Client) Clock(ctx context.Context) (*Clock, error) {
	return call[Clock](ctx, c, "GET", "/clock", nil)
}

// Advance moves a virtual clock forward. It returns when everything that fell due is done.
func (c *Client) Advance(ctx context.Context, d time.Duration) (*Advanced, error) {
	return call[Advanced](ctx, c, "POST", "/clock/advance", advance{Duration: d.String()})
}

// Run moves a virtual clock forward until nothing is scheduled.
func (c *Client) Run(ctx context.Context) (*Advanced, error) {
	return call[Advanced](ctx, c, "POST", "/clock/run", nil)
}

// Freeze makes the clock virtual.
func (c *Client) Freeze(ctx context.Context) (*Clock, error) {
	return call[Clock](ctx, c, "POST", "/clock/freeze", nil)
}

// Resume lets the clock run by itself; a rate of 0 means 1.
func (c *Client) Resume(ctx context.Context, rate float64) (*Clock, error) {
	return call[Clock](ctx, c, "POST", "/clock/resume", resume{Rate: rate})
}

// listQuery returns the query string for a list.
func listQuery(words []string, limit int) string {
	return "?" + url.Values{"q": words, "limit": {strconv.Itoa(limit)}}.Encode()
}

func skipping(skip int) string { return "&skip=" + strconv.Itoa(skip) }

// call makes a request and reads its answer.
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

// do makes a request. It turns an error status into an error.
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
