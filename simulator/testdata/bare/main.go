// Command bare is what the benchmark suite compares twilsim with: the same requests without a
// simulator around them.
//
//	bare serve FILE   a server: for each POST it makes the requests in FILE, one after the other.
//	                  They are JSON: a list of objects with url, header and body. It prints its URL.
//	bare get URL      a client that makes one request
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: bare serve FILE | bare get URL")
		os.Exit(2)
	}
	run := serve
	if os.Args[1] == "get" {
		run = get
	}
	if err := run(os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "bare:", err)
		os.Exit(1)
	}
}

func get(url string) error {
	response, err := http.Get(url)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	_, err = io.Copy(os.Stdout, response.Body)
	return err
}

// request is a request of a flow, as twilsim made it.
type request struct {
	URL    string            `json:"url"`
	Header map[string]string `json:"header"`
	Body   string            `json:"body"`
}

func serve(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var requests []request
	if err := json.Unmarshal(text, &requests); err != nil {
		return err
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println("http://" + ln.Addr().String())
	return http.Serve(ln, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if r.Method == http.MethodPost {
			for _, request := range requests {
				request.send()
			}
		}
		w.WriteHeader(http.StatusCreated)
	}))
}

func (request request) send() {
	r, err := http.NewRequest(http.MethodPost, request.URL, strings.NewReader(request.Body))
	if err != nil {
		return
	}
	for name, value := range request.Header {
		r.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return
	}
	_, _ = io.Copy(io.Discard, response.Body)
	response.Body.Close()
}
