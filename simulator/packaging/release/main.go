// Release builds everything that is published into the folder dist at the root of the tree:
//
//	go run ./simulator/packaging/release
//	go run ./simulator/packaging/release -only npm,linux/amd64
//
// It builds archives of the binary, each with its checksum in checksums.txt, a bill of materials
// (CycloneDX) of the binary, and the manual as a man page and as llms.txt. The version comes from
// the git tag, see [packaging.FindSource]. The same commit and toolchain give the same bytes.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"twilsim/simulator/packaging"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err == flag.ErrHelp {
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("release", flag.ContinueOnError)
	flags.SetOutput(stderr)
	only := flags.String("only", "",
		"build only these kinds and platforms, as `npm,linux/amd64`; kinds: "+kindList())
	version := flags.String("version", "", "the `VERSION`, in place of the one from the git tag")
	out := flags.String("o", "", "the `DIRECTORY` to write, in place of dist at the root of the tree")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q: kinds and platforms follow -only", flags.Arg(0))
	}
	p, err := parsePlan(*only)
	if err != nil {
		return err
	}
	root, err := packaging.Root(ctx)
	if err != nil {
		return err
	}
	source, err := packaging.FindSource(ctx, root)
	if err != nil {
		return err
	}
	if *version != "" {
		if source.Version, err = packaging.ParseVersion(*version); err != nil {
			return err
		}
	}
	dir := *out
	if dir == "" {
		dir = filepath.Join(root, "dist")
	}
	b := &builder{root: root, source: source, log: stdout}
	files, err := b.build(ctx, p)
	if err != nil {
		return err
	}
	return write(dir, files, source.Version, stdout)
}
