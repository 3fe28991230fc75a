package rest

import (
	"net/http"
	"slices"
	"strings"

	"twilsim/simulator/numbers"
)

// Parameters that several operations share.
const (
	pageParams = " PageSize Page PageToken"

	numberSimulated = "FriendlyName SmsApplicationSid SmsFallbackMethod SmsFallbackUrl SmsMethod " +
		"SmsUrl"
	// They are about calls, addresses and regulations.
	numberAccepted = "ApiVersion StatusCallback StatusCallbackMethod VoiceApplicationSid " +
		"VoiceCallerIdLookup VoiceFallbackMethod VoiceFallbackUrl VoiceMethod VoiceUrl " +
		"EmergencyStatus EmergencyAddressSid TrunkSid IdentitySid AddressSid VoiceReceiveMode " +
		"BundleSid"

	applicationSimulated = "FriendlyName SmsUrl SmsMethod SmsFallbackUrl SmsFallbackMethod " +
		"MessageStatusCallback"
	applicationAccepted = "ApiVersion VoiceUrl VoiceMethod VoiceFallbackUrl VoiceFallbackMethod " +
		"StatusCallback StatusCallbackMethod VoiceCallerIdLookup SmsStatusCallback " +
		"PublicApplicationConnectEnabled"

	serviceSimulated = "FriendlyName InboundRequestUrl InboundMethod FallbackUrl FallbackMethod " +
		"StatusCallback StickySender SmartEncoding AreaCodeGeomatch ValidityPeriod " +
		"UseInboundWebhookOnNumber"
	serviceAccepted = "MmsConverter ScanMessageContent FallbackToLongCode SynchronousValidation " +
		"Usecase"
)

// Patterns of paths.
const (
	accountsPath     = "/2010-04-01/Accounts"
	accountPath      = accountsPath + "/{AccountSid}"
	messagesPath     = accountPath + "/Messages"
	messagePath      = messagesPath + "/{MessageSid}"
	mediaPath        = messagePath + "/Media"
	numbersPath      = accountPath + "/IncomingPhoneNumbers"
	applicationsPath = accountPath + "/Applications"
	servicesPath     = "/v1/Services"
	servicePath      = servicesPath + "/{ServiceSid}"
	alertsPath       = "/v1/Alerts"
)

// names joins lists of parameters as the table has them.
func names(lists ...[]string) string { return strings.Join(slices.Concat(lists...), " ") }

// allRoutes returns the operations of all products. They are compiled already.
func allRoutes() []route {
	table := routes()
	for _, of := range productRoutes {
		table = append(table, of()...)
	}
	return table
}

// routes returns the table of the operations of the 2010 API, Messaging and Monitor.
func routes() []route {
	const get, post, del = http.MethodGet, http.MethodPost, http.MethodDelete
	return compile([]route{
		{method: get, pattern: accountsPath, serve: listAccounts,
			simulated: "FriendlyName Status" + pageParams},
		{method: post, pattern: accountsPath, serve: createAccount, simulated: "FriendlyName"},
		{method: get, pattern: accountPath, serve: fetchAccount},
		{method: post, pattern: accountPath, serve: updateAccount,
			simulated: "FriendlyName Status"},

		{method: get, pattern: messagesPath, serve: listMessages,
			simulated: "To From DateSent DateSent< DateSent>" + pageParams}, // F-386
		{method: post, pattern: messagesPath, serve: createMessage, test: true, // F.2
			simulated: names(parameters[messageForm](""), parameters[messageOptions]("")),
			accepted:  names(parameters[messageForm]("none"), parameters[messageOptions]("none"))},
		{method: get, pattern: messagePath, serve: fetchMessage},
		{method: post, pattern: messagePath, serve: updateMessage, simulated: "Body Status"},
		{method: del, pattern: messagePath, serve: deleteMessage},
		{method: post, pattern: messagePath + "/Feedback", serve: createFeedback,
			simulated: "Outcome"},
		{method: get, pattern: mediaPath, serve: listMedia,
			simulated: "DateCreated DateCreated< DateCreated>" + pageParams}, // F-392
		{method: get, pattern: mediaPath + "/{Sid}", serve: fetchMedia},
		{method: del, pattern: mediaPath + "/{Sid}", serve: deleteMedia},

		// F-324
		{method: get, pattern: oldMessagesPath, serve: listOldMessages},
		{method: post, pattern: oldMessagesPath, serve: oldOnly(createMessage),
			simulated: "To From Body StatusCallback ApplicationSid"},
		{method: get, pattern: oldMessagesPath + "/{MessageSid}", serve: oldOnly(fetchMessage)},

		{method: get, pattern: numbersPath, serve: listNumbers(""), simulated: numberFilters,
			accepted: "Beta Origin"},
		{method: post, pattern: numbersPath, serve: createNumber(""), test: true,
			simulated: "PhoneNumber AreaCode " + numberSimulated, accepted: numberAccepted},
		{method: get, pattern: numbersPath + "/Local", serve: listNumbers("local"),
			simulated: numberFilters, accepted: "Beta Origin"},
		{method: post, pattern: numbersPath + "/Local", serve: createNumber("local"),
			simulated: "PhoneNumber " + numberSimulated, accepted: numberAccepted},
		{method: get, pattern: numbersPath + "/Mobile", serve: listNumbers("mobile"),
			simulated: numberFilters, accepted: "Beta Origin"},
		{method: post, pattern: numbersPath + "/Mobile", serve: createNumber("mobile"),
			simulated: "PhoneNumber " + numberSimulated, accepted: numberAccepted},
		{method: get, pattern: numbersPath + "/TollFree", serve: listNumbers("tollfree"),
			simulated: numberFilters, accepted: "Beta Origin"},
		{method: post, pattern: numbersPath + "/TollFree", serve: createNumber("tollfree"),
			simulated: "PhoneNumber " + numberSimulated, accepted: numberAccepted},
		{method: get, pattern: numbersPath + "/{Sid}", serve: fetchNumber},
		{method: post, pattern: numbersPath + "/{Sid}", serve: updateNumber,
			simulated: numberSimulated, accepted: numberAccepted, refused: "AccountSid"},
		{method: del, pattern: numbersPath + "/{Sid}", serve: deleteNumber},

		{method: get, pattern: balancePath, serve: fetchBalance},
		{method: get, pattern: availablePath, serve: listCountries},
		{method: get, pattern: availableCountry, serve: fetchCountry},
		available(numbers.Local),
		available(numbers.Mobile),
		available(numbers.TollFree),

		{method: get, pattern: applicationsPath, serve: listApplications,
			simulated: "FriendlyName" + pageParams},
		{method: post, pattern: applicationsPath, serve: createApplication,
			simulated: applicationSimulated, accepted: applicationAccepted},
		{method: get, pattern: applicationsPath + "/{Sid}", serve: fetchApplication},
		{method: post, pattern: applicationsPath + "/{Sid}", serve: updateApplication,
			simulated: applicationSimulated, accepted: applicationAccepted},
		{method: del, pattern: applicationsPath + "/{Sid}", serve: deleteApplication},

		{method: get, pattern: servicesPath, serve: listServices, simulated: pageParams},
		{method: post, pattern: servicesPath, serve: createService, simulated: serviceSimulated,
			accepted: serviceAccepted},
		{method: get, pattern: servicePath, serve: fetchService},
		{method: post, pattern: servicePath, serve: updateService, simulated: serviceSimulated,
			accepted: serviceAccepted},
		{method: del, pattern: servicePath, serve: deleteService},
		{method: get, pattern: servicePath + "/PhoneNumbers", serve: listSenders(phoneNumbers),
			simulated: pageParams},
		{method: post, pattern: servicePath + "/PhoneNumbers", serve: addSender(phoneNumbers),
			simulated: "PhoneNumberSid"},
		{method: get, pattern: servicePath + "/PhoneNumbers/{Sid}",
			serve: fetchSender(phoneNumbers)},
		{method: del, pattern: servicePath + "/PhoneNumbers/{Sid}",
			serve: removeSender(phoneNumbers)},
		{method: get, pattern: servicePath + "/ShortCodes", serve: listSenders(shortCodes),
			simulated: pageParams},
		{method: post, pattern: servicePath + "/ShortCodes", serve: addSender(shortCodes),
			simulated: "ShortCodeSid"},
		{method: get, pattern: servicePath + "/ShortCodes/{Sid}", serve: fetchSender(shortCodes)},
		{method: del, pattern: servicePath + "/ShortCodes/{Sid}", serve: removeSender(shortCodes)},
		{method: get, pattern: servicePath + "/AlphaSenders", serve: listSenders(alphaSenders),
			simulated: pageParams},
		{method: post, pattern: servicePath + "/AlphaSenders", serve: addSender(alphaSenders),
			simulated: "AlphaSender"},
		{method: get, pattern: servicePath + "/AlphaSenders/{Sid}",
			serve: fetchSender(alphaSenders)},
		{method: del, pattern: servicePath + "/AlphaSenders/{Sid}",
			serve: removeSender(alphaSenders)},
		{method: get, pattern: servicePath + "/ChannelSenders", serve: listSenders(channelSenders),
			simulated: pageParams},
		{method: post, pattern: servicePath + "/ChannelSenders", serve: addSender(channelSenders),
			simulated: "Sid"},
		{method: get, pattern: servicePath + "/ChannelSenders/{Sid}",
			serve: fetchSender(channelSenders)},
		{method: del, pattern: servicePath + "/ChannelSenders/{Sid}",
			serve: removeSender(channelSenders)},

		{method: get, pattern: alertsPath, serve: listAlerts,
			simulated: "LogLevel StartDate EndDate" + pageParams},
		{method: get, pattern: alertsPath + "/{Sid}", serve: fetchAlert},
	})
}

const numberFilters = "PhoneNumber FriendlyName" + pageParams
