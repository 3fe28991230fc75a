// Package explore searches for bugs in an app: it plays a story again and again, each time with
// something that Twilio, the network or the host may do otherwise, and looks whether the app still
// does what it should.
//
// A [Story] is what happened when the scenario was played as written: the baseline. Its points are
// the places where something may go otherwise. A [Deviation] is one thing that goes otherwise at
// one point, and a [Schedule] is a set of them; [Space] lists all deviations of a story and counts
// the schedules. A [Search] plays all single deviations, then pairs, then seeded samples of more
// with a [Player], shrinks each schedule that fails, and groups failures into [Finding]s.
//
// The package is about choosing and naming. It knows neither the simulator nor scripts: package
// testscript plays schedules and judges the runs, and cmd/twilsim prints the reports.
//
// The same story and seed give the same schedules, findings and reports, whatever the number of
// runs at once: results are used in the order of the schedules, and no report has a time in it.
//
// Read story.go, deviation.go and space.go first, then search.go, shrink.go, finding.go and
// report.go.
package explore
