package webhook

import (
	"bytes"
	"net/http"
	"strconv"

	"twilsim/simulator/journal"
)

// received is an answer whose header was read.
type received struct {
	*http.Response // without a Header if it is plain
	header         journal.Header
	contentType    string
}

// received returns an answer that net/http has read.
func receivedFrom(resp *http.Response) received {
	return received{resp, journal.MakeHeader(resp.Header), resp.Header.Get("Content-Type")}
}

// plainHead is the head of an answer that says nothing but what nearly all answers say.
type plainHead struct {
	size        int // of the head in bytes
	status      int
	length      int64 // of the body
	header      journal.Header
	contentType string
}

// The limits of the head of a plain answer.
const (
	maxPlain     = 16 // fields
	maxPlainSize = 1024
)

// parsePlain reads the head of an answer at the beginning of b, if it is a plain one: a success of
// HTTP/1.1 whose body has a length, in which every byte is as usual, and without a field that has a
// meaning to the connection, or that this package looks at. It is what [http.ReadResponse] reads
// (a fuzz test compares the two), which makes a dozen objects of it. That function reads all other
// answers: nothing here decides what is wrong. In scratch, names get their usual form.
func parsePlain(b []byte, scratch *[maxPlainSize]byte) (h plainHead, ok bool) {
	end := bytes.Index(b, []byte("\r\n\r\n"))
	if end < 0 {
		return h, false
	}
	h.size = end + len("\r\n\r\n")
	if h.size > len(scratch) {
		return h, false
	}
	line, rest, _ := bytes.Cut(scratch[:copy(scratch[:], b[:end+2])], []byte("\r\n"))
	const begin = "HTTP/1.1 2"
	if !bytes.HasPrefix(line, []byte(begin)) || len(line) < len("HTTP/1.1 200 ") ||
		!isDigit(line[10]) || !isDigit(line[11]) || line[12] != ' ' || !isPrintable(line) {
		return h, false
	}
	h.status = 200 + 10*int(line[10]-'0') + int(line[11]-'0')
	h.length = -1
	var all [maxPlain]plainField
	fields := all[:0]
	for len(rest) > 0 {
		line, rest, _ = bytes.Cut(rest, []byte("\r\n"))
		f, ok := parseField(line)
		if !ok || len(fields) == maxPlain || !h.accept(f) {
			return h, false
		}
		i := len(fields) // fields of one name keep their order
		for fields = append(fields, f); i > 0 && string(fields[i-1].name) > string(f.name); i-- {
			fields[i] = fields[i-1]
		}
		fields[i] = f
	}
	if h.status == http.StatusNoContent && h.length < 0 {
		h.length = 0
	} else if h.status == http.StatusNoContent || h.length < 0 {
		return h, false
	}
	text := make([]byte, 0, 512) // on the stack, so that the kept string has no unused capacity
	for _, f := range fields {
		text = append(append(append(append(text, f.name...), ": "...), f.value...), "\r\n"...)
	}
	h.header = journal.Header(text)
	return h, true
}

// accept notes what a field says, and reports whether it leaves the answer plain.
func (h *plainHead) accept(f plainField) bool {
	switch string(f.name) {
	case "Content-Length":
		if h.length >= 0 || len(f.value) == 0 || len(f.value) > 9 {
			return false
		}
		for _, c := range f.value {
			if !isDigit(c) {
				return false
			}
		}
		h.length, _ = strconv.ParseInt(string(f.value), 10, 64)
	case "Content-Type":
		if len(f.value) == 0 {
			return false
		}
		if h.contentType == "" { // the first counts
			h.contentType = string(f.value)
		}
	case "Connection":
		return string(f.value) == "keep-alive"
	case "Transfer-Encoding", "Trailer", "Upgrade", "Pragma", "Content-Encoding", "Set-Cookie",
		"Location", "Www-Authenticate":
		return false
	}
	return true
}

type plainField struct{ name, value []byte }

// parseField reads a field, and gives its name the form of [http.CanonicalHeaderKey].
func parseField(line []byte) (f plainField, ok bool) {
	colon := bytes.IndexByte(line, ':')
	if colon <= 0 || !isPrintable(line) {
		return f, false
	}
	first := true // of a word
	for i, c := range line[:colon] {
		switch {
		case 'A' <= c && c <= 'Z':
			if !first {
				line[i] += 'a' - 'A'
			}
		case 'a' <= c && c <= 'z':
			if first {
				line[i] -= 'a' - 'A'
			}
		case c != '-' && !isDigit(c):
			return f, false
		}
		first = c == '-'
	}
	return plainField{line[:colon], bytes.Trim(line[colon+1:], " ")}, true
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// isPrintable reports whether all bytes are printable ASCII or blanks.
func isPrintable(b []byte) bool {
	for _, c := range b {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return true
}
