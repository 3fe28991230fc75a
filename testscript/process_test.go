package testscript

import (
	"fmt"
	"strings"
	"testing"
)

// TestPrintedLastHasThePlace wants the first line of what Node prints of a syntax error, which has
// the file and the line.
func TestPrintedLastHasThePlace(t *testing.T) {
	log := newApplog()
	fmt.Fprint(
		log,
		"/shop/server.js:7\nconst = 1\n      ^\n\nSyntaxError: Unexpected token '='\n",
		strings.Repeat("    at node:internal/main\n", 7),
		"\nNode.js v20.20.2\n",
	)
	if got := printedLast(log); !strings.Contains(got, "/shop/server.js:7") {
		t.Errorf("the place is missing:\n%s", got)
	}
}
