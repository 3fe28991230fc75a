package app

import (
	"io"
	"net/http"
)

// The content types of what Twilio reads, F-097.
const (
	plainText = "text/plain; charset=utf-8"
	textXML   = "text/xml; charset=utf-8"
)

// answer is the body of a 200 and its content type.
type answer struct{ contentType, body string }

func (a answer) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", a.contentType)
	_, _ = io.WriteString(
		w,
		a.body,
	) // An error means that the client has closed the connection.
}
