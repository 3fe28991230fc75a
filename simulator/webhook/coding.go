package webhook

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// errCoding says that an answer is not what its Content-Encoding says.
type errCoding struct{ err error }

func (e errCoding) Error() string {
	return fmt.Sprintf("the answer says that it is gzip, and is not: %v", e.err)
}

// readBody reads an answer up to its limit. Nobody asks for gzip: the full captures of a webhook have no Accept-Encoding
// (F-034), and the one that has it shows no answer (F-035). An app that compresses even so is understood. The limit counts
// what comes out (F-057).
func readBody(resp *http.Response, body io.Reader) ([]byte, error) {
	if coding := resp.Header.Get("Content-Encoding"); !strings.EqualFold(coding, "gzip") && !strings.EqualFold(coding, "x-gzip") {
		return io.ReadAll(io.LimitReader(body, maxBytes))
	}
	packed, err := io.ReadAll(io.LimitReader(body, 2*maxBytes)) // more than any packing of maxBytes
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
