package host

import "testing"

// TestSplitWebhook checks which URL texts go to.
func TestSplitWebhook(t *testing.T) {
	for _, tt := range []struct{ forwardTo, smsPath, base, path string }{
		{"http://localhost:3000", "", "http://localhost:3000", ""},
		{"http://localhost:3000/", "", "http://localhost:3000", ""},
		{"http://localhost:3000/sms", "", "http://localhost:3000", "/sms"},
		{"http://localhost:3000/message", "", "http://localhost:3000", "/message"},
		{"http://localhost:3000/a%2Fb?x=1", "", "http://localhost:3000", "/a%2Fb?x=1"},
		{"http://localhost:3000/message#rc=2", "", "http://localhost:3000", "/message#rc=2"},
		{"http://localhost:3000", "/inbound", "http://localhost:3000", "/inbound"},
		{"http://localhost:3000/shop", "/sms", "http://localhost:3000/shop", "/sms"},
		{"", "", "", ""},
	} {
		if base, path := splitWebhook(tt.forwardTo, tt.smsPath); base != tt.base || path != tt.path {
			t.Errorf("%q, %q: %q, %q", tt.forwardTo, tt.smsPath, base, path)
		}
	}
}
