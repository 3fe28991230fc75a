package app

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// FromEnv makes an App, still without a Log, from the environment that getenv reads, and the
// address to listen on, such as "127.0.0.1:3000". An empty variable counts as one that is not set.
//
//	TWILIO_AUTH_TOKEN    the account's auth token; required
//	PORT                 the port to listen on, 1 to 65535; 3000
//	PUBLIC_URL           where Twilio believes the app to be; http://localhost:PORT
//
// The error says which variable is wrong and what to set.
func FromEnv(getenv func(string) string) (a *App, addr string, err error) {
	token := getenv("TWILIO_AUTH_TOKEN")
	if token == "" {
		return nil, "", errors.New(
			"TWILIO_AUTH_TOKEN is not set: set it to the account's auth token, with which Twilio signs",
		)
	}
	port, err := parsePort(getenv("PORT"))
	if err != nil {
		return nil, "", err
	}
	publicURL, err := parsePublicURL(getenv("PUBLIC_URL"), port)
	if err != nil {
		return nil, "", err
	}
	return &App{AuthToken: token, PublicURL: publicURL}, "127.0.0.1:" + port, nil
}

func parsePort(s string) (string, error) {
	if s == "" {
		return "3000", nil
	}
	if n, err := strconv.ParseUint(s, 10, 16); err != nil || n == 0 {
		return "", fmt.Errorf(
			"PORT is %q, which is not a port: set it to a number from 1 to 65535, or to nothing for 3000",
			s,
		)
	}
	return s, nil
}

func parsePublicURL(s, port string) (string, error) {
	if s == "" {
		return "http://localhost:" + port, nil
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return "", fmt.Errorf(
			"PUBLIC_URL is %q, which is not an http or https URL: set it to one such as "+
				"https://shop.example, or to nothing for http://localhost:%s",
			s,
			port,
		)
	}
	return strings.TrimRight(s, "/"), nil
}
