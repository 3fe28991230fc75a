package intercept

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"os"
)

// maxUnresolved is how many bytes of the file are read, because any program can write to it.
const maxUnresolved = 1 << 20

// Unresolved reads the file of [Environment.Unresolved]: Twilio's hosts that programs could not
// resolve, in the order of their first time. A file that does not exist names none.
func Unresolved(file string) ([]Blocked, error) {
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	defer f.Close()
	var t tally
	lines := bufio.NewScanner(io.LimitReader(f, maxUnresolved))
	for lines.Scan() {
		if host := hostOf(lines.Text()); isTwilio(host) {
			t.block(Blocked{Method: "lookup", URL: host, Host: host, Reason: NotResolved})
		}
	}
	return t.blocked, lines.Err()
}
