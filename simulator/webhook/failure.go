package webhook

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"time"
)

// The codes of Twilio's debugger for failures between Twilio and the app, and our own, which begin
// with SIM-.
const (
	CodeInvalidURL        = "11100" // F-117
	CodeRetrieval         = "11200" // F-118
	codeConnectTimeout    = "11201" // F-119
	CodeRefused           = "11202" // F-120
	codeTotalTimeout      = "11203" // F-121
	codeConnection        = "11205" // F-122
	codeProtocol          = "11206" // F-123
	codeHost              = "11210" // F-124
	codeTooManyRedirects  = "11215" // F-125
	codeInvalidRedirect   = "11216" // F-126
	CodeErrorStatus       = "11217" // F-127
	codeHandshake         = "11220" // F-128
	CodeDomainMismatch    = "11235" // F-129
	CodeExpired           = "11236" // F-130
	CodeUnknownAuthority  = "11237" // F-131
	codeEdgeInvalid       = "11240" // F-132
	codeEdgeUnsupported   = "11241" // F-132
	codeInterconnect      = "11242" // F-132
	codeRetryPolicy       = "11243" // F-132
	codeMalformedResponse = "11251" // F-133

	CodeOutside = "SIM-1" // the host is outside this machine and not allowed
)

// HungUp is the text of the failure if the app ended, or closed the connection, before it answered.
const HungUp = "the app closed the connection before its answer was complete"

// Failure says why a call to the app did not succeed. Its texts leave out our own ports, so that
// two runs give the same journal.
type Failure struct {
	Code string // of Twilio's debugger, or ours
	Text string // what happened, for a person
	Try  string // what to do about it
	// no connection was made: by default the only failure that is retried (F-045)
	Connect bool
}

// Error returns the failure's code and text.
func (f *Failure) Error() string { return f.Code + " " + f.Text }

var (
	errReadTimeout  = errors.New("read timeout")
	errTotalTimeout = errors.New("total timeout")
	errPatience     = errors.New("the client's patience is used up")
	// errHandshakeTimeout has the text of the same error in net/http.
	errHandshakeTimeout = errors.New("TLS handshake timeout")
)

// classify returns the failure for an error of the transport. cause is why the request's context
// ended, if it did. connected reports whether the connection, with its TLS, was made: failures
// after that are not retried (F-048). It never returns nil.
func classify(err, cause error, connected bool, limits limits) *Failure {
	switch {
	case errors.Is(cause, errReadTimeout):
		// F-118: no more specific code is documented for a read timeout.
		return &Failure{Code: CodeRetrieval, Text: "no answer within " + seconds(limits.read),
			Try: "answer first and do slow work afterwards"}
	case errors.Is(cause, errTotalTimeout):
		return &Failure{Code: codeTotalTimeout,
			Text: "no answer within " + seconds(limits.total) + " in total",
			Try:  "answer first and do slow work afterwards"}
	case cause != nil:
		return &Failure{Code: CodeRetrieval, Text: "the simulator stopped while it waited for the answer"}
	case connected:
		return classifyResponse(err)
	}
	f := classifyConnect(err, limits)
	f.Connect = true
	return f
}

// classifyConnect returns failures that happen before the request is sent: name, TCP and TLS.
func classifyConnect(err error, limits limits) *Failure {
	var dns *net.DNSError
	var op *net.OpError
	switch {
	case errors.As(err, &dns):
		return &Failure{Code: codeHost, Text: fmt.Sprintf("no such host: %s", dns.Name),
			Try: "check the host name, or map the URL with --forward PUBLIC=LOCAL"}
	case errors.Is(err, syscall.ECONNREFUSED):
		return &Failure{Code: CodeRefused, Text: "nothing listens there",
			Try: "is the app running, and on this port?"}
	case errors.As(err, &op) && op.Op == "dial" && op.Timeout():
		return &Failure{Code: codeConnectTimeout, Text: "no connection within " + seconds(limits.connect)}
	case errors.As(err, &op) && op.Op == "dial":
		return &Failure{Code: codeConnection, Text: op.Err.Error()}
	}
	if f := classifyTLS(err); f != nil {
		return f
	}
	return &Failure{Code: codeConnection, Text: reason(err)}
}

func classifyTLS(err error) *Failure {
	var (
		host      x509.HostnameError
		invalid   x509.CertificateInvalidError
		authority x509.UnknownAuthorityError
		record    tls.RecordHeaderError
		alert     tls.AlertError
	)
	switch {
	case errors.As(err, &host):
		return &Failure{Code: CodeDomainMismatch, Text: host.Error()}
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		// the text of x509 has today's date, which would differ in every run
		return &Failure{Code: CodeExpired, Text: "the certificate has expired or is not yet valid"}
	case errors.As(err, &authority), errors.As(err, &invalid):
		return &Failure{Code: CodeUnknownAuthority,
			Text: "the certificate's issuer is unknown: " + err.Error(),
			Try:  "for a development server that signed its own: twilsim serve --insecure-app"}
	case errors.As(err, &record):
		return &Failure{Code: codeProtocol, Text: "the app does not speak TLS on this port",
			Try: "is the URL's scheme http?"}
	case errors.As(err, &alert), strings.Contains(err.Error(), "tls: "):
		return &Failure{Code: codeHandshake, Text: reason(err)}
	// TCP is connected, so only TLS can have timed out
	case strings.Contains(err.Error(), "TLS handshake timeout"), closed(err):
		return &Failure{Code: codeHandshake,
			Text: "the app ended the TLS handshake or did not answer it"}
	}
	return nil
}

// classifyResponse returns failures that happen while the answer is read, or before it begins.
func classifyResponse(err error) *Failure {
	text := reason(err)
	var coding errCoding
	switch {
	case errors.As(err, &coding): // F-118: no more specific code is documented
		return &Failure{Code: CodeRetrieval, Text: text,
			Try: "send what Content-Encoding says, or leave it out"}
	case strings.Contains(text, "malformed HTTP response"):
		return &Failure{Code: codeProtocol, Text: "what answered does not speak HTTP",
			Try: "is the URL's port the app's?"}
	case malformed(text):
		return &Failure{Code: codeMalformedResponse, Text: text}
	case closed(err):
		return &Failure{Code: CodeRetrieval, Text: HungUp}
	}
	return &Failure{Code: CodeRetrieval, Text: text}
}

// malformed reports whether the transport found a response malformed. Its errors for this have no
// type, so their text is compared.
func malformed(text string) bool {
	for _, word := range []string{"malformed", "bad Content-Length", "header", "chunk",
		"transfer encoding"} {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}

// closed reports whether the app closed the connection.
func closed(err error) bool {
	for _, end := range []error{io.EOF, io.ErrUnexpectedEOF, syscall.ECONNRESET, syscall.EPIPE} {
		if errors.Is(err, end) {
			return true
		}
	}
	return strings.Contains(err.Error(), "server closed idle connection")
}

// reason returns the error's text without the addresses of the connection, because our own port
// differs in every run.
func reason(err error) string {
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Op + ": " + op.Err.Error()
	}
	return err.Error()
}

// endResponse says how an app ends a response. An app that never does is usually the reason why a
// request has no answer under a virtual clock.
const endResponse = "end the response to every webhook: res.sendStatus(204) in Express, return " +
	"'', 204 in Flask, w.WriteHeader(204) in Go; --patience gives a slow app more time"

// impatient returns the failure of a request whose patience has ended before the limits.
func impatient(limits limits, patience time.Duration) *Failure {
	cause := errTotalTimeout
	if limits.read < limits.total {
		cause = errReadTimeout
	}
	f := classify(nil, cause, true, limits)
	f.Text += "; the app had " + seconds(patience) + " of real time"
	f.Try = endResponse
	return f
}

func seconds(d time.Duration) string { return d.String() }
