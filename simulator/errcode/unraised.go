package errcode

// unraised says why the simulator never raises a code of its own accord: neither as an error of the
// API, nor as an alert, nor as the end of a message. A rule can: respond=CODE refuses a request,
// and then=STATUS:CODE ends a message.
var unraised = map[int]string{
	11322: "a method that is neither GET nor POST is refused where it is set",
	14108: "every number can send texts",
	14111: noTrial,
	20006: noReason, 20409: noReason, 20410: noReason, 20412: noReason,
	20423: noReason, 20426: noReason,
	21264: noTrial, 21267: noTrial, 21608: noTrial,
	21621: "every number can send media", 21622: "every account can send media",
	21635: "no source says which of 21635, 21614 and 30006 a landline has; here it has 30006",
	21653: "a message has one recipient",
	21658: "no source has the limits",
	21660: "a number of another account is refused with 21606, as any that is not the account's",
	21661: "every number can send texts",
	21702: "every service is available",
	21715: "every number has what a service needs",
	30009: "texts from handsets arrive whole",
	30025: noLimits, 30026: noLimits, 63038: noLimits, 63039: noLimits,
	30031: "MaxRate is not a parameter",
	30038: "no source says how Twilio recognises a passcode",
	30039: "no source says how Twilio recognises a loop",
	30045: "a ValidityPeriod outside the limits is refused with 21624",
	30101: noLinks, 30103: noLinks, 30111: noLinks, 30124: noLinks,
	30125: noRegistration, 30126: noRegistration,
	30404: "what is not found has 20404",
	30453: noFilter, 30485: noFilter, 30610: noFilter, 30615: noFilter, 30620: noFilter,
	30640: noFilter,
	35117: "a SendAt that is not a time has 35114, and no source says what 35117 is about",
	35125: noLimits,
	60201: "a wrong code is not an error (F-664)",
	60204: noReason,
	60212: noLimits,
	60410: "Twilio's protection against fraud is not simulated",
	63043: noSample, 63044: noSample, 63045: noSample, 63047: noSample,
	63046: "no source says whether an approval is in the debugger of each account",
	63052: "there are no templates of the older system",
	63053: "no source says when a template is not synchronised",
	63054: noReason, 63057: "no source has the limit",
	63055: noMeta, 63056: noMeta, 63058: noMeta, 63059: noMeta,
}

const (
	noTrial        = "there are no trial accounts"
	noReason       = "no source says which request has it"
	noLimits       = "Twilio's limits of rate and number are not simulated"
	noLinks        = "shortening a link never fails here"
	noRegistration = "numbers are not registered for 10DLC"
	noFilter       = "Twilio's and the carriers' filters are not simulated"
	noSample       = "the media of a template's sample are not fetched"
	noMeta         = "Meta's decisions about accounts and countries are not simulated"
)

// Unraised returns why the simulator never raises a code of its own accord, and whether that is so.
func Unraised(code int) (why string, never bool) {
	why, never = unraised[code]
	return why, never
}
