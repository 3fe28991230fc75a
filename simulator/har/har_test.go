package har_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/fault"
	"twilsim/simulator/har"
	"twilsim/simulator/journal"
)

var at = time.Date(2026, 11, 23, 9, 42, 7, 114_123_456, time.UTC)

var exchanges = []*journal.Exchange{
	{
		Name: "W1", Purpose: journal.Inbound, SID: "SM7a3f9c01d2e4f5a6b7c8d9e0f1a2b3c4", Attempt: 1,
		At: at, Real: at.Add(time.Second),
		Duration: 3_141_592, Method: "POST", URL: "https://shop.example/sms?a=b+c",
		Dialed: "http://localhost:3000/sms?a=b+c",
		Header: "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\nCookie: a=b; " +
			"c=d\r\nHost: shop.example\r\n" +
			"X-Empty: \r\nX-Twilio-Signature: abc=\r\n",
		Body: "Body=hi+%26+all&To=%2B12025550100", Signature: "valid", Status: 200,
		ResponseHeader: "Content-Type: text/xml\r\nSet-Cookie: a=e; Path=/\r\nSet-Cookie: f=g\r\n",
		ResponseBody:   "<Response/>",
	},
	{
		Name: "W2", Purpose: journal.Status, Attempt: 2, At: at, Real: at, Method: "POST",
		URL:  "http://localhost:3000/status",
		Body: "\xff\x00binary", Signature: "bad", ReplayOf: "W1", Code: "11200",
		Error: "connection refused",
		Faults: fault.List{{Kind: fault.Delay, Wait: 5 * time.Second, Rule: "r1"},
			{Kind: fault.Cut, Bytes: -1, Rule: "r1"}},
		Edge: "dublin",
	},
	{
		Name: "R1", Purpose: journal.API, Attempt: 1, At: at, Real: at, Duration: time.Millisecond,
		Method:    "GET",
		URL:       "/2010-04-01/Accounts/AC1/Messages.json",
		Header:    "Authorization: Basic [masked]\r\nHost: localhost:2010\r\n",
		Signature: "none", Status: 404, ResponseHeader: "Content-Type: application/json\r\n",
		ResponseBody: "\x89PNG", Truncated: true,
	},
}

func archive(t *testing.T, list ...*journal.Exchange) []byte {
	t.Helper()
	var b bytes.Buffer
	w := har.NewWriter(&b, "0.1.0")
	for _, x := range list {
		if err := w.Write(har.NewEntry(x)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func read(data []byte) (list []*journal.Exchange, err error) {
	err = har.Read(bytes.NewReader(data), func(e *har.Entry) error {
		x, err := e.Exchange()
		list = append(list, x)
		return err
	})
	return list, err
}

func TestRoundTrip(t *testing.T) {
	data := archive(t, exchanges...)
	if !json.Valid(data) || !har.Is(data) {
		t.Errorf("no archive:\n%s", data)
	}
	got, err := read(data)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(exchanges, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestEntry checks the fields that other programs read.
func TestEntry(t *testing.T) {
	got := har.NewEntry(exchanges[0])
	want := har.Entry{
		StartedDateTime: at.Add(time.Second), Time: 3.141592, Timings: har.Timings{Wait: 3.141592},
		Request: har.Request{
			Method: "POST", URL: "https://shop.example/sms?a=b+c", HTTPVersion: "HTTP/1.1", HeadersSize: -1,
			BodySize: 33,
			Cookies:  []har.Pair{{Name: "a", Value: "b"}, {Name: "c", Value: "d"}},
			Headers: []har.Pair{
				{Name: "Content-Type", Value: "application/x-www-form-urlencoded; charset=UTF-8"},
				{Name: "Cookie", Value: "a=b; c=d"},
				{Name: "Host", Value: "shop.example"}, {Name: "X-Empty"},
				{Name: "X-Twilio-Signature", Value: "abc="},
			},
			QueryString: []har.Pair{{Name: "a", Value: "b c"}},
			PostData: &har.PostData{
				MimeType: "application/x-www-form-urlencoded; charset=UTF-8", Text: exchanges[0].Body,
				Params: []har.Pair{{Name: "Body", Value: "hi & all"}, {Name: "To", Value: "+12025550100"}},
			},
		},
		Response: har.Response{
			Status: 200, StatusText: "OK", HTTPVersion: "HTTP/1.1", HeadersSize: -1, BodySize: 11,
			Cookies: []har.Pair{{Name: "a", Value: "e"}, {Name: "f", Value: "g"}},
			Headers: []har.Pair{
				{Name: "Content-Type", Value: "text/xml"}, {Name: "Set-Cookie", Value: "a=e; Path=/"},
				{Name: "Set-Cookie", Value: "f=g"},
			},
			Content: har.Content{Size: 11, MimeType: "text/xml", Text: "<Response/>"},
		},
		Sim: &har.Sim{Exchange: *exchanges[0]},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	const messages = "http://localhost:2010/2010-04-01/Accounts/AC1/Messages.json"
	if api := har.NewEntry(exchanges[2]); api.Request.URL != messages {
		t.Errorf("the URL of a request to the API is %s", api.Request.URL)
	}
}

// foreign is an archive of another program.
const foreign = "\uFEFF" + `{
  "log": {"version": "1.2", "pages": [{"id": "x"}], "entries": [
    {"startedDateTime": "2026-11-23T10:42:07.114+01:00", "time": 4.5,
     "_initiator": {"type": "other"},
     "request": {"method": "POST", "url": "https://shop.example/sms", "headers": [
       {"name": ":authority", "value": "shop.example"},
       {"name": "x-twilio-signature", "value": "abc="}],
       "postData": {"mimeType": "application/x-www-form-urlencoded", "params": [
         {"name": "MessageSid", "value": "SM7a3f9c01d2e4f5a6b7c8d9e0f1a2b3c4"},
         {"name": "Body", "value": "hi & all"}]}},
     "response": {"status": 200, "content": {"size": 5, "encoding": "base64", "text": "PGEvPgo="}}},
    {"startedDateTime": "2026-11-23T09:42:08Z", "time": -1,
     "request": {"method": "POST", "url": "https://shop.example/status",
       "postData": {"mimeType": "application/x-www-form-urlencoded",
         "text": "SmsSid=SM1&MessageStatus=sent"}},
     "response": {"status": 0, "_error": "net::ERR_FAILED"}},
    {"startedDateTime": "2026-11-23T09:42:09Z", "time": 1,
     "request": {"method": "POST",
       "url": "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages.json",
       "headers": [{"name": "authorization", "value": "Basic c2VjcmV0"}]},
     "response": {"status": 201, "content": {
       "text": "{\"sid\": \"SM00000000000000000000000000000001\"}"}}},
    {"startedDateTime": "2026-11-23T09:42:10Z", "time": 1,
     "request": {"method": "GET", "url": "https://shop.example/app.js"},
     "response": {"status": 200}}
  ]}
}`

func TestForeign(t *testing.T) {
	var kinds []journal.Kind
	var got []*journal.Exchange
	err := har.Read(strings.NewReader(foreign), func(e *har.Entry) error {
		kind, ok := e.Kind()
		kinds = append(kinds, kind)
		if !ok {
			return nil
		}
		x, err := e.Exchange()
		got = append(got, x)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]journal.Kind{journal.Webhooks, journal.Webhooks, journal.Requests, ""},
		kinds); diff != "" {
		t.Errorf("kinds (-want +got):\n%s", diff)
	}
	began := time.Date(2026, 11, 23, 9, 42, 7, 114_000_000, time.UTC)
	want := []*journal.Exchange{
		{
			Purpose: journal.Inbound, SID: "SM7a3f9c01d2e4f5a6b7c8d9e0f1a2b3c4", Attempt: 1, At: began,
			Real:     began,
			Duration: 4_500_000, Method: "POST", URL: "https://shop.example/sms", Signature: "unchecked",
			Header: "Content-Type: application/x-www-form-urlencoded\r\nHost: " +
				"shop.example\r\nX-Twilio-Signature: abc=\r\n",
			Body: "MessageSid=SM7a3f9c01d2e4f5a6b7c8d9e0f1a2b3c4&Body=hi+%26+all", Status: 200,
			ResponseBody: "<a/>\n",
		},
		{
			Purpose: journal.Status, SID: "SM1", Attempt: 1, At: at.Truncate(time.Second).Add(time.Second),
			Real: at.Truncate(time.Second).Add(time.Second), Method: "POST",
			URL: "https://shop.example/status", Signature: "missing",
			Header: "Content-Type: application/x-www-form-urlencoded\r\n",
			Body:   "SmsSid=SM1&MessageStatus=sent", Error: "net::ERR_FAILED",
		},
		{
			Purpose: journal.API, SID: "SM00000000000000000000000000000001", Attempt: 1,
			At:   at.Truncate(time.Second).Add(2 * time.Second),
			Real: at.Truncate(time.Second).Add(2 * time.Second), Duration: time.Millisecond, Method: "POST",
			URL:    "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages.json",
			Header: "Authorization: Basic [masked]\r\n", Signature: "none",
			Status: 201, ResponseBody: `{"sid": "SM00000000000000000000000000000001"}`,
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestReadErrors(t *testing.T) {
	entry := func(e string) string { return `{"log":{"entries":[` + e + `]}}` }
	tests := []struct{ name, in, want string }{
		{"nothing", "", "unexpected EOF"},
		{"no archive", `{"a":1}`, "there are no entries in the archive"},
		{"entries of another kind", `{"log":{"entries":{}}}`, "found { at byte 19, want ["},
		{"broken off", `{"log":{"entries":[`, "unexpected EOF"},
		{"no entry", entry(`1`), "entry 1: json: cannot unmarshal number into Go value of type " +
			"har.Entry"},
		{"no URL", entry(`{"request":{"method":"GET"}}`),
			"entry 1: its request has no method or no absolute URL"},
		{"bad base64", entry(`{"request":{"method":"GET","url":"http://a/"},` +
			`"response":{"content":{"encoding":"base64","text":"!"}}}`),
			"entry 1: its body is not in base64, as it says: illegal base64 data at input byte 0"},
		{"bad purpose", entry(`{"request":{"method":"GET","url":"http://a/"},"_sim":{"purpose":"x"}}`),
			`entry 1: its _sim has the purpose "x": ` +
				"want inbound, redirect, fallback, status, event, click or api"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := read([]byte(tt.in))
			if err == nil || err.Error() != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

// FuzzRead checks that an archive is the same after it is written and read again.
func FuzzRead(f *testing.F) {
	f.Add([]byte(foreign))
	f.Add([]byte(`{"log":{"entries":[]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		first, err := read(data)
		if err != nil {
			return
		}
		var named []*journal.Exchange
		for _, x := range first {
			if x.Purpose != "" && x.At.Year() > 0 && x.At.Year() < 9999 {
				named = append(named, x)
			}
		}
		again, err := read(archive(t, named...))
		var entry *har.EntryError
		if errors.As(err, &entry) {
			t.Fatal(err)
		}
		if diff := cmp.Diff(named, again); diff != "" {
			t.Errorf("(-first +again):\n%s", diff)
		}
	})
}
