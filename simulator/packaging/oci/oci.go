// Package oci writes the container image: from an empty base, without a daemon. The image has the
// binary, the certificates of the public authorities and two folders to write into, and runs as a
// user without rights.
//
// The certificates are those of Mozilla, from the module golang.org/x/crypto/x509roots/fallback,
// and not those of the machine that builds: so the same commit gives the same image everywhere.
package oci

import (
	"archive/tar"
	"bytes"
	_ "embed"
	"encoding/pem"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"golang.org/x/crypto/x509roots/fallback/bundle"

	"twilsim/simulator/packaging"
)

const (
	user    = 65532 // what images without a shell use for "nonroot"
	program = "/usr/local/bin/twilsim"
	home    = "/home/twilsim" // the working directory; the CA of the proxy is here, too
)

//go:embed compose.yaml
var compose string

// Compose returns an example for docker compose that uses the image of the version.
func Compose(v packaging.Version) packaging.File {
	text := strings.ReplaceAll(compose, "twilsim:latest", "twilsim:"+string(v))
	return packaging.File{Name: "compose.yaml", Data: []byte(text)}
}

// Image is the image for a platform.
type Image struct {
	Platform packaging.Platform
	image    v1.Image
}

// New returns the image for a platform, which must be of Linux, with this binary.
func New(p packaging.Platform, v packaging.Version, at time.Time, binary []byte) (*Image, error) {
	if p.OS != "linux" {
		return nil, fmt.Errorf("an image needs a binary for linux, not for %s", p)
	}
	content, err := files(binary, at)
	if err != nil {
		return nil, err
	}
	open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }
	layer, err := tarball.LayerFromOpener(open, tarball.WithMediaType(types.OCILayer))
	if err != nil {
		return nil, err
	}
	image := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1),
		types.OCIConfigJSON)
	image, err = mutate.Append(image, mutate.Addendum{
		Layer:   layer,
		History: v1.History{Created: v1.Time{Time: at}, CreatedBy: "twilsim release " + string(v)},
	})
	if err != nil {
		return nil, err
	}
	image, err = mutate.ConfigFile(image, config(image, p, v, at))
	return &Image{p, image}, err
}

// config says how the image runs. Without a token serve would refuse to listen on all addresses.
func config(image v1.Image, p packaging.Platform, v packaging.Version,
	at time.Time) *v1.ConfigFile {
	file, err := image.ConfigFile()
	if err != nil {
		panic(err) // the image is in memory, and complete
	}
	file = file.DeepCopy()
	file.OS, file.Architecture, file.Created = p.OS, p.Arch, v1.Time{Time: at}
	file.Config = v1.Config{
		User:         fmt.Sprintf("%d:%d", user, user),
		Entrypoint:   []string{program},
		Cmd:          []string{"serve", "--listen", "0.0.0.0", "--require-token"},
		Env:          []string{"PATH=/usr/local/bin", "HOME=" + home},
		WorkingDir:   home,
		ExposedPorts: map[string]struct{}{"2010/tcp": {}},
		StopSignal:   "SIGTERM",
		Labels: map[string]string{
			"org.opencontainers.image.title":    "twilsim",
			"org.opencontainers.image.version":  string(v),
			"org.opencontainers.image.licenses": "MIT",
		},
	}
	return file
}

// files returns the one layer as a tar archive.
func files(binary []byte, at time.Time) ([]byte, error) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, f := range []tar.Header{
		{Name: "etc/", Mode: 0o755},
		{Name: "etc/ssl/", Mode: 0o755},
		{Name: "etc/ssl/certs/", Mode: 0o755},
		{Name: "home/", Mode: 0o755},
		{Name: strings.TrimPrefix(home, "/") + "/", Mode: 0o700, Uid: user, Gid: user},
		{Name: "tmp/", Mode: 0o1777},
		{Name: "usr/", Mode: 0o755},
		{Name: "usr/local/", Mode: 0o755},
		{Name: "usr/local/bin/", Mode: 0o755},
	} {
		f.Typeflag, f.ModTime, f.Format = tar.TypeDir, at, tar.FormatUSTAR
		if err := w.WriteHeader(&f); err != nil {
			return nil, err
		}
	}
	for _, f := range []packaging.File{
		{Name: "etc/ssl/certs/ca-certificates.crt", Data: roots()},
		{Name: strings.TrimPrefix(program, "/"), Data: binary, Executable: true},
	} {
		header := &tar.Header{
			Typeflag: tar.TypeReg, Name: f.Name, Size: int64(len(f.Data)), Mode: int64(f.Mode()),
			ModTime: at, Format: tar.FormatUSTAR,
		}
		if err := w.WriteHeader(header); err != nil {
			return nil, err
		}
		if _, err := w.Write(f.Data); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return b.Bytes(), err
}

// roots returns the certificates of the public authorities in PEM. Those that are trusted only
// under a condition are left out, because a file of certificates cannot express it.
func roots() []byte {
	var b bytes.Buffer
	for root := range bundle.Roots() {
		if root.Constraint == nil {
			b.Write(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: root.Certificate}))
		}
	}
	return b.Bytes()
}

// Docker returns the image as "docker load" takes it, under the name twilsim:VERSION.
func (i *Image) Docker(v packaging.Version) (packaging.File, error) {
	tag, err := name.NewTag("twilsim:" + string(v))
	if err != nil {
		return packaging.File{}, err
	}
	var b bytes.Buffer
	err = tarball.Write(tag, i.image, &b)
	return packaging.File{Name: fmt.Sprintf("twilsim_%s_docker_%s.tar", v, i.Platform.Arch),
		Data: b.Bytes()}, err
}

// Layout returns the images for all platforms as one OCI image layout, in a tar archive.
func Layout(images []*Image, v packaging.Version, at time.Time) (packaging.File, error) {
	dir, err := os.MkdirTemp("", "twilsim-oci-")
	if err != nil {
		return packaging.File{}, err
	}
	defer os.RemoveAll(dir)
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	for _, i := range images {
		platform := v1.Platform{OS: i.Platform.OS, Architecture: i.Platform.Arch}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{
			Add: i.image, Descriptor: v1.Descriptor{Platform: &platform},
		})
	}
	if _, err := layout.Write(dir, index); err != nil {
		return packaging.File{}, err
	}
	var content []packaging.File
	err = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		content = append(content, packaging.File{Name: filepath.ToSlash(name), Data: data})
		return err
	})
	if err != nil {
		return packaging.File{}, err
	}
	data, err := packaging.Tar(content, at)
	return packaging.File{Name: fmt.Sprintf("twilsim_%s_oci.tar", v), Data: data}, err
}
