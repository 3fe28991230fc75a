package har

import (
	"time"

	"twilsim/simulator/journal"
)

// Entry is one request with its response.
type Entry struct {
	StartedDateTime time.Time `json:"startedDateTime"`
	Time            float64   `json:"time"` // milliseconds
	Request         Request   `json:"request"`
	Response        Response  `json:"response"`
	Cache           struct{}  `json:"cache"`
	Timings         Timings   `json:"timings"`
	Sim             *Sim      `json:"_sim,omitempty"` // nil in an archive of another program
}

// Request is the request of an entry.
type Request struct {
	Method      string    `json:"method"`
	URL         string    `json:"url"`
	HTTPVersion string    `json:"httpVersion"`
	Cookies     []Pair    `json:"cookies"`
	Headers     []Pair    `json:"headers"`
	QueryString []Pair    `json:"queryString"`
	PostData    *PostData `json:"postData,omitempty"` // nil for no body
	HeadersSize int       `json:"headersSize"`        // -1: not known
	BodySize    int       `json:"bodySize"`
}

// Response is the response of an entry. Status 0 means that there was none.
type Response struct {
	Status      int     `json:"status"`
	StatusText  string  `json:"statusText"`
	HTTPVersion string  `json:"httpVersion"`
	Cookies     []Pair  `json:"cookies"`
	Headers     []Pair  `json:"headers"`
	Content     Content `json:"content"`
	RedirectURL string  `json:"redirectURL"`
	HeadersSize int     `json:"headersSize"`
	BodySize    int     `json:"bodySize"`
	// why there was no response, in the field that browsers' developer tools show
	Error string `json:"_error,omitempty"`
}

// Pair is a name with its value.
type Pair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// PostData is the body of a request.
type PostData struct {
	MimeType string `json:"mimeType"`
	Params   []Pair `json:"params,omitempty"` // of a form
	Text     string `json:"text"`
	Encoding string `json:"_encoding,omitempty"` // base64, or "" for text
}

// Content is the body of a response.
type Content struct {
	Size     int    `json:"size"`
	MimeType string `json:"mimeType"`
	Text     string `json:"text,omitempty"`
	Encoding string `json:"encoding,omitempty"` // base64, or "" for text
}

// Timings has the parts of the total time, in milliseconds.
type Timings struct {
	Send    float64 `json:"send"`
	Wait    float64 `json:"wait"`
	Receive float64 `json:"receive"`
}

// Sim has what the simulator knows of an exchange and HAR has no field for: the fields of the
// exchange except those below.
type Sim struct {
	journal.Exchange
	// These stand in the entry itself.
	Real           *struct{} `json:"real,omitempty"`
	Method         *struct{} `json:"method,omitempty"`
	Header         *struct{} `json:"header,omitempty"`
	Body           *struct{} `json:"body,omitempty"`
	Status         *struct{} `json:"status,omitempty"`
	ResponseHeader *struct{} `json:"response_header,omitempty"`
	ResponseBody   *struct{} `json:"response_body,omitempty"`
}
