package audit

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"twilsim/simulator/clock"
	"twilsim/simulator/webhook"
)

// hostileChecks are about requests that Twilio does not make, and about the way of the answer.
// Where a check needs a signature that is good, it is made by [probe.send]; [probe.sendRaw] sends
// none unless it is told to.
func hostileChecks() []check {
	return []check{
		{ID: "A35", Title: "HEAD, OPTIONS and PUT without a signature change nothing", Severity: Warning,
			Fact: "F-037", run: func(p *probe) finding {
				for _, method := range []string{http.MethodHead, http.MethodOptions, http.MethodPut} {
					before := p.look()
					status, err := p.sendRaw(raw{method: method, url: p.target.Inbound})
					if f := p.harmless(method, before, status, err); f.wrong != "" {
						return f
					}
				}
				return finding{}
			}},
		{ID: "A36", Title: "other kinds of bodies without a signature are refused", Severity: Warning,
			Fact: "F-033", run: func(p *probe) finding {
				for contentType, body := range map[string]string{
					"application/json": `{"Body":"hi"}`, "": "Body=hi",
					"multipart/form-data; boundary=x": "--x\r\nContent-Disposition: form-data; name=Body\r\n\r\n" +
						"hi\r\n--x--\r\n",
				} {
					before := p.look()
					status, err := p.sendRaw(raw{method: http.MethodPost, url: p.target.Inbound, body: body,
						contentType: contentType})
					if err != nil {
						return wrong(contentType + ": " + err.Error())
					}
					if f := p.wantRefused("a body of type "+contentType, before, status); f.wrong != "" {
						return f
					}
				}
				return finding{}
			}},
		{ID: "A37", Title: "broken bodies do not stop the app", Severity: Warning, Fact: "F-118",
			scenario: "rule webhook=inbound fault=cut times=1\nsms " + handset + " " + own +
				" Hello\nexpect alert code=11200\nsms " + handset + " " + own +
				" Hello\nexpect webhook purpose=inbound http=200\n",
			run: checkBroken},
		{ID: "A38", Title: "redirects lead somewhere, ten at most", Severity: Error,
			Fact: "F-055, F-039, F-059",
			run: func(p *probe) finding {
				a := p.send(p.inbound())
				if a.Failure != nil && a.Exchange.Status/100 == 3 {
					return wrong("the redirect: " + a.Failure.Text)
				}
				return finding{}
			}},
	}
}

// harmless is ok if a request did not make the app fail, and changed nothing. 501 is no failure: an
// app may say so about a method.
func (p *probe) harmless(what string, before seen, status int, err error) finding {
	effect := p.since(before)
	switch {
	case err != nil:
		return wrong(what + ": " + err.Error())
	case status >= 500 && status != http.StatusNotImplemented:
		return wrong(fmt.Sprintf("%s: the app answered %d", what, status))
	case effect != "":
		return wrong("after " + what + " " + effect)
	}
	return finding{}
}

// checkBroken sends three requests that may stop the app, and then looks whether it is alive.
func checkBroken(p *probe) finding {
	before := p.look()
	status, err := p.sendRaw(raw{method: http.MethodPost, url: p.target.Inbound,
		body:        "Body=%zz&From=%",
		contentType: webhook.InboundType})
	if f := p.harmless("a bad percent sign", before, status, err); f.wrong != "" {
		return f
	}
	// An app may close the connection of a request that is too large.
	status, _ = p.sendRaw(raw{method: http.MethodPost, url: p.target.Inbound,
		body: "Body=" + strings.Repeat("a", 1<<20), contentType: webhook.InboundType})
	if f := p.harmless("a body of a megabyte", before, status, nil); f.wrong != "" {
		return f
	}
	if err := p.breakOff(); err != nil {
		return unseen(err.Error())
	}
	return wantOK("an ordinary webhook after that", p.send(p.inbound()))
}

// breakOff sends half of a webhook. The body is half as long as its Content-Length says, and the
// connection ends there. The app's answer is of no interest, so nothing is read.
func (p *probe) breakOff() error {
	r := p.inbound()
	address := webhook.HostPort(p.target.dialled(r.URL))
	conn, err := net.DialTimeout("tcp", address, timeout)
	if err != nil {
		return err
	}
	defer conn.Close()
	_ = conn.SetDeadline(clock.Wall().Add(time.Second)) // an open connection has one
	body := r.Params.Encode()
	_, rest := base(r.URL)
	_, err = io.WriteString(conn, fmt.Sprintf("POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: %s\r\n"+
		"Content-Length: %d\r\n\r\n%s", rest, address, webhook.InboundType,
		len(body), body[:len(body)/2]))
	return err
}
