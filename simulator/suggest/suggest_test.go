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
		{"", ""},
	}
	for _, tt := range tests {
		t.Run(tt.got, func(t *testing.T) {
			if got := Nearest(tt.got, words); got != tt.want {
				t.Errorf("Nearest(%q) = %q, want %q", tt.got, got, tt.want)
			}
		})
	}
}
