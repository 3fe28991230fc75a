package intercept

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Trust is where the files are that make clients believe a CA, and the system's own roots as before.
type Trust struct {
	// Bundle is a PEM file with the CA and the roots: for SSL_CERT_FILE, REQUESTS_CA_BUNDLE and so on.
	Bundle string
	// TrustStore is the same for Java, of type JKS and with the password [TrustStorePassword].
	TrustStore string
	// PHPDir is a folder with an ini file that makes PHP's curl and openssl read the bundle (F-482).
	PHPDir string
	// Roots is how many certificates there are beside the CA. With 0 none were found, and connections to other hosts will be
	// refused by whoever reads the files.
	Roots int
}

// systemRoots are the usual places of the system's roots, as Go's own crypto/x509 has them.
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

// Trust writes the files beside the CA, where they are not there yet. It takes the roots from the named files, which are PEM
// ("" and files that cannot be read are passed over), and from the first of the system's usual places that there is, where
// SSL_CERT_FILE does not name another.
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
			continue // a client that was to read it would do without it as well
		}
		certs = appendCerts(certs, data, seen)
	}
	bundle := bundleOf(certs)
	sum := sha256.Sum256(bundle)
	dir := filepath.Join(c.dir, "trust-"+hex.EncodeToString(sum[:8]))
	t := &Trust{
		Bundle: filepath.Join(dir, "bundle.pem"), TrustStore: filepath.Join(dir, "truststore.jks"),
		PHPDir: filepath.Join(dir, "php"), Roots: len(certs) - 1,
	}
	if _, err := os.Stat(dir); err == nil {
		return t, nil // all of it is there: it appears at once
	}
	if err := t.write(dir, bundle, jks(certs, c.cert.NotBefore)); err != nil {
		return nil, fmt.Errorf("write the CA bundle: %w", err)
	}
	return t, nil
}

// appendCerts appends the certificates of a PEM file that were not seen yet.
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

// write fills a folder and gives it its name when it is complete.
func (t *Trust) write(dir string, bundle, store []byte) error {
	temp, err := os.MkdirTemp(filepath.Dir(dir), ".trust-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	ini := fmt.Sprintf("curl.cainfo = %q\nopenssl.cafile = %q\n", t.Bundle, t.Bundle)
	err = errors.Join(
		os.WriteFile(filepath.Join(temp, "bundle.pem"), bundle, 0o644),
		os.WriteFile(filepath.Join(temp, "truststore.jks"), store, 0o644),
		os.Mkdir(filepath.Join(temp, "php"), 0o755),
		os.WriteFile(filepath.Join(temp, "php", "twilsim.ini"), []byte(ini), 0o644),
	)
	if err != nil {
		return err
	}
	if err := os.Rename(temp, dir); err != nil {
		if _, there := os.Stat(dir); there != nil && !errors.Is(err, fs.ErrExist) {
			return err // else another program was faster, and wrote the same
		}
	}
	return nil
}
