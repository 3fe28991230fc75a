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

// The codes with which Twilio's debugger names what went wrong between Twilio and the app, and our own, which begin
// with SIM-.
const (
	CodeInvalidURL        = "11100" // F-117
	CodeRetrieval         = "11200" // F-118
	CodeConnectTimeout    = "11201" // F-119
	CodeRefused           = "11202" // F-120
	CodeTotalTimeout      = "11203" // F-121
	CodeConnection        = "11205" // F-122
	CodeProtocol          = "11206" // F-123
	CodeHost              = "11210" // F-124
	CodeTooManyRedirects  = "11215" // F-125
	CodeInvalidRedirect   = "11216" // F-126
	CodeErrorStatus       = "11217" // F-127
	CodeHandshake         = "11220" // F-128
	CodeDomainMismatch    = "11235" // F-129
	CodeExpired           = "11236" // F-130
	CodeUnknownAuthority  = "11237" // F-131
	CodeEdgeInvalid       = "11240" // F-132
	CodeEdgeUnsupported   = "11241" // F-132
	CodeInterconnect      = "11242" // F-132
	CodeRetryPolicy       = "11243" // F-132
	CodeMalformedResponse = "11251" // F-133

	CodeOutside = "SIM-1" // the URL leads off this machine, and nobody allowed that
)

// HungUp is the text of the failure of an app that ended, or hung up, while it was being called.
const HungUp = "the app closed the connection before its answer was complete"

// Failure is why a call to the app did not succeed.
type Failure struct {
	Code    string // of Twilio's debugger, or ours
	Text    string // what happened, for a person
	Try     string // what to do about it
	Connect bool   // no connection was made: the one kind that is tried again unless the URL says otherwise (F-045)
}

// Error returns the failure's code and text.
func (f *Failure) Error() string { return f.Code + " " + f.Text }

var (
	errReadTimeout  = errors.New("read timeout")
	errTotalTimeout = errors.New("total timeout")
	// errHandshakeTimeout has the words of net/http's own.
	errHandshakeTimeout = errors.New("TLS handshake timeout")
)

// classify finds the debugger's code for what the transport reported. cause is why the request's context ended, if it
// did. connected tells whether there was a connection, its TLS included: what fails after that is not tried again (F-048).
func classify(err, cause error, connected bool, limits limits) *Failure {
	switch {
	case errors.Is(cause, errReadTimeout):
		// F-118: no code of its own is documented for a read timeout.
		return &Failure{Code: CodeRetrieval, Text: "no answer within " + seconds(limits.read),
			Try: "answer first and do slow work afterwards"}
	case errors.Is(cause, errTotalTimeout):
		return &Failure{Code: CodeTotalTimeout, Text: "no answer within " + seconds(limits.total) + " in total",
			Try: "answer first and do slow work afterwards"}
	case cause != nil:
		return &Failure{Code: CodeRetrieval, Text: "the simulator stopped while it waited for the answer"}
	case connected:
		return classifyResponse(err)
	}
	f := classifyConnect(err, limits)
	f.Connect = true
	return f
}

// classifyConnect knows the failures before a request is under way: name, TCP and TLS.
func classifyConnect(err error, limits limits) *Failure {
	var dns *net.DNSError
	var op *net.OpError
	switch {
	case errors.As(err, &dns):
		return &Failure{Code: CodeHost, Text: fmt.Sprintf("no such host: %s", dns.Name),
			Try: "check the host name, or map the URL with --forward PUBLIC=LOCAL"}
	case errors.Is(err, syscall.ECONNREFUSED):
		return &Failure{Code: CodeRefused, Text: "nothing listens there", Try: "is the app running, and on this port?"}
	case errors.As(err, &op) && op.Op == "dial" && op.Timeout():
		return &Failure{Code: CodeConnectTimeout, Text: "no connection within " + seconds(limits.connect)}
	case errors.As(err, &op) && op.Op == "dial":
		return &Failure{Code: CodeConnection, Text: op.Err.Error()}
	}
	if f := classifyTLS(err); f != nil {
		return f
	}
	return &Failure{Code: CodeConnection, Text: reason(err)}
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
		return &Failure{Code: CodeExpired, Text: "today is not among the days for which it was issued"} // x509 names today's date
	case errors.As(err, &authority), errors.As(err, &invalid):
		return &Failure{Code: CodeUnknownAuthority, Text: "the certificate's issuer is not known: " + err.Error(),
			Try: "for a development server that signed its own: twilsim serve --insecure-app"}
	case errors.As(err, &record):
		return &Failure{Code: CodeProtocol, Text: "the app does not speak TLS on this port", Try: "is the URL's scheme http?"}
	case errors.As(err, &alert), strings.Contains(err.Error(), "tls: "):
		return &Failure{Code: CodeHandshake, Text: reason(err)}
	case strings.Contains(err.Error(), "TLS handshake timeout"), closed(err): // there is TCP, and nothing but TLS to wait for
		return &Failure{Code: CodeHandshake, Text: "the app broke off the TLS handshake, or never took part in it"}
	}
	return nil
}

// classifyResponse knows the failures of an answer that began, or should have.
func classifyResponse(err error) *Failure {
	text := reason(err)
	var coding errCoding
	switch {
	case errors.As(err, &coding): // F-118: no code of its own is documented
		return &Failure{Code: CodeRetrieval, Text: text, Try: "send what Content-Encoding says, or leave it out"}
	case strings.Contains(text, "malformed HTTP response"):
		return &Failure{Code: CodeProtocol, Text: "what answered does not speak HTTP", Try: "is the URL's port the app's?"}
	case malformed(text):
		return &Failure{Code: CodeMalformedResponse, Text: text}
	case closed(err):
		return &Failure{Code: CodeRetrieval, Text: HungUp}
	}
	return &Failure{Code: CodeRetrieval, Text: text}
}

// malformed reports whether the transport complains about the form of a response. It has no types for that.
func malformed(text string) bool {
	for _, word := range []string{"malformed", "bad Content-Length", "header", "chunk", "transfer encoding"} {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}

// closed reports whether the other side hung up.
func closed(err error) bool {
	for _, end := range []error{io.EOF, io.ErrUnexpectedEOF, syscall.ECONNRESET, syscall.EPIPE} {
		if errors.Is(err, end) {
			return true
		}
	}
	return strings.Contains(err.Error(), "server closed idle connection")
}

// reason leaves out the addresses of the connection: its own port is another one in every run.
func reason(err error) string {
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Op + ": " + op.Err.Error()
	}
	return err.Error()
}

func seconds(d time.Duration) string { return d.String() }
