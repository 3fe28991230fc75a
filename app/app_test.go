package app

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"image/png"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	token     = "0123456789abcdef0123456789abcdef"
	publicURL = "http://localhost:3000"
)

// sign is F-062 to F-065 by hand: the URL, then name and value of each parameter of a POST in order
// of the names.
func sign(token, url string, form url.Values) string {
	for _, name := range slices.Sorted(maps.Keys(form)) {
		url += name + form.Get(name)
	}
	mac := hmac.New(sha1.New, []byte(token))
	mac.Write([]byte(url))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// webhook is a signed request as Twilio makes it: the parameters in the body of a POST, else behind
// the path's query.
func webhook(method, path string, form url.Values) *http.Request {
	if method == http.MethodPost {
		r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded") // F-033
		r.Header.Set("X-Twilio-Signature", sign(token, publicURL+path, form))
		return r
	}
	if len(form) > 0 {
		separator := "?"
		if strings.Contains(path, "?") {
			separator = "&"
		}
		path += separator + form.Encode() // F-037
	}
	r := httptest.NewRequest(method, path, nil)
	r.Header.Set("X-Twilio-Signature", sign(token, publicURL+path, nil))
	return r
}

// outcome is all that a caller and a reader of the log see of one request.
type outcome struct {
	Status      int
	ContentType string
	Body        string
	Log         string
}

func do(r *http.Request) outcome {
	var log bytes.Buffer
	a := &App{AuthToken: token, PublicURL: publicURL, Log: &log}
	w := httptest.NewRecorder()
	a.ServeHTTP(w, r)
	return outcome{w.Code, w.Header().Get("Content-Type"), w.Body.String(), log.String()}
}

const (
	sid    = "SM00000000000000000000000000000001"
	xmlDoc = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"
)

func TestApp(t *testing.T) {
	var (
		hello = url.Values{
			"From":     {"+12025550142"},
			"Body":     {"hello"},
			"NumMedia": {"0"},
			"ToState":  {""},
		}
		sent   = url.Values{"MessageSid": {sid}, "MessageStatus": {"sent"}}
		failed = url.Values{
			"MessageSid":    {sid},
			"MessageStatus": {"undelivered"},
			"ErrorCode":     {"30003"},
		}
		helloLog  = "Message from +12025550142: hello\n"
		helloXML  = xmlDoc + `<Response><Message action="/status">You said: hello</Message></Response>`
		sentLog   = "Message SID " + sid + " has a status of sent\n"
		failedLog = "Message SID " + sid + " has a status of undelivered\nError code 30003\n"
		emptyOK   = func(log string) outcome { return outcome{200, plainText, "", log} }
	)
	tests := []struct {
		name    string
		request *http.Request
		want    outcome
	}{
		{"ready", httptest.NewRequest("GET", "/", nil), outcome{200, plainText, "ok", ""}},
		{"text", webhook("POST", "/sms", hello), outcome{200, textXML, helloXML, helloLog}},
		{
			"text with a query",
			webhook("POST", "/sms?shop=7&x=a+b%2Bc", hello),
			outcome{200, textXML, helloXML, helloLog},
		},
		{"text with a query that Go would not write", webhook("POST", "/sms?a=1;b=%zz", hello),
			outcome{200, textXML, helloXML, helloLog}},
		{
			"text by GET",
			webhook("GET", "/sms?shop=7", hello),
			outcome{200, textXML, helloXML, helloLog},
		}, // F-065
		{
			"text without a body",
			webhook("POST", "/sms", url.Values{"From": {"+12025550142"}, "Body": {""}}), // F-006
			outcome{
				200,
				textXML,
				xmlDoc + `<Response><Message action="/status">You said: </Message></Response>`,
				"Message from +12025550142: \n",
			},
		},
		{
			"text of several lines",
			webhook(
				"POST",
				"/sms",
				url.Values{"From": {"+12025550142"}, "Body": {"plain\r\na\nb\rc"}},
			),
			outcome{200, textXML,
				xmlDoc + `<Response><Message action="/status">You said: ` +
					`plain&#xD;&#xA;a&#xA;b&#xD;c</Message></Response>`,
				"Message from +12025550142: plain a b c\n"},
		},
		{"redirected", webhook("POST", "/sms2", hello),
			outcome{
				200,
				textXML,
				xmlDoc + `<Response><Message action="/status">redirected</Message></Response>`,
				"",
			}},
		{"status", webhook("POST", "/status", sent), emptyOK(sentLog)},
		{"status with an error", webhook("POST", "/status", failed), emptyOK(failedLog)},
		{"status by GET", webhook("GET", "/status", failed), emptyOK(failedLog)},
		{"status below", webhook("POST", "/status/order/7", sent), emptyOK(sentLog)},
		{"status with unknown parameters", webhook("POST", "/status", url.Values{ // F-026
			"MessageSid": {
				sid,
			}, "MessageStatus": {"sent"}, "New.Thing": {"1"}, "MessagingBinding.Address": {"+1"}}),
			emptyOK(sentLog)},
		{
			"other path",
			webhook("POST", "/nowhere", hello),
			outcome{404, plainText, "404 page not found\n", ""},
		},
		{
			"other method",
			webhook("PUT", "/sms", nil),
			outcome{405, plainText, "Method Not Allowed\n", ""},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, do(tt.request)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// TestHead sends HEAD through a real server, which alone takes the body away.
func TestHead(t *testing.T) {
	var log bytes.Buffer
	a := &App{
		AuthToken: token,
		Log:       &log,
	} // No PublicURL: the server's own address is known only now.
	server := httptest.NewServer(a)
	defer server.Close()

	target := server.URL + "/sms?Body=hello&From=%2B12025550142"
	r, err := http.NewRequestWithContext(t.Context(), http.MethodHead, target, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Twilio-Signature", sign(token, target, nil))
	response, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	server.Close() // Blocks until the handler is done with the log.
	want := outcome{200, textXML, "", "Message from +12025550142: hello\n"}
	got := outcome{
		response.StatusCode,
		response.Header.Get("Content-Type"),
		string(body),
		log.String(),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestPicture(t *testing.T) {
	got := do(httptest.NewRequest("GET", "/picture.png", nil))
	if got.Status != 200 || got.ContentType != "image/png" {
		t.Errorf("got %d %s, want 200 image/png", got.Status, got.ContentType)
	}
	if _, err := png.Decode(strings.NewReader(got.Body)); err != nil {
		t.Error(err)
	}
}

// lines records each Write apart.
type lines struct{ writes []string }

func (l *lines) Write(p []byte) (int, error) {
	l.writes = append(l.writes, string(p))
	return len(p), nil
}

// TestLogWrites holds that a line is one Write, and that a status and its error code stay together,
// others that print. The writer has no lock of its own, so the race detector sees it if App has
// none either.
func TestLogWrites(t *testing.T) {
	const n = 50
	var log lines
	a := &App{AuthToken: token, PublicURL: publicURL, Log: &log}
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			a.ServeHTTP(httptest.NewRecorder(), webhook("POST", "/status", url.Values{
				"MessageSid": {
					fmt.Sprint("SM", i),
				}, "MessageStatus": {"failed"}, "ErrorCode": {fmt.Sprint(i)}}))
		})
	}
	wg.Wait()

	want := map[string]string{}
	for i := range n {
		want[fmt.Sprintf("Message SID SM%d has a status of failed\n", i)] = fmt.Sprintf(
			"Error code %d\n",
			i,
		)
	}
	got := map[string]string{}
	for pair := range slices.Chunk(log.writes, 2) {
		got[pair[0]] = pair[len(pair)-1]
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func ExampleApp() {
	var log strings.Builder
	a := &App{AuthToken: token, PublicURL: publicURL, Log: &log}

	w := httptest.NewRecorder()
	a.ServeHTTP(
		w,
		webhook(
			"POST",
			"/sms",
			url.Values{"From": {"+12025550142"}, "Body": {"Where is my order?"}},
		),
	)
	fmt.Println(w.Body)
	a.ServeHTTP(httptest.NewRecorder(), webhook("POST", "/status", url.Values{
		"MessageSid": {sid}, "MessageStatus": {"undelivered"}, "ErrorCode": {"30003"}}))
	fmt.Print(log.String())
	// Output:
	// <?xml version="1.0" encoding="UTF-8"?>
	// <Response><Message action="/status">You said: Where is my order?</Message></Response>
	// Message from +12025550142: Where is my order?
	// Message SID SM00000000000000000000000000000001 has a status of undelivered
	// Error code 30003
}

func BenchmarkApp(b *testing.B) {
	form := url.Values{
		"From":       {"+12025550142"},
		"To":         {"+12025550100"},
		"Body":       {"hello"},
		"MessageSid": {sid},
	}
	body, signature := form.Encode(), sign(token, publicURL+"/sms", form)
	a := &App{AuthToken: token, PublicURL: publicURL}
	for b.Loop() {
		r := httptest.NewRequest("POST", "/sms", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("X-Twilio-Signature", signature)
		w := httptest.NewRecorder()
		a.ServeHTTP(w, r)
		if w.Code != 200 {
			b.Fatal(w.Code)
		}
	}
}
