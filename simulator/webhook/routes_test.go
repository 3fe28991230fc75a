package webhook

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseRoute(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     Route
		err      string // a part of it
	}{
		{"plain", "https://shop.example=http://localhost:3000",
			Route{"https://shop.example", "http://localhost:3000"}, ""},
		{"slashes go", "https://shop.example/=http://localhost:3000/",
			Route{"https://shop.example", "http://localhost:3000"}, ""},
		{"paths stay", "https://shop.example/a=http://localhost:3000/b",
			Route{"https://shop.example/a", "http://localhost:3000/b"}, ""},
		{"https to https", "https://shop.example=https://localhost:3000",
			Route{"https://shop.example", "https://localhost:3000"}, ""},
		{"half", "https://shop.example", Route{}, "write PUBLIC=LOCAL"},
		{"empty", "", Route{}, "write PUBLIC=LOCAL"},
		{"relative", "shop.example=http://localhost:3000", Route{}, "not an absolute http or https URL"},
		{"no host", "https://=http://localhost:3000", Route{}, "no host"},
		{"underscore", "https://my_shop.example=http://localhost:3000", Route{}, "underscore"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseRoute(tt.in)
			if (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Fatalf("error %v, want %q", err, tt.err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("route (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCheckURL(t *testing.T) {
	for _, tt := range []struct{ in, err string }{
		{"http://localhost:3000/sms", ""}, // F-061: plain http is allowed
		{"https://user:secret@shop.example/sms?a=1#rc=2", ""},
		{"http://[::1]:3000/sms", ""},
		{"https://shop.example/España?año=1", ""},
		{"", "not an absolute http or https URL"},
		{"/sms", "not an absolute http or https URL"},
		{"localhost:3000/sms", "not an absolute http or https URL"},
		{"ftp://shop.example/", "not an absolute http or https URL"},
		{"http:///sms", "no host"},
		{"http://:3000/sms", "no host"},
		{"https://my_shop.example/", "underscore"}, // F-061
		{"http://[::1/sms", "is not a URL"},
		{"http://localhost/sms?a=b c", "white space"},
		{"http://localhost/s ms", "white space"},
		{"http://localhost/sms\r\nX: y", "is not a URL"},
	} {
		err := CheckURL(tt.in)
		if (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
			t.Errorf("CheckURL(%q) = %v, want %q", tt.in, err, tt.err)
		}
	}
}

func TestRoutesLocal(t *testing.T) {
	routes := Routes{
		{"https://shop.example", "http://localhost:3000"},
		{"https://shop.example/api", "http://localhost:4000/v1"},
		{"https://shop.example:8443", "http://localhost:5000"},
	}
	for _, tt := range []struct {
		in, want string
		routed   bool
	}{
		{"https://shop.example", "http://localhost:3000", true},
		{"https://shop.example/sms?a=1", "http://localhost:3000/sms?a=1", true},
		{"https://shop.example?a=1", "http://localhost:3000?a=1", true},
		{"https://shop.example/api", "http://localhost:4000/v1", true},
		{"https://shop.example/api/sms", "http://localhost:4000/v1/sms", true},
		{"https://shop.example/apis", "http://localhost:3000/apis", true},
		{"https://shop.example:8443/sms", "http://localhost:5000/sms", true},
		{"https://shop.example.org/sms", "https://shop.example.org/sms", false},
		{"http://shop.example/sms", "http://shop.example/sms", false},
		{"https://shop.example:443/sms", "https://shop.example:443/sms", false},
		{"http://localhost:3000/sms", "http://localhost:3000/sms", false},
	} {
		got, routed := routes.Local(tt.in)
		if got != tt.want || routed != tt.routed {
			t.Errorf("Local(%q) = %q, %t; want %q, %t", tt.in, got, routed, tt.want, tt.routed)
		}
	}
}

func TestIsLocal(t *testing.T) {
	for _, tt := range []struct {
		in       string
		local    bool
		hostPort string
	}{
		{"http://localhost/sms", true, "localhost:80"},
		{"https://LOCALHOST:3000", true, "LOCALHOST:3000"},
		{"https://shop.localhost", true, "shop.localhost:443"},
		{"http://127.0.0.1:3000/", true, "127.0.0.1:3000"},
		{"http://127.9.9.9/", true, "127.9.9.9:80"},
		{"http://[::1]:3000/", true, "[::1]:3000"},
		{"http://localhost@shop.example/", false, "shop.example:80"},
		{"http://notlocalhost/", false, "notlocalhost:80"},
		{"http://127.0.0.1.shop.example/", false, "127.0.0.1.shop.example:80"},
		{"http://10.0.0.1/", false, "10.0.0.1:80"},
		{"http://0.0.0.0:3000/", false, "0.0.0.0:3000"},
		{"http://2130706433/", false, "2130706433:80"},
		{"://", false, ""},
	} {
		if got := IsLocal(tt.in); got != tt.local {
			t.Errorf("IsLocal(%q) = %t", tt.in, got)
		}
		if got := HostPort(tt.in); got != tt.hostPort {
			t.Errorf("HostPort(%q) = %q, want %q", tt.in, got, tt.hostPort)
		}
	}
}
