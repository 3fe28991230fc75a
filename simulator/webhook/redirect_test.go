package webhook

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/twilio/twilio-go/client"

	"twilsim/simulator/journal"
)

// TestRedirect checks the method, the URL and the number of requests after redirects.
func TestRedirect(t *testing.T) {
	const try = "redirect with 301, 302, 303 or 307, and a Location"
	app, got := newApp(t, func(w http.ResponseWriter, r *http.Request) {
		status, _ := strconv.Atoi(r.URL.Query().Get("status"))
		if n, err := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/down/")); err == nil && n > 0 {
			w.Header().Set("Location", strconv.Itoa(n-1)) // relative to /down/
			w.WriteHeader(307)
			return
		}
		if status == 0 {
			w.Header().Set("Content-Type", "text/xml")
			_, _ = io.WriteString(w, "<Response/>")
			return
		}
		w.Header().Set("Location", r.URL.Query().Get("to"))
		w.WriteHeader(status)
	})
	down := func(method string, from, n int) (lines []string) {
		for i := range n {
			purpose, status := "http-redirect", "307"
			if i == 0 {
				purpose = "inbound"
			}
			if from == i {
				status = "200"
			}
			lines = append(lines, purpose+" 1 "+method+" /down/"+strconv.Itoa(from-i)+" "+status)
		}
		return lines
	}
	tooMany := down("POST", 11, 11)
	tooMany[10] += " 11215"
	const query = "?status="
	for _, tt := range []struct {
		name, method, path string
		want               []string
		failure            *Failure
	}{
		// F-489
		{"301", "POST", "/sms?status=301&to=/more",
			[]string{"inbound 1 POST /sms?status=301&to=/more 301", "http-redirect 1 GET /more 200"}, nil},
		{"302", "POST", "/sms?status=302&to=/more",
			[]string{"inbound 1 POST /sms?status=302&to=/more 302", "http-redirect 1 GET /more 200"}, nil},
		{"303", "POST", "/sms?status=303&to=/more",
			[]string{"inbound 1 POST /sms?status=303&to=/more 303", "http-redirect 1 GET /more 200"}, nil},
		{"307", "POST", "/sms?status=307&to=/more",
			[]string{"inbound 1 POST /sms?status=307&to=/more 307", "http-redirect 1 POST /more 200"}, nil},
		{"GET stays one", "GET", "/sms?status=307&to=/more",
			[]string{"inbound 1 GET /sms?status=307&to=/more&" + form + " 307",
				"http-redirect 1 GET /more 200"}, nil},
		{"a query of its own", "POST", "/sms?status=302&to=/a%3Fb=%2520c",
			[]string{"inbound 1 POST /sms?status=302&to=/a%3Fb=%2520c 302",
				"http-redirect 1 GET /a?b=%20c 200"}, nil},
		{"whole URL", "POST", "/sms?status=302&to=http://app.example/x%23rc=5",
			[]string{"inbound 1 POST /sms?status=302&to=http://app.example/x%23rc=5 302",
				"http-redirect 1 GET /x 200"}, nil},
		{"relative", "POST", "/a/b?status=307&to=../c",
			[]string{"inbound 1 POST /a/b?status=307&to=../c 307", "http-redirect 1 POST /c 200"}, nil},
		{"non-ASCII", "POST", "/sms?status=302&to=/%25C3%25A9",
			[]string{"inbound 1 POST /sms?status=302&to=/%25C3%25A9 302", "http-redirect 1 GET /%C3%A9 200"},
			nil},
		{"ten", "POST", "/down/10", down("POST", 10, 11), nil}, // F-489
		{"eleven", "POST", "/down/11", tooMany, // F-125
			&Failure{Code: "11215", Text: `the app redirected more than 10 times, at last to "0"`,
				Try: "set the webhook to the final URL"}},
		// F-055
		{"308", "POST", "/sms?status=308&to=/more",
			[]string{"inbound 1 POST /sms?status=308&to=/more 308 11216"},
			&Failure{Code: "11216", Text: `the app answered 308 with Location "/more"`, Try: try}},
		{"300", "POST", "/sms?status=300&to=/more",
			[]string{"inbound 1 POST /sms?status=300&to=/more 300 11216"},
			&Failure{Code: "11216", Text: `the app answered 300 with Location "/more"`, Try: try}},
		{"no Location", "POST", "/sms?status=302", []string{"inbound 1 POST /sms?status=302 302 11216"},
			&Failure{Code: "11216", Text: "the app answered 302 without a Location", Try: try}},
		{"other scheme", "POST", "/sms?status=302&to=ftp://app.example/",
			[]string{"inbound 1 POST /sms?status=302&to=ftp://app.example/ 302 11216"},
			&Failure{Code: "11216", Try: try,
				Text: `the app answered 302 with a bad Location: "ftp://app.example/" is not an absolute ` +
					`http or ` +
					`https URL`}},
		{"outside", "POST", "/sms?status=302&to=http://shop.invalid/x", // SIM-1, and nothing is sent
			[]string{"inbound 1 POST /sms?status=302&to=http://shop.invalid/x 302",
				"http-redirect 1 GET /x SIM-1"},
			&Failure{Code: "SIM-1", Text: "host shop.invalid:80 is not allowed",
				Try: "map it to your app with --forward PUBLIC=LOCAL, or let it out with --allow-host " +
					"shop.invalid:80"}},
		{"to a failure", "POST", "/sms?status=302&to=/x" + strings.Replace(query, "?", "%3F", 1) + "500",
			[]string{"inbound 1 POST /sms?status=302&to=/x%3Fstatus=500 302",
				"http-redirect 1 GET /x?status=500 500 11200"},
			&Failure{Code: "11200", Text: "the app answered 500"}},
		{"to a failure that is tried again", "POST", "/sms?status=302&to=/x%3Fstatus=500#rp=5xx&rc=2",
			[]string{"inbound 1 POST /sms?status=302&to=/x%3Fstatus=500 302",
				"http-redirect 1 GET /x?status=500 500 11200",
				"http-redirect 2 GET /x?status=500 500 11200", "http-redirect 3 GET /x?status=500 500 11200"},
			&Failure{Code: "11200", Text: "the app answered 500"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := &Client{Routes: Routes{{"http://app.example", app.URL}}}
			lines, answer := story(t, c, request(tt.method, "http://app.example"+tt.path))
			if diff := cmp.Diff(tt.want, lines); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.failure, answer.Failure); diff != "" {
				t.Errorf("failure (-want +got):\n%s", diff)
			}
			for range len(got) {
				sent := <-got
				if !valid(sent, "http://app.example") {
					t.Errorf("Twilio's validator refuses %s %s", sent.Method, sent.URI)
				}
				if body := map[string]string{"POST": form}[sent.Method]; sent.Body != body {
					t.Errorf("%s %s came with the body %q", sent.Method, sent.URI, sent.Body)
				}
			}
		})
	}
}

// TestRedirectCredentials checks that credentials are sent to their host only.
func TestRedirectCredentials(t *testing.T) {
	for _, tt := range []struct{ base, location, want string }{
		{"http://u:p@app.example/sms#rc=1", "/more", "http://u:p@app.example/more"},
		{"http://u:p@app.example/sms", "http://app.example/more", "http://u:p@app.example/more"},
		{"http://u:p@app.example/sms", "http://v:q@app.example/more", "http://v:q@app.example/more"},
		{"http://u:p@app.example/sms", "http://other.example/more", "http://other.example/more"},
		{"http://u:p@app.example/sms", "http://app.example:81/more", "http://app.example:81/more"},
		{"http://u:p@app.example/sms", "https://app.example/more", "https://app.example/more"},
		{"http://u:p@app.example/sms", "//app.example/more#x", "http://u:p@app.example/more"},
	} {
		got, err := resolve(tt.base, tt.location)
		if err != nil || got != tt.want {
			t.Errorf("resolve(%q, %q) = %q, %v; want %q", tt.base, tt.location, got, err, tt.want)
		}
	}
}

// TestRedirectOfJSON follows a redirect from a POST whose body is not a form. The GET after a 302
// has no body, and so no bodySHA256; the POST after a 307 has the body, and the hash behind its own
// URL.
func TestRedirectOfJSON(t *testing.T) {
	for status, want := range map[int]string{302: "GET /more", 303: "GET /more",
		307: "POST /more?bodySHA256="} {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			app, got := newApp(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != "/more" {
					w.Header().Set("Location", "/more")
					w.WriteHeader(status)
				}
			})
			c := &Client{}
			defer c.Close()
			r := request("POST", app.URL+"/sms")
			r.Params, r.Body, r.ContentType = nil, `{"a":1}`, "application/json"
			answer := c.Do(t.Context(), r, func(*journal.Exchange, bool) {})
			<-got
			next := <-got
			line := next.Method + " " + next.URI
			if answer.Failure != nil || !strings.HasPrefix(line, want) || len(line) > len(want)+64 {
				t.Errorf("%+v, then %s, want %s", answer.Failure, line, want)
			}
			if wantBody := map[bool]string{true: r.Body}[status == 307]; next.Body != wantBody {
				t.Errorf("body %q, want %q", next.Body, wantBody)
			}
			validator := client.NewRequestValidator(token)
			signature := next.Header.Get("X-Twilio-Signature")
			if status == 307 && !validator.ValidateBody(app.URL+next.URI, []byte(next.Body), signature) ||
				status != 307 && !validator.Validate(app.URL+next.URI, nil, signature) {
				t.Errorf("Twilio's validator refuses %s", line)
			}
		})
	}
}
