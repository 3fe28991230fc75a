package terminal

import (
	"io"
	"os"
	"sync"
)

// Output is standard output. After a write that failed, because a pipe was closed or the disk is
// full, it writes nothing more. It is safe for concurrent use.
type Output struct {
	file   *os.File
	failed func(error)

	mu  sync.Mutex
	err error
}

// NewOutput returns an output to file. failed is called once, with the error of the first write
// that fails.
func NewOutput(file *os.File, failed func(error)) *Output {
	return &Output{file: file, failed: failed}
}

// Write writes to the file.
func (o *Output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err != nil {
		return 0, o.err
	}
	n, err := o.file.Write(p)
	if err != nil {
		o.err = err
		o.failed(err)
	}
	return n, err
}

// Err returns the error of the first write that failed, nil for none.
func (o *Output) Err() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.err
}

// Plain returns the file of an [Output], or w itself. A program that gets the file writes to it
// directly, and sees whether it is a terminal.
func Plain(w io.Writer) io.Writer {
	if o, ok := w.(*Output); ok {
		return o.file
	}
	return w
}
