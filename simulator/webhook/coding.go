package webhook

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// errCoding is the error of an answer that does not have the encoding of its Content-Encoding.
type errCoding struct{ err error }

func (e errCoding) Error() string {
	return fmt.Sprintf("the answer is not gzip, as its Content-Encoding says: %v", e.err)
}

// readBody reads an answer up to its limit. Our requests do not ask for gzip: the full captures of
// a webhook have no Accept-Encoding (F-034), and the one that has it shows no answer (F-035). Some
// apps compress all the same, so their answers are decompressed. The limit applies to the
// decompressed size (F-057). After an error it returns what there was, for the journal.
func readBody(resp *http.Response, body io.Reader) ([]byte, error) {
	if coding := resp.Header.Get("Content-Encoding"); !strings.EqualFold(coding, "gzip") &&
		!strings.EqualFold(coding, "x-gzip") {
		return readAll(body, resp.ContentLength)
	}
	// more than maxBytes take up when compressed
	packed, err := io.ReadAll(io.LimitReader(body, 2*maxBytes))
	if err != nil || len(packed) == 0 {
		return packed[:min(len(packed), maxBytes)], err
	}
	var data []byte
	unpack, err := gzip.NewReader(bytes.NewReader(packed))
	if err == nil {
		data, err = io.ReadAll(io.LimitReader(unpack, maxBytes))
	}
	if err != nil {
		return packed[:min(len(packed), maxBytes)], errCoding{err}
	}
	return data, nil
}

// readAll reads at most maxBytes of a body of which size bytes are announced; -1 is unknown. The
// buffer has that size from the beginning: most answers are empty, or shorter than what
// [io.ReadAll] begins with.
func readAll(body io.Reader, size int64) ([]byte, error) {
	if size < 0 || size >= largeBody {
		return io.ReadAll(io.LimitReader(body, maxBytes))
	}
	data := make([]byte, 0, size+1) // one more, to read the end without more room
	for {
		n, err := body.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		switch {
		case err == io.EOF:
			return data, nil
		case err != nil || int64(len(data)) > size: // it has no more than was announced
			return data, err
		}
	}
}

// largeBody is the announced size from which the buffer of a body grows with what arrives: who
// announces much may send little.
const largeBody = 64 << 10
