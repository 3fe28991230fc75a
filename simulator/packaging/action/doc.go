// Package action has the tests of the GitHub Action in .github/actions/setup and of the workflows
// in .github/workflows. It has no code.
package action
