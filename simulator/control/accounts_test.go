package control

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

// of returns a client for another account.
func (w *world) of(account string) *Client {
	return w.client.For(account)
}

// TestNamed checks that an answer names its account once there are several, whatever is in the
// name, and also where it is about another account than the one before.
func TestNamed(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	named := func(c *Client) string {
		t.Helper()
		if _, err := c.Messages(t.Context(), nil, 1); err != nil {
			t.Fatal(err)
		}
		accountSID, name := c.Named()
		return accountSID + " " + name
	}
	if got := named(w.client); got != " " {
		t.Errorf("with one account %q, want no name", got)
	}
	other, err := w.client.CreateAccount(t.Context(), "caffè 50 %20 b")
	if err != nil {
		t.Fatal(err)
	}
	c := w.of(other.SID)
	if got, want := named(c), other.SID+" "+other.FriendlyName; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := named(w.client), w.account.SID+" "; !strings.HasPrefix(got, want) {
		t.Errorf("%q, want the main account, %s", got, want)
	}
}

// TestAccountsAreApart: what happens in a subaccount is not seen in the main account, and both ways
// to name the subaccount lead to it.
func TestAccountsAreApart(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	made, err := w.client.CreateAccount(t.Context(), "shop 2/west")
	if err != nil {
		t.Fatal(err)
	}
	if made.AuthToken == "" || made.Kind != subaccount || made.Status != "active" {
		t.Errorf("account %+v", made)
	}
	sub := w.of("shop 2/west")
	number, app := "+12025550177", "https://shop.example/sms"
	if _, err := sub.SetNumber(t.Context(), number, NumberWebhook{SmsURL: &app}); err != nil {
		t.Fatal(err)
	}
	receipt, err := sub.Text(t.Context(), Text{From: ana, To: number, Body: "hi"})
	if err != nil {
		t.Fatal(err)
	}
	if receipt.Message.AccountSID != made.SID {
		t.Errorf("the message belongs to %s, want %s", receipt.Message.AccountSID, made.SID)
	}
	found, err := w.of(made.SID).Await(t.Context(), journal.Messages,
		[]string{"direction=inbound"}, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if m, err := found.Message(); err != nil || m.SID != receipt.Message.SID {
		t.Errorf("await found %+v, %v", m, err)
	}
	for e, err := range sub.Events(t.Context(), 0, "message.received") {
		if err != nil || e.SID != receipt.Message.SID {
			t.Errorf("event %+v, %v", e, err)
		}
		break
	}
	server, err := sub.Server(t.Context())
	if err != nil || server.AccountSID != made.SID || server.AccountName != "shop 2/west" ||
		server.Accounts != 2 {
		t.Errorf("server %+v, %v", server, err)
	}
	messages, err := w.client.Messages(t.Context(), nil, 0)
	if err != nil || len(messages.Messages) != 0 {
		t.Errorf("the main account has %+v, %v", messages, err)
	}
}

// TestPathsOfAccounts: every path is served below the path of an account too, unless it is about no
// account.
func TestPathsOfAccounts(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	for _, r := range routes() {
		if r.global && r.path != "/accounts" && r.path != "/openapi.json" {
			t.Errorf("%s is served for the main account only", r.path)
		}
		path := "/accounts/nobody" + regexp.MustCompile(`{\w+}`).ReplaceAllString(r.path, "x")
		status, body := w.ask(r.method, path, "")
		want := `there is no account "nobody"`
		if r.global {
			want = `there is no "/sim/v1` + path
		}
		if got := errorOf(t, body).Message; status != http.StatusNotFound ||
			!strings.HasPrefix(got, want) {
			t.Errorf("%s %s: got %d %s, want 404 %s", r.method, path, status, got, want)
		}
	}
}

// TestListOfAccounts has every account and no token.
func TestListOfAccounts(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	for _, name := range []string{"one", "two"} {
		if _, err := w.client.CreateAccount(t.Context(), name); err != nil {
			t.Fatal(err)
		}
	}
	all, err := w.of("one").Accounts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, a := range all.Accounts {
		got = append(got, string(a.Kind))
		if a.AuthToken != "" {
			t.Errorf("the list shows a token: %+v", a)
		}
	}
	if strings.Join(got, " ") != "main subaccount subaccount test" ||
		all.Accounts[1].FriendlyName != "two" {
		t.Errorf("accounts %+v", all.Accounts)
	}
	for query, want := range map[string]string{"limit=1": "0", "limit=2": "0 1", "limit=3": "0 1 2",
		"limit=4": "0 1 2 3", "limit=9": "0 1 2 3", "skip=1": "1 2 3", "skip=1&limit=1": "1",
		"skip=2&limit=2": "2 3", "skip=3": "3", "skip=4": "", "skip=9&limit=1": ""} {
		_, body := w.ask("GET", "/accounts?"+query, "")
		var page Accounts
		if err := json.Unmarshal([]byte(body), &page); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, a := range page.Accounts {
			i := slices.IndexFunc(all.Accounts, func(x Account) bool { return x.SID == a.SID })
			got = append(got, fmt.Sprint(i))
		}
		if strings.Join(got, " ") != want || page.Matched != 4 {
			t.Errorf("%s: got %v of %d, want %s of 4", query, got, page.Matched, want)
		}
	}
}

func TestWrongAccounts(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	for _, name := range []string{"shop", "twin", "twin"} {
		if _, err := w.client.CreateAccount(t.Context(), name); err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct {
		account, message, try string
		status                int
	}{
		{"shpo", `there is no account "shpo"`, "shop", http.StatusNotFound},
		{"AC00000000000000000000000000000099", "there is no account", "twilsim accounts",
			http.StatusNotFound},
		{"twin", `several accounts have the name "twin"`, "the SID of one: twilsim accounts",
			http.StatusConflict},
	}
	for _, tt := range tests {
		t.Run(tt.account, func(t *testing.T) {
			_, err := w.of(tt.account).Messages(t.Context(), nil, 0)
			var e *Error
			if !errors.As(err, &e) || e.Status != tt.status || !strings.Contains(e.Message,
				tt.message) || e.Try != tt.try {
				t.Errorf("error %+v, want %d %q try %q", e, tt.status, tt.message, tt.try)
			}
		})
	}
	if status, body := w.ask("GET", "/accounts/shop/mesages", ""); status != 404 || errorOf(t,
		body).Try != "/sim/v1/accounts/shop/messages" {
		t.Errorf("%d %s", status, body)
	}
	if status, body := w.ask("POST", "/accounts/shop/messages", ""); status != 405 {
		t.Errorf("%d %s", status, body)
	}
	if status, body := w.ask("GET", "/accounts/shop/openapi.json", ""); status != 404 {
		t.Errorf("%d %s", status, body)
	}
}
