package rest

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/carrier"
	"twilsim/simulator/clock"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

// TestGolden runs the scripts in testdata and compares every answer with the file, byte by byte. A
// script has
//
//	# a comment
//	POST /path NAME=VALUE 'NAME=a value'    a request; the lines with < below it are its answer
//	POST /path '{"a": 1}'                   the same with a JSON body
//	.advance 2s                             moves the clock
//	.rule WORDS                             adds a rule
//	.as NAME                                sets $NAME to the SID of the last answer
//	.receive FROM NAME TEXT                 a handset sends a file; .as then names the message
//	.bin [GET] DOCUMENT                     a TwiML Bin answers the number's texts
//	.shortcode DIGITS                       adds a short code; .as then names it
//	.code NAME                              sets $NAME to the newest code of Verify
//	.phone NUMBER STATE                     sets the state of a handset
//	.auth USER PASSWORD                     the credentials from here on; "none" sends none
//
// The variables $AC, $TOKEN, $TEST and $TESTTOKEN are set. A path such as /Messages is relative
// to the account $AC. go test -update writes the answers.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("%v, %d files", err, len(files))
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := newScript(t).run(string(text))
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(string(text), got); diff != "" {
				t.Errorf("go test -update rewrites it (-want +got):\n%s", diff)
			}
		})
	}
}

const (
	account = "AC00000000000000000000000000000001"
	token   = "0123456789abcdef0123456789abcdef"
	number  = "+12025550100"
)

// newHandler returns a handler whose main account has one number.
func newHandler(t testing.TB) *Handler {
	t.Helper()
	a := messaging.New(messaging.Options{
		SID: account, Token: token, Seed: 1,
		Clock: clock.Virtual(time.Date(2026, 11, 23, 9, 42, 7, 0, time.UTC)),
	})
	t.Cleanup(a.Close)
	if _, err := a.SetNumber(number, "", ""); err != nil {
		t.Fatal(err)
	}
	return &Handler{Accounts: messaging.NewAccounts(a)}
}

// script is a golden file that is being run.
type script struct {
	t              *testing.T
	handler        *Handler
	vars           map[string]string
	user, password string
	lastSID        string
}

func newScript(t *testing.T) *script {
	h := newHandler(t)
	test := h.Accounts.Test()
	return &script{t: t, handler: h, user: account, password: token, vars: map[string]string{
		"AC": account, "TOKEN": token, "TEST": test.SID, "TESTTOKEN": test.Token,
	}}
}

func (s *script) run(text string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "<") {
			continue
		}
		out.WriteString(line)
		words := s.words(strings.TrimSpace(line))
		switch {
		case len(words) == 0 || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "."):
			s.direct(words)
		default:
			out.WriteString(s.ask(words))
		}
	}
	return out.String()
}

var wordPattern = regexp.MustCompile(`'[^']*'|[^\s']+`)

// words splits a line at its blanks, except in quotes, and replaces the variables.
func (s *script) words(line string) []string {
	words := wordPattern.FindAllString(line, -1)
	for i, word := range words {
		words[i] = os.Expand(strings.Trim(word, "'"),
			func(name string) string { return s.vars[name] })
	}
	return words
}

func (s *script) direct(words []string) {
	a := s.handler.Accounts.Main()
	switch words[0] {
	case ".advance":
		d, err := time.ParseDuration(words[1])
		if err == nil {
			err = a.Clock.Advance(s.t.Context(), d)
		}
		if err != nil {
			s.t.Fatal(err)
		}
	case ".rule":
		rule, err := carrier.ParseRule(words[1:])
		if err != nil {
			s.t.Fatal(err)
		}
		a.Rules.Add(rule)
	case ".as":
		s.vars[words[1]] = s.lastSID
	case ".receive":
		receipt, err := a.Receive(s.t.Context(), messaging.Text{
			From: words[1], To: number,
			Media: []messaging.Media{messaging.ReadMedia(words[2], []byte(words[3]))},
		})
		if err != nil {
			s.t.Fatal(err)
		}
		s.lastSID = receipt.Message.ID()
	case ".bin":
		method := http.MethodPost
		if words[1] == http.MethodGet {
			method, words = words[1], words[1:]
		}
		if _, err := a.SetBin("answer", strings.Join(words[1:], " ")); err != nil {
			s.t.Fatal(err)
		}
		if _, err := a.SetNumber(number, "answer", method); err != nil {
			s.t.Fatal(err)
		}
	case ".shortcode":
		n, err := a.SetNumber(words[1], "", "")
		if err != nil {
			s.t.Fatal(err)
		}
		s.lastSID = n.SID
	case ".code":
		for thing := range a.Journal.Backward(journal.Verifications, "") {
			s.vars[words[1]], _ = thing.Field("code")
			break
		}
	case ".phone":
		if _, err := a.SetHandset(words[1], carrier.HandsetState(words[2])); err != nil {
			s.t.Fatal(err)
		}
	case ".auth":
		s.user, s.password = words[1], ""
		if len(words) > 2 {
			s.password = words[2]
		}
	default:
		s.t.Fatalf("unknown directive %q", words)
	}
}

var sidPattern = regexp.MustCompile(`"sid": "(\w+)"|<Sid>(\w+)</Sid>`)

// ask sends a request and returns the lines of its answer.
func (s *script) ask(words []string) string {
	r := s.request(words)
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	if m := sidPattern.FindStringSubmatch(w.Body.String()); m != nil {
		s.lastSID = m[1] + m[2]
	}
	var b strings.Builder
	fmt.Fprintf(&b, "< %d", w.Code)
	for _, name := range []string{"Content-Type", "Www-Authenticate"} {
		if value := w.Header().Get(name); value != "" {
			b.WriteString(" " + value)
		}
	}
	b.WriteByte('\n')
	for line := range bytes.Lines(w.Body.Bytes()) {
		b.WriteString("< " + strings.TrimSuffix(string(line), "\n") + "\n")
	}
	return b.String()
}

func (s *script) request(words []string) *http.Request {
	method, path := words[0], words[1]
	if !strings.HasPrefix(path, "/2010") && !strings.HasPrefix(path, "/v1") &&
		!strings.HasPrefix(path, "/v2") {
		path = "/2010-04-01/Accounts/" + account + path
	}
	if len(words) == 3 && strings.HasPrefix(words[2], "{") {
		r := httptest.NewRequest(method, "http://127.0.0.1:2010"+path, strings.NewReader(words[2]))
		r.Header.Set("Content-Type", "application/json")
		r.SetBasicAuth(s.user, s.password)
		return r
	}
	form := url.Values{}
	for _, word := range words[2:] {
		name, value, ok := strings.Cut(word, "=")
		if !ok {
			s.t.Fatalf("%q is not NAME=VALUE", word)
		}
		form.Add(name, value)
	}
	var r *http.Request
	if method == http.MethodPost || method == http.MethodPut {
		r = httptest.NewRequest(method, "http://127.0.0.1:2010"+path,
			strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", formType)
	} else {
		if len(form) > 0 {
			path += "?" + form.Encode()
		}
		r = httptest.NewRequest(method, "http://127.0.0.1:2010"+path, nil)
	}
	if s.user != "none" {
		r.SetBasicAuth(s.user, s.password)
	}
	return r
}
