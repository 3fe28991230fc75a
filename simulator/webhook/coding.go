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
// decompressed size (F-057).
func readBody(resp *http.Response, body io.Reader) ([]byte, error) {
	if coding := resp.Header.Get("Content-Encoding"); !strings.EqualFold(coding, "gzip") &&
		!strings.EqualFold(coding, "x-gzip") {
		return io.ReadAll(io.LimitReader(body, maxBytes))
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
