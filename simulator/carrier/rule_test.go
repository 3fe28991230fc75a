package carrier

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/fault"
	"twilsim/simulator/pattern"
)

// samePattern compares patterns by what they were parsed from.
var samePattern = cmp.Comparer(func(a, b pattern.Pattern) bool { return a.String() == b.String() })

func mustRule(t testing.TB, words ...string) Rule {
	t.Helper()
	r, err := ParseRule(words)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func mustPattern(s string) *pattern.Pattern {
	p, err := pattern.Parse(s)
	if err != nil {
		panic(err)
	}
	return &p
}

var goodRules = []struct {
	words  string // separated by |
	want   Rule
	line   string // String
	person string // Describe
}{
	{"to=+12025550142|then=sent@500ms,undelivered:30003@2s|times=1", // ux.md 7
		Rule{To: mustPattern("+12025550142"), Then: Then{Script: mustParse("sent,undelivered:30003@2s")},
			Times: 1},
		"to=+12025550142 then=sent,undelivered:30003@2s times=1",
		"to +12025550142   sent 0.5s, undelivered 30003 2s   for the next 1 message"},
	{"to=+44*|then=sent*2@1s>5s,delivered@4s|chance=20%", // ux.md 7
		Rule{To: mustPattern("+44*"), Then: Then{Script: mustParse("sent@1s>5s*2,delivered@4s")},
			Chance: 0.2},
		"to='+44*' then='sent@1s>5s*2,delivered@4s' chance=20%",
		"to +44*   sent 1s (callback twice, at 5s), delivered 4s   in 20 %"},
	{"then=unreachable",
		Rule{Then: Then{Name: "unreachable", Script: mustParse("sent,undelivered:30003@2s")}},
		"then=unreachable",
		"any message   unreachable: sent 0.5s, undelivered 30003 2s"},
	{"times=2|chance=12.5%|race|overlap|illegal|then=delivered|direction=outbound-reply|" +
		"service=MG*|body=~free|from=+1|to=",
		Rule{To: mustPattern(""), From: mustPattern("+1"), Body: mustPattern("~free"),
			Service:   mustPattern("MG*"),
			Direction: mustPattern("outbound-reply"),
			Then:      Then{Name: "delivered", Script: mustParse("sent,delivered")},
			Race:      true, Overlap: true, Illegal: true, Times: 2, Chance: 0.125},
		"to= from=+1 body='~free' service='MG*' direction=outbound-reply then=delivered race overlap " +
			"illegal times=2 chance=12.5%",
		`to "", from +1, body ~free, service MG*, direction outbound-reply   delivered: sent 0.5s, ` +
			`delivered 1s` +
			"   first callback before the API answers   callbacks overlap   illegal ways allowed   in " +
			"12.5 %   for the next 2 messages"},
	{"body=*it's free*|then=filtered|chance=100%",
		Rule{Body: mustPattern("*it's free*"),
			Then: Then{Name: "filtered", Script: mustParse("sent,undelivered:30007@2s")}, Chance: 1},
		`body='*it'\''s free*' then=filtered chance=100%`,
		`body "*it's free*"   filtered: sent 0.5s, undelivered 30007 2s   in 100 %`},
	{"then=undelivered|illegal",
		Rule{Then: Then{Script: mustParse("undelivered")}, Illegal: true},
		"then=undelivered illegal",
		"any message   undelivered 30008 0.5s   illegal ways allowed"},
	// legal from accepted (F-166)
	{"then=queued,sent", Rule{Then: Then{Script: mustParse("queued,sent")}},
		"then=queued,sent", "any message   queued 0.5s, sent 1s"},
	{"then=canceled", Rule{Then: Then{Script: mustParse("canceled")}}, // legal from scheduled
		"then=canceled", "any message   canceled 0.5s"},
	{"api=post:/Messages.json|respond=500|times=2",
		Rule{API: "POST:Messages", Respond: Response{Status: 500}, Times: 2},
		"api=POST:Messages respond=500 times=2",
		"api POST:Messages   answered 500   for the next 2 requests"},
	{"api=*:Messages/*|respond=timeout:20s|times=1",
		Rule{API: "*:Messages/*", Respond: Response{Timeout: ms(20000)}, Times: 1},
		"api='*:Messages/*' respond=timeout:20s times=1",
		"api *:Messages/*   no answer for 20s   for the next 1 request"},
	{"api=GET:Services|respond=reset",
		Rule{API: "GET:Services", Respond: Response{Reset: true}},
		"api=GET:Services respond=reset",
		"api GET:Services   connection reset"},
	{"api=POST:Messages|respond=21408",
		Rule{API: "POST:Messages", Respond: Response{Code: 21408}},
		"api=POST:Messages respond=21408",
		"api POST:Messages   answered error 21408"},
	{"to=+1202*|code=123456|times=1",
		Rule{To: mustPattern("+1202*"), Code: "123456", Times: 1},
		"to='+1202*' code=123456 times=1",
		"codes of Verify, to +1202*   the code is 123456   for the next 1 code"},
	{"api=POST:Messages|respond=lost",
		Rule{API: "POST:Messages", Respond: Response{Lost: true}},
		"api=POST:Messages respond=lost",
		"api POST:Messages   carried out, then connection reset"},
	{"api=POST:Messages|respond=lost:20s",
		Rule{API: "POST:Messages", Respond: Response{Lost: true, Timeout: ms(20000)}},
		"api=POST:Messages respond=lost:20s",
		"api POST:Messages   carried out, then no answer for 20s"},
	{"webhook=status|fault=delay:5s|times=1",
		Rule{Webhook: "status", Faults: fault.List{{Kind: fault.Delay, Wait: ms(5000)}}, Times: 1},
		"webhook=status fault=delay:5s times=1",
		"webhook status   5s later   for the next 1 webhook"},
	{"fault=duplicate,cut:0|path=/s*|url=~^https|status=delivered|from=+1|" +
		"to=+44*|webhook=*|chance=50%",
		Rule{Webhook: "*", To: mustPattern("+44*"), From: mustPattern("+1"),
			Status: mustPattern("delivered"),
			Path:   mustPattern("/s*"), URL: mustPattern("~^https"),
			Faults: fault.List{{Kind: fault.Duplicate, Copies: 2}, {Kind: fault.Cut}}, Chance: 0.5},
		"webhook='*' to='+44*' from=+1 status=delivered path='/s*' url='~^https' " +
			"fault=duplicate:2,cut:0 chance=50%",
		"any webhook, to +44*, from +1, status delivered, path /s*, url ~^https   sent twice, cut " +
			"after 0 bytes   in 50 %"},
	{"webhook=inbound|fault=late:1m,cut,signature:stale,param,param:A%2Cb=c+d%0A=",
		Rule{Webhook: "inbound", Faults: fault.List{{Kind: fault.Late, Wait: ms(60000)},
			{Kind: fault.Cut, Bytes: -1},
			{Kind: fault.BadSignature, Signature: "stale"},
			{Kind: fault.Param, Name: "FutureParameter", Value: "1"},
			{Kind: fault.Param, Name: "A,b", Value: "c d\n="}}},
		"webhook=inbound fault=late:1m,cut,signature:stale,param:FutureParameter=1,param:A%2Cb=c+d%0A%3D",
		"webhook inbound   1m later, others overtake it, cut in the middle, signature stale, " +
			"with the parameter FutureParameter=1, with the parameter A%2Cb=c+d%0A%3D"},
	{"webhook=redirect|fault=drop", Rule{Webhook: "redirect", Faults: fault.List{{Kind: fault.Drop}}},
		"webhook=redirect fault=drop", "webhook redirect   never sent"},
	{"webhook=fallback|fault=duplicate:3",
		Rule{Webhook: "fallback", Faults: fault.List{{Kind: fault.Duplicate, Copies: 3}}},
		"webhook=fallback fault=duplicate:3", "webhook fallback   sent 3 times"},
	{"webhook=status|fault=reorder",
		Rule{Webhook: "status", Faults: fault.List{{Kind: fault.Reorder}}},
		"webhook=status fault=reorder", "webhook status   after the next callback"},
}

func TestParseRule(t *testing.T) {
	for _, tt := range goodRules {
		t.Run(tt.words, func(t *testing.T) {
			got, err := ParseRule(strings.Split(tt.words, "|"))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got, samePattern); diff != "" {
				t.Errorf("ParseRule (-want +got)\n%s", diff)
			}
			if diff := cmp.Diff([]string{tt.line, tt.person},
				[]string{got.String(), got.Describe()}); diff != "" {
				t.Errorf("String, Describe (-want +got)\n%s", diff)
			}
			checkRoundTrip(t, got)
		})
	}
}

// checkRoundTrip wants the rule back from its words, from its line as a shell splits it, and from
// its JSON.
func checkRoundTrip(t *testing.T, r Rule) {
	t.Helper()
	for _, words := range [][]string{r.Words(), shellFields(r.String())} {
		again, err := ParseRule(words)
		if err != nil {
			t.Fatalf("%q is not read back: %v", words, err)
		}
		if diff := cmp.Diff(r, again, samePattern); diff != "" {
			t.Errorf("%q (-first +again)\n%s", words, diff)
		}
	}
	r = r.withID("r7", r.Times)
	data, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var again Rule
	if err := json.Unmarshal(data, &again); err != nil {
		t.Fatalf("%s is not read back: %v", data, err)
	}
	if diff := cmp.Diff(r, again, samePattern); diff != "" {
		t.Errorf("%s (-first +again)\n%s", data, diff)
	}
}

// shellFields splits a line as a POSIX shell does, as far as quote uses it: single quotes, and \
// outside them.
func shellFields(line string) []string {
	fields, quoted, escaped := []string{""}, false, false
	for _, r := range line {
		switch {
		case escaped:
			fields[len(fields)-1], escaped = fields[len(fields)-1]+string(r), false
		case r == '\'':
			quoted = !quoted
		case r == '\\' && !quoted:
			escaped = true
		case r == ' ' && !quoted:
			fields = append(fields, "")
		default:
			fields[len(fields)-1] += string(r)
		}
	}
	return fields
}

var badRules = []struct{ words, want string }{
	{"", `unknown word "" in a rule, want some of: ` +
		strings.Join(wordNames(), " ")},
	{"to=+1", "the rule does nothing, want then=… such as then=unreachable, webhook=… and fault=…, " +
		"api=… and respond=…, or code=…"},
	{"two=+1|then=sent", `unknown word "two" in a rule, did you mean to?`},
	{"then=sent|tiems=2", `unknown word "tiems" in a rule, did you mean times?`},
	{"+12025550142|then=sent", `unknown word "+12025550142" in a rule, want some of: ` +
		"webhook to from body service direction status path url then race overlap illegal fault api " +
		"respond code times chance disabled"},
	{"code=123", `code: "123" is not a code, want 4 to 10 characters, as 123456`},
	{"code=1234|then=sent", "a rule about codes cannot have then, want two rules"},
	{"to|then=sent", "to needs a value, want to=+1202*"},
	{"then", "then needs a value, want then=sent,delivered"},
	{"then=sent|race=yes", "race has no value, want the word alone"},
	{"then=sent|then=failed", "then is given twice in the rule, want it once"},
	{"then=sent|body=~(", "body: bad regular expression \"(\": error parsing regexp: missing " +
		"closing ): `(`"},
	{"then=sent|body=a\nb", `body contains a control character, want it written in a regular ` +
		`expression, as body=~\n`},
	{"then=sent|body=a\xffb", `body contains a control character, want it written in a regular ` +
		`expression, as body=~\n`},
	{"then=sent|direction=outbound-repyl",
		`direction: no message has direction "outbound-repyl", did you mean outbound-reply?`},
	{"then=sent|direction=inbound",
		`direction: no message has direction "inbound", want outbound-api, outbound-reply or ` +
			`outbound-call`},
	{"then=sent|times=0", `times: "0" is not a number of times, want 1 or more; leave times out for ` +
		`always`},
	{"then=sent|times=two", `times: "two" is not a number of times, want 1 or more; leave times out ` +
		`for always`},
	{"then=sent|chance=0.2", `chance: "0.2" is not a chance, want a percentage above 0, as 20%`},
	{"then=sent|chance=0%", `chance: "0%" is not a chance, want a percentage above 0, as 20%`},
	{"then=sent|chance=101%", `chance: "101%" is not a chance, want a percentage above 0, as 20%`},
	{"then=sent|chance=NaN%", `chance: "NaN%" is not a chance, want a percentage above 0, as 20%`},
	{"then=undelivered", "then: a message that is queued cannot become undelivered, only sending, " +
		"sent or failed " +
		"(the word illegal lets it through)"},
	{"then=unreachabel", "then: unknown status or outcome \"unreachabel\"\n  unreachabel\n  ^\n  " +
		"try     unreachable"},
	{"api=POST:Messages", "a rule about the API needs both api and respond, want something like " +
		"api=POST:Messages respond=500"},
	{"respond=500|then=sent", "a rule about the API needs both api and respond, want something like " +
		"api=POST:Messages respond=500"},
	{"api=POST:Messages|respond=500|then=sent",
		"a rule about the API cannot have then, want two rules"},
	{"to=+1|api=POST:Messages|respond=500",
		"a rule about the API cannot have to, want two rules"},
	{"api=Messages|respond=500", `api: "Messages" does not begin with a method, want something like ` +
		`POST:Messages or *:Messages`},
	{"api=POST|respond=500", `api: "POST" does not end with a resource, want something like ` +
		`POST:Messages ` +
		`or DELETE:Messages/*`},
	{"api=POST:Mess[ages|respond=500",
		`api: "POST:Mess[ages" does not end with a resource, want something like POST:Messages or ` +
			`DELETE:Messages/*`},
	{"api=POST:Messages|respond=200",
		`respond: unknown fault "200", want 429, 500 or another status from 400 to 599, ` +
			`an error of Twilio's such as 21408, timeout:20s, reset, lost or lost:20s`},
	{"api=POST:Messages|respond=rest", `respond: unknown fault "rest", did you mean reset?`},
	{"api=POST:Messages|respond=timeout:20",
		`respond: "20" is not a time to wait, want something like timeout:20s`},
	{"webhook=status", "a rule about webhooks needs both webhook and fault, want " +
		"something like " +
		"webhook=status fault=delay:5s"},
	{"fault=drop|then=sent", "a rule about webhooks needs both webhook and fault, want " +
		"something like webhook=status fault=delay:5s"},
	{"webhook=status|fault=drop|body=hi", "a rule about webhooks cannot have body, want two rules"},
	{"api=POST:Messages|respond=500|webhook=*|fault=drop",
		"a rule about the API cannot have webhook, want two rules"},
	{"then=sent|path=/status", "path is about webhooks, want it in a rule with webhook=… and fault=…"},
	{"webhook=staus|fault=drop", "webhook: unknown webhook \"staus\", did you mean status?"},
	{"webhook=sms/reply|fault=drop",
		"webhook: unknown webhook \"sms/reply\", want inbound, redirect, fallback, status, event, " +
			"click or *"},
	{"webhook=status|status=delivrd|fault=drop",
		"status: no callback has status \"delivrd\", did you mean delivered?"},
	{"webhook=inbound|status=delivered|fault=drop",
		"status: only callbacks report one, want webhook=status"},
	{"webhook=inbound|fault=reorder",
		"fault: reorder cannot happen to webhook=inbound, want webhook=status or " +
			"webhook=event"},
	{"webhook=redirect|fault=cut,delay:5s",
		"fault: delay cannot happen to webhook=redirect, want webhook=inbound or webhook=status"},
	{"webhook=status|fault=", "fault: unknown fault \"\", want some of: " +
		strings.Join(fault.Examples(), " ")},
	{"webhook=status|fault=dellay:5s", "fault: unknown fault \"dellay:5s\", did you mean delay:5s?"},
	{"webhook=status|fault=delay", "fault: \"\" is not a time to wait, want something like delay:5s"},
	{"webhook=status|fault=late:-5s", "fault: \"-5s\" is not a time to wait, " +
		"want something like late:5s"},
	{"webhook=status|fault=drop:1", "fault: drop has no value, want the word alone"},
	{"webhook=status|fault=reorder:", "fault: reorder has no value, want the word alone"},
	{"webhook=status|fault=drop,cut",
		"fault: drop leaves nothing for another fault to change, want it alone"},
	{"webhook=status|fault=delay:1s,reorder",
		"fault: delay and reorder both say when the webhook leaves, want one of them"},
	{"webhook=status|fault=cut,cut:5", "fault: cut is given twice, want it once"},
	{"webhook=status|fault=param:A=1,param:A=2", "fault: param:A is given twice, want it once"},
	{"webhook=status|fault=param:A",
		"fault: \"A\" is not a parameter as a form has it, want something like " +
			"param:Name=Value, a comma as " +
			"%2C"},
	{"webhook=status|fault=param:%=1",
		"fault: \"%=1\" is not a parameter as a form has it, want something like " +
			"param:Name=Value, a comma as " +
			"%2C"},
	{"webhook=status|fault=duplicate:1",
		"fault: \"1\" is not a number of copies, want something like duplicate:3, up to 100"},
	{"webhook=status|fault=cut:half",
		"fault: \"half\" is not a number of bytes, want something like cut:100"},
	{"webhook=status|fault=signature:wrong",
		"fault: unknown signature fault \"wrong\", did you mean signature:wrong-url?"},
	{"webhook=status|fault=signature",
		"fault: unknown signature fault \"\", want signature: and bad, missing, replayed, stale or " +
			"wrong-url"},
	{"api=POST:Messages|respond=timeout:0s",
		`respond: "0s" is not a time to wait, want something like timeout:20s`},
}

func TestParseRuleErrors(t *testing.T) {
	for _, tt := range badRules {
		t.Run(tt.words, func(t *testing.T) {
			got, err := ParseRule(strings.Split(tt.words, "|"))
			if err == nil {
				t.Fatalf("ParseRule = %s, want an error", got)
			}
			if diff := cmp.Diff(tt.want, err.Error()); diff != "" {
				t.Errorf("ParseRule (-want +got)\n%s", diff)
			}
		})
	}
}

// TestParseRuleErrorTypes checks the types of errors whose parts the command line prints.
func TestParseRuleErrorTypes(t *testing.T) {
	var bad *ScriptError
	if _, err := ParseRule([]string{"then=sent,delivrd"}); !errors.As(err, &bad) || bad.Offset != 5 {
		t.Errorf("got %v, want a *ScriptError at 5", err)
	}
	var illegal *IllegalError
	if _, err := ParseRule([]string{"then=sent,failed"}); !errors.As(err, &illegal) ||
		illegal.From != Sent {
		t.Errorf("got %v, want an *IllegalError from sent", err)
	}
}

func TestRuleJSON(t *testing.T) {
	r := mustRule(t, "to=+1202*", "then=sent@1s>4s,delivered", "times=2", "chance=20%", "race")
	r.ID, r.Used = "r1", 1
	got, err := json.Marshal([]Rule{r})
	want := `[{"id":"r1","to":"+1202*","then":"sent@1s\u003e4s,delivered","race":true,"times":2,` +
		`"used":1,"chance":"20%"}]`
	if err != nil || string(got) != want {
		t.Errorf("json.Marshal: %v\ngot  %s\nwant %s", err, got, want)
	}
	for in, want := range map[string]string{
		`{"then":"sent","tiems":2}`: `unknown member "tiems" in a rule, did you mean times?`,
		`{"then":"sent","xyzzy":2}`: `unknown member "xyzzy" in a rule, want some of: id used webhook ` +
			`to from body service direction status path url then race overlap illegal fault api ` +
			`respond code times chance disabled`,
		`{"then":"sent","used":-1}`: "used: -1 is less than nothing, want 0 or more",
		`{"then":"sent","times":0}`: `times: "0" is not a number of times, want 1 or more; leave times ` +
			`out for always`,
		`{"then":"sent","times":"2"}`: "rule: json: cannot unmarshal string into Go " +
			"struct field Rule.times of type int",
		`{"to":"+1"}`: "the rule does nothing, want then=… such as " +
			"then=unreachable, webhook=… and fault=…, api=… and respond=…, or code=…",
		`[]`: "rule: json: cannot unmarshal array into Go " +
			"value of type map[string]json.RawMessage",
		`{"then":"sent","race":false,"to":"a\u0000"}`: `to contains a control character, want it ` +
			`written ` +
			`in a regular expression, as body=~\n`,
	} {
		var r Rule
		if err := json.Unmarshal([]byte(in), &r); err == nil || err.Error() != want {
			t.Errorf("%s\ngot  %v\nwant %s", in, err, want)
		}
	}
}

// FuzzParseRule checks that a rule is read back from its words, its line and its JSON.
func FuzzParseRule(f *testing.F) {
	for _, tt := range goodRules {
		f.Add(tt.words)
	}
	for _, tt := range badRules {
		f.Add(tt.words)
	}
	f.Add("then=sent|chance=29%")
	f.Add("then=sent|chance=0.000001%")
	f.Add("then=sent|chance=33.333333333333%")
	f.Fuzz(func(t *testing.T, words string) {
		r, err := ParseRule(strings.Split(words, "|"))
		if err != nil {
			return
		}
		if r.Describe() == "" || strings.ContainsAny(r.String(), "\n\x1b\x00") {
			t.Errorf("%q is written as %q, %q", words, r, r.Describe())
		}
		checkRoundTrip(t, r)
	})
}
