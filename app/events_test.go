package app

import (
	"strings"
	"testing"
)

// TestCount: an event counts once, and a status that is behind a known one does not (F-729).
func TestCount(t *testing.T) {
	a := &App{}
	var lines []string
	for _, e := range [][3]string{
		{"EZ1", "SM1", "DELIVERED"}, {"EZ2", "SM1", "SENT"}, {"EZ1", "SM1", "DELIVERED"},
		{"EZ3", "SM1", "READ"}, {"EZ4", "SM2", "FAILED"},
	} {
		one := event{ID: e[0], Type: "t"}
		one.Data.MessageSID, one.Data.MessageStatus = e[1], e[2]
		lines = append(lines, a.count(one))
	}
	const want = "counted SM1 DELIVERED|late SM1 SENT|duplicate t|counted SM1 READ|counted SM2 FAILED"
	if got := strings.Join(lines, "|"); got != want {
		t.Errorf("got %s", got)
	}
}
