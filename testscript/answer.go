package testscript

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"

	"twilsim/simulator"
)

// cmdAnswer starts an app that answers every request with the bytes of a file, and then hangs up.
// The file is a whole HTTP response, status line and headers included, or what a broken server
// sends in its place.
//
//	answer FILE [repeat=N]
//	answer PATH=FILE…
//
// The file's lines may end in LF up to the first empty line; they are sent as CR LF. repeat sends
// the rest of the file N times, for an answer that is too large to keep in a scenario. With paths,
// each has its own files: they answer in their order, the last of a path as often as it is asked
// for, and any other path is 404. It is the app of the scenario, so there is neither app nor answer
// before it.
func cmdAnswer(ts host, neg bool, args []string) {
	refuseNeg(ts, neg, "answer")
	w := of(ts)
	a, err := parseAnswers(args, func(name string) []byte { return readFile(ts, name) })
	if err != nil {
		usage(ts, "answer FILE [repeat=N], or answer PATH=FILE…")
	}
	if w.app != nil {
		ts.Fatalf("the app runs already")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	go a.serve(listener)
	w.public = publicURLOf(ts)
	w.app = &process{
		url:  "http://" + listener.Addr().String(),
		stop: func() { _ = listener.Close() },
	}
	w.serveAt(w.app.url)
	ts.Setenv("APP", w.app.url)
	_, err = w.account.SetNumber(simulator.DefaultPhoneNumber, w.public+"/sms", http.MethodPost)
	ts.Check(err)
}

// answers are what an app of recorded answers says.
type answers struct {
	repeat int

	mu     sync.Mutex
	byPath map[string][]response // "" is for every path
}

// response is the head of an answer and its body, as they go over the wire.
type response [2][]byte

var errUsage = errors.New("wrong usage")

// parseAnswers reads the command's words, and the files that they name. read fails the script
// itself if there is no such file.
func parseAnswers(args []string, read func(name string) []byte) (*answers, error) {
	a := &answers{repeat: 1, byPath: map[string][]response{}}
	if len(args) == 0 {
		return nil, errUsage
	}
	if !strings.HasPrefix(args[0], "/") || !strings.Contains(args[0], "=") {
		if len(args) == 2 {
			if _, err := fmt.Sscanf(args[1], "repeat=%d", &a.repeat); err != nil || a.repeat < 1 {
				return nil, errUsage
			}
		} else if len(args) > 2 {
			return nil, errUsage
		}
		a.byPath[""] = []response{wire(read(args[0]))}
		return a, nil
	}
	for _, arg := range args {
		path, file, ok := strings.Cut(arg, "=")
		if !ok || !strings.HasPrefix(path, "/") {
			return nil, errUsage
		}
		a.byPath[path] = append(a.byPath[path], wire(read(file)))
	}
	return a, nil
}

// next returns the answer to a request for path.
func (a *answers) next(path string) response {
	a.mu.Lock()
	defer a.mu.Unlock()
	list, ok := a.byPath[path]
	if !ok {
		path = ""
		list = a.byPath[path]
	}
	switch len(list) {
	case 0:
		return wire([]byte("HTTP/1.1 404 Not Found\nContent-Length: 0\n\n"))
	case 1:
		return list[0]
	}
	a.byPath[path] = list[1:]
	return list[0]
}

// readFile reads a file of the scenario. If its name ends in .base64, it is decoded.
func readFile(ts host, name string) []byte {
	data, err := os.ReadFile(ts.MkAbs(name))
	ts.Check(err)
	if !strings.HasSuffix(name, base64Ending) {
		return data
	}
	plain, err := base64.StdEncoding.DecodeString(string(bytes.Join(bytes.Fields(data), nil)))
	if err != nil {
		ts.Fatalf("%s: %v", name, err)
	}
	return plain
}

// base64Ending is the ending of files with bytes that are not text: a scenario cannot hold them.
const base64Ending = ".base64"

// wire splits a response into its head, with line ends as HTTP has them, and its body. A text
// without an empty line is sent as it is: it is no HTTP, on purpose.
func wire(text []byte) response {
	head, body, found := bytes.Cut(text, []byte("\n\n"))
	if !found {
		return response{text, nil}
	}
	if bytes.HasPrefix(head, []byte("HTTP/")) &&
		!bytes.Contains(bytes.ToLower(head), []byte("\nconnection:")) {
		head = append(
			bytes.Clone(head),
			// The connection closes after it, so that no second request arrives on it.
			"\nConnection: close"...)
	}
	lines := strings.ReplaceAll(string(head), "\n", "\r\n") + "\r\n\r\n"
	return response{[]byte(lines), body}
}

// serve answers each connection's first request with a response's bytes.
func (a *answers) serve(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return // closed at the end of the scenario
		}
		go a.answer(conn)
	}
}

func (a *answers) answer(conn net.Conn) {
	defer conn.Close()
	request, err := http.ReadRequest(bufio.NewReader(conn))
	if err != nil {
		return
	}
	_ = request.Body.Close()
	response := a.next(request.URL.Path)
	if _, err := conn.Write(response[0]); err != nil {
		return
	}
	for range a.repeat {
		if _, err := conn.Write(response[1]); err != nil {
			return // the simulator has read enough
		}
	}
}
