package oci

import (
	"archive/tar"
	"bufio"
	"bytes"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/validate"

	"twilsim/simulator/packaging"
)

const version packaging.Version = "1.2.3"

var (
	at    = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	linux = packaging.Platform{OS: "linux", Arch: runtime.GOARCH}
)

func build(t *testing.T, p packaging.Platform, binary []byte) *Image {
	t.Helper()
	image, err := New(p, version, at, binary)
	if err != nil {
		t.Fatal(err)
	}
	return image
}

// TestConfig wants exactly the settings with which the container runs.
func TestConfig(t *testing.T) {
	file, err := build(t, linux, []byte("binary")).image.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	want := v1.Config{
		User:         "65532:65532",
		Entrypoint:   []string{"/usr/local/bin/twilsim"},
		Cmd:          []string{"serve", "--listen", "0.0.0.0", "--require-token"},
		Env:          []string{"PATH=/usr/local/bin", "HOME=/home/twilsim"},
		WorkingDir:   "/home/twilsim",
		ExposedPorts: map[string]struct{}{"2010/tcp": {}},
		StopSignal:   "SIGTERM",
		Labels: map[string]string{
			"org.opencontainers.image.title":    "twilsim",
			"org.opencontainers.image.version":  "1.2.3",
			"org.opencontainers.image.licenses": "MIT",
		},
	}
	if diff := cmp.Diff(want, file.Config); diff != "" {
		t.Errorf("config (-want +got):\n%s", diff)
	}
	if file.OS != "linux" || file.Architecture != linux.Arch || !file.Created.Equal(at) {
		t.Errorf("the image is for %s/%s, created %s", file.OS, file.Architecture, file.Created)
	}
}

// TestFiles wants one layer, and in it nothing but the binary, the certificates and the folders.
func TestFiles(t *testing.T) {
	layers, err := build(t, linux, []byte("binary")).image.Layers()
	if err != nil || len(layers) != 1 {
		t.Fatalf("%d layers, %v, want 1", len(layers), err)
	}
	content, err := layers[0].Uncompressed()
	if err != nil {
		t.Fatal(err)
	}
	defer content.Close()
	var got []string
	for r := tar.NewReader(content); ; {
		header, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if !header.ModTime.Equal(at) {
			t.Errorf("%s has the time %s", header.Name, header.ModTime)
		}
		owner := map[int]string{0: "root", user: "user"}[header.Uid]
		got = append(got, header.FileInfo().Mode().String()+" "+owner+" "+header.Name)
	}
	want := []string{
		"drwxr-xr-x root etc/",
		"drwxr-xr-x root etc/ssl/",
		"drwxr-xr-x root etc/ssl/certs/",
		"drwxr-xr-x root home/",
		"drwx------ user home/twilsim/",
		"dtrwxrwxrwx root tmp/",
		"drwxr-xr-x root usr/",
		"drwxr-xr-x root usr/local/",
		"drwxr-xr-x root usr/local/bin/",
		"-rw-r--r-- root etc/ssl/certs/ca-certificates.crt",
		"-rwxr-xr-x root usr/local/bin/twilsim",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

func TestRoots(t *testing.T) {
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(roots()) || bytes.Count(roots(), []byte("BEGIN CERTIFICATE")) < 100 {
		t.Errorf("%d bytes of certificates", len(roots()))
	}
}

// TestLayout reads the OCI layout back, with an image for each platform.
func TestLayout(t *testing.T) {
	other := packaging.Platform{OS: "linux", Arch: "arm64"}
	if linux.Arch == "arm64" {
		other.Arch = "amd64"
	}
	images := []*Image{build(t, linux, []byte("one")), build(t, other, []byte("two"))}
	f, err := Layout(images, version, at)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Layout(images, version, at)
	if err != nil || !bytes.Equal(f.Data, again.Data) {
		t.Errorf("a second layout has other bytes, %v", err)
	}
	dir := t.TempDir()
	for r := tar.NewReader(bytes.NewReader(f.Data)); ; {
		header, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		unpack(t, filepath.Join(dir, header.Name), r, 0o644)
	}
	index, err := layout.ImageIndexFromPath(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := validate.Index(index); err != nil {
		t.Error(err)
	}
	manifest, err := index.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range manifest.Manifests {
		got = append(got, m.Platform.String())
	}
	if want := []string{linux.String(), other.String()}; !slices.Equal(got, want) {
		t.Errorf("platforms %q, want %q", got, want)
	}
}

func unpack(t *testing.T, path string, r io.Reader, mode os.FileMode) {
	t.Helper()
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, mode); err != nil {
		t.Fatal(err)
	}
}

func TestOtherSystems(t *testing.T) {
	if _, err := New(packaging.Platform{OS: "darwin", Arch: "arm64"}, version, at, nil); err == nil {
		t.Error("there is an image for darwin")
	}
}

// TestRun loads the archive for docker, and runs its binary with the image's command and
// environment. The API must ask for the token, and SIGTERM must end it.
func TestRun(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the image is for linux")
	}
	binary, config := extract(t)
	dir := t.TempDir()
	cmd := exec.CommandContext(t.Context(), binary, append(config.Cmd, "--port", "0", "--json")...)
	cmd.Dir = dir
	cmd.Env = append(config.Env, "HOME="+dir, "TWILSIM_ACCESS_TOKEN=a-token-of-the-test")
	cmd.Stderr = t.Output()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var ready struct{ URL, Version string }
	if err := json.NewDecoder(bufio.NewReader(out)).Decode(&ready); err != nil {
		t.Fatalf("the first line: %v", err)
	}
	if ready.Version != string(version) {
		t.Errorf("version %q, want %q", ready.Version, version)
	}
	for token, want := range map[string]int{"": 401, "another": 401, "a-token-of-the-test": 200} {
		if got := status(t, ready.URL+"/sim/v1", token); got != want {
			t.Errorf("with the token %q: %d, want %d", token, got, want)
		}
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("after SIGTERM: %v", err)
	}
}

// extract returns the path of the binary in the archive for docker, and how the image runs it.
func extract(t *testing.T) (string, v1.Config) {
	t.Helper()
	root, err := packaging.Root(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	data, err := packaging.Build(t.Context(), root, linux, version)
	if err != nil {
		t.Fatal(err)
	}
	f, err := build(t, linux, data).Docker(version)
	if err != nil {
		t.Fatal(err)
	}
	image, err := tarball.Image(func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(f.Data)), nil
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := validate.Image(image); err != nil {
		t.Error(err)
	}
	file, err := image.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	layers, err := image.Layers()
	if err != nil {
		t.Fatal(err)
	}
	content, err := layers[0].Uncompressed()
	if err != nil {
		t.Fatal(err)
	}
	defer content.Close()
	path := filepath.Join(t.TempDir(), "twilsim")
	for r := tar.NewReader(content); ; {
		header, err := r.Next()
		if err != nil {
			t.Fatalf("no %s in the layer: %v", file.Config.Entrypoint[0], err)
		}
		if "/"+header.Name == file.Config.Entrypoint[0] {
			unpack(t, path, r, header.FileInfo().Mode())
			return path, file.Config
		}
	}
}

func status(t *testing.T, url, token string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), "GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}

// TestCompose wants YAML that names this version and the port of serve.
func TestCompose(t *testing.T) {
	var file struct {
		Services map[string]struct {
			Image string
			Ports []string
		}
	}
	if err := yaml.Unmarshal(Compose(version).Data, &file); err != nil {
		t.Fatal(err)
	}
	service := file.Services["twilsim"]
	if service.Image != "twilsim:1.2.3" || !slices.Equal(service.Ports,
		[]string{"127.0.0.1:2010:2010"}) {
		t.Errorf("the service is %+v", service)
	}
}

// TestNotInBinary wants no package of this package's dependencies in the command twilsim.
func TestNotInBinary(t *testing.T) {
	module := packaging.Module()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps",
		module+"/simulator/cmd/twilsim").Output()
	if err != nil {
		t.Fatal(err)
	}
	for name := range strings.FieldsSeq(string(out)) {
		for _, unwanted := range []string{"go-containerregistry", "x509roots", module +
			"/simulator/packaging"} {
			if strings.Contains(name, unwanted) {
				t.Errorf("the command is linked with %s", name)
			}
		}
	}
}
