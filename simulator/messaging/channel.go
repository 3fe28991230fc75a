package messaging

import "strings"

// prefixOf returns the channel's prefix of an address with its colon, whatsapp:, and "" for a number (F-005).
func prefixOf(address string) string {
	if i := strings.IndexByte(address, ':'); i >= 0 {
		return address[:i+1]
	}
	return ""
}

// bare returns the address without its channel's prefix.
func bare(address string) string { return address[len(prefixOf(address)):] }

// whatsApp is the prefix of the one channel that is modelled.
const whatsApp = "whatsapp:"
