package messaging

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/clock"
	"twilsim/simulator/errcode"
	"twilsim/simulator/journal"
	"twilsim/simulator/sid"
	"twilsim/simulator/webhook"
)

// situation is something that raises a debugger code.
type situation struct {
	answer http.HandlerFunc // of the app to /sms; nil answers 200 and nothing
	url    func(*testing.T) string
	client *webhook.Client
	texts  int    // how many the customer sends; 0 is one
	media  string // the app sends this file, and nobody texts
	alone  bool   // the alert comes from no exchange
	never  string // why the simulator does not raise it
}

// TestDebugger raises each debugger code of section C.4, and checks its title, level, cause and
// exchange. The table says why some codes cannot be raised.
func TestDebugger(t *testing.T) {
	twiml := func(document string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/xml")
			_, _ = io.WriteString(w, document)
		}
	}
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
	}
	at := func(url string) func(*testing.T) string { return func(*testing.T) string { return url } }
	raw := func(scheme, response string) func(*testing.T) string {
		return func(t *testing.T) string { return scheme + "://" + rawServer(t, response) + "/sms" }
	}
	slow := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	situations := map[int]situation{
		11100: {answer: twiml(reply(" action='ftp://shop.example'", "hi"))},
		11200: {answer: status(500)},
		11201: {client: &webhook.Client{ConnectTimeout: 1}},
		11202: {url: at("http://127.0.0.1:1/sms")},
		11203: {answer: slow, client: &webhook.Client{TotalTimeout: 50 * time.Millisecond}},
		11205: {url: at("http://127.0.0.1:99999/sms")},
		11206: {url: raw("http", "SSH-2.0-OpenSSH_9.6\r\n")},
		11210: {url: at("http://no..such.host/sms"),
			client: &webhook.Client{Allow: func(string) bool { return true }}},
		11215: {answer: func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/sms",
				http.StatusFound)
		}},
		11216: {answer: status(302)},
		11217: {answer: status(500),
			client: &webhook.Client{ErrorStatusCode: webhook.CodeErrorStatus}},
		11220: {url: raw("https", "")},
		11235: {url: func(t *testing.T) string {
			return strings.Replace(tlsServer(t, time.Now().Add(time.Hour)), "127.0.0.1",
				"localhost", 1)
		}},
		11236: {url: func(t *testing.T) string { return tlsServer(t, time.Now().Add(-time.Hour)) }},
		11237: {url: func(t *testing.T) string { return tlsServer(t, time.Now().Add(time.Hour)) }},
		11240: {url: at("http://localhost:1/sms#e=atlantis")},
		11241: {url: at("http://localhost:1/sms#e=roaming")},
		11242: {url: at("http://localhost:1/sms#e=ashburn-ix")},
		11243: {url: at("http://localhost:1/sms#rp=always")},
		11251: {url: raw("http", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n")},
		11321: {url: at(""), alone: true},
		11322: {never: "a method that is neither GET nor POST is refused where it is set; in " +
			"TwiML it is 14104"},
		11750: {answer: twiml("<Response>" + strings.Repeat(" ", 64<<10) + "</Response>")},
		11751: {media: "/film", alone: true}, // media is fetched outside of the journal
		11770: {answer: func(w http.ResponseWriter,
			_ *http.Request) {
			_ = http.NewResponseController(w).Flush()
		}},
		12100: {answer: twiml("<Response><Message></Response>")},
		12101: {answer: twiml("<?xml version='2.0'?><Response/>")},
		12102: {answer: twiml("<Answer/>")},
		12200: {answer: twiml("<Response><Mesage>hi</Mesage></Response>")},
		12300: {answer: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, "{}")
		}},
		12400: {never: "Twilio does not break here"},
		14101: {answer: twiml(reply(" to='me'", "hi"))},
		14102: {answer: twiml(reply(" from='+12025550199'", "hi"))},
		14103: {answer: twiml(reply("", ""))},
		14104: {answer: twiml(reply(" method='PUT'", "hi"))},
		14105: {answer: twiml(reply(" statusCallback='x y'", "hi"))},
		// about all documents
		14106: {answer: twiml("<Response><Redirect>/sms</Redirect></Response>"), alone: true},
		14107: {answer: twiml(reply("", "hi")), texts: loopReplies + 1},
		14108: {never: "every number of an account can send texts"},
		14109: {answer: twiml("<Response>" + strings.Repeat("<Message>hi</Message>", 11) +
			"</Response>")},
		14110: {answer: twiml("<Response><Say>hi</Say></Response>")},
		14111: {never: "there are no trial accounts"},
	}
	for info := range errcode.All() {
		if info.Code >= 20000 {
			break // no code of the debugger
		}
		s, ok := situations[info.Code]
		if !ok {
			t.Errorf("%d has no situation", info.Code)
			continue
		}
		if s.never == "" {
			t.Run(strconv.Itoa(info.Code), func(t *testing.T) { s.check(t, info) })
		}
	}
}

func (s situation) check(t *testing.T, info errcode.Info) {
	a, want := s.play(t), strconv.Itoa(info.Code)
	for _, thing := range a.Journal.Things(journal.Alerts) {
		alert := thing.(*journal.Alert)
		if alert.Code != want {
			continue
		}
		said := []string{alert.Title, string(alert.Level), alert.Cause}
		if diff := cmp.Diff([]string{info.Title, string(info.Level), errcode.Cause(info.Code)},
			said); diff != "" {
			t.Errorf("title, level and cause (-want +got):\n%s", diff)
		}
		if !sid.Valid(alert.MonitorSID, "NO") || !sid.Valid(alert.SID, "SM") &&
			!sid.Valid(alert.SID, "MM") || alert.Text == "" {
			t.Errorf("alert %+v", alert)
		}
		if _, ok := a.Journal.Thing(journal.Webhooks, alert.Exchange); ok == s.alone {
			t.Errorf("the alert names exchange %q", alert.Exchange)
		}
		return
	}
	t.Errorf("no alert, only %q", alerts(a))
}

// play makes the situation happen.
func (s situation) play(t *testing.T) *Account {
	app := newApp(t)
	app.handle("/sms", s.answer)
	url := app.URL + "/sms"
	if s.url != nil {
		url = s.url(t)
	}
	client := s.client
	if client == nil {
		client = &webhook.Client{}
	}
	a := New(Options{Seed: 1, Clock: clock.Virtual(start), Hooks: client})
	t.Cleanup(a.Close)
	if _, err := a.SetNumber(shop, url, ""); err != nil {
		t.Fatal(err)
	}
	if s.media != "" {
		serveFile(app, s.media, "video/mp4", maxOtherMedia+1)
		send(t, a, draft(func(d *Draft) { d.MediaURL = []string{app.URL + s.media} }))
		advance(t, a, time.Second)
		return a
	}
	for range max(s.texts, 1) {
		text(t, a, "hi")
	}
	return a
}

// listen starts a server that calls a function for every connection, and returns its address.
func listen(t *testing.T, serve func(net.Conn)) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				serve(c)
			}()
		}
	}()
	return listener.Addr().String()
}

// rawServer answers the first bytes of any request with a text, and closes the connection.
func rawServer(t *testing.T, response string) string {
	return listen(t, func(c net.Conn) {
		_, _ = c.Read(make([]byte, 4096))
		_, _ = io.WriteString(c, response)
	})
}

// tlsServer starts a server with a self-signed certificate for 127.0.0.1 that expires at a given
// time, and returns its URL.
func tlsServer(t *testing.T, until time.Time) string {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: until.Add(-48 * time.Hour), NotAfter: until,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der},
		PrivateKey: key}}}
	server.StartTLS()
	t.Cleanup(server.Close)
	return server.URL + "/sms"
}
