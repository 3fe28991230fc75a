package config

import (
	"bytes"
	"os"
)

// readText reads a file without the byte order mark with which some editors of Windows begin it.
func readText(name string) ([]byte, error) {
	data, err := os.ReadFile(name)
	return bytes.TrimPrefix(data, []byte("\ufeff")), err
}
