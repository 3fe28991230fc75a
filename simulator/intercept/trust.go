package intercept

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Trust has the files that make clients trust a CA in addition to the system's roots. The directory
// is named after its content and never changes, so a program that runs keeps the files it was
// started with.
type Trust struct {
	// Bundle is a PEM file with the CA and the roots: for SSL_CERT_FILE, REQUESTS_CA_BUNDLE and so
	// on.
	Bundle string
	// TrustStore is the same for Java, of type JKS and with the password [trustStorePassword].
	TrustStore string
	// PHPDir is a directory with an ini file that makes PHP's curl and openssl read the bundle
	// (F-482).
	PHPDir string
	// PythonDir is a directory with a sitecustomize.py that makes old versions of Twilio's SDK read
	// the variables (F-477).
	PythonDir string
	// NodeHook is a script with which Node notes Twilio's hosts that it could not resolve.
	NodeHook string
	// Roots is the number of certificates besides the CA. With 0, clients that read the files will
	// refuse connections to other hosts.
	Roots int
}

// sitecustomize runs when a Python program starts, if its directory is on the PYTHONPATH.
//
//go:embed sitecustomize.py
var sitecustomize []byte

// nodeHook runs when a Node program starts, if NODE_OPTIONS requires it.
//
//go:embed unresolved.cjs
var nodeHook []byte

// phpINI is the format of PHP's ini file; its arguments are the bundle, twice.
const phpINI = "curl.cainfo = %q\nopenssl.cafile = %[1]q\n"

// systemRoots are the usual files of the system's roots, as in Go's crypto/x509.
func systemRoots() []string {
	return []string{
		"/etc/ssl/certs/ca-certificates.crt",                // Debian, Arch
		"/etc/pki/tls/certs/ca-bundle.crt",                  // Fedora
		"/etc/ssl/ca-bundle.pem",                            // openSUSE
		"/etc/pki/tls/cacert.pem",                           // OpenELEC
		"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", // RHEL
		"/etc/ssl/cert.pem",                                 // Alpine, macOS
	}
}

// Trust writes the files beside the CA, if they do not exist yet. It takes the roots from the named
// PEM files (it ignores "" and files that it cannot read), and from SSL_CERT_FILE or else from the
// first usual file of the system that exists. Most of these variables replace the system's roots
// instead of adding to them, which is why the bundle has both.
func (c *CA) Trust(files ...string) (*Trust, error) {
	places := systemRoots()
	if file := os.Getenv("SSL_CERT_FILE"); file != "" {
		places = append([]string{file}, places...)
	}
	for _, place := range places {
		if _, err := os.Stat(place); err == nil {
			files = append(files, place)
			break
		}
	}
	return c.trust(files)
}

func (c *CA) trust(files []string) (*Trust, error) {
	certs := [][]byte{c.cert.Raw}
	seen := map[string]bool{string(c.cert.Raw): true}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			continue // a client would ignore the file too
		}
		certs = appendCerts(certs, data, seen)
	}
	bundle := bundleOf(certs)
	// the directory is never changed, so its name covers everything in it
	sum := sha256.Sum256(bytes.Join(
		[][]byte{bundle, sitecustomize, nodeHook, []byte(phpINI)}, []byte{0}))
	dir := filepath.Join(c.dir, "trust-"+hex.EncodeToString(sum[:8]))
	t := &Trust{
		Bundle: filepath.Join(dir, "bundle.pem"), TrustStore: filepath.Join(dir, "truststore.jks"),
		PHPDir: filepath.Join(dir, "php"), PythonDir: filepath.Join(dir, "python"),
		NodeHook: filepath.Join(dir, "unresolved.cjs"), Roots: len(certs) - 1,
	}
	if _, err := os.Stat(dir); err == nil {
		return t, nil // it is complete, because it is renamed into place when it is
	}
	if err := t.write(dir, bundle, jks(certs, c.cert.NotBefore)); err != nil {
		return nil, fmt.Errorf("write the CA bundle: %w", err)
	}
	return t, nil
}

// appendCerts appends the certificates of a PEM file that are not in seen.
func appendCerts(certs [][]byte, data []byte, seen map[string]bool) [][]byte {
	for {
		var block *pem.Block
		if block, data = pem.Decode(data); block == nil {
			return certs
		}
		if block.Type == "CERTIFICATE" && !seen[string(block.Bytes)] {
			seen[string(block.Bytes)] = true
			certs = append(certs, block.Bytes)
		}
	}
}

func bundleOf(certs [][]byte) []byte {
	var b bytes.Buffer
	for _, der := range certs {
		b.Write(pemOf(der))
	}
	return b.Bytes()
}

// write fills a directory and renames it when it is complete.
func (t *Trust) write(dir string, bundle, store []byte) error {
	temp, err := os.MkdirTemp(filepath.Dir(dir), ".trust-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	ini := fmt.Sprintf(phpINI, t.Bundle)
	err = errors.Join(
		os.WriteFile(filepath.Join(temp, "bundle.pem"), bundle, 0o644),
		os.WriteFile(filepath.Join(temp, "truststore.jks"), store, 0o644),
		os.Mkdir(filepath.Join(temp, "php"), 0o755),
		os.WriteFile(filepath.Join(temp, "php", "twilsim.ini"), []byte(ini), 0o644),
		os.Mkdir(filepath.Join(temp, "python"), 0o755),
		os.WriteFile(filepath.Join(temp, "python", "sitecustomize.py"), sitecustomize, 0o644),
		os.WriteFile(filepath.Join(temp, "unresolved.cjs"), nodeHook, 0o644),
	)
	if err != nil {
		return err
	}
	if err := os.Rename(temp, dir); err != nil {
		if _, there := os.Stat(dir); there != nil && !errors.Is(err, fs.ErrExist) {
			return err // otherwise another program has written the same in the meantime
		}
	}
	return nil
}
