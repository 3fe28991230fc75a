package terminal

import (
	"errors"
	"os"
	"testing"
)

// TestOutput checks that a write that fails is reported once, and that nothing is written after it.
func TestOutput(t *testing.T) {
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	var failures []error
	out := NewOutput(writer, func(err error) { failures = append(failures, err) })
	if _, err := out.Write([]byte("a")); err != nil || out.Err() != nil {
		t.Fatalf("%v, %v", err, out.Err())
	}
	reader.Close()
	writer.Close()
	for range 2 {
		if _, err := out.Write([]byte("b")); !errors.Is(err, os.ErrClosed) {
			t.Errorf("wrote to a closed file: %v", err)
		}
	}
	if len(failures) != 1 || !errors.Is(out.Err(), os.ErrClosed) {
		t.Errorf("failures %v, error %v", failures, out.Err())
	}
	if Plain(out) != writer || Plain(reader) != reader {
		t.Error("Plain does not return the file")
	}
}
