package suggest

import "testing"

func TestNearest(t *testing.T) {
	words := []string{"queued", "sending", "sent", "delivered", "undelivered", "failed", "url"}
	tests := []struct{ got, want string }{
		{"delivrd", "delivered"},
		{"Delivered", "delivered"},
		{"undeliverd", "undelivered"},
		{"setn", "sent"},
		{"queue", "queued"},
		{"del", "delivered"},
		{"banana", ""},
		{"all", ""}, // it shares less than half of the letters
		{"ulr", "url"},
		{"faild", "failed"},
		{"", ""},
	}
	for _, tt := range tests {
		t.Run(tt.got, func(t *testing.T) {
			if got := Nearest(tt.got, words); got != tt.want {
				t.Errorf("Nearest(%q) = %q, want %q", tt.got, got, tt.want)
			}
		})
	}
	if got := Nearest("of", []string{"on", "off", "gone"}); got != "off" {
		t.Errorf("of several close words %q wins, want the one with the longest common beginning", got)
	}
	if got := Nearest("30093", []string{"30001", "30003", "30034"}); got != "30003" {
		t.Errorf("Nearest(30093) = %q", got)
	}
}
