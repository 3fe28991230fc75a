package quirk

// The values of a switch that is a yes or a no.
const (
	off = "off"
	on  = "on"
)

// The switches. Add one here, its row below, and its effect where the behaviour is.
const (
	SendingCallback ID = iota
	CallbackErrorMessage
	QueueFullStatus
	EmptyContentCode
	OldTexts
	ScheduleWithoutService
	DeleteInFlightStatus
	AuthenticateDetail
	ServiceSegments
	PriceUnit
	StopText
	StartText
	HelpText
	WebhookErrorCode
	MaxRedirects
	RedirectMethod
	StatusRetry
	WhatsAppWindow
	RedirectParameters
	WireQuery
	GetSignature
	LocalCallbacks
	StopWords
	StartWords
	HelpWords
	InferredFinal
	FromCode
	MessagePrices
	MediaRedirect
	MediaList
	AvailableCapabilities
	AvailablePageSize
	VerifyPath
	VerifyWindow
	VerifyCheckStatus
	VerifyMessages
	VerifyLookup
	VerifyChannelText
	VerifyText
	VerifyAppHash
	VerifyAfterMax
	VerifyName
	VerifyRCS
	LookupPackages
	TemplateReview
	UnapprovedTemplate
	ContentVariables
	BodyAndVariables
	ButtonType
	ListReply
	RCSAddress
	LinkShortened
	LinkDomain
	count
)

var offOn = []string{off, on}

// table has the switches in the order of their IDs; a test checks that.
var table = [count]Switch{
	{
		SendingCallback, "sending-callback", "F-491", offOn, off, on,
		"a status callback for the status sending as well",
	}, {
		CallbackErrorMessage, "callback-error-message", "F-492", offOn, off, off,
		"ErrorMessage in the status callbacks of failures",
	}, {
		QueueFullStatus, "queue-full-status", "F-493", []string{"429", "400"}, "429", "429",
		"the HTTP status of 21611",
	}, {
		EmptyContentCode, "empty-content-code", "F-494", []string{"21619", "21602"}, "21619", "21619",
		"the error of a message without content; older accounts get 21602",
	}, {
		OldTexts, "old-texts", "F-495", offOn, off, off,
		"21606 and 21610 in their older wording",
	}, {
		ScheduleWithoutService, "schedule-without-service", "F-496",
		[]string{"refuse", "send"}, "refuse", "refuse",
		"a schedule without a Messaging Service is refused with 35118, or ignored",
	}, {
		DeleteInFlightStatus, "delete-in-flight-status", "F-497",
		[]string{"409", "422", "400"}, "409", "409",
		"the HTTP status of 20009, for a message that cannot be deleted yet",
	}, {
		AuthenticateDetail, "authenticate-detail", "F-498", offOn, off, off,
		"20003 has a detail",
	}, {
		ServiceSegments, "service-segments", "F-500", []string{"zero", "at-once"}, "zero", "zero",
		"num_segments of a service's message before a sender is chosen",
	}, {
		PriceUnit, "price-unit", "F-500", []string{"USD", "null"}, "USD", "null",
		"price_unit while a message has no price",
	}, {
		StopText, "stop-text", "F-501", nil, "", "", "the answer to STOP; empty for Twilio's text",
	}, {
		StartText, "start-text", "F-501", nil, "", "", "the answer to START; empty for Twilio's text",
	}, {
		HelpText, "help-text", "F-501", nil, "", "", "the answer to HELP; empty for Twilio's text",
	}, {
		WebhookErrorCode, "webhook-error-code", "F-488", []string{"11200", "11217"}, "11200", "11200",
		"the alert's code when the app answers a webhook with 400 or above",
	}, {
		MaxRedirects, "max-redirects", "F-489", []string{"10", "5", "3", "1"}, "10", "1",
		"how many HTTP redirects a webhook follows before 11215",
	}, {
		RedirectMethod, "redirect-method", "F-489", []string{"get", "same"}, "get", "get",
		"the method after a redirect with 301 to 303: GET, or that of the webhook",
	}, {
		StatusRetry, "status-retry", "F-490", offOn, off, on,
		"a status callback that the app answers with 5xx is sent a second time",
	}, {
		WhatsAppWindow, "whatsapp-window", "F-609", []string{on, off}, on, on,
		"free text on WhatsApp fails with 63016 unless the user wrote in the last 24 hours",
	}, {
		RedirectParameters, "redirect-parameters", "F-056", []string{"dropped", "kept"},
		"dropped", "dropped",
		"whether the GET after a redirect has the webhook's parameters in its query",
	}, {
		WireQuery, "wire-query", "F-808", []string{"as-configured", "sorted"},
		"as-configured", "sorted",
		"the order of a query's parameters on the wire; the signature is over that of the URL",
	}, {
		GetSignature, "get-signature", "F-808", []string{"encoded", "raw"}, "encoded", "raw",
		"whether the signature of a GET has ' @ and : encoded, as they are sent",
	}, {
		LocalCallbacks, "local-callbacks", "F-191", []string{"accepted", "refused"},
		"accepted", "refused",
		"whether a StatusCallback may have localhost or a host of one label",
	}, {
		StopWords, "stop-words", "F-452", nil, "", "",
		"further words for STOP, with commas, to services with Advanced Opt-Out",
	}, {
		StartWords, "start-words", "F-452", nil, "", "",
		"further words for START, with commas, to services with Advanced Opt-Out",
	}, {
		HelpWords, "help-words", "F-452", nil, "", "",
		"further words for HELP, with commas, to services with Advanced Opt-Out",
	}, {
		InferredFinal, "inferred-final", "F-499", []string{"as-listed", "other"},
		"as-listed", "as-listed",
		"other: outcomes whose final status no source states end failed for undelivered, and back",
	}, {
		FromCode, "from-code", "F-220", []string{"21606", "21659"}, "21606", "21606",
		"the error of a From that is not the account's, or a short code of another country",
	}, {
		MessagePrices, "prices", "F-616", nil, "*:0.0075", "*:0.0075",
		"the price of a segment by country, as US:0.0079,whatsapp:0.005,*:0.0075; none for null",
	}, {
		MediaRedirect, "media-redirect", "F-400", []string{off, "302", "307"}, off, "307",
		"the status with which a MediaUrl redirects to a file on another host; off for the file",
	}, {
		MediaList, "media-list", "F-809", []string{"at-once", "late"}, "at-once", "late",
		"late: the list of an inbound message's files stays empty for five seconds",
	}, {
		AvailableCapabilities, "available-capabilities", "F-774", []string{"capitals", "lower"},
		"capitals", "capitals",
		"the keys SMS and MMS of the capabilities of a number for sale",
	}, {
		AvailablePageSize, "available-page-size", "F-778", []string{"50", "30"}, "50", "30",
		"how many numbers for sale a search without PageSize finds",
	}, {
		VerifyPath, "verify-path", "F-667", []string{"short", "version"}, "short", "version",
		"the path in the text of Verify's 20404: /Services/VA…, or /v2/Services/VA…",
	}, {
		VerifyWindow, "verify-window", "F-641", []string{"creation", "resend"},
		"creation", "creation",
		"what the ten minutes of a code count from: its creation, or the last time it was sent",
	}, {
		VerifyCheckStatus, "verify-check-status", "F-660", []string{"201", "200"}, "201", "201",
		"the HTTP status of a check of a code",
	}, {
		VerifyMessages, "verify-messages", "F-657", []string{"unlisted", "listed"},
		"unlisted", "unlisted",
		"whether the texts of Verify are among the account's messages in the API",
	}, {
		VerifyLookup, "verify-lookup", "F-637", []string{"carrier", "empty"}, "carrier", "empty",
		"lookup of a verification without look-ups: {\"carrier\": null}, or {}",
	}, {
		VerifyChannelText, "verify-channel-text", "F-645", []string{"plain", "quoted"},
		"plain", "quoted",
		"the text of 60200 about Channel: with a colon, or with back-ticks and the value",
	}, {
		VerifyText, "verify-text", "F-653", nil, "", "",
		"the text with a code, which has {name} and {code}; empty for Twilio's text",
	}, {
		VerifyAppHash, "verify-app-hash", "F-655", []string{"line", "blank"}, "line", "blank",
		"what is before the AppHash in a text: a line break, or a blank",
	}, {
		VerifyAfterMax, "verify-after-max", "F-665", []string{"wait", "new"}, "wait", "wait",
		"a start after five wrong codes is refused with 60202 till they expire, or makes a new code",
	}, {
		VerifyName, "verify-name", "F-622", []string{"30", "32"}, "30", "30",
		"the most characters of the FriendlyName of a Verify service",
	}, {
		VerifyRCS, "verify-rcs", "F-631", []string{"lost", "sms"}, "lost", "lost",
		"a code by rcs to a phone without RCS: it fails with 63036, or comes as an SMS",
	}, {
		LookupPackages, "lookup-packages", "F-763", nil,
		"caller_name,line_type_intelligence,sms_pumping_risk", "none",
		"the packages of Lookup that the account has, with commas; canada for lines of Canada",
	}, {
		TemplateReview, "template-review", "F-843", []string{"approved", "rejected", "pending"},
		"approved", "approved",
		"how WhatsApp's review of a template ends after five minutes; pending for no end",
	}, {
		UnapprovedTemplate, "unapproved-template", "F-702", []string{"63016", "63040"},
		"63016", "63016",
		"the code of a template on WhatsApp that was not submitted, or is in review",
	}, {
		ContentVariables, "content-variables", "F-606", []string{"as-documented", "as-reported"},
		"as-documented", "as-reported",
		"as-reported: 21656 also without ContentVariables, and for an apostrophe in them",
	}, {
		BodyAndVariables, "body-and-variables", "F-607", []string{"35127", "ignored"},
		"35127", "35127",
		"whether a Body beside ContentVariables is refused, or has no effect",
	}, {
		ButtonType, "button-type", "F-704", []string{"button", "interactive", "text"},
		"button", "interactive",
		"MessageType in the webhook about a tap on a quick reply",
	}, {
		ListReply, "list-reply", "F-705", []string{"list", "button"}, "list", "button",
		"whether a choice from a list has ListId and ListTitle, or the parameters of a button",
	}, {
		RCSAddress, "rcs-address", "F-796", []string{"channel", "plain"}, "channel", "channel",
		"a phone in webhooks about RCS: rcs:+1…, or +1…, which From=rcs:… then takes as a To, too",
	}, {
		LinkShortened, "link-shortened", "F-742", offOn, off, off,
		"events link-shortened, whose data no source has: those of a click without the click",
	}, {
		LinkDomain, "link-domain", "F-800", nil, "twil.example", "twil.example",
		"the name of the domains of Link Shortening, which Twilio's console knows",
	},
}
