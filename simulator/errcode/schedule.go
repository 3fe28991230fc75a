package errcode

// schedule has the codes with which a scheduled message is refused, F-436 to F-438 and F-607. The
// facts
// give an HTTP status for 35118 only (F-496). The others have the same one, because the same
// check refuses them.
var schedule = []Info{
	{35111, "SendAt timestamp is missing", Error, 400, "", RetryAfterFix, "F-437", true},
	{35114, "Scheduling does not support this timestamp",
		Error, 400, "", RetryAfterFix, "F-436", true},
	{35117, "Scheduling does not support this timestamp",
		Error, 400, "", RetryAfterFix, "F-438", true},
	{35118, "MessagingServiceSid is required to schedule a message",
		Error, 400, "", RetryAfterFix, "F-437", false},
	{35125, "Maximum limit reached in the account for scheduling messages",
		Error, 400, "", RetryLater, "F-438", true},
	{35126, "The ScheduleType value provided is not supported for this channel",
		Error, 400, "", RetryAfterFix, "F-438", true},
	{35127, "'Messages' Body and 'ContentVariables' cannot be provided together",
		Error, 400, "", RetryAfterFix, "F-607", true},
}
