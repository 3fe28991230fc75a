//go:build !(darwin || freebsd || linux || netbsd || openbsd)

package terminal

import "os"

// Width reports whether f is a terminal. Its width is not known here, so nothing is cut.
func Width(f *os.File) (width int, ok bool) {
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return 0, false
	}
	null, err := os.Stat(os.DevNull)
	return 0, err != nil || !os.SameFile(info, null)
}
