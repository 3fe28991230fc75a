package intercept

import (
	"net"
	"os"
	"slices"
	"strings"
)

// Setting is an environment variable of a program.
type Setting struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Reason string `json:"reason"` // why it is set, for a person
}

// Environment makes an unmodified program use a [Proxy] and trust its [CA] (F-476 to F-482).
type Environment struct {
	// Proxy is the host:port of the proxy.
	Proxy string
	// Proxies are other proxies for single variables, by name, to find out which of the variables a
	// program reads.
	Proxies map[string]string
	Trust   *Trust
	// Unresolved is the file to which Node and Python programs append Twilio's hosts that they
	// could not resolve, one a line, for [Unresolved]; "" for none.
	Unresolved string
	// Getenv returns the present values of variables, because some settings append to them. Nil
	// means [os.Getenv].
	Getenv func(string) string
}

// Settings returns the variables. Variables with two spellings have both, because clients that know
// both prefer the lower-case one. Values of the user's own are extended and not replaced, except
// for proxies and certificates, where a program can have one only.
func (e *Environment) Settings() []Setting {
	list := append(e.proxies(), e.certificates()...)
	if e.Unresolved == "" {
		return list
	}
	return append(list,
		Setting{"NODE_OPTIONS", e.nodeOptions(),
			"Node notes there that it could not resolve a host of Twilio's"},
		Setting{"TWILSIM_UNRESOLVED", e.Unresolved, "the file in which Node and Python note it"})
}

func (e *Environment) proxies() []Setting {
	const (
		node   = "Twilio's SDK for Node reads this one only, in capitals, for HTTPS as well (F-476)"
		others = "the SDKs for Python, Go, C#, Ruby and PHP go through it (F-477 to F-482)"
		direct = "this machine is reached directly; what would keep Twilio's hosts off the proxy is " +
			"left out"
	)
	list := e.noProxy()
	return []Setting{
		{"HTTP_PROXY", e.url("HTTP_PROXY"), node},
		{"http_proxy", e.url("http_proxy"), "the same, in small letters, for curl and others"},
		{"HTTPS_PROXY", e.url("HTTPS_PROXY"), others},
		{"https_proxy", e.url("https_proxy"), "the same, in small letters"},
		{"NO_PROXY", list, direct},
		{"no_proxy", list, "the same, in small letters"},
	}
}

// certificates returns the variables that make the SDKs trust the CA.
func (e *Environment) certificates() []Setting {
	t := e.Trust
	return []Setting{
		{"NODE_EXTRA_CA_CERTS", t.Bundle,
			"Node believes the local CA, beside its own roots (F-476)"},
		{"REQUESTS_CA_BUNDLE", t.Bundle,
			"Python's requests believes the local CA and the system's roots (F-477)"},
		{"CURL_CA_BUNDLE", t.Bundle, "curl, and requests, do (F-477)"},
		{"SSL_CERT_FILE", t.Bundle, "Go, Ruby and whatever uses OpenSSL do (F-478, F-480, F-481)"},
		{"PHP_INI_SCAN_DIR", e.phpDirs(),
			"PHP's own places, and an ini file with curl.cainfo and openssl.cafile (F-482)"},
		{"PYTHONPATH", e.pythonPath(),
			"a sitecustomize.py with which Twilio's SDK for Python up to 7.9.0 reads these " +
				"variables (F-477)"},
		{"JAVA_TOOL_OPTIONS", e.javaOptions(),
			"Java reads no proxy from the environment, and has its own trust store (F-479)"},
	}
}

func (e *Environment) getenv(name string) string {
	if e.Getenv == nil {
		return os.Getenv(name)
	}
	return e.Getenv(name)
}

// address returns the host:port of the proxy for a variable.
func (e *Environment) address(name string) string {
	if own, ok := e.Proxies[name]; ok {
		return own
	}
	return e.Proxy
}

func (e *Environment) url(name string) string { return "http://" + e.address(name) }

// phpDirs appends to the directories that PHP scans. An empty entry means the directories that PHP
// was built with.
func (e *Environment) phpDirs() string {
	return e.getenv("PHP_INI_SCAN_DIR") + string(os.PathListSeparator) + e.Trust.PHPDir
}

// pythonPath prepends our directory, because Python runs only the first sitecustomize.py; ours runs
// the next one. An empty entry of the list would mean the current directory, so none is added.
func (e *Environment) pythonPath() string {
	list := e.Trust.PythonDir
	if have := e.getenv("PYTHONPATH"); have != "" {
		list += string(os.PathListSeparator) + have
	}
	return list
}

// nodeOptions appends to the options of every Node process.
func (e *Environment) nodeOptions() string {
	path := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(e.Trust.NodeHook)
	return strings.TrimLeft(e.getenv("NODE_OPTIONS")+` --require "`+path+`"`, " ")
}

// javaOptions appends to the options of every JVM.
func (e *Environment) javaOptions() string {
	host, port, _ := net.SplitHostPort(e.address("JAVA_TOOL_OPTIONS"))
	options := []string{
		"-Dhttp.proxyHost=" + host, "-Dhttp.proxyPort=" + port,
		"-Dhttps.proxyHost=" + host, "-Dhttps.proxyPort=" + port,
		"-Dhttp.nonProxyHosts=localhost|127.*|[::1]",
		"-Djavax.net.ssl.trustStore=" + e.Trust.TrustStore,
		"-Djavax.net.ssl.trustStoreType=jks",
		"-Djavax.net.ssl.trustStorePassword=" + trustStorePassword,
	}
	var all strings.Builder
	all.WriteString(e.getenv("JAVA_TOOL_OPTIONS"))
	for _, option := range options {
		if strings.ContainsAny(option, " \t") {
			option = `"` + option + `"`
		}
		all.WriteString(" " + option)
	}
	return strings.TrimPrefix(all.String(), " ")
}

// noProxy returns this machine and the previous entries, without those that match one of Twilio's
// hosts.
func (e *Environment) noProxy() string {
	list := []string{"localhost", "127.0.0.1", "::1"}
	// as clients do: the lower-case spelling wins
	have := e.getenv("no_proxy")
	if have == "" {
		have = e.getenv("NO_PROXY")
	}
	bypasses := Bypasses(have)
	for _, entry := range noProxyEntries(have) {
		if !slices.Contains(bypasses, entry) && !slices.Contains(list, entry) {
			list = append(list, entry)
		}
	}
	return strings.Join(list, ",")
}

// Bypasses returns the entries of a NO_PROXY that make Twilio's hosts bypass the proxy.
func Bypasses(noProxy string) []string {
	return slices.DeleteFunc(noProxyEntries(noProxy),
		func(entry string) bool { return !coversTwilio(entry) })
}

func noProxyEntries(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
}

// coversTwilio reports whether an entry of NO_PROXY matches one of Twilio's hosts.
func coversTwilio(entry string) bool {
	name := strings.ToLower(entry)
	if host, _, err := net.SplitHostPort(name); err == nil {
		name = host
	}
	name = strings.TrimSuffix(strings.TrimLeft(name, "*."), ".")
	return name == "" || name == "com" || name == "twilio.com" || strings.HasSuffix(name,
		".twilio.com")
}
