// Package packaging knows what every release package of twilsim needs: the platforms, the version
// from git, the binary of a platform, and archives whose bytes depend on their content alone.
//
// The packages below it write one kind of package each: npm, python and oci. The program release
// calls them all, and the program rename changes the module path of the tree. Nothing here is
// linked into the command twilsim.
package packaging
