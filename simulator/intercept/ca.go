package intercept

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"

	"twilsim/simulator/clock"
	"twilsim/simulator/wholefile"
)

// The validity of certificates, and how long before its end they are replaced. A leaf lives for a
// week only, because nothing can take one back.
const (
	caLife   = 366 * 24 * time.Hour
	leafLife = 7 * 24 * time.Hour
	renewal  = 24 * time.Hour
	skew     = time.Hour // for clients whose clocks are slow
)

// maxLeaves is how many certificates are kept, so that a client that asks for many hosts cannot
// fill the memory.
const maxLeaves = 1000

// CA is a certificate authority for this user only. It is safe for concurrent use. Programs of one
// user share it through its directory; a running Proxy keeps the CA that it opened, also if another
// program replaces it.
type CA struct {
	dir  string
	now  func() time.Time
	cert *x509.Certificate
	key  *ecdsa.PrivateKey

	// guards servers
	mu      sync.Mutex
	servers map[string]*tls.Config
}

// DefaultDir returns the directory of the user's CA: twilsim in $XDG_DATA_HOME or else in the
// system's directory for user data.
func DefaultDir() (string, error) {
	if dir := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "twilsim"), nil
	}
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		dir, err := os.UserConfigDir()
		return filepath.Join(dir, "twilsim"), err
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("no directory for the CA: %w; set XDG_DATA_HOME", err)
	}
	return filepath.Join(home, ".local", "share", "twilsim"), nil
}

// OpenCA opens the CA in a directory; "" means [DefaultDir]. It makes a new CA if there is none, if
// the CA has expired, or if other users can read its key. Programs that call it at the same time
// get the same CA.
func OpenCA(dir string) (*CA, error) { return openCA(dir, clock.Wall) }

func openCA(dir string, now func() time.Time) (_ *CA, err error) {
	if dir == "" {
		if dir, err = DefaultDir(); err != nil {
			return nil, err
		}
	}
	c := &CA{dir: dir, now: now, servers: map[string]*tls.Config{}}
	if err := c.open(); err != nil {
		return nil, fmt.Errorf("open the CA in %s: %w", dir, err)
	}
	return c, nil
}

// open reads the CA or makes a new one, under a lock that other programs respect. Any reason not to
// use the present CA, a damaged file included, makes a new one: nothing depends on the old one but
// programs that are running.
func (c *CA) open() error {
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return err
	}
	unlock, err := lockedfile.MutexAt(filepath.Join(c.dir, "lock")).Lock()
	if err != nil {
		return err
	}
	defer unlock()
	if err := os.Chmod(c.dir, 0o700); err != nil {
		return err
	}
	if err := c.read(); err == nil {
		return c.publish()
	}
	if err := c.create(); err != nil {
		return err
	}
	return c.publish()
}

// keyFile returns the file with the key and its certificate. They are in one file so that they
// always match.
func (c *CA) keyFile() string { return filepath.Join(c.dir, "ca-key.pem") }

// File returns the file with the CA's certificate, in PEM.
func (c *CA) File() string { return CAFile(c.dir) }

// CAFile returns the file of the CA's certificate in a directory, whether it exists or not.
func CAFile(dir string) string { return filepath.Join(dir, "ca.pem") }

// Certificate returns the CA's certificate.
func (c *CA) Certificate() *x509.Certificate { return c.cert }

// The reasons for which a CA must be replaced.
var (
	ErrExposed = errors.New("other users can read the key")
	ErrExpired = errors.New("the certificate has expired or is not yet valid")
)

// Inspect returns the certificate of the CA in a directory, "" for [DefaultDir], without changing
// anything. The error says why the CA would be replaced: fs.ErrNotExist if there is none,
// [ErrExposed], [ErrExpired], or what is wrong with its file.
func Inspect(dir string) (*x509.Certificate, error) {
	if dir == "" {
		var err error
		if dir, err = DefaultDir(); err != nil {
			return nil, err
		}
	}
	c := &CA{dir: dir, now: clock.Wall}
	err := c.read()
	return c.cert, err
}

// read reads the existing CA. Any error means that a new one must be made.
func (c *CA) read() error {
	info, err := os.Stat(c.keyFile())
	if err != nil {
		return err
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return ErrExposed // another user may already have the key
	}
	data, err := os.ReadFile(c.keyFile())
	if err != nil {
		return err
	}
	pair, err := tls.X509KeyPair(data, data)
	if err != nil {
		return err
	}
	key, ok := pair.PrivateKey.(*ecdsa.PrivateKey)
	cert := pair.Leaf
	if !ok || !cert.IsCA {
		return fmt.Errorf("%s is not a CA of twilsim", c.keyFile())
	}
	if len(cert.ExcludedIPRanges) == 0 {
		return fmt.Errorf("%s is of an earlier version", c.keyFile())
	}
	if c.now().Before(cert.NotBefore) || c.now().Add(renewal).After(cert.NotAfter) {
		return ErrExpired
	}
	c.cert, c.key = cert, key
	return nil
}

// allAddresses are the ranges of all IP addresses.
func allAddresses() []*net.IPNet {
	return []*net.IPNet{
		{IP: net.IPv4zero.To4(), Mask: net.CIDRMask(0, 32)},
		{IP: net.IPv6zero, Mask: net.CIDRMask(0, 128)},
	}
}

// create makes a CA, which replaces the existing one, and removes the files that were made for the
// old CA.
func (c *CA) create() error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	now := c.now()
	template := &x509.Certificate{
		Subject:               pkix.Name{CommonName: "twilsim local CA, for this user alone"},
		NotBefore:             now.Add(-skew),
		NotAfter:              now.Add(caLife),
		KeyUsage:              x509.KeyUsageCertSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
		MaxPathLenZero:        true,
		// The key can only sign names below twilio.com, so a stolen key is of little use. A constraint on
		// names says nothing about addresses, so these have their own.
		PermittedDNSDomainsCritical: true,
		PermittedDNSDomains:         []string{"twilio.com"},
		ExcludedIPRanges:            allAddresses(),
	}
	der, err := sign(template, template, key, key)
	if err != nil {
		return err
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	if c.cert, err = x509.ParseCertificate(der); err != nil {
		return err
	}
	c.key = key
	old, _ := filepath.Glob(filepath.Join(c.dir, "trust-*"))
	for _, dir := range old {
		os.RemoveAll(dir)
	}
	data := append(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}),
		pemOf(der)...)
	return wholefile.Write(c.keyFile(), data, 0o600)
}

// sign gives a certificate a random serial number and a signature.
func sign(template, parent *x509.Certificate, key, parentKey *ecdsa.PrivateKey) ([]byte, error) {
	var err error
	if template.SerialNumber, err = rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1),
		127)); err != nil {
		return nil, err
	}
	return x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, parentKey)
}

func pemOf(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE",
		Bytes: der})
}

// publish writes the certificate, without the key, into a file that other programs can read.
func (c *CA) publish() error {
	want := pemOf(c.cert.Raw)
	if have, err := os.ReadFile(c.File()); err == nil && bytes.Equal(have, want) {
		return nil
	}
	return wholefile.Write(c.File(), want, 0o644)
}

// Leaf returns a certificate for exactly this host, with its key.
func (c *CA) Leaf(host string) (*tls.Certificate, error) {
	config, err := c.server(host)
	if err != nil {
		return nil, err
	}
	return &config.Certificates[0], nil
}

// server returns how a server for exactly this host does TLS. It signs the certificate while it
// holds the lock, so that many connections to a new host make one certificate.
//
// The connections to a host share the value, and with it the keys of session tickets: a client that
// comes again needs no signature. Records have their full length from the beginning, as nothing
// between the client and this machine could lose a part of one: the first hundred answers of a
// connection would otherwise be two records, and two system calls, each.
func (c *CA) server(host string) (*tls.Config, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s, ok := c.servers[host]; ok && c.now().Add(renewal).Before(s.Certificates[0].Leaf.NotAfter) {
		return s, nil
	}
	leaf, err := c.mint(host)
	if err != nil {
		return nil, fmt.Errorf("make a certificate for %s: %w", host, err)
	}
	if len(c.servers) >= maxLeaves {
		// all of them: a client that asks for so many hosts is none that deserves an order
		clear(c.servers)
	}
	c.servers[host] = &tls.Config{
		Certificates:                []tls.Certificate{*leaf},
		NextProtos:                  []string{"h2", "http/1.1"},
		MinVersion:                  tls.VersionTLS12,
		DynamicRecordSizingDisabled: true,
	}
	return c.servers[host], nil
}

func (c *CA) mint(host string) (*tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	now := c.now()
	end := now.Add(leafLife)
	if end.After(c.cert.NotAfter) {
		end = c.cert.NotAfter
	}
	der, err := sign(&x509.Certificate{
		Subject:               pkix.Name{Organization: []string{"twilsim, not Twilio"}},
		DNSNames:              []string{host},
		NotBefore:             now.Add(-skew),
		NotAfter:              end,
		KeyUsage:              x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
	}, c.cert, key, c.key)
	if err != nil {
		return nil, err
	}
	leaf, err := x509.ParseCertificate(der)
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, err
}

// TryDataHome is what a user can do when there is no directory for the CA.
const TryDataHome = "set XDG_DATA_HOME to a directory that you can write"
