package twiml

import "testing"

func TestAddresses(t *testing.T) {
	tests := []struct {
		address   string
		recipient bool // F-104
		sender    bool // F-105
	}{
		{"+12025550142", true, true},
		{"+2904000", true, true},
		{"+123456789012345", true, true},
		{"+1234567890123456", false, false},
		{"+02025550142", false, false},
		{"+", false, false},
		{"2025550142", false, false},
		{" 12025550142", false, false},
		{"+1 202 555 0142", false, false},
		{"(202) 555-0142", false, false},
		{"123", true, true},
		{"12345678", true, true},
		{"12", false, false},
		{"123456789", false, false},
		{"whatsapp:+14155238886", true, true},
		{"whatsapp:", false, false},
		{"whatsapp:+1 415", false, false},
		{"messenger:1234567890", true, true},
		{"Shop", false, true},
		{"A", false, true},
		{"Elevenchars", false, true},
		{"TwelveLetter", false, false},
		{"24/7 Shop", false, false},
		{"A-B_C&D+1 e", false, true},
		{"Müller", false, false},
		{"", false, false},
		{"+12025550142\n", false, false},
	}
	for _, tt := range tests {
		t.Run(tt.address, func(t *testing.T) {
			if got := isRecipient(tt.address); got != tt.recipient {
				t.Errorf("isRecipient = %v, want %v", got, tt.recipient)
			}
			if got := isSender(tt.address); got != tt.sender {
				t.Errorf("isSender = %v, want %v", got, tt.sender)
			}
		})
	}
}
