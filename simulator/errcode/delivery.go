package errcode

// delivery has the codes with which a delivery ends, F-235 to F-272, and the messaging codes above them, F-273 to F-283.
//
// Where the facts give two final statuses the first one stands here. 30009, 30038 and 30039 are about inbound messages.
// 30610 to 30640, 30453 and 30485 have a title only: how the message ends is not public (F-280).
var delivery = []Info{
	{30001, "Queue overflow", Error, 0, "failed", RetryLater, "F-235", false},
	{30002, "Account suspended", Error, 0, "failed", RetryNo, "F-236", false},
	{30003, "Unreachable destination handset", Error, 0, "undelivered", RetryLater, "F-237", true},
	{30004, "Message blocked", Error, 0, "undelivered", RetryNo, "F-238", true},
	{30005, "Unknown destination handset", Error, 0, "undelivered", RetryNo, "F-239", true},
	{30006, "Landline or unreachable carrier", Error, 0, "undelivered", RetryNo, "F-240", true},
	{30007, "Message filtered", Error, 0, "undelivered", RetryNo, "F-241", true},
	{30008, "Unknown error", Error, 0, "undelivered", RetryYes, "F-242", true}, // once
	{30009, "Missing inbound segment", Error, 0, "", RetryNotApplicable, "F-243", false},
	{30010, "Message price exceeds max price", Error, 0, "failed", RetryNotApplicable, "F-244", true},
	{30011, "MMS not supported by the receiving phone number in this region", Error, 0, "undelivered", RetryNo, "F-245", true},
	{30012, "TTL is too small", Error, 0, "failed", RetryAfterFix, "F-246", true},
	{30013, "TTL is too big", Error, 0, "failed", RetryAfterFix, "F-246", true},
	{30014, "'To' attributes are Invalid", Error, 0, "failed", RetryAfterFix, "F-247", true},
	{30015, "Non-supported channel type is used", Error, 0, "failed", RetryAfterFix, "F-247", true},
	{30016, "'To' and 'From' channel types are incompatible", Error, 0, "failed", RetryAfterFix, "F-247", true},
	{30017, "Carrier network congestion", Error, 0, "undelivered", RetryLater, "F-248", true},
	// Undelivered, or delivered with the code as a warning.
	{30018, "Destination carrier requires sender ID pre-registration", Warning, 0, "undelivered", RetryAfterFix, "F-249", true},
	{30019, "Content size exceeds carrier limit", Error, 0, "undelivered", RetryNo, "F-250", true},
	{30020, "Internal Failure with Message Scheduling", Error, 0, "failed", RetryYes, "F-251", true},
	{30021, "Internal Failure with messaging service orchestrator", Error, 0, "failed", RetryYes, "F-251", true},
	{30022, "US A2P 10DLC - Rate Limits Exceeded", Error, 0, "undelivered", RetryLater, "F-252", true},
	{30023, "US A2P 10DLC - Daily Message Cap Reached", Error, 0, "undelivered", RetryLater, "F-253", true},
	{30024, "Numeric Sender ID Not Provisioned on Carrier", Error, 0, "undelivered", RetryAfterFix, "F-254", false},
	{30025, "US A2P 10DLC - 50% T-Mobile Daily Message Limit Consumed", Warning, 0, "", RetryNotApplicable, "F-255", false},
	{30026, "US A2P 10DLC - 70% T-Mobile Daily Message Limit Consumed", Warning, 0, "", RetryNotApplicable, "F-255", false},
	{30027, "US A2P 10DLC - T-Mobile Daily Message Limit Reached", Error, 0, "undelivered", RetryLater, "F-256", true},
	{30028, "Invalid API version", Error, 0, "failed", RetryAfterFix, "F-257", true},
	{30029, "Invalid ContentRetention", Error, 400, "", RetryAfterFix, "F-258", true},
	{30030, "Invalid AddressRetention", Error, 400, "", RetryAfterFix, "F-258", true},
	{30031, "Invalid MaxRate", Error, 400, "", RetryAfterFix, "F-258", true},
	{30032, "Toll-Free Number Has Not Been Verified", Error, 0, "undelivered", RetryAfterFix, "F-259", true},
	{30033, "US A2P 10DLC - Campaign Suspended", Error, 0, "failed", RetryNo, "F-260", true},
	{30034, "US A2P 10DLC - Message from an Unregistered Number", Error, 0, "undelivered", RetryAfterFix, "F-261", false},
	{30035, "US A2P 10DLC - Message from a number still being configured", Error, 0, "failed", RetryLater, "F-262", true},
	{30036, "Validity Period Expired", Error, 0, "failed", RetryYes, "F-263", true},
	{30037, "Outbound Messaging Disabled", Error, 0, "failed", RetryNo, "F-264", true},
	{30038, "OTP Message Body Filtered", Error, 0, "failed", RetryNotApplicable, "F-265", false},           // inbound
	{30039, "Filtered to Prevent Message Loops", Warning, 0, "failed", RetryNotApplicable, "F-266", false}, // inbound
	{30040, "Destination carrier requires Sender ID pre-registration", Error, 0, "failed", RetryAfterFix, "F-267", true},
	{30041, "Sender is restricted or unregistered in a country requiring registration", Error, 0, "failed", RetryNo, "F-268", true},
	{30042, "Alphanumeric Sender ID is generic or unauthorized for this account", Error, 0, "failed", RetryNo, "F-268", true},
	{30043, "International SMS via Domestic Gateway", Error, 0, "undelivered", RetryNo, "F-269", true},
	{30044, "Trial Message Length Exceeded", Error, 0, "failed", RetryAfterFix, "F-270", true},
	{30045, "Validity Period is less than zero or greater than maximum allowed", Warning, 0, "", RetryNotApplicable, "F-271", false},
	{30046, "Message delivery not confirmed", Error, 0, "undelivered", RetryAfterFix, "F-272", true}, // the fix: SMS in place of RCS
	{30101, "Domain is unverified", Error, 0, "", RetryNotApplicable, "F-273", false},
	{30103, "Links not shortened due to application failure.", Error, 0, "", RetryNotApplicable, "F-273", false},
	{30111, "Url is on a deny list", Error, 0, "", RetryNotApplicable, "F-273", false},
	{30124, "MessagingServiceSID cannot be empty or null", Error, 0, "", RetryNotApplicable, "F-273", false},
	{30125, "Your phone number could not be registered with US A2P 10DLC", Warning, 0, "", RetryNotApplicable, "F-273", false},
	{30126, "Your 10DLC number failed to be registered", Error, 0, "", RetryNotApplicable, "F-273", false},
	{30400, "Parameters are not valid", Error, 400, "", RetryAfterFix, "F-274", true},
	{30404, "Not Found", Error, 404, "", RetryAfterFix, "F-275", true},
	{30409, "This message cannot be canceled", Error, 409, "", RetryNo, "F-276", true},
	{30410, "Provider Timeout Error", Error, 0, "failed", RetryLater, "F-277", false},
	{30450, "Message delivery blocked", Error, 0, "failed", RetryLater, "F-279", true}, // for 15 to 30 minutes
	{30453, "Message couldn't be delivered", Error, 0, "", RetryUnknown, "F-280", false},
	{30454, "Account exceeded the messages limit", Error, 0, "failed", RetryUnknown, "F-281", true}, // F-161: Twilio could not send it
	{30485, "Message couldn't be delivered", Error, 0, "", RetryUnknown, "F-280", false},
	{30500, "Twilio Internal Error", Error, 0, "failed", RetryYes, "F-282", true},
	{30610, "Message couldn't be delivered", Error, 0, "", RetryUnknown, "F-280", false},
	{30615, "Message couldn't be delivered", Error, 0, "", RetryUnknown, "F-280", false},
	{30620, "Message couldn't be delivered", Error, 0, "", RetryUnknown, "F-280", false},
	{30630, "Attempt to send to unsubscribed recipient", Error, 0, "failed", RetryNo, "F-283", true}, // as 21610 through a service
	{30640, "Message couldn't be delivered", Error, 0, "", RetryUnknown, "F-280", false},
}
