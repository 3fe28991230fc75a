package webhook

import (
	"fmt"
	"testing"
)

// TestEndpoints checks what a client finds out about a URL, and that it remembers only some.
func TestEndpoints(t *testing.T) {
	for _, tt := range []struct {
		url, host, address string
		local              bool
	}{
		{"http://localhost/sms", "localhost", "localhost:80", true},
		{"http://app.localhost:3000/sms", "app.localhost:3000", "app.localhost:3000", true},
		{"http://127.0.0.1:/sms", "127.0.0.1", "127.0.0.1:80", true},
		{"http://[::1]", "[::1]", "[::1]:80", true},
		{"http://[::1]:", "[::1]", "[::1]:80", true},
		{"http://shop.example:81/sms", "shop.example:81", "shop.example:81", false},
	} {
		c := &Client{}
		for range 2 { // made, and remembered
			e, err := c.endpoint(tt.url, true)
			if err != nil {
				t.Fatal(err)
			}
			if e.url.Host != tt.host || e.address != tt.address || e.local != tt.local {
				t.Errorf("%s: host %s, address %s, local %t", tt.url, e.url.Host, e.address, e.local)
			}
		}
	}
	c := &Client{}
	for i := range 10 * manyEndpoints {
		url := fmt.Sprint("http://localhost/", i)
		e, _ := c.endpoint(url, true)
		if again, _ := c.endpoint(url, true); again != e {
			t.Errorf("%s is not remembered", url)
		}
		if other, _ := c.endpoint(url+"/other", false); other.url.Path == e.url.Path {
			t.Errorf("%s is taken for another", url)
		}
		if len(c.endpoints) > manyEndpoints {
			t.Fatalf("%d are remembered", len(c.endpoints))
		}
	}
	if _, err := c.endpoint("http://local host/", true); err == nil {
		t.Error("a URL with a space in its host is accepted")
	}
}
