package main

import (
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"sync/atomic"

	"twilsim/app"
)

// testApp is the program testapp of the scripts: the tutorial's app, which can break in the ways
// that apps do.
func testApp() {
	listen := flag.String("listen", "", "listen here, in place of the port that PORT names")
	crash := flag.String("crash", "",
		"exit with 7: before it listens, during a text, or after the answer to one")
	slow := flag.Int64("slow", 0, "answer /healthz with 503 so many times")
	flag.Parse()
	fmt.Println("testapp: starting")
	if *crash == "before" {
		fmt.Fprintln(os.Stderr, "testapp: no database")
		os.Exit(7)
	}
	own, addr, err := app.FromEnv(os.Getenv)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	own.Log = os.Stdout
	if *listen != "" {
		addr = *listen
	}
	if *listen == "" || *crash != "silent" {
		_ = http.ListenAndServe(addr, breaking(own, *crash, *slow))
	}
}

// breaking is the app, and what it does beside.
func breaking(own http.Handler, crash string, slow int64) http.Handler {
	var asked, texts atomic.Int64
	mux := http.NewServeMux()
	mux.Handle("/", own)
	mux.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) {
		if asked.Add(1) <= slow {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	mux.HandleFunc("/env", func(w http.ResponseWriter,
		r *http.Request) {
		fmt.Fprintln(w, os.Getenv(r.FormValue("name")))
	})
	mux.HandleFunc("/pid", func(w http.ResponseWriter,
		_ *http.Request) {
		fmt.Fprintln(w, os.Getpid(), "texts", texts.Load())
	})
	mux.HandleFunc("/sms", func(w http.ResponseWriter, r *http.Request) {
		texts.Add(1)
		if crash == "during" {
			fmt.Fprintln(os.Stderr, "testapp: panic: nil map")
			os.Exit(7)
		}
		own.ServeHTTP(w, r)
		if crash == "after" {
			_ = http.NewResponseController(w).Flush()
			conn, _, _ := http.NewResponseController(w).Hijack()
			_ = conn.(*net.TCPConn).CloseWrite()
			os.Exit(7)
		}
	})
	return mux
}
