package webhook

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/journal"
)

// flat is a settings value that cmp can compare.
type flat struct {
	Connect, Read, Total time.Duration
	Retries              int
	Policy               policy
	NoSNI                bool
}

func (s settings) flat() flat {
	return flat{s.connect, s.read, s.total, s.retries, s.policy, s.noSNI}
}

func TestOverride(t *testing.T) {
	const ms = time.Millisecond
	usual := (&Client{}).settings().flat()
	with := func(change func(*flat)) flat {
		f := usual
		change(&f)
		return f
	}
	for _, tt := range []struct {
		fragment string
		want     flat
		code     string
	}{
		// F-041 to F-046
		{"", flat{5 * time.Second, 15 * time.Second, 15 * time.Second, 1, retryConnect, false}, ""},
		{"ct=100", with(func(f *flat) { f.Connect = 100 * ms }), ""},
		{"ct=10000", with(func(f *flat) { f.Connect = 10 * time.Second }), ""},
		{"ct=99", usual, ""},
		{"ct=10001", usual, ""},
		{"rt=100", with(func(f *flat) { f.Read = 100 * ms }), ""},
		{"rt=15000", usual, ""},
		{"rt=15001", usual, ""},
		{"tt=2500", with(func(f *flat) { f.Total = 2500 * ms }), ""},
		{"tt=0", usual, ""},
		{"tt=-5", usual, ""},
		{"tt=1e3", usual, ""},
		{"tt=99999999999999999999", usual, ""},
		{"rc=0", with(func(f *flat) { f.Retries = 0 }), ""},
		{"rc=5", with(func(f *flat) { f.Retries = 5 }), ""},
		{"rc=6", usual, ""},
		{"rc=+2", usual, ""},
		{"rc=", usual, ""},
		{"rp=ct", usual, ""},
		{"rp=rt", with(func(f *flat) { f.Policy = retryRead }), ""},
		{"rp=4xx,5xx", with(func(f *flat) { f.Policy = retry4xx | retry5xx }), ""},
		{"rp=4xx%2C5xx", with(func(f *flat) { f.Policy = retry4xx | retry5xx }), ""},
		{"rp=all", with(func(f *flat) { f.Policy = retryAll }), ""},
		{"rp=3xx", flat{}, "11243"}, // F-047, F-132
		{"rp=4xx,", flat{}, "11243"},
		{"rp=", flat{}, "11243"},
		{"sni=n", with(func(f *flat) { f.NoSNI = true }), ""},
		{"sni=y", usual, ""},
		{"sni=no", usual, ""},
		{"e=ashburn", usual, ""},
		{"e=dublin,frankfurt,sao-paulo,singapore,sydney,tokyo,umatilla", usual, ""},
		{"e=atlantis", flat{}, "11240"}, // F-132
		{"e=", flat{}, "11240"},
		{"e=dublin,roaming", flat{}, "11241"},
		{"e=ashburn,ashburn-ix", flat{}, "11242"},
		{"top", usual, ""}, // an anchor
		{"/route?rc=2", usual, ""},
		{"rc=2&rp=5xx&ct=200&x=y", with(func(f *flat) {
			f.Retries, f.Policy, f.Connect = 2, retry5xx,
				200*ms
		}), ""},
	} {
		t.Run(tt.fragment, func(t *testing.T) {
			s := (&Client{}).settings()
			failure := s.override("http://shop.example/sms?rc=4#" + tt.fragment)
			if code := codeOf(failure); code != tt.code {
				t.Fatalf("failure %v, want code %q", failure, tt.code)
			}
			if diff := cmp.Diff(tt.want, s.flat()); failure == nil && diff != "" {
				t.Errorf("settings (-want +got):\n%s", diff)
			}
		})
	}
}

func codeOf(f *Failure) string {
	if f == nil {
		return ""
	}
	return f.Code
}

// FuzzOverride checks that every fragment leaves the settings within Twilio's ranges, or is refused
// with one of four codes.
func FuzzOverride(f *testing.F) {
	for _, seed := range []string{"", "rc=2", "ct=99&rt=15001&tt=100", "rp=4xx,all&e=dublin",
		"e=ashburn-ix", "rp=%zz", "a#rc=5"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, fragment string) {
		s := (&Client{}).settings()
		if failure := s.override("http://shop.example/#" + fragment); failure != nil {
			if !strings.HasPrefix(failure.Code, "1124") {
				t.Errorf("%q: %v", fragment, failure)
			}
			return
		}
		for _, d := range []time.Duration{s.connect, s.read, s.total} {
			if d < 100*time.Millisecond || d > 15*time.Second || s.connect > 10*time.Second {
				t.Errorf("%q: %+v", fragment, s)
			}
		}
		if s.retries < 0 || s.retries > 5 || s.policy == 0 {
			t.Errorf("%q: %+v", fragment, s)
		}
	})
}

// TestLimit checks that an answer has the time that Twilio would have waited: the shorter of the
// read and total timeouts.
func TestLimit(t *testing.T) {
	app, _ := newApp(t, ok)
	for fragment, want := range map[string]time.Duration{
		"": 15 * time.Second, "#rt=700": 700 * time.Millisecond, "#tt=800": 800 * time.Millisecond,
		"#rt=700&tt=800": 700 * time.Millisecond,
		"#rp=never":      0, // no request is made
	} {
		answer := (&Client{}).Do(t.Context(), request("POST", app.URL+"/sms"+fragment),
			func(*journal.Exchange, bool) {})
		if answer.Limit != want {
			t.Errorf("%q: the limit is %s, want %s", fragment, answer.Limit, want)
		}
	}
}
