package content

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/sid"
)

// now is the time of the tests' clock at first.
var now = time.Date(2026, 11, 23, 9, 42, 7, 0, time.UTC)

// shelf is a library with a clock that the test sets, and what it has told.
type shelf struct {
	*Library
	now     time.Time
	outcome Status
	told    []string
	due     []func()
}

func newShelf() *shelf {
	s := &shelf{now: now, outcome: Approved}
	s.Library = New(Options{
		SIDs: sid.New(1), Now: func() time.Time { return s.now },
		Changed: func(t Template, what string) { s.told = append(s.told, t.FriendlyName+" "+what) },
		Outcome: func() Status { return s.outcome }, Show: func(Template) {},
		At: func(_ time.Time, f func()) { s.due = append(s.due, f) },
	})
	return s
}

// add makes a template of a JSON body.
func (s *shelf) add(t *testing.T, body string) Template {
	t.Helper()
	d, err := ParseDraft([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	made, err := s.Create(d)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// of returns the body of a template with one type.
func of(kind, data string) string {
	return fmt.Sprintf(`{"friendly_name":"t","language":"en","types":{%q:%s}}`, kind, data)
}

// TestCheck: what is required, which words there are, and the limits (F-681, F-690 to F-698,
// F-842).
func TestCheck(t *testing.T) {
	many := strings.Repeat(`{"id":"1","item":"x"},`, 11)
	var variables strings.Builder
	for i := range 101 {
		variables.WriteString(fmt.Sprintf("{{%d}}", i))
	}
	for _, tt := range []struct{ name, body, want string }{
		{"text", of("twilio/text", `{"body":"Hi {{1}} {{ 2 }} {{Name}}"}`), ""},
		{"no JSON", `{`, "the body is not a template: unexpected end of JSON input"},
		{"a value of another form", `{"language":1}`,
			"the body is not a template: language is another thing than number"},
		{"no language", `{"types":{"twilio/text":{"body":"x"}}}`, "language is required"},
		{"language", `{"language":"English","types":{"twilio/text":{"body":"x"}}}`,
			`language is a code such as en or es_MX, not "English"`},
		{"no types", `{"language":"en"}`, "types is required"},
		{"empty types", `{"language":"en","types":{}}`, "types is required"},
		{"unknown type", of("twilio/quick-replies", `{}`),
			`there is no content type "twilio/quick-replies"; did you mean "twilio/quick-reply"?`},
		{"no object", of("twilio/text", `[]`), "twilio/text is an object"},
		{"no body", of("twilio/text", `{}`), "twilio/text.body is required"},
		{"empty body", of("twilio/text", `{"body":""}`), "twilio/text.body is required"},
		{"body a number", of("twilio/text", `{"body":1}`), "twilio/text.body is a text"},
		{"long body", of("twilio/text", `{"body":"`+strings.Repeat("é", 1601)+`"}`),
			"twilio/text.body has at most 1600 characters"},
		{"media", of("twilio/media", `{"body":"x","media":["https://x/{{1}}"]}`), ""},
		{"no media", of("twilio/media", `{"body":"x"}`), "twilio/media.media is required"},
		{"media a text", of("twilio/media", `{"media":"x"}`), "twilio/media.media is a list"},
		{"location", of("twilio/location", `{"latitude":1.5,"longitude":"{{1}}"}`), ""},
		{"location without", of("twilio/location", `{"latitude":1}`),
			"twilio/location.longitude is required"},
		{"location a list", of("twilio/location", `{"latitude":1,"longitude":[]}`),
			"twilio/location.longitude is a number"},
		{"list", of("twilio/list-picker",
			`{"body":"x","button":"b","items":[{"id":"1","item":"x"}]}`), ""},
		{"list without items", of("twilio/list-picker", `{"body":"x","button":"b","items":[]}`),
			"twilio/list-picker.items is required"},
		{"long list", of("twilio/list-picker",
			`{"body":"x","button":"b","items":[`+strings.TrimSuffix(many, ",")+`]}`),
			"twilio/list-picker.items has at most 10 elements"},
		{"item without id", of("twilio/list-picker",
			`{"body":"x","button":"b","items":[{"item":"x"}]}`),
			"twilio/list-picker.items[0].id is required"},
		{"long item", of("twilio/list-picker",
			`{"body":"x","button":"b","items":[{"id":"1","item":"`+strings.Repeat("x", 25)+`"}]}`),
			"twilio/list-picker.items[0].item has at most 24 characters"},
		{"quick reply", of("twilio/quick-reply", `{"body":"x","actions":[{"title":"Yes","id":"y"}]}`),
			""},
		{"quick reply without title", of("twilio/quick-reply",
			`{"body":"x","actions":[{"type":"QUICK_REPLY"}]}`),
			"twilio/quick-reply.actions[0].title is required"},
		{"quick reply with a link", of("twilio/quick-reply",
			`{"body":"x","actions":[{"type":"URL","title":"x","url":"https://x"}]}`),
			`twilio/quick-reply.actions[0].type is QUICK_REPLY, not "URL"`},
		{"action a text", of("twilio/quick-reply", `{"body":"x","actions":["Yes"]}`),
			"twilio/quick-reply.actions[0] is an object"},
		{"call to action", of("twilio/call-to-action",
			`{"body":"x","actions":[{"type":"URL","title":"x","url":"https://x"},
				{"type":"COPY_CODE","code":"x"},{"type":"VOICE_CALL_REQUEST"}]}`), ""},
		{"link without", of("twilio/call-to-action",
			`{"body":"x","actions":[{"type":"URL","title":"x"}]}`),
			"twilio/call-to-action.actions[0].url is required"},
		{"phone without", of("twilio/call-to-action",
			`{"body":"x","actions":[{"type":"PHONE_NUMBER","title":"x"}]}`),
			"twilio/call-to-action.actions[0].phone is required"},
		{"no type", of("twilio/call-to-action", `{"body":"x","actions":[{"title":"x"}]}`),
			"twilio/call-to-action.actions[0].type is required"},
		{"card", of("twilio/card", `{"title":"x","subtitle":"y"}`), ""},
		{"card with a title only", of("twilio/card", `{"title":"x"}`),
			"twilio/card has another field beside its title"},
		{"card without title", of("twilio/card", `{"subtitle":"x"}`), "twilio/card.title is required"},
		{"carousel without media", of("twilio/carousel", `{"body":"x","cards":[{"body":"y",
			"actions":[{"type":"QUICK_REPLY","title":"x"}]}]}`),
			"twilio/carousel.cards[0].media is required"},
		{"authentication", of("whatsapp/authentication", `{"add_security_recommendation":true,
			"actions":[{"type":"COPY_CODE","copy_code_text":"Copy"}]}`), ""},
		{"authentication without text", of("whatsapp/authentication",
			`{"actions":[{"type":"COPY_CODE"}]}`),
			"whatsapp/authentication.actions[0].copy_code_text is required"},
		{"a yes as a text", of("whatsapp/authentication", `{"add_security_recommendation":"yes",
			"actions":[{"type":"COPY_CODE","copy_code_text":"Copy"}]}`),
			"whatsapp/authentication.add_security_recommendation is true or false"},
		{"long key", of("twilio/text", `{"body":"{{abcdefghijklmnopq}}"}`),
			`the key of a variable has at most 16 characters, "abcdefghijklmnopq" has more`},
		{"many keys", of("twilio/text", `{"body":"`+variables.String()+`"}`),
			"a template has at most 100 variables, this one has 101"},
		{"key with a blank", `{"language":"en","variables":{"a b":"x"},
			"types":{"twilio/text":{"body":"x"}}}`,
			`the key of a variable has letters and digits, not "a b"`},
		{"long sample", `{"language":"en","variables":{"1":"` + strings.Repeat("x", 1601) + `"},
			"types":{"twilio/text":{"body":"{{1}}"}}}`, `variable "1" has more than 1600 characters`},
		{"section", of("twilio/text", `{"body":"{{#a}}x{{/a}}"}`),
			`90025: twilio/text.body: "{{#a}}x{{/a}}" is not a placeholder such as {{1}} or {{Name}}`},
		{"open", of("twilio/text", `{"body":"{{x}"}`),
			`90025: twilio/text.body: "{{x}" is not a placeholder such as {{1}} or {{Name}}`},
		{"a blank", of("twilio/text", `{"body":"{{a b}}"}`),
			`90025: twilio/text.body: "{{a b}}" is not a placeholder such as {{1}} or {{Name}}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, err := ParseDraft([]byte(tt.body))
			if err == nil {
				_, err = newShelf().Create(d)
			}
			if got := words(err); got != tt.want {
				t.Errorf("\n got %s\nwant %s", got, tt.want)
			}
		})
	}
}

// words returns the text of an error without the title of its code.
func words(err error) string {
	if err == nil {
		return ""
	}
	text := strings.TrimPrefix(err.Error(), "20422 Invalid Parameter: ")
	return strings.Replace(text, "90025 Template body has unsupported tag type", "90025", 1)
}

const quick = `{"friendly_name":"reminder","language":"en","variables":{"1":"you","2":"noon"},
	"types":{"twilio/text":{"body":"Hi {{1}}, come at {{2}}."},
	"twilio/quick-reply":{"body":"Dear {{1}}, at {{ 2 }}?",
		"actions":[{"title":"Yes {{1}}","id":"yes"},{"type":"QUICK_REPLY","title":"No"}]}}}`

// TestRender: the richest type of the channel (F-693, F-840), values and samples (F-696), buttons,
// and a text of WhatsApp's own (F-844).
func TestRender(t *testing.T) {
	s := newShelf()
	q := s.add(t, quick)
	cta := s.add(t, of("twilio/call-to-action", `{"body":"See","actions":[{"type":"URL",
		"title":"Open","url":"https://x/{{1}}"},{"type":"COPY_CODE","code":"{{2}}"}]}`))
	list := s.add(t, of("twilio/list-picker", `{"body":"Pick","button":"b","items":[
		{"id":"1","item":"One","description":"first"}]}`))
	media := s.add(t, of("twilio/media", `{"body":"Look","media":["https://x/{{file}}.png"]}`))
	carousel := s.add(t, of("twilio/carousel", `{"body":"Two","cards":[{"body":"a",
		"media":"https://x/a","actions":[{"type":"QUICK_REPLY","title":"A","id":"a"}]}]}`))
	code := s.add(t, of("whatsapp/authentication",
		`{"actions":[{"type":"COPY_CODE","copy_code_text":"Copy"}]}`))
	for _, tt := range []struct {
		name     string
		template Template
		channel  Channel
		values   Variables
		want     Rendered
	}{
		{"SMS", q, SMS, Variables{"1": "Ana"},
			Rendered{Type: "twilio/text", Body: "Hi Ana, come at noon.", Session: true, Opens: true}},
		{"WhatsApp", q, WhatsApp, Variables{"1": "Ana", "2": "{{1}}", "3": "x"},
			Rendered{Type: "twilio/quick-reply", Body: "Dear Ana, at {{1}}?", Session: true, Opens: true,
				Buttons: []Button{{Reply, "Yes Ana", "yes", ""}, {Reply, "No", "", ""}},
				Extra:   []string{"3"}}},
		{"call to action", cta, WhatsApp, Variables{"1": "a"},
			Rendered{Type: "twilio/call-to-action", Body: "See", Opens: true, Missing: []string{"2"},
				Buttons: []Button{{"URL", "Open", "", "https://x/a"},
					{"COPY_CODE", "{{2}}", "", "{{2}}"}}}},
		{"list", list, WhatsApp, nil,
			Rendered{Type: "twilio/list-picker", Body: "Pick", Session: true,
				Buttons: []Button{{Item, "One", "1", "first"}}}},
		{"media by SMS", media, SMS, Variables{"file": "cat"},
			Rendered{Type: "twilio/media", Body: "Look", Media: []string{"https://x/cat.png"},
				Session: true, Opens: true}},
		{"carousel", carousel, WhatsApp, nil,
			Rendered{Type: "twilio/carousel", Body: "Two", Media: []string{"https://x/a"}, Opens: true,
				Buttons: []Button{{Reply, "A", "a", ""}}}},
		{"authentication", code, WhatsApp, Variables{"1": "123456"},
			Rendered{Type: "whatsapp/authentication", Body: "123456 is your verification code.",
				Opens: true, Buttons: []Button{{"COPY_CODE", "Copy", "", ""}}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := tt.template.Render(tt.channel, tt.values)
			if diff := cmp.Diff(tt.want, got); diff != "" || !ok {
				t.Errorf("%v (-want +got):\n%s", ok, diff)
			}
		})
	}
	if r, ok := list.Render(SMS, nil); ok {
		t.Errorf("a list by SMS: %+v", r)
	}
}

// TestReview: the statuses by time (F-686, F-688), and the codes of a message outside the window
// (F-702).
func TestReview(t *testing.T) {
	const body = "Dear {{1}}, at {{2}}?"
	for _, tt := range []struct {
		name, body string
		outcome    Status
		want       string
	}{
		{"approved", body, Approved, "received:63016 pending:63016 approved:0"},
		{"rejected", body, Rejected, "received:63016 pending:63016 rejected:63040"},
		{"no end", body, Pending, "received:63016 pending:63016 pending:63016"},
		{"begins with a variable", "{{1}}, at two", Approved,
			"received:63016 pending:63016 rejected:63040"}, // F-843
		{"ends with a variable", "Dear {{1}} ", Approved, "received:63016 pending:63016 rejected:63040"},
		{"two together", "a {{1}} {{2}} b", Approved, "received:63016 pending:63016 rejected:63040"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newShelf()
			s.outcome = tt.outcome
			made := s.add(t, of("twilio/text", fmt.Sprintf(`{"body":%q}`, tt.body)))
			if _, err := s.Submit(made.SID, Request{Name: "n", Category: "UTILITY"}); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, after := range []time.Duration{0, pendingAfter, decidedAfter} {
				s.now = now.Add(after)
				at, _ := s.Template(made.SID)
				r, _ := at.Render(WhatsApp, Variables{"1": "x", "2": "y"})
				r.Extra = nil
				got = append(got, fmt.Sprintf("%s:%d", at.Status(s.now), at.Refuse(r, false, 63016, s.now)))
			}
			if got := strings.Join(got, " "); got != tt.want {
				t.Errorf("\n got %s\nwant %s", got, tt.want)
			}
		})
	}
}

// TestRefuse has every code of F-702, and F-610.
func TestRefuse(t *testing.T) {
	s := newShelf()
	q := s.add(t, quick)
	set := func(status Status) Template {
		t.Helper()
		set, err := s.SetStatus(q.SID, status, "")
		if err != nil {
			t.Fatal(err)
		}
		return set
	}
	list := s.add(t, of("twilio/list-picker", `{"body":"Pick","button":"b","items":[
		{"id":"1","item":"One"}]}`))
	cta := s.add(t, of("twilio/call-to-action",
		`{"body":"{{1}}","actions":[{"type":"VOICE_CALL_REQUEST"}]}`))
	many := s.add(t, of("twilio/quick-reply", `{"body":"Pick","actions":[{"title":"1"},{"title":"2"},
		{"title":"3"},{"title":"4"}]}`))
	approved := set(Approved)
	spanish := "es"
	moved, err := s.Update(q.SID, Draft{Language: &spanish})
	if err != nil {
		t.Fatal(err)
	}
	long := Variables{"1": strings.Repeat("x", 1025)}
	for _, tt := range []struct {
		name     string
		template Template
		values   Variables
		window   bool
		want     int
	}{
		{"approved", approved, nil, false, 0},
		{"another language", moved, nil, false, 63027},
		{"too many", approved, Variables{"3": "x"}, false, 63028},
		{"too long", approved, long, false, 63021},
		{"too long in a session", approved, long, true, 63021},
		{"rejected", set(Rejected), nil, false, 63040},
		{"paused", set(Paused), nil, false, 63041},
		{"disabled", set(Disabled), nil, false, 63042},
		{"disabled in a session", set(Disabled), nil, true, 0}, // F-689
		{"list", list, nil, false, 63016},
		{"list in a session", list, nil, true, 0},
		{"four buttons in a session", many, nil, true, 63016}, // F-841
		{"never submitted", cta, Variables{"1": "x"}, false, 63016},
		{"never submitted in a session", cta, Variables{"1": "x"}, true, 63016}, // F-841
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, _ := tt.template.Render(WhatsApp, tt.values)
			if got := tt.template.Refuse(r, tt.window, 63016, now); got != tt.want {
				t.Errorf("%d, want %d", got, tt.want)
			}
		})
	}
	approvedCTA, err := s.SetStatus(cta.SID, Approved, "")
	if err != nil {
		t.Fatal(err)
	}
	r, _ := approvedCTA.Render(WhatsApp, nil)
	if got := approvedCTA.Refuse(r, false, 63016, now); got != 63028 {
		t.Errorf("a variable without value or sample: %d", got)
	}
}

// TestLibrary: changes, what is told about them, and storing.
func TestLibrary(t *testing.T) {
	s := newShelf()
	q := s.add(t, quick)
	if _, err := s.Submit(q.SID, Request{Name: "n", Category: "MARKETING"}); err != nil {
		t.Fatal(err)
	}
	s.now = now.Add(decidedAfter)
	for _, f := range s.due {
		f()
	}
	name := "renamed"
	u, err := s.Update(q.SID, Draft{FriendlyName: &name})
	if err != nil || u.Status(s.now) != Approved {
		t.Errorf("a new name: %+v, %v", u, err)
	}
	types := Types{{"twilio/text", json.RawMessage(`{"body":"x"}`)}}
	if u, err := s.Update(q.SID, Draft{Types: types}); err != nil || u.Status(s.now) != Unsubmitted {
		t.Errorf("new types: %+v, %v", u, err)
	}
	if _, err := s.Update(q.SID, Draft{Types: Types{{"x", nil}}}); err == nil {
		t.Error("a bad update was accepted")
	}
	if got, err := s.Find("renamed"); err != nil || got.SID != q.SID {
		t.Errorf("by its name: %+v, %v", got, err)
	}
	if _, err := s.Find("renamd"); words(err) != `there is no template "renamd"; try renamed` {
		t.Error(err)
	}
	stored, _ := s.Stored(q.SID)
	text, err := json.Marshal(stored)
	if err != nil {
		t.Fatal(err)
	}
	other := newShelf()
	if err := other.Restore(q.SID, text); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(s.Templates(), other.Templates()); diff != "" {
		t.Errorf("restored (-want +got):\n%s", diff)
	}
	if err := s.Delete(q.SID); err != nil || s.Delete(q.SID) == nil {
		t.Error("deleted twice, or not at all")
	}
	want := []string{"reminder created", "reminder submitted", "reminder approved",
		"reminder approved", "renamed changed", "renamed changed", "renamed removed"}
	if diff := cmp.Diff(want, s.told); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
}

// TestSubmitRefuses: what cannot be submitted (F-686, F-688, F-708, F-841).
func TestSubmitRefuses(t *testing.T) {
	s := newShelf()
	q := s.add(t, quick)
	list := s.add(t, of("twilio/list-picker", `{"body":"Pick","button":"b","items":[
		{"id":"1","item":"One"}]}`))
	for _, tt := range []struct{ sid, body, want string }{
		{q.SID, `[]`, "the body is not a request for approval: it is an object, not array"},
		{q.SID, `{"category":"UTILITY"}`, "name is required"},
		{q.SID, `{"name":"A b","category":"UTILITY"}`,
			`name has lower-case letters, digits and underscores only, not "A b"`},
		{q.SID, `{"name":"a"}`, "category is required"},
		{q.SID, `{"name":"a","category":"utility"}`,
			`category is UTILITY or MARKETING or AUTHENTICATION, not "utility"`},
		{list.SID, `{"name":"a","category":"UTILITY"}`,
			"a template of twilio/list-picker cannot be submitted to WhatsApp"},
		{"HX0", `{"name":"a","category":"UTILITY"}`, "20404 Not Found"},
	} {
		r, err := ParseRequest([]byte(tt.body))
		if err == nil {
			_, err = s.Submit(tt.sid, r)
		}
		if got := words(err); got != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.body, got, tt.want)
		}
	}
	for i := range maxApproved {
		s.templates[fmt.Sprint(i)] = &Template{Approval: &Approval{Set: Approved}}
	}
	_, err := s.Submit(q.SID, Request{Name: "a", Category: "UTILITY"})
	if got := words(err); !strings.HasPrefix(got, "the account has 6000 approved templates") {
		t.Errorf("one more than WhatsApp allows: %s", got)
	}
}

// TestParseVariables: what is not a variable (F-605, F-695, F-697).
func TestParseVariables(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{`{"1":"Ana","2":12,"3":true}`, ""},
		{`{}`, ""},
		{`null`, `"null" is not a JSON object`},
		{`["x"]`, `"[\"x\"]" is not a JSON object`},
		{`{"1":null}`, `variable "1": null is not a text`},
		{`{"1":["x"]}`, `variable "1": ["x"] is not a text`},
		{`{"1":""}`, `variable "1" is empty`},
		{`{"1":"{{x}"}`, `variable "1": "{{x}" is not a placeholder such as {{1}} or {{Name}}`},
		{`{"1":"` + strings.Repeat("x", 1601) + `"}`, `variable "1" has more than 1600 characters`},
	} {
		values, err := ParseVariables(tt.text)
		if got := words(err); got != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.text, got, tt.want)
		}
		if len(values) == 3 && values["2"]+values["3"] != "12true" {
			t.Errorf("%v", values)
		}
	}
}

// TestSearch: the filters and orders of v2 (F-846).
func TestSearch(t *testing.T) {
	s := newShelf()
	for _, x := range []struct{ name, language, kind, data string }{
		{"b", "en", "twilio/text", `{"body":"cat"}`},
		{"a", "es_MX", "twilio/text", `{"body":"dog"}`},
		{"c", "en", "twilio/media", `{"media":["https://x"]}`},
	} {
		s.add(t, fmt.Sprintf(`{"friendly_name":%q,"language":%q,"types":{%q:%s}}`, x.name, x.language,
			x.kind, x.data))
		s.now = s.now.Add(time.Hour)
	}
	if _, err := s.SetStatus("a", Approved, ""); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name   string
		search Search
		want   string
	}{
		{"all", Search{}, "c a b"},
		{"name", Search{Name: "^[ab]$"}, "a b"},
		{"content", Search{Content: "cat|https"}, "c b"},
		{"language", Search{Language: []string{"es_MX", "de"}}, "a"},
		{"type", Search{Type: []string{"twilio/media"}}, "c"},
		{"eligibility", Search{Eligibility: []string{"whatsapp:unsubmitted"}}, "c b"},
		{"after", Search{After: now.Add(time.Hour)}, "c a"},
		{"before", Search{Before: now.Add(time.Hour)}, "a b"},
		{"by name", Search{SortByName: "asc"}, "a b c"},
		{"by date", Search{SortByDate: "asc"}, "b c a"},
		{"by date, down", Search{SortByDate: "desc"}, "a c b"},
		{"bad order", Search{SortByDate: "up"}, `SortByDate is asc or desc, not "up"`},
		{"bad expression", Search{Name: "("}, `ContentName "(" is not a regular expression`},
	} {
		found, err := tt.search.Apply(s.Templates(), s.now)
		var names []string
		for _, x := range found {
			names = append(names, x.FriendlyName)
		}
		if got := strings.Join(names, " ") + words(err); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// TestTypesKeepTheirOrder: an answer has the types in the order of the request.
func TestTypesKeepTheirOrder(t *testing.T) {
	var types Types
	const text = `{"twilio/text":{"body":"a <b>"},"twilio/card":{"title":"x"},"twilio/media":{}}`
	if err := json.Unmarshal([]byte(text), &types); err != nil {
		t.Fatal(err)
	}
	if got, err := types.MarshalJSON(); err != nil || string(got) != text {
		t.Errorf("%s, %v", got, err)
	}
}
