package testscript

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"twilsim/simulator"
)

// cmdAnswer starts an app that answers every request with the bytes of a file, and then hangs up. The file is a whole
// HTTP response, status line and headers included, or what a broken server sends in its place.
//
//	answer FILE [repeat=N]
//
// The file's lines may end in LF up to the first empty line; they are sent as CR LF. repeat sends the rest of the file
// N times, for an answer that is too large to keep in a scenario.
func cmdAnswer(ts *testscript.TestScript, neg bool, args []string) {
	refuseNeg(ts, neg, "answer")
	w := of(ts)
	repeat := 1
	if len(args) == 2 {
		if _, err := fmt.Sscanf(args[1], "repeat=%d", &repeat); err != nil || repeat < 1 {
			usage(ts, "answer FILE [repeat=N]")
		}
	} else if len(args) != 1 {
		usage(ts, "answer FILE [repeat=N]")
	}
	if w.app != nil {
		ts.Fatalf("the app runs already")
	}
	text, err := os.ReadFile(ts.MkAbs(args[0]))
	ts.Check(err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	go serveBytes(listener, wire(text), repeat)
	w.log, w.public = newApplog(), publicURLOf(ts)
	w.app = &process{url: "http://" + listener.Addr().String(), stop: func() { _ = listener.Close() }}
	w.serveAt(w.app.url)
	ts.Setenv("APP", w.app.url)
	_, err = w.account.SetNumber(simulator.DefaultPhoneNumber, w.public+"/sms", http.MethodPost)
	ts.Check(err)
}

// wire splits a response into its head, with line ends as HTTP has them, and its body.
func wire(text []byte) [2][]byte {
	head, body, found := bytes.Cut(text, []byte("\n\n"))
	if !found {
		return [2][]byte{text, nil}
	}
	if bytes.HasPrefix(head, []byte("HTTP/")) && !bytes.Contains(bytes.ToLower(head), []byte("\nconnection:")) {
		head = append(bytes.Clone(head), "\nConnection: close"...) // it hangs up: the next request must not come in here
	}
	lines := strings.ReplaceAll(string(head), "\n", "\r\n") + "\r\n\r\n"
	return [2][]byte{[]byte(lines), body}
}

// serveBytes answers each connection's first request with the response's bytes.
func serveBytes(listener net.Listener, response [2][]byte, repeat int) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return // closed at the end of the scenario
		}
		go func() {
			defer conn.Close()
			request, err := http.ReadRequest(bufio.NewReader(conn))
			if err != nil {
				return
			}
			_ = request.Body.Close()
			if _, err := conn.Write(response[0]); err != nil {
				return
			}
			for range repeat {
				if _, err := conn.Write(response[1]); err != nil {
					return // the simulator has read enough
				}
			}
		}()
	}
}
