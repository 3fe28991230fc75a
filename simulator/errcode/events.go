package errcode

// events has the codes of Event Streams (F-730, F-811). 91000 and 91001 are of its API, and their
// HTTP status is inferred; the others are of deliveries to sinks.
var events = []Info{
	{91000, "Sink could not be created", Error, 400, "", RetryAfterFix, "F-811", true},
	{91001, "Sink could not be found", Error, 400, "", RetryAfterFix, "F-811", true},
	{91300, "Event delivery to sink failed", Error, 0, "", RetryNotApplicable, "F-730", false},
	{91305, "Sink endpoint rejected the event", Error, 0, "", RetryNotApplicable, "F-811", false},
	{91306, "Sink endpoint returned a server error", Error, 0, "", RetryNotApplicable, "F-811",
		false},
	{91307, "Could not connect to sink endpoint", Error, 0, "", RetryNotApplicable, "F-811", false},
	{91308, "Sink endpoint did not respond in time", Error, 0, "", RetryNotApplicable, "F-730",
		false},
}
