//go:build nosqlite

package storage

// built says whether SQLite is in this program. Without it the program builds in two thirds of the
// time, and serve --data is refused.
const built = false

// diagnose returns the error as it is: there is no SQLite to explain.
func diagnose(err error) (text, try string, cause error) { return "", "", err }
