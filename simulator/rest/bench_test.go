package rest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"twilsim/simulator/clock"
	"twilsim/simulator/messaging"
)

// connections is the number of clients in the benchmarks.
const connections = 8

// BenchmarkCreateMessage measures POST Messages over 8 connections. BenchmarkCreateMessageBare is
// the same with a handler that only reads the form and writes the JSON. The first should reach at
// least 0.8 of the rate of the second.
func BenchmarkCreateMessage(b *testing.B) {
	a := messaging.New(messaging.Options{SID: account, Token: token, Seed: 1, Keep: 10_000})
	defer a.Close()
	if _, err := a.SetNumber(number, "", ""); err != nil {
		b.Fatal(err)
	}
	post(b, &Handler{Accounts: messaging.NewAccounts(a)})
}

func BenchmarkCreateMessageBare(b *testing.B) { post(b, http.HandlerFunc(bare)) }

// BenchmarkCreateMessageBareHeaders shows how much of the difference is due to Twilio's headers,
// which the client has to read.
func BenchmarkCreateMessageBareHeaders(b *testing.B) {
	h := &Handler{Accounts: messaging.NewAccounts(messaging.New(messaging.Options{}))}
	h.once.Do(h.start)
	post(b, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.setHeader(w.Header(), &request{}, time.Millisecond)
		bare(w, r)
	}))
}

// message has the keys of our answer, for encoding/json.
type message struct {
	SID                 string            `json:"sid"`
	DateCreated         string            `json:"date_created"`
	DateUpdated         string            `json:"date_updated"`
	DateSent            *string           `json:"date_sent"`
	AccountSID          string            `json:"account_sid"`
	To                  string            `json:"to"`
	From                string            `json:"from"`
	MessagingServiceSID *string           `json:"messaging_service_sid"`
	Body                string            `json:"body"`
	Status              string            `json:"status"`
	NumSegments         string            `json:"num_segments"`
	NumMedia            string            `json:"num_media"`
	Direction           string            `json:"direction"`
	APIVersion          string            `json:"api_version"`
	Price               *string           `json:"price"`
	PriceUnit           string            `json:"price_unit"`
	ErrorCode           *int              `json:"error_code"`
	ErrorMessage        *string           `json:"error_message"`
	URI                 string            `json:"uri"`
	SubresourceURIs     map[string]string `json:"subresource_uris"`
}

func bare(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	const sid = "SMb293d3c215b3cdce91a0e4f01ac04c53"
	now := time.Now().UTC().Format(time.RFC1123Z)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusCreated)
	_ = json.NewEncoder(w).Encode(message{
		SID: sid, DateCreated: now, DateUpdated: now, AccountSID: account, To: r.PostForm.Get("To"),
		From: r.PostForm.Get("From"),
		Body: r.PostForm.Get("Body"), Status: "queued", NumSegments: "1", NumMedia: "0",
		Direction:  "outbound-api",
		APIVersion: apiVersion, PriceUnit: "USD", URI: root(account) + "/Messages/" + sid + ".json",
		SubresourceURIs: map[string]string{
			"media": root(account) + "/Messages/" + sid + "/Media.json",
		},
	})
}

// post sends b.N requests over 8 connections.
func post(b *testing.B, handler http.Handler) {
	server := httptest.NewServer(handler)
	defer server.Close()
	client := &http.Client{Transport: &http.Transport{
		MaxIdleConnsPerHost: connections, MaxConnsPerHost: connections,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, address)
		},
	}}
	defer client.CloseIdleConnections()
	form := url.Values{"To": {"+12025550142"}, "From": {number},
		"Body": {"Your order has been shipped."}}.Encode()
	jobs := make(chan struct{}, connections)
	var wait sync.WaitGroup
	b.ReportAllocs()
	for range connections {
		wait.Go(func() {
			for range jobs {
				postOne(b, client, server.URL+root(account)+"/Messages.json", form)
			}
		})
	}
	for b.Loop() {
		jobs <- struct{}{}
	}
	close(jobs)
	wait.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
}

func postOne(b *testing.B, client *http.Client, url, form string) {
	r, err := http.NewRequest(http.MethodPost, url, strings.NewReader(form))
	if err != nil {
		b.Error(err)
		return
	}
	r.SetBasicAuth(account, token)
	r.Header.Set("Content-Type", formType)
	response, err := client.Do(r)
	if err != nil {
		b.Error(err)
		return
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard,
		response.Body); err != nil || response.StatusCode != http.StatusCreated {
		b.Errorf("%d, %v", response.StatusCode, err)
	}
}

// BenchmarkListFirstPage should take at most twice as long with a million messages as with a
// thousand.
func BenchmarkListFirstPage(b *testing.B) {
	for _, n := range []int{1_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			a := messaging.New(messaging.Options{SID: account, Token: token, Seed: 1,
				Clock: clock.Virtual(time.Unix(0, 0))})
			defer a.Close()
			if _, err := a.SetNumber(number, "", ""); err != nil {
				b.Fatal(err)
			}
			for range n {
				if _, err := a.Send(b.Context(), messaging.Draft{To: "+12025550142", From: number,
					Body: "hi", HasBody: true}); err != nil {
					b.Fatal(err)
				}
			}
			h := &Handler{Accounts: messaging.NewAccounts(a)}
			b.ReportAllocs()
			for b.Loop() {
				r := httptest.NewRequest(http.MethodGet,
					"http://127.0.0.1:2010"+root(account)+"/Messages.json", nil)
				r.SetBasicAuth(account, token)
				w := httptest.NewRecorder()
				if h.ServeHTTP(w, r); w.Code != http.StatusOK {
					b.Fatal(w.Body)
				}
			}
		})
	}
}

// BenchmarkCreateAlone measures what the handler itself needs for a create, without a network.
// BenchmarkCreateAloneBare is the same with a handler that reads the form and writes the headers
// and bytes of one answer.
func BenchmarkCreateAlone(b *testing.B) {
	a := messaging.New(messaging.Options{SID: account, Token: token, Seed: 1, Keep: 1000,
		Clock: clock.Virtual(time.Unix(1.7e9, 0))})
	defer a.Close()
	if _, err := a.SetNumber(number, "", ""); err != nil {
		b.Fatal(err)
	}
	createAlone(b, &Handler{Accounts: messaging.NewAccounts(a)})
}

func BenchmarkCreateAloneBare(b *testing.B) {
	a := messaging.New(messaging.Options{SID: account, Token: token, Seed: 1})
	defer a.Close()
	if _, err := a.SetNumber(number, "", ""); err != nil {
		b.Fatal(err)
	}
	w := httptest.NewRecorder()
	(&Handler{Accounts: messaging.NewAccounts(a)}).ServeHTTP(w, createRequest())
	answer := w.Result()
	body := w.Body.Bytes()
	createAlone(b, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		maps.Copy(w.Header(), answer.Header)
		w.WriteHeader(answer.StatusCode)
		_, _ = w.Write(body)
	}))
}

// discard is a response that nobody reads.
type discard struct {
	header http.Header
	status int
}

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) WriteHeader(status int)      { d.status = status }
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }

func (d *discard) WriteString(s string) (int, error) { return len(s), nil }

func createAlone(b *testing.B, handler http.Handler) {
	r := createRequest()
	body := r.Body.(*rereadable)
	b.ReportAllocs()
	for b.Loop() {
		request := *r // a handler may change it
		body.Reader.Reset(body.text)
		w := &discard{header: http.Header{}}
		if handler.ServeHTTP(w, &request); w.status != http.StatusCreated {
			b.Fatal(w.status)
		}
	}
}

// rereadable is a body that can be read again.
type rereadable struct {
	*strings.Reader
	text string
}

func (*rereadable) Close() error { return nil }

// createRequest is a create as a server gets it from Go's client.
func createRequest() *http.Request {
	form := url.Values{"To": {"+12025550142"}, "From": {number},
		"Body": {"Your order has been shipped."}}.Encode()
	r := httptest.NewRequest(http.MethodPost, root(account)+"/Messages.json", nil)
	r.Host = "127.0.0.1:2010"
	r.Body = &rereadable{strings.NewReader(form), form}
	r.ContentLength = int64(len(form))
	r.SetBasicAuth(account, token)
	r.Header.Set("Content-Type", formType)
	r.Header.Set("User-Agent", "Go-http-client/1.1")
	r.Header.Set("Content-Length", strconv.Itoa(len(form)))
	return r
}
