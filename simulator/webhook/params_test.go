package webhook

import (
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParams(t *testing.T) {
	for _, tt := range []struct {
		name   string
		params Params
		want   string
	}{
		{"none", nil, ""},
		{"order is kept", Params{{"b", "1"}, {"a", "2"}}, "b=1&a=2"},
		{"space and plus", Params{{"Body", "a b+c"}}, "Body=a+b%2Bc"}, // F-029
		{"UTF-8", Params{{"Body", "wörld 👍"}}, "Body=w%C3%B6rld+%F0%9F%91%8D"},
		{"empty value", Params{{"ToState", ""}, {"To", "1"}}, "ToState=&To=1"},
		{"empty name", Params{{"", ""}, {"", "x"}}, "=&=x"},
		{"separators", Params{{"a&b=c", "d&e=f"}}, "a%26b%3Dc=d%26e%3Df"},
		{"the same name twice", Params{{"a", "1"}, {"a", "2"}}, "a=1&a=2"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.params.Encode()
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			back, err := ParseParams(got)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.params, back); diff != "" {
				t.Errorf("read back (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseParamsErrors(t *testing.T) {
	for _, s := range []string{"a=%", "%zz=1", "a=%2"} {
		if p, err := ParseParams(s); err == nil {
			t.Errorf("ParseParams(%q) = %v, want an error", s, p)
		}
	}
}

func TestParamsSet(t *testing.T) {
	p := Params{{"a", "1"}, {"b", "2"}}
	p = p.Set("a", "3").Set("c", "4")
	if diff := cmp.Diff(Params{{"a", "3"}, {"b", "2"}, {"c", "4"}}, p); diff != "" {
		t.Errorf("params (-want +got):\n%s", diff)
	}
	if got := p.Get("c") + p.Get("none"); got != "4" {
		t.Errorf("Get: %q", got)
	}
	if diff := cmp.Diff(url.Values{"a": {"3"}, "b": {"2"}, "c": {"4"}}, p.Values()); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
}

// FuzzParseParams checks that forms are read back after writing, and that net/url finds the same
// values.
func FuzzParseParams(f *testing.F) {
	for _, s := range []string{"", "a=1", form, "&&a&b=", "=&=x", "a=%zz", "a=+%2B", "a=1&a=2",
		"%ff=\xff", "a=b=c", "%00%01 !\"#$%25%26'()*+,-./:;<%3D>?@[]^_`{|}~\x7f=ö"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := ParseParams(s)
		if err != nil {
			return
		}
		for _, param := range p {
			want := url.QueryEscape(param.Name) + "=" + url.QueryEscape(param.Value)
			if got := (Params{param}).Encode(); got != want {
				t.Errorf("%q is written as %q, and by net/url as %q", param, got, want)
			}
		}
		back, err := ParseParams(p.Encode())
		if err != nil {
			t.Fatalf("%q is written as %q, which is not a form: %v", s, p.Encode(), err)
		}
		if diff := cmp.Diff(p, back); diff != "" {
			t.Errorf("%q read back (-want +got):\n%s", s, diff)
		}
		values, err := url.ParseQuery(p.Encode())
		if err != nil {
			t.Fatalf("net/url on %q: %v", p.Encode(), err)
		}
		if diff := cmp.Diff(p.Values(), values); diff != "" {
			t.Errorf("%q, against net/url (-ours +theirs):\n%s", s, diff)
		}
	})
}
