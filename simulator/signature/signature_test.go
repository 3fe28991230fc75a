package signature_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/twilio/twilio-go/client"

	"twilsim/simulator/signature"
)

func ExampleSign() {
	form := url.Values{"From": {"+12025550142"}, "To": {"+12025550100"}, "Body": {"hello"}}
	configured := "https://shop.example/sms#rc=2"
	signed := signature.SignedURL(configured)
	fmt.Println(signature.Data(signed, form))
	fmt.Println(signature.Sign("12345", signed, form))
	// Output:
	// https://shop.example/smsBodyhelloFrom+12025550142To+12025550100
	// LxnkiTyhOtMkovaZ2mu5HALB8YQ=
}

func ExampleDiagnose() {
	form := url.Values{"Body": {"hello"}}
	received := signature.Sign("12345", "https://shop.example/sms", form)
	seen := "http://shop.example/sms" // behind a proxy
	fmt.Println(signature.Verify("12345", seen, form, received))
	for _, v := range signature.Diagnose("12345", seen, form, received) {
		fmt.Println(v.URL, "because", v.What)
	}
	// Output:
	// false
	// https://shop.example/sms because a proxy in front of the app ends TLS (scheme https, not http)
}

const (
	token = "12345"
	u     = "https://mycompany.com/myapp.php?foo=1&bar=2" // U of the fact sheet
	hash  = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"
	// jsonBody is the body of F-082 and F-083.
	jsonBody = `{"property": "value", "boolean": true}`
)

// p returns P of the fact sheet with some parameters set on top.
func p(set ...string) url.Values {
	params := form("CallSid", "CA1234567890ABCDE", "Caller", "+14158675309", "Digits", "1234",
		"From", "+14158675309", "To", "+18005551212")
	maps.Copy(params, form(set...))
	return params
}

// form takes names and values in turn; a name may come twice.
func form(namesAndValues ...string) url.Values {
	params := url.Values{}
	for i := 0; i < len(namesAndValues); i += 2 {
		params.Add(namesAndValues[i], namesAndValues[i+1])
	}
	return params
}

// vectors are F-073 to F-095.
var vectors = []struct {
	name   string
	token  string
	url    string
	params url.Values
	want   string
}{
	{"F-073", token, u, p(), "RSOYDt4T1cUTdK1PDd93/VVr8B8="},
	{"F-074", token, "https://mycompany.com:443/myapp.php?foo=1&bar=2", p(),
		"kvajT1Ptam85bY51eRf/AJRuM3w="},
	{"F-075", token, "http://mycompany.com:80/myapp.php?foo=1&bar=2", p(),
		"0ZXoZLH/DfblKGATFgpif+LLRf4="},
	{"F-076", token, "http://mycompany.com:1234/myapp.php?foo=1&bar=2", p(),
		"Zmvh+3yNM1Phv2jhDCwEM3q5ebU="},
	{"F-077", token, "https://mycompany.com:1234/myapp.php?foo=1&bar=2", p(),
		"CYn1h0gLBdNxDGkKJg6hYohgeD8="},
	{"F-078", token, u, form("Sid", "CA123", "SidAccount", "AC123", "Digits", "5678", "Digits", "1234",
		"Digits", "1234"),
		"IK+Dwps556ElfBT0I3Rgjkr1wJU="},
	{"F-079", token, u, form("MessagingBinding.Address", "+1325xxxxxxx", "MessagingBinding.Address",
		"+1415xxxxxxx"),
		"83O6e2vORAoJHUNzJjDWN1jz+BA="},
	{"F-080", token, "https://user:pass@mycompany.com/myapp.php?foo=1&bar=2", p(),
		"CukzLTc1tT5dXEDIHm/tKBanW10="},
	{"F-081", token, "https://user@mycompany.com/myapp.php?foo=1&bar=2", p(),
		"2YRLlVAflCqxaNicjMpJcSTgzSs="},
	{"F-082", token, u + "&bodySHA256=" + hash, nil, "a9nBmqA0ju/hNViExpshrM61xv4="},
	{"F-083", token, "https://mycompany.com/myapp.php?bodySHA256=" + hash, nil,
		"y77kIzt2vzLz71DgmJGsen2scGs="},
	{"F-084", token, "https://mycompany.com:443/myapp.php?foo=1&bar=2" +
		"&bodySHA256=44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", nil,
		"Ldidvp12m26NI7eqEvxnEpkd9Hc="},
	{"F-085", token, u, nil, "zYQTYrRWXE7LtzbG4PfP7/bkkGo="},
	{"F-086", token, "https://mycompany.com/myapp.php", p(), "1xaxFBvyzXYvWplzNOSs28HWO94="},
	{"F-087", token, "https://mycompany.com/myapp.php?foo=hello%20world&bar=test%2Bvalue", p(),
		"er2tvAP1Wx+iuTTE2BPgvEaN1cs="},
	{"F-088", token, u, form("Message", "Hello & goodbye! @#$%^*()", "From", "+1 (415) 867-5309",
		"Special", "unicode: ñáéíóú"),
		"dCPiR4WtQ6QFN6pJh81CtlCcWLQ="},
	{"F-089", token, u, form("Digits", "", "CallSid", "CA1234567890ABCDE", "EmptyParam", ""),
		"9HHp/OqQMEwdrVebHDdA/+tqjX8="},
	{"F-090", token, u, form("Zebra", "last", "Alpha", "first", "Beta", "second", "Gamma", "third"),
		"enveUe73ZTVLAekHxez3Qx6JuuQ="},
	{"F-091", token, u, form("callSid", "lowercase", "CallSid", "uppercase", "CALLSID", "allcaps"),
		"jDK7WKT8wiNrwggd4ceTv4e1MJ4="},
	{"F-092", token, "https://mycompany.com/webhook/España?año=2023", p(),
		"G/Hx6mqqnjUNlPAoi2Sp9bGst0g="},
	{"F-093", token, u, p("Reason", "Participant", "ReasonConferenceEnded", "test"),
		"vOEb5UThFn24KEfnOFLQY2AE5FY="},
	{"F-094", token, "https://example.com/myapp.php?foo=1&bar=2",
		p("Caller", "+14158675310", "From", "+14158675310"),
		"L/OH5YylLD5NRKLltdqwSvS0BnU="},
	{"F-095", "0123456789abcdef0123456789abcdef", "http://localhost:3000/sms",
		form("ToCountry", "US", "ToState", "",
			"Body", "Hello, wörld 👍 & more", "From", "+15005550001", "To", "+15005550006", "NumMedia", "0"),
		"MB+jaI6MHfq/AYC9MMsILaVgBUw="},
}

func TestVectors(t *testing.T) {
	for _, tt := range vectors {
		t.Run(tt.name, func(t *testing.T) {
			if got := signature.Sign(tt.token, tt.url, tt.params); got != tt.want {
				t.Errorf("Sign = %s, want %s, over %q", got, tt.want, signature.Data(tt.url, tt.params))
			}
			if !signature.Verify(tt.token, tt.url, tt.params, tt.want) {
				t.Error("Verify refuses the signature")
			}
			if got := signature.Diagnose(tt.token, tt.url, tt.params,
				tt.want); signature.SignedURL(tt.url) == tt.url && got != nil {
				t.Errorf("Diagnose finds fault with a good signature: %q", got)
			}
		})
	}
}

func TestData(t *testing.T) {
	params := p("Reason", "Participant", "ReasonConferenceEnded", "test", "Digits", "", "To", " +1 ")
	params["Twice"] = []string{"b", "a", "b"}
	params["Absent"] = nil
	want := u + "CallSidCA1234567890ABCDECaller+14158675309DigitsFrom+14158675309" +
		"ReasonParticipantReasonConferenceEndedtestTo +1 TwiceaTwiceb"
	if diff := cmp.Diff(want, signature.Data(u, params)); diff != "" {
		t.Errorf("Data (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"b", "a", "b"}, params["Twice"]); diff != "" {
		t.Errorf("Data changed its argument (-want +got):\n%s", diff)
	}
}

func TestVerifyRefuses(t *testing.T) {
	const good = "RSOYDt4T1cUTdK1PDd93/VVr8B8=" // F-073
	tests := []struct {
		name, token, url string
		params           url.Values
		signature        string
	}{
		{"no signature", token, u, p(), ""},
		{"signature with a space", token, u, p(), good + " "},
		{"signature without padding", token, u, p(), strings.TrimRight(good, "=")},
		{"another token", "12346", u, p(), good},
		{"another scheme", token, "http" + strings.TrimPrefix(u, "https"), p(), good},
		{"F-069 default port added", token, strings.Replace(u, ".com", ".com:443", 1), p(), good},
		{"F-067 slash added", token, strings.Replace(u, ".php", ".php/", 1), p(), good},
		{"F-072 value with white space", token, u, p("Digits", "1234 "), good},
		{"F-064 empty parameter added", token, u, p("Empty", ""), good},
		{"no parameters", token, u, nil, good},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if signature.Verify(tt.token, tt.url, tt.params, tt.signature) {
				t.Error("Verify accepts the signature")
			}
		})
	}
}

func TestSignBody(t *testing.T) {
	tests := []struct {
		name, url, body    string
		wantURL, signature string
	}{
		{"F-082", u, jsonBody, u + "&bodySHA256=" + hash, "a9nBmqA0ju/hNViExpshrM61xv4="},
		{"F-083", "https://mycompany.com/myapp.php", jsonBody,
			"https://mycompany.com/myapp.php?bodySHA256=" + hash, "y77kIzt2vzLz71DgmJGsen2scGs="},
		{"F-083 with an empty query", "https://mycompany.com/myapp.php?", jsonBody,
			"https://mycompany.com/myapp.php?bodySHA256=" + hash, "y77kIzt2vzLz71DgmJGsen2scGs="},
		{"F-084", "https://mycompany.com:443/myapp.php?foo=1&bar=2", "{}",
			"https://mycompany.com:443/myapp.php?foo=1&bar=2" +
				"&bodySHA256=44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
			"Ldidvp12m26NI7eqEvxnEpkd9Hc="},
	}
	official := client.NewRequestValidator(token)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, gotURL := signature.SignBody(token, tt.url, []byte(tt.body))
			if gotURL != tt.wantURL || got != tt.signature {
				t.Errorf("got %s over %s, want %s over %s", got, gotURL, tt.signature, tt.wantURL)
			}
			if !official.ValidateBody(gotURL, []byte(tt.body), got) {
				t.Error("the official validator refuses the signature")
			}
		})
	}
}

// FuzzSign checks that the official validator accepts the result of Sign for any URL and any
// parameters without repeated names (F-070), and refuses it with one more byte anywhere.
func FuzzSign(f *testing.F) {
	for _, tt := range vectors {
		f.Add(tt.token, tt.url, tt.params.Encode())
	}
	f.Add("", "", "")
	f.Add(token, "https://[::1]:8080/%zz", "=&a==&%00=%ff")
	f.Fuzz(func(t *testing.T, token, url, body string) {
		params, single := parse(body)
		got := signature.Sign(token, url, params)
		official := client.NewRequestValidator(token)
		if !official.Validate(url, single, got) {
			t.Errorf("the official validator refuses %s over %q", got, signature.Data(url, params))
		}
		if !signature.Verify(token, url, params, got) {
			t.Error("Verify refuses what Sign made")
		}
		if signature.Verify(token, url+"x", params, got) ||
			signature.Verify(token+"x", url, params, got) {
			t.Error("Verify accepts another URL or token")
		}
	})
}

// parse decodes a form as far as it can be decoded and keeps the first value of each name.
func parse(body string) (url.Values, map[string]string) {
	params, _ := url.ParseQuery(body)
	single := map[string]string{}
	for name, values := range params {
		params[name], single[name] = values[:1], values[0]
	}
	return params, single
}

// FuzzSignBody checks that the official validator accepts the result of SignBody.
func FuzzSignBody(f *testing.F) {
	f.Add(u, []byte(`{"property": "value", "boolean": true}`))
	f.Add("https://mycompany.com/myapp.php?", []byte("{}"))
	f.Add("http://localhost:3000", []byte{})
	f.Add("??", []byte("0"))
	f.Fuzz(func(t *testing.T, configured string, body []byte) {
		configured = signature.SignedURL(configured)
		parsed, err := url.Parse(configured)
		if err != nil || parsed.Query().Has("bodySHA256") {
			return // the official validator gives up, or takes the first of two hashes
		}
		got, signed := signature.SignBody(token, configured, body)
		official := client.NewRequestValidator(token)
		if !official.ValidateBody(signed, body, got) {
			t.Errorf("the official validator refuses %s over %q", got, signed)
		}
		if !strings.HasPrefix(signed, configured) {
			t.Errorf("%q does not begin with %q", signed, configured)
		}
	})
}

// inbound is an inbound webhook with the parameters of F-027 and F-013.
var inbound = form(
	"ToCountry", "US", "ToState", "DC", "SmsMessageSid", "SM0123456789abcdef0123456789abcdef",
	"NumMedia", "0",
	"ToCity", "WASHINGTON", "FromZip", "20001", "SmsSid", "SM0123456789abcdef0123456789abcdef",
	"FromState", "DC",
	"SmsStatus", "received", "FromCity", "WASHINGTON", "Body",
	"Where is my order? I was told that it would be here today 👍",
	"FromCountry", "US", "To", "+12025550100", "MessagingServiceSid",
	"MG0123456789abcdef0123456789abcdef", "ToZip", "20002",
	"NumSegments", "1", "ReferralNumMedia", "0", "MessageSid", "SM0123456789abcdef0123456789abcdef",
	"AccountSid", "AC0123456789abcdef0123456789abcdef", "From", "+12025550142", "ApiVersion",
	"2010-04-01",
	"AddOns", `{"status":"successful","message":null,"code":null,"results":{}}`,
)

// BenchmarkSign signs an inbound webhook of 22 parameters; bare is the cost of HMAC-SHA1 and base64
// over the same bytes.
func BenchmarkSign(b *testing.B) {
	const token, url = "0123456789abcdef0123456789abcdef", "https://shop.example/sms"
	if len(inbound) != 22 {
		b.Fatalf("got %d parameters, want 22", len(inbound))
	}
	b.Run("webhook", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			signature.Sign(token, url, inbound)
		}
	})
	b.Run("params", func(b *testing.B) { // as each webhook is signed
		names := slices.Sorted(maps.Keys(inbound))
		rand.New(rand.NewPCG(1, 2)).Shuffle(len(names), func(i, j int) {
			names[i], names[j] = names[j], names[i]
		})
		values := make([]string, len(names))
		for i, name := range names {
			values[i] = inbound.Get(name)
		}
		b.ReportAllocs()
		for b.Loop() {
			signature.SignParams(token, url, len(names),
				func(i int) (name, value string) { return names[i], values[i] })
		}
	})
	b.Run("bare", func(b *testing.B) {
		data := []byte(signature.Data(url, inbound))
		b.ReportAllocs()
		for b.Loop() {
			mac := hmac.New(sha1.New, []byte(token))
			mac.Write(data)
			base64.StdEncoding.EncodeToString(mac.Sum(nil))
		}
	})
}

// TestSignParams checks that Sign and SignParams agree, also with repeated names.
func TestSignParams(t *testing.T) {
	for _, tt := range vectors {
		var list [][2]string
		for name, values := range tt.params {
			for _, value := range values {
				list = append(list, [2]string{name, value})
			}
		}
		at := func(i int) (name, value string) { return list[i][0], list[i][1] }
		want := signature.Sign(tt.token, tt.url, tt.params)
		if got := signature.SignParams(tt.token, tt.url, len(list), at); got != want {
			t.Errorf("%s: SignParams = %s, Sign = %s", tt.url, got, want)
		}
	}
}

// TestSignParamsOrders checks that a signature does not depend on the order of the params before
// it: lists of one length with other names, values and orders follow each other.
func TestSignParamsOrders(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		list := make([][2]string, random.IntN(5)*random.IntN(20))
		params := url.Values{}
		for i := range list {
			list[i] = [2]string{strconv.Itoa(random.IntN(40)), strconv.Itoa(random.IntN(3))}
			params.Add(list[i][0], list[i][1])
		}
		want := signature.Sign("token", "https://shop.example", params)
		got := signature.SignParams("token", "https://shop.example", len(list),
			func(i int) (name, value string) { return list[i][0], list[i][1] })
		if got != want {
			t.Fatalf("%v: SignParams = %s, Sign = %s", list, got, want)
		}
	}
}
