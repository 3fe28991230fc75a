package intercept

import (
	"bytes"
	stdcmp "cmp"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io/fs"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/clock"
)

func newCA(t testing.TB) *CA {
	t.Helper()
	ca, err := OpenCA(filepath.Join(t.TempDir(), "data", "twilsim"))
	if err != nil {
		t.Fatal(err)
	}
	return ca
}

// TestCAModes checks that only the owner can read the key.
func TestCAModes(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no such modes")
	}
	ca := newCA(t)
	got := map[string]os.FileMode{}
	for _, path := range []string{ca.dir, ca.keyFile(), ca.File()} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		got[filepath.Base(path)] = info.Mode().Perm()
	}
	want := map[string]os.FileMode{"twilsim": 0o700, "ca-key.pem": 0o600, "ca.pem": 0o644}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("modes (-want +got):\n%s", diff)
	}
}

// TestCAKept checks that the CA is replaced only for a reason.
func TestCAKept(t *testing.T) {
	now := clock.Wall()
	tests := []struct {
		name  string
		later time.Duration
		spoil func(t *testing.T, ca *CA)
		same  bool
		why   error // the error of Inspect, if it is a constant
	}{
		{name: "opened again", same: true},
		{name: "nearly a year later", later: 364 * 24 * time.Hour, same: true},
		{name: "expired", later: 366 * 24 * time.Hour, why: ErrExpired},
		{name: "not valid yet", later: -48 * time.Hour, why: ErrExpired},
		{name: "the key is gone", why: fs.ErrNotExist, spoil: func(t *testing.T,
			ca *CA) {
			os.Remove(ca.keyFile())
		}},
		{name: "the key is torn", spoil: func(t *testing.T, ca *CA) {
			os.Truncate(ca.keyFile(),
				100)
		}},
		{name: "others may read the key", why: ErrExposed, spoil: func(t *testing.T, ca *CA) {
			if runtime.GOOS == "windows" {
				t.Skip("Windows has no such modes")
			}
			os.Chmod(ca.keyFile(), 0o640)
		}},
		{name: "the certificate is gone", spoil: func(t *testing.T,
			ca *CA) {
			os.Remove(ca.File())
		}, same: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			first := newCA(t)
			if _, err := first.Trust(); err != nil {
				t.Fatal(err)
			}
			if tt.spoil != nil {
				tt.spoil(t, first)
			}
			if tt.later == 0 {
				if cert, err := Inspect(first.dir); (err == nil) != tt.same ||
					(cert != nil) != tt.same || !errors.Is(err, stdcmp.Or(tt.why, err)) {
					t.Errorf("inspected: %v, %v, want %v", cert != nil, err, tt.why)
				}
			} else if err := (&CA{dir: first.dir,
				now: func() time.Time { return now.Add(tt.later) }}).read(); !errors.Is(err, tt.why) {
				t.Errorf("read: %v, want %v", err, tt.why)
			}
			again, err := openCA(first.dir, func() time.Time { return now.Add(tt.later) })
			if err != nil {
				t.Fatal(err)
			}
			if same := first.cert.Equal(again.cert); same != tt.same {
				t.Errorf("the same CA: %v, want %v", same, tt.same)
			}
			if data, _ := os.ReadFile(again.File()); !bytes.Equal(data, pemOf(again.cert.Raw)) {
				t.Errorf("%s has another certificate", again.File())
			}
			if old, _ := filepath.Glob(filepath.Join(again.dir,
				"trust-*")); len(old) > 0 != tt.same {
				t.Errorf("what was made for the CA: %v", old)
			}
		})
	}
}

// TestCAHelper runs in the other processes of TestCAAtOnce.
func TestCAHelper(t *testing.T) {
	dir := os.Getenv("INTERCEPT_TEST_DIR")
	if dir == "" {
		t.Skip("it is a part of TestCAAtOnce")
	}
	ca, err := OpenCA(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ca.Trust(); err != nil {
		t.Fatal(err)
	}
	os.Stdout.WriteString("serial " + ca.cert.SerialNumber.String() + "\n")
}

// TestCAAtOnce checks that goroutines and processes that open a CA at the same time get the same
// CA.
func TestCAAtOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "twilsim")
	serials := make([]string, 12)
	var working sync.WaitGroup
	for i := range serials {
		working.Go(func() {
			if i%3 > 0 {
				ca, err := OpenCA(dir)
				if err != nil {
					t.Error(err)
					return
				}
				serials[i] = ca.cert.SerialNumber.String()
				return
			}
			cmd := exec.Command(os.Args[0], "-test.run=^TestCAHelper$")
			cmd.Env = append(os.Environ(), "INTERCEPT_TEST_DIR="+dir, "GORACE=atexit_sleep_ms=0")
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Errorf("%v\n%s", err, out)
			}
			_, after, _ := strings.Cut(string(out), "serial ")
			serials[i], _, _ = strings.Cut(after, "\n")
		})
	}
	working.Wait()
	for _, serial := range serials {
		if serial != serials[0] || serial == "" {
			t.Fatalf("several CAs: %q", serials)
		}
	}
}

// TestLeaf checks that a certificate is valid for the requested host only (F-484).
func TestLeaf(t *testing.T) {
	ca := newCA(t)
	pool := x509.NewCertPool()
	pool.AddCert(ca.Certificate())
	const host = "api.dublin.us1.twilio.com"
	leaf, err := ca.Leaf(host)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{
		host: true, "api.twilio.com": false, "api.dublin.ie1.twilio.com": false,
		"us1.twilio.com": false, "x." + host: false,
	} {
		_, err := leaf.Leaf.Verify(x509.VerifyOptions{DNSName: name, Roots: pool})
		if valid := err == nil; valid != want {
			t.Errorf("valid for %s: %v, want %v (%v)", name, valid, want, err)
		}
	}
	again, err := ca.Leaf(host)
	if err != nil || again != leaf {
		t.Errorf("it is made again: %v", err)
	}
	other, err := ca.Leaf("api.twilio.com")
	if err != nil || other.Leaf.SerialNumber.Cmp(leaf.Leaf.SerialNumber) == 0 {
		t.Errorf("two certificates with one serial number, %v", err)
	}
	// what somebody with a stolen key could do
	if stolen, err := ca.mint("bank.example"); err == nil {
		if _, err := stolen.Leaf.Verify(x509.VerifyOptions{DNSName: "bank.example",
			Roots: pool}); err == nil {
			t.Error("the CA can sign for bank.example")
		}
	}
	for _, address := range []string{"127.0.0.1", "192.0.2.7", "::1", "2001:db8::1"} {
		template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: ca.now(),
			NotAfter: ca.now().Add(time.Hour), IPAddresses: []net.IP{net.ParseIP(address)}}
		der, err := x509.CreateCertificate(rand.Reader, template, ca.cert, &ca.key.PublicKey, ca.key)
		if err != nil {
			t.Fatal(err)
		}
		stolen, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := stolen.Verify(x509.VerifyOptions{DNSName: address, Roots: pool}); err == nil {
			t.Errorf("the CA can sign for %s", address)
		}
	}
}

// TestLeafRenewed checks that a certificate is replaced before it expires.
func TestLeafRenewed(t *testing.T) {
	ca := newCA(t)
	now := clock.Wall()
	ca.now = func() time.Time { return now }
	first, err := ca.Leaf("api.twilio.com")
	if err != nil {
		t.Fatal(err)
	}
	now = now.Add(leafLife)
	second, err := ca.Leaf("api.twilio.com")
	if err != nil || second == first || !second.Leaf.NotAfter.After(now) {
		t.Errorf("the certificate that expires is kept: %v", err)
	}
}

func TestTrust(t *testing.T) {
	ca, other := newCA(t), newCA(t)
	t.Setenv("SSL_CERT_FILE", other.File())
	trust, err := ca.Trust("", filepath.Join(t.TempDir(), "missing.pem"), other.File())
	if err != nil {
		t.Fatal(err)
	}
	again, err := ca.Trust()
	if diff := cmp.Diff(trust, again); diff != "" || err != nil {
		t.Errorf("it is not found again: %v (-want +got):\n%s", err, diff)
	}
	if trust.Roots != 1 {
		t.Errorf("%d roots, want the one of SSL_CERT_FILE, once", trust.Roots)
	}
	data, err := os.ReadFile(trust.Bundle)
	if want := append(pemOf(ca.cert.Raw), pemOf(other.cert.Raw)...); err != nil ||
		!bytes.Equal(data, want) {
		t.Errorf("the bundle is %s (%v)", data, err)
	}
	ini, err := os.ReadFile(filepath.Join(trust.PHPDir, "twilsim.ini"))
	quoted := strconv.Quote(trust.Bundle)
	if want := "curl.cainfo = " + quoted + "\nopenssl.cafile = " + quoted + "\n"; err != nil ||
		string(ini) != want {
		t.Errorf("the ini file is %q (%v), want %q", ini, err, want)
	}
}

// TestTrustAlone checks that without any roots the bundle has only the CA, and Roots is 0.
func TestTrustAlone(t *testing.T) {
	trust, err := newCA(t).trust(nil)
	if err != nil || trust.Roots != 0 {
		t.Errorf("%+v, %v", trust, err)
	}
}

// TestTrustStore checks that Java's keytool reads the trust store and accepts its checksum.
func TestTrustStore(t *testing.T) {
	keytool, err := exec.LookPath("keytool")
	if err != nil {
		t.Skip("keytool is not installed; it comes with a JDK")
	}
	ca := newCA(t)
	trust, err := ca.trust([]string{newCA(t).File()})
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(keytool, "-list", "-rfc", "-keystore", trust.TrustStore,
		"-storepass", trustStorePassword).Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	got := appendCerts(nil, out, map[string]bool{})
	bundle, _ := os.ReadFile(trust.Bundle)
	want := appendCerts(nil, bundle, map[string]bool{})
	if diff := cmp.Diff(want, got); diff != "" || len(got) != 2 {
		t.Errorf("certificates (-want +got):\n%s", diff)
	}
}

// FuzzAppendCerts checks that the certificates read from any file are written as a bundle with the
// same certificates.
func FuzzAppendCerts(f *testing.F) {
	one := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("one")})
	two := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("two")})
	f.Add(append([]byte("# a comment\n"), one...))
	f.Add(append(append(one, two...), one...))
	f.Add([]byte("-----BEGIN CERTIFICATE-----\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		certs := appendCerts(nil, data, map[string]bool{})
		again := appendCerts(nil, bundleOf(certs), map[string]bool{})
		if diff := cmp.Diff(certs, again); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}
