// Package report has what "twilsim run" leaves behind and shows beside the results themselves:
// report files, pages about failures, the list of rewritten golden files, and a progress line.
//
// Call [Reports.Begin] before a run, [Reports.Complete] and [Reports.Add] for each result, and
// [Reports.Finish] at the end. The formats are package testscript's.
package report
