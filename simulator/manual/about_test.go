package manual

import (
	"strings"
	"testing"
)

func TestAbout(t *testing.T) {
	entries, err := commandTexts.ReadDir("commands")
	if err != nil || len(entries) == 0 {
		t.Fatalf("no texts: %v", err)
	}
	for _, e := range entries {
		text := About(strings.TrimSuffix(e.Name(), ".txt"))
		if text == "" || strings.TrimSpace(text) != text {
			t.Errorf("%s begins or ends with white space, or is empty", e.Name())
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("a command without a text does not panic")
		}
	}()
	About("nonsense")
}
