package rest

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func letters(n int) (all []string) {
	for i := range n {
		all = append(all, string(rune('a'+i%26))+string(rune('0'+i/26)))
	}
	return all
}

// TestCutPage pages forward with tokens, and back.
func TestCutPage(t *testing.T) {
	id := func(s string) string { return s }
	for _, n := range []int{0, 1, 4, 5, 6, 60} {
		all := letters(n)
		var seen []string
		token := ""
		for range n/5 + 1 {
			items, more, _, err := cutPage(all, paging{size: 5, token: token}, id)
			if err != nil {
				t.Fatal(err)
			}
			seen = append(seen, items...)
			if !more {
				break
			}
			token = "PA" + items[len(items)-1]
		}
		if diff := cmp.Diff(all, seen); diff != "" {
			t.Errorf("%d items (-want +got):\n%s", n, diff)
		}
	}
	back, more, less, err := cutPage(letters(20), paging{size: 5, token: "PBk0"}, id)
	if err != nil || !more || !less || !slices.Equal(back, []string{"f0", "g0", "h0", "i0", "j0"}) {
		t.Errorf("backward: %q %v %v %v", back, more, less, err)
	}
	// F-389
	if _, _, _, err := cutPage(letters(20), paging{size: 5, token: "PAzz"}, id); err == nil {
		t.Error("an unknown token is accepted")
	}
	if items, _, _, _ := cutPage(letters(20), paging{size: 5, number: 2}, id); items[0] != "k0" {
		t.Errorf("the third page without a token begins at %q", items[0])
	}
}

// FuzzPaging: no parameters break the paging, and no page is larger than its size.
func FuzzPaging(f *testing.F) {
	for _, s := range []string{"", "PageSize=3", "PageSize=1000", "PageSize=1001",
		"PageSize=-1&Page=-5",
		"Page=999999999999999999&PageSize=7",
		"PageToken=PAb0", "PageToken=PB", "PageToken=P", "Page=4611686018427387904&PageSize=3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		query, err := url.ParseQuery(s)
		if err != nil {
			return
		}
		asked, err := parsePaging(query)
		if err != nil {
			return
		}
		items, _, _, err := cutPage(letters(60), asked, func(s string) string { return s })
		if err == nil && len(items) > asked.size {
			t.Errorf("a page of size %d has %d items", asked.size, len(items))
		}
	})
}

func TestSpan(t *testing.T) {
	at := func(s string) time.Time {
		v, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	noon := at("2026-03-01T12:00:00Z")
	for _, tt := range []struct { // F-386
		query string
		time  time.Time
		want  bool
	}{
		{"", noon, true}, {"", time.Time{}, true},
		{"D=2026-03-01", noon, true}, {"D=2026-03-01", at("2026-03-02T00:00:00Z"), false},
		{"D=2026-03-01", at("2026-02-28T23:59:59Z"), false},
		{"D<=2026-03-01", at("2026-03-01T23:59:59Z"), true},
		{"D<=2026-03-01", at("2026-03-02T00:00:00Z"), false},
		{"D>=2026-03-01", at("2026-03-01T00:00:00Z"), true},
		{"D>=2026-03-01", at("2026-02-28T23:59:59Z"), false},
		{"D>=2026-03-01&D<=2026-03-01", noon, true}, {"D>=2026-03-02&D<=2026-03-01", noon, false},
		{"D=2026-03-01T12:00:00Z", noon, true}, {"D=2026-03-01T12:00:01Z", noon, false},
		{"D=2026-03-01", time.Time{}, false},
	} {
		form, err := url.ParseQuery(strings.NewReplacer("<", "%3C", ">", "%3E").Replace(tt.query))
		if err != nil {
			t.Fatal(err)
		}
		span, err := (&request{form: form}).span("D")
		if err != nil || span.has(tt.time) != tt.want {
			t.Errorf("%s has %s: %v, %v", tt.query, tt.time, span.has(tt.time), err)
		}
	}
	if _, err := (&request{form: url.Values{"D": {"soon"}}}).span("D"); err == nil {
		t.Error("an invalid date is accepted")
	}
}

// TestPageBeyondTheEnd: a page after the last one is empty, and has no neighbours. In the 2010 API
// only the list of accounts gives one without a token (F-387).
func TestPageBeyondTheEnd(t *testing.T) {
	h := newHandler(t)
	const base = "http://127.0.0.1:2010"
	for range 3 {
		send(h, "POST", base+root(account)+"/Applications.json", "FriendlyName=App")
		send(h, "POST", base+"/v1/Services", "FriendlyName=Shop")
		send(h, "POST", messagesURL, form)
	}
	const (
		empty = `"previous_page_uri": null, "accounts": [], ` +
			`"uri": "/2010-04-01/Accounts.json?PageSize=2&Page=9", "page_size": 2, "start": 0, ` +
			`"next_page_uri": null, "page": 9}`
		tokens  = `{"code": 20001, "message": "PageToken is required for paging.", `
		endless = "4611686018427387904" // times PageSize it does not fit into an integer
	)
	for _, tt := range []struct {
		path   string
		status int
		want   string
	}{
		{accountsPath + ".json?PageSize=2&Page=9", 200, empty},
		// The first page after the last one.
		{accountsPath + ".json?PageSize=1&Page=1", 200, `"accounts": [], `},
		{accountsPath + ".json?PageSize=4&Page=" + endless, 200, `"accounts": [], `},
		{root(account) + "/Applications.json?PageSize=3&Page=1", 400, tokens},
		{root(account) + "/Messages.json?PageSize=2&Page=9", 400, tokens},
		{root(account) + "/Messages.json?PageSize=4&Page=" + endless, 400, tokens},
		{"/v1/Services?PageSize=2&Page=9", 200,
			`"previous_page_url": null, "next_page_url": null, `},
		{"/v1/Services?PageSize=4&Page=" + endless, 200, `"services": []`},
	} {
		w := send(h, "GET", base+tt.path, "")
		if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.want) {
			t.Errorf("GET %s is %d %s, want %d %s", tt.path, w.Code, w.Body, tt.status, tt.want)
		}
	}
}

// TestPreviousOfPageZero: a token without a Page, or with a negative one, leads to a page that
// has a page before it. The link to that one never has a negative Page.
func TestPreviousOfPageZero(t *testing.T) {
	h := newHandler(t)
	list := "http://127.0.0.1:2010" + root(account) + "/Applications.json"
	for range 4 {
		send(h, "POST", list, "FriendlyName=App")
	}
	newest := regexp.MustCompile(`\bAP[0-9a-f]{32}\b`).FindString(send(h, "GET", list,
		"").Body.String())
	token := "PageToken=PA" + newest
	for _, query := range []string{token, token + "&Page=-1", token + "&Page=0",
		token + "&Page=1"} {
		w := send(h, "GET", list+"?PageSize=2&"+query, "")
		want := `"previous_page_uri": "` + root(account) +
			`/Applications.json?PageSize=2&Page=0&PageToken=PB`
		if w.Code != 200 || !strings.Contains(w.Body.String(), want) {
			t.Errorf("GET %s is %d %s, want %s", query, w.Code, w.Body, want)
		}
	}
}

// TestNoSID: a path in which the SID is missing matches no operation. What Twilio answers
// is not known.
func TestNoSID(t *testing.T) {
	h := newHandler(t)
	send(h, "POST", messagesURL, form)
	for _, path := range []string{
		root(account) + "/Messages/.json", root(account) + "/Messages/.xml",
		root(account) + "/Messages/",
		root(account) + "/Messages//Media.json", root(account) + "/Applications/.json",
		root(account) + "/IncomingPhoneNumbers/.json", "/2010-04-01/Accounts/.json",
		"/v1/Services/",
	} {
		for _, method := range []string{"GET", "DELETE"} {
			w := send(h, method, "http://127.0.0.1:2010"+path, "")
			if w.Code != 501 {
				t.Errorf("%s %s is %d %s, want 501", method, path, w.Code, w.Body)
			}
		}
	}
}
