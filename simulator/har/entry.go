package har

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"twilsim/simulator/journal"
)

const httpVersion = "HTTP/1.1"

// NewEntry makes an entry from an exchange. If a request to the API has a path instead of a URL,
// the entry's URL has the host of its Host header. It masks nothing; [Writer.Write] does.
func NewEntry(x *journal.Exchange) Entry {
	e := Entry{
		StartedDateTime: x.Real, Time: float64(x.Duration) / float64(time.Millisecond),
		Request: Request{
			Method: x.Method, URL: x.URL, HTTPVersion: httpVersion, Headers: pairs(x.Header),
			PostData: postData(x),
			Cookies:  requestCookies(x.Header), QueryString: []Pair{}, HeadersSize: -1,
			BodySize: len(x.Body),
		},
		Response: response(x),
		Sim:      &Sim{Exchange: *x},
	}
	e.Timings.Wait = e.Time
	if strings.HasPrefix(x.URL, "/") {
		e.Request.URL = "http://" + orLocal(x.Header.Get("Host")) + x.URL
	}
	if u, err := url.Parse(x.URL); err == nil {
		e.Request.QueryString = formPairs(u.RawQuery)
	}
	return e
}

func orLocal(host string) string {
	if host == "" {
		return "localhost"
	}
	return host
}

func response(x *journal.Exchange) Response {
	r := Response{
		Status: x.Status, StatusText: http.StatusText(x.Status), HTTPVersion: httpVersion,
		Headers: pairs(x.ResponseHeader),
		Cookies: responseCookies(x.ResponseHeader), RedirectURL: x.ResponseHeader.Get("Location"),
		HeadersSize: -1,
		BodySize:    len(x.ResponseBody), Error: x.Error,
		Content: Content{Size: len(x.ResponseBody), MimeType: x.ResponseHeader.Get("Content-Type")},
	}
	r.Content.Text, r.Content.Encoding = encode(x.ResponseBody)
	return r
}

func postData(x *journal.Exchange) *PostData {
	if x.Body == "" {
		return nil
	}
	data := &PostData{MimeType: x.Header.Get("Content-Type")}
	data.Text, data.Encoding = encode(x.Body)
	if strings.HasPrefix(data.MimeType, "application/x-www-form-urlencoded") {
		data.Params = formPairs(x.Body)
	}
	return data
}

// encode returns a body as text, in base64 if it is not UTF-8.
func encode(body string) (text, encoding string) {
	if utf8.ValidString(body) {
		return body, ""
	}
	return base64.StdEncoding.EncodeToString([]byte(body)), "base64"
}

// pairs returns the fields of a header. HAR wants a list, and not null, where there is nothing.
func pairs(h journal.Header) []Pair {
	list := []Pair{}
	for name, value := range h.All() {
		list = append(list, Pair{name, value})
	}
	return list
}

// formPairs returns the parameters of a form or a query in their order.
func formPairs(form string) []Pair {
	list := []Pair{}
	for part := range strings.SplitSeq(form, "&") {
		name, value, _ := strings.Cut(part, "=")
		name, err := url.QueryUnescape(name)
		value, err2 := url.QueryUnescape(value)
		if part != "" && err == nil && err2 == nil {
			list = append(list, Pair{strings.ToValidUTF8(name, "\uFFFD"),
				strings.ToValidUTF8(value, "\uFFFD")})
		}
	}
	return list
}

func requestCookies(h journal.Header) []Pair {
	list := []Pair{}
	for name, value := range h.All() {
		if !strings.EqualFold(name, "Cookie") {
			continue
		}
		cookies, _ := http.ParseCookie(value)
		for _, c := range cookies {
			list = append(list, Pair{c.Name, c.Value})
		}
	}
	return list
}

func responseCookies(h journal.Header) []Pair {
	list := []Pair{}
	for name, value := range h.All() {
		if !strings.EqualFold(name, "Set-Cookie") {
			continue
		}
		if c, err := http.ParseSetCookie(value); err == nil {
			list = append(list, Pair{c.Name, c.Value})
		}
	}
	return list
}
