package testscript

import (
	"fmt"
	"io"
	"strings"
	"testing"
)

func TestStage(t *testing.T) {
	var out strings.Builder
	first, second := &stage{}, &stage{}
	fmt.Fprintln(second, "second, early")
	first.open(&out)
	fmt.Fprintln(first, "first")
	fmt.Fprintln(second, "second, still early")
	first.close()
	fmt.Fprintln(first, "first, too late")
	second.open(&out)
	fmt.Fprintln(second, "second")
	second.close()
	want := "first\nsecond, early\nsecond, still early\nsecond\n"
	if out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
	nobody := &stage{}
	nobody.open(nil)
	if _, err := io.WriteString(nobody, "hello"); err != nil {
		t.Error(err)
	}
}
