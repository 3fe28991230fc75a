package address

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestParseErrors checks that an error about an address suggests another one.
func TestParseErrors(t *testing.T) {
	for in, want := range map[string]string{
		"+1202555014": `"+1202555014" cannot exist: a number of North America has 10 ` +
			`digits behind +1, and this has 9`,
		"+120255501421": `"+120255501421" cannot exist: a number of North America has 10 ` +
			`digits behind +1, and this has 11`,
		"sms:+12025550142": `"sms:+12025550142" is not an address: did you mean "+12025550142"?`,
		"WhatsApp:+12025550142": `"WhatsApp:+12025550142" is not an address: did you mean ` +
			`"whatsapp:+12025550142"?`,
		"telegram:+12025550142": `"telegram:+12025550142" is not an address: telegram is not a ` +
			`channel here, write +12025550142 or whatsapp:+12025550142`,
		"mailto:ana@example.com": `"mailto:ana@example.com" is not an address: write a number such as ` +
			`+12025550142, or whatsapp:+12025550142`,
	} {
		if _, err := Parse(in); err == nil || err.Error() != want {
			t.Errorf("Parse(%q): %v\nwant %s", in, err, want)
		}
	}
}

// TestCheckExact: a text that no message has as its address, but nearly, is refused.
func TestCheckExact(t *testing.T) {
	for in, want := range map[string]string{
		"12025550142": `no message has the address "12025550142": did you mean "+12025550142"?`,
		"2025550142":  `no message has the address "2025550142": did you mean "+12025550142"?`,
		"202-555-0142": `no message has the address "202-555-0142": did you mean ` +
			`"+12025550142"?`,
		"447700900123": `no message has the address "447700900123": did you mean ` +
			`"+447700900123"?`,
		"+1202555014": `"+1202555014" cannot exist: a number of North America has 10 digits ` +
			`behind +1, and this has 9`,
		"+12025550142":          "",
		"+447700900123":         "",
		"55501":                 "",
		"ACME":                  "",
		"Shop 24":               "",
		"":                      "",
		"+1":                    "",
		"messenger:1234":        "",
		"whatsapp:+12025550142": "",
		"whatsapp:12025550142": `no message has the address "whatsapp:12025550142": ` +
			`did you mean "whatsapp:+12025550142"?`,
		"WhatsApp:+12025550142": `no message has the address "WhatsApp:+12025550142": ` +
			`did you mean "whatsapp:+12025550142"?`,
		"ana@example.com": "",
	} {
		got := ""
		if err := CheckExact(in); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("CheckExact(%q): %s\nwant %s", in, got, want)
		}
	}
}

func TestLocate(t *testing.T) {
	for _, tt := range []struct {
		name, address string
		want          Place
	}{
		{"a city of the US", "+12125551234", Place{City: "NEW YORK", State: "NY", Country: "US"}},
		{"an area code of the US", "+14155238886", Place{State: "CA", Country: "US"}},
		{"Washington", "+12025550142", Place{State: "DC", Country: "US"}},
		{"toll-free", "+18005551234", Place{Country: "US"}},
		{"magic", "+15005550103", Place{Country: "US"}},
		{"not assigned", "+19995550123", Place{Country: "US"}},
		{"Canada", "+14165550123", Place{State: "ON", Country: "CA"}},
		{"Quebec", "+15145550123", Place{State: "QC", Country: "CA"}},
		{"British Columbia", "+12505550100", Place{State: "BC", Country: "CA"}},
		{"another country of +1", "+18765551234", Place{Country: "JM"}},
		{"Puerto Rico", "+17875550123", Place{Country: "PR"}},
		{"a city elsewhere", "+442071838750", Place{City: "LONDON", Country: "GB"}},
		{"Berlin", "+4930123456", Place{City: "BERLIN", Country: "DE"}},
		{"a mobile phone", "+447700900123", Place{Country: "GB"}},
		{"the data knows the country alone", "+33142685300", Place{Country: "FR"}},
		{"no country", "+80012345678", Place{}},
		{"a short code", "55501", Place{}},
		{"no number", "hello", Place{}},
		{"nothing", "", Place{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, Locate(tt.address)); diff != "" {
				t.Errorf("Locate(%q) (-want +got):\n%s", tt.address, diff)
			}
		})
	}
}

func TestParse(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"+12025550142", "+12025550142"},
		{" +1 (202) 555-0142 ", "+12025550142"},
		{"+1.202.555.0142", "+12025550142"},
		{"55501", "55501"},
		{"123", "123"},
		{"12", ""}, {"", ""}, {"+", ""}, {"+0123456789", ""}, {"hello", ""},
		{"+1202555014200000", ""}, {"whatsapp:+12025550142", "whatsapp:+12025550142"},
		{"whatsapp:hello", ""}, {"tel:+12025550142", ""},
		{"12025550142", ""}, {"+1202\n5550142", ""},
	} {
		got, err := Parse(tt.in)
		if got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("Parse(%q) = %q, %v; want %q", tt.in, got, err, tt.want)
		}
	}
}

// FuzzParse checks that an accepted number is accepted again, unchanged.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"+12025550142", " +1 (202) 555-0142 ", "55501", "12", "", "hello"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		address, err := Parse(s)
		if err != nil {
			return
		}
		if again, err := Parse(address); again != address || err != nil {
			t.Errorf("%q is %q and then %q, %v", s, address, again, err)
		}
	})
}

// FuzzNormalize checks that a normalised number is an address and stays as it is.
func FuzzNormalize(f *testing.F) {
	for _, s := range []string{"+12025550142", "2025550142", "12025550142",
		"whatsapp:+1 (202) 555-0142", "123", "", "tel:27", "+447700900123", "٣٤٥"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		address, ok := Normalize(s)
		if !ok {
			return
		}
		if again, ok := Normalize(address); !ok || again != address {
			t.Errorf("%q is %q, and that is %q, %v", s, address, again, ok)
		}
		if _, err := Parse(Bare(address)); err != nil {
			t.Errorf("%q is %q: %v", s, address, err)
		}
	})
}
