package main

import (
	"net"
	"os"
	"strings"

	"twilsim/simulator/intercept"
)

// setting is a variable that exec sets for its command, and why.
type setting struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Reason string `json:"reason"`
}

// surroundings are what the environment of a command is made of.
type surroundings struct {
	getenv    func(string) string
	proxy     string // host:port
	trust     *intercept.Trust
	simulator []variable // as twilsim env prints them
	keep      bool       // the credentials that are there
}

// settings returns what to set so that every SDK comes to the simulator.
func (s *surroundings) settings() []setting {
	list := append(s.proxies(), s.certificates()...)
	for _, v := range s.simulator {
		reason := "the simulator's account; it is good for nothing else"
		switch {
		case !strings.HasPrefix(v.name, "TWILIO_"):
			reason = "where the simulator is, for twilsim's own commands"
		case s.keep && s.getenv(v.name) != "":
			continue
		}
		list = append(list, setting{v.name, v.value, reason})
	}
	return append(list, setting{"TWILSIM_ACTIVE", "1", "says that Twilio is simulated here"})
}

// proxies are the ways to the proxy. Both spellings are set, because whoever knows both prefers the one in small letters.
func (s *surroundings) proxies() []setting {
	const (
		node   = "Twilio's SDK for Node reads this one only, in capitals, for HTTPS as well (F-476)"
		others = "the SDKs for Python, Go, C#, Ruby and PHP go through it (F-477 to F-482)"
		direct = "this machine is reached directly; what would keep Twilio's hosts off the proxy is left out"
	)
	url, list := "http://"+s.proxy, s.noProxy()
	return []setting{
		{"HTTP_PROXY", url, node}, {"http_proxy", url, "the same, in small letters, for curl and others"},
		{"HTTPS_PROXY", url, others}, {"https_proxy", url, "the same, in small letters"},
		{"NO_PROXY", list, direct}, {"no_proxy", list, "the same, in small letters"},
	}
}

// certificates make the SDKs believe the CA, each in its way.
func (s *surroundings) certificates() []setting {
	t := s.trust
	return []setting{
		{"NODE_EXTRA_CA_CERTS", t.Bundle, "Node believes the local CA, beside its own roots (F-476)"},
		{"REQUESTS_CA_BUNDLE", t.Bundle, "Python's requests believes the local CA and the system's roots (F-477)"},
		{"CURL_CA_BUNDLE", t.Bundle, "curl, and requests, do (F-477)"},
		{"SSL_CERT_FILE", t.Bundle, "Go, Ruby and whatever uses OpenSSL do (F-478, F-480, F-481)"},
		{"PHP_INI_SCAN_DIR", s.phpDirs(), "PHP's own places, and an ini file with curl.cainfo and openssl.cafile (F-482)"},
		{"JAVA_TOOL_OPTIONS", s.javaOptions(), "Java reads no proxy from the environment, and has its own trust store (F-479)"},
	}
}

// phpDirs appends to the folders that PHP scans. An empty place stands for those that PHP was built with.
func (s *surroundings) phpDirs() string {
	return s.getenv("PHP_INI_SCAN_DIR") + string(os.PathListSeparator) + s.trust.PHPDir
}

// javaOptions appends to the options of every JVM.
func (s *surroundings) javaOptions() string {
	host, port, _ := net.SplitHostPort(s.proxy)
	options := []string{
		"-Dhttp.proxyHost=" + host, "-Dhttp.proxyPort=" + port,
		"-Dhttps.proxyHost=" + host, "-Dhttps.proxyPort=" + port,
		"-Dhttp.nonProxyHosts=localhost|127.*|[::1]",
		"-Djavax.net.ssl.trustStore=" + s.trust.TrustStore,
		"-Djavax.net.ssl.trustStoreType=jks",
		"-Djavax.net.ssl.trustStorePassword=" + intercept.TrustStorePassword,
	}
	var all strings.Builder
	all.WriteString(s.getenv("JAVA_TOOL_OPTIONS"))
	for _, option := range options {
		if strings.ContainsAny(option, " \t") {
			option = `"` + option + `"`
		}
		all.WriteString(" " + option)
	}
	return strings.TrimPrefix(all.String(), " ")
}

// noProxy is this machine and what stood there before, but for what would name one of Twilio's hosts.
func (s *surroundings) noProxy() string {
	list := []string{"localhost", "127.0.0.1", "::1"}
	have := s.getenv("no_proxy")
	if have == "" {
		have = s.getenv("NO_PROXY")
	}
	for entry := range strings.FieldsFuncSeq(have, func(r rune) bool { return r == ',' || r == ' ' }) {
		if !coversTwilio(entry) {
			list = append(list, entry)
		}
	}
	return strings.Join(list, ",")
}

// coversTwilio reports whether an entry of NO_PROXY fits a host of Twilio's.
func coversTwilio(entry string) bool {
	name := strings.ToLower(entry)
	if host, _, err := net.SplitHostPort(name); err == nil {
		name = host
	}
	name = strings.TrimSuffix(strings.TrimLeft(name, "*."), ".")
	return name == "" || name == "com" || name == "twilio.com" || strings.HasSuffix(name, ".twilio.com")
}

// replaced are the variables whose values the command does not get, because they are not the simulator's.
func (s *surroundings) replaced() []string {
	var names []string
	for _, v := range s.simulator {
		have := s.getenv(v.name)
		if strings.HasPrefix(v.name, "TWILIO_") && have != "" && have != v.value && !s.keep {
			names = append(names, v.name)
		}
	}
	return names
}

// printSettings prints what a command would get. The credentials are the simulator's, and no secret.
func (c *cli) printSettings(settings []setting) error {
	if c.ui.json {
		return c.ui.encode(settings)
	}
	for i, s := range settings {
		if i > 0 {
			c.ui.printf("\n")
		}
		c.ui.printf("# %s\n%s\n", s.Reason, text(envFormats()["sh"](variable{s.Name, clean(s.Value)})))
	}
	return nil
}
