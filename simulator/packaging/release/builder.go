package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"twilsim/simulator/packaging"
	"twilsim/simulator/packaging/npm"
	"twilsim/simulator/packaging/oci"
	"twilsim/simulator/packaging/python"
)

// builder builds the files of a release.
type builder struct {
	ctx    context.Context
	root   string
	source packaging.Source
	log    io.Writer
}

// binary is the command, built for a platform.
type binary struct {
	packaging.Platform
	data []byte
}

// build returns the files of the plan, checksums.txt last. It writes nothing, so that a build that
// fails leaves what was there.
func (b *builder) build(ctx context.Context, p plan) ([]packaging.File, error) {
	b.ctx = ctx
	fmt.Fprintf(b.log, "release %s of %s\n", b.source.Version,
		b.source.Time.Format("2006-01-02 15:04:05"))
	var binaries []binary
	for _, platform := range p.platforms {
		data, err := packaging.Build(ctx, b.root, platform, b.source.Version)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(b.log, "built   %s\n", platform)
		binaries = append(binaries, binary{platform, data})
	}
	var files []packaging.File
	for _, kind := range kinds() {
		if !slices.Contains(p.kinds, kind.name) {
			continue
		}
		made, err := kind.build(b, binaries)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", kind.name, err)
		}
		files = append(files, made...)
	}
	return append(files, checksums(files)), nil
}

// archives returns an archive of each binary with the licence, the README and the man page: tar.gz,
// or zip for Windows.
func (b *builder) archives(binaries []binary) ([]packaging.File, error) {
	var files []packaging.File
	manual, err := b.manual(binaries)
	if err != nil {
		return nil, err
	}
	for _, bin := range binaries {
		content := []packaging.File{{Name: bin.Executable(), Data: bin.data, Executable: true}}
		for _, name := range []string{"LICENSE", "README.md"} {
			data, err := os.ReadFile(filepath.Join(b.root, name))
			if err != nil {
				return nil, err
			}
			content = append(content, packaging.File{Name: name, Data: data})
		}
		content = append(content, manual[0])
		pack, ending := packaging.TarGzip, ".tar.gz"
		if bin.OS == "windows" {
			pack, ending = packaging.Zip, ".zip"
		}
		data, err := pack(content, b.source.Time)
		if err != nil {
			return nil, err
		}
		name := fmt.Sprintf("twilsim_%s_%s_%s%s", b.source.Version, bin.OS, bin.Arch, ending)
		files = append(files, packaging.File{Name: name, Data: data})
	}
	return files, nil
}

// npm returns the npm package and a package with each binary.
func (b *builder) npm(binaries []binary) ([]packaging.File, error) {
	licence, err := os.ReadFile(filepath.Join(b.root, "LICENSE"))
	if err != nil {
		return nil, err
	}
	main, err := npm.Package(b.source.Version, b.source.Time, licence)
	if err != nil {
		return nil, err
	}
	files := []packaging.File{main}
	for _, bin := range binaries {
		f, err := npm.PlatformPackage(bin.Platform, b.source.Version, b.source.Time, bin.data, licence)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}

// python returns a wheel with each binary.
func (b *builder) python(binaries []binary) ([]packaging.File, error) {
	licence, err := os.ReadFile(filepath.Join(b.root, "LICENSE"))
	if err != nil {
		return nil, err
	}
	var files []packaging.File
	for _, bin := range binaries {
		f, err := python.Wheel(bin.Platform, b.source.Version, b.source.Time, bin.data, licence)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}

// oci returns the images for linux, each for docker load and all in one layout, and the example for
// compose.
func (b *builder) oci(binaries []binary) ([]packaging.File, error) {
	var images []*oci.Image
	files := []packaging.File{oci.Compose(b.source.Version)}
	for _, bin := range binaries {
		if bin.OS != "linux" {
			continue
		}
		image, err := oci.New(bin.Platform, b.source.Version, b.source.Time, bin.data)
		if err != nil {
			return nil, err
		}
		f, err := image.Docker(b.source.Version)
		if err != nil {
			return nil, err
		}
		images, files = append(images, image), append(files, f)
	}
	f, err := oci.Layout(images, b.source.Version, b.source.Time)
	return append(files, f), err
}

// checksums lists the SHA-256 of each file, as sha256sum --check reads it.
func checksums(files []packaging.File) packaging.File {
	var text strings.Builder
	for _, f := range files {
		fmt.Fprintf(&text, "%x  %s\n", sha256.Sum256(f.Data), f.Name)
	}
	return packaging.File{Name: "checksums.txt", Data: []byte(text.String())}
}
