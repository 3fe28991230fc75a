// Package explore has apps with one bug each, and apps without any, for the bug search: each bug
// must be found with no hint, and no finding may be about an app that is right. The apps in Go are
// in shop.go; those with Express and Flask are in the folders express and flask, with scenarios
// that name them.
package explore
