package config

import (
	"bytes"
	"fmt"
	"io"
	"os"
)

// maxText is how long a file of settings may be, in bytes. Parsing YAML takes some hundred times as
// much memory.
const maxText = 1 << 20

// readText reads a file without the byte order mark with which some editors of Windows begin it.
func readText(name string) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxText+1))
	if err == nil && len(data) > maxText {
		err = fmt.Errorf("it is longer than %d bytes", maxText)
	}
	return bytes.TrimPrefix(data, []byte("\ufeff")), err
}
