// Package rest is Twilio's HTTP API as the SDKs see it: it decodes a request, calls messaging and
// encodes the answer.
//
// A [Handler] serves the 2010 API, the Messaging Services of v1 with Link Shortening and
// Deactivations, the alerts of the Monitor API, Verify, Lookup, content templates and Event
// Streams. The Host header says which one a request is for or, if a client was given another base
// URL, the path. Answers have Twilio's key order, types, dates and headers. They are JSON for paths
// that end in .json, and XML for .xml and without a suffix. Every request is written into the
// journal of the account that it is about.
//
// A request that is not in the table below gets HTTP 501 and an error in Twilio's form that says
// what is missing. It is passed to the hook [Handler.Unmodelled] and raises an alert, so that no
// test passes by accident. Also not simulated: the reason phrase in capitals (F-369), which
// net/http does not let a handler choose; and rate limits.
//
// It decides nothing: what a parameter means, which error comes first and what happens afterwards
// is in package messaging and in those of the other products. Here are the words of the wire.
//
// Read it in the order in which a request is served: rest.go, route.go, table.go, auth.go,
// fault.go; then a resource such as message.go; then write.go and what it uses: object.go,
// json.go, xml.go, page.go, error.go, header.go. [Products] says how to add a product.
//
// # What is simulated
//
// The table has the parameters of each operation. Simulated ones do what they do at Twilio.
// Accepted ones are checked where Twilio checks them, and have no effect. A request with a
// refused one gets HTTP 501. Any other parameter is ignored, as by Twilio, and is in the journal.
// A message by ContentSid has the text and the media of its template, and no text in the answer if
// a service sends it (F-330, F-608).
//
//	GET /2010-04-01/Accounts
//	    simulated: FriendlyName Status PageSize Page PageToken
//	POST /2010-04-01/Accounts
//	    simulated: FriendlyName
//	GET /2010-04-01/Accounts/{AccountSid}
//	POST /2010-04-01/Accounts/{AccountSid}
//	    simulated: FriendlyName Status
//	GET /2010-04-01/Accounts/{AccountSid}/Messages
//	    simulated: To From DateSent DateSent< DateSent> PageSize Page PageToken
//	POST /2010-04-01/Accounts/{AccountSid}/Messages
//	    simulated: To From Body StatusCallback MessagingServiceSid MediaUrl
//	        ApplicationSid ValidityPeriod SmartEncoded ScheduleType SendAt
//	        ShortenUrls FallbackFrom ContentSid ContentVariables
//	    accepted: MaxPrice ProvideFeedback Attempt ForceDelivery
//	        ContentRetention AddressRetention PersistentAction TrafficType
//	        SendAsMms RiskCheck
//	GET /2010-04-01/Accounts/{AccountSid}/Messages/{MessageSid}
//	POST /2010-04-01/Accounts/{AccountSid}/Messages/{MessageSid}
//	    simulated: Body Status
//	DELETE /2010-04-01/Accounts/{AccountSid}/Messages/{MessageSid}
//	POST /2010-04-01/Accounts/{AccountSid}/Messages/{MessageSid}/Feedback
//	    simulated: Outcome
//	GET /2010-04-01/Accounts/{AccountSid}/Messages/{MessageSid}/Media
//	    simulated: DateCreated DateCreated< DateCreated> PageSize Page PageToken
//	GET /2010-04-01/Accounts/{AccountSid}/Messages/{MessageSid}/Media/{Sid}
//	DELETE /2010-04-01/Accounts/{AccountSid}/Messages/{MessageSid}/Media/{Sid}
//	GET /2010-04-01/Accounts/{AccountSid}/SMS/Messages
//	POST /2010-04-01/Accounts/{AccountSid}/SMS/Messages
//	    simulated: To From Body StatusCallback ApplicationSid
//	GET /2010-04-01/Accounts/{AccountSid}/SMS/Messages/{MessageSid}
//	GET /2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers
//	    simulated: PhoneNumber FriendlyName PageSize Page PageToken
//	    accepted: Beta Origin
//	POST /2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers
//	    simulated: PhoneNumber AreaCode FriendlyName SmsApplicationSid
//	        SmsFallbackMethod SmsFallbackUrl SmsMethod SmsUrl
//	    accepted: ApiVersion StatusCallback StatusCallbackMethod
//	        VoiceApplicationSid VoiceCallerIdLookup VoiceFallbackMethod
//	        VoiceFallbackUrl VoiceMethod VoiceUrl EmergencyStatus
//	        EmergencyAddressSid TrunkSid IdentitySid AddressSid VoiceReceiveMode
//	        BundleSid
//	GET /2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers/Local
//	    simulated: PhoneNumber FriendlyName PageSize Page PageToken
//	    accepted: Beta Origin
//	POST /2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers/Local
//	    simulated: PhoneNumber FriendlyName SmsApplicationSid SmsFallbackMethod
//	        SmsFallbackUrl SmsMethod SmsUrl
//	    accepted: ApiVersion StatusCallback StatusCallbackMethod
//	        VoiceApplicationSid VoiceCallerIdLookup VoiceFallbackMethod
//	        VoiceFallbackUrl VoiceMethod VoiceUrl EmergencyStatus
//	        EmergencyAddressSid TrunkSid IdentitySid AddressSid VoiceReceiveMode
//	        BundleSid
//	GET /2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers/Mobile
//	    simulated: PhoneNumber FriendlyName PageSize Page PageToken
//	    accepted: Beta Origin
//	POST /2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers/Mobile
//	    simulated: PhoneNumber FriendlyName SmsApplicationSid SmsFallbackMethod
//	        SmsFallbackUrl SmsMethod SmsUrl
//	    accepted: ApiVersion StatusCallback StatusCallbackMethod
//	        VoiceApplicationSid VoiceCallerIdLookup VoiceFallbackMethod
//	        VoiceFallbackUrl VoiceMethod VoiceUrl EmergencyStatus
//	        EmergencyAddressSid TrunkSid IdentitySid AddressSid VoiceReceiveMode
//	        BundleSid
//	GET /2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers/TollFree
//	    simulated: PhoneNumber FriendlyName PageSize Page PageToken
//	    accepted: Beta Origin
//	POST /2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers/TollFree
//	    simulated: PhoneNumber FriendlyName SmsApplicationSid SmsFallbackMethod
//	        SmsFallbackUrl SmsMethod SmsUrl
//	    accepted: ApiVersion StatusCallback StatusCallbackMethod
//	        VoiceApplicationSid VoiceCallerIdLookup VoiceFallbackMethod
//	        VoiceFallbackUrl VoiceMethod VoiceUrl EmergencyStatus
//	        EmergencyAddressSid TrunkSid IdentitySid AddressSid VoiceReceiveMode
//	        BundleSid
//	GET /2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers/{Sid}
//	POST /2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers/{Sid}
//	    simulated: FriendlyName SmsApplicationSid SmsFallbackMethod
//	        SmsFallbackUrl SmsMethod SmsUrl
//	    accepted: ApiVersion StatusCallback StatusCallbackMethod
//	        VoiceApplicationSid VoiceCallerIdLookup VoiceFallbackMethod
//	        VoiceFallbackUrl VoiceMethod VoiceUrl EmergencyStatus
//	        EmergencyAddressSid TrunkSid IdentitySid AddressSid VoiceReceiveMode
//	        BundleSid
//	    refused: AccountSid
//	DELETE /2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers/{Sid}
//	GET /2010-04-01/Accounts/{AccountSid}/Balance
//	GET /2010-04-01/Accounts/{AccountSid}/AvailablePhoneNumbers
//	GET /2010-04-01/Accounts/{AccountSid}/AvailablePhoneNumbers
//	    /{CountryCode}
//	GET /2010-04-01/Accounts/{AccountSid}/AvailablePhoneNumbers
//	    /{CountryCode}/Local
//	    simulated: AreaCode Contains SmsEnabled MmsEnabled VoiceEnabled
//	        FaxEnabled InRegion InLocality PageSize
//	    accepted: ExcludeAllAddressRequired ExcludeLocalAddressRequired
//	        ExcludeForeignAddressRequired Beta Page PageToken
//	    refused: NearNumber NearLatLong Distance InPostalCode InRateCenter
//	        InLata
//	GET /2010-04-01/Accounts/{AccountSid}/AvailablePhoneNumbers
//	    /{CountryCode}/Mobile
//	    simulated: AreaCode Contains SmsEnabled MmsEnabled VoiceEnabled
//	        FaxEnabled InRegion InLocality PageSize
//	    accepted: ExcludeAllAddressRequired ExcludeLocalAddressRequired
//	        ExcludeForeignAddressRequired Beta Page PageToken
//	    refused: NearNumber NearLatLong Distance InPostalCode InRateCenter
//	        InLata
//	GET /2010-04-01/Accounts/{AccountSid}/AvailablePhoneNumbers
//	    /{CountryCode}/TollFree
//	    simulated: AreaCode Contains SmsEnabled MmsEnabled VoiceEnabled
//	        FaxEnabled InRegion InLocality PageSize
//	    accepted: ExcludeAllAddressRequired ExcludeLocalAddressRequired
//	        ExcludeForeignAddressRequired Beta Page PageToken
//	    refused: NearNumber NearLatLong Distance InPostalCode InRateCenter
//	        InLata
//	GET /2010-04-01/Accounts/{AccountSid}/Applications
//	    simulated: FriendlyName PageSize Page PageToken
//	POST /2010-04-01/Accounts/{AccountSid}/Applications
//	    simulated: FriendlyName SmsUrl SmsMethod SmsFallbackUrl
//	        SmsFallbackMethod MessageStatusCallback
//	    accepted: ApiVersion VoiceUrl VoiceMethod VoiceFallbackUrl
//	        VoiceFallbackMethod StatusCallback StatusCallbackMethod
//	        VoiceCallerIdLookup SmsStatusCallback
//	        PublicApplicationConnectEnabled
//	GET /2010-04-01/Accounts/{AccountSid}/Applications/{Sid}
//	POST /2010-04-01/Accounts/{AccountSid}/Applications/{Sid}
//	    simulated: FriendlyName SmsUrl SmsMethod SmsFallbackUrl
//	        SmsFallbackMethod MessageStatusCallback
//	    accepted: ApiVersion VoiceUrl VoiceMethod VoiceFallbackUrl
//	        VoiceFallbackMethod StatusCallback StatusCallbackMethod
//	        VoiceCallerIdLookup SmsStatusCallback
//	        PublicApplicationConnectEnabled
//	DELETE /2010-04-01/Accounts/{AccountSid}/Applications/{Sid}
//	GET /v1/Services
//	    simulated: PageSize Page PageToken
//	POST /v1/Services
//	    simulated: FriendlyName InboundRequestUrl InboundMethod FallbackUrl
//	        FallbackMethod StatusCallback StickySender SmartEncoding
//	        AreaCodeGeomatch ValidityPeriod UseInboundWebhookOnNumber
//	    accepted: MmsConverter ScanMessageContent FallbackToLongCode
//	        SynchronousValidation Usecase
//	GET /v1/Services/{ServiceSid}
//	POST /v1/Services/{ServiceSid}
//	    simulated: FriendlyName InboundRequestUrl InboundMethod FallbackUrl
//	        FallbackMethod StatusCallback StickySender SmartEncoding
//	        AreaCodeGeomatch ValidityPeriod UseInboundWebhookOnNumber
//	    accepted: MmsConverter ScanMessageContent FallbackToLongCode
//	        SynchronousValidation Usecase
//	DELETE /v1/Services/{ServiceSid}
//	GET /v1/Services/{ServiceSid}/PhoneNumbers
//	    simulated: PageSize Page PageToken
//	POST /v1/Services/{ServiceSid}/PhoneNumbers
//	    simulated: PhoneNumberSid
//	GET /v1/Services/{ServiceSid}/PhoneNumbers/{Sid}
//	DELETE /v1/Services/{ServiceSid}/PhoneNumbers/{Sid}
//	GET /v1/Services/{ServiceSid}/ShortCodes
//	    simulated: PageSize Page PageToken
//	POST /v1/Services/{ServiceSid}/ShortCodes
//	    simulated: ShortCodeSid
//	GET /v1/Services/{ServiceSid}/ShortCodes/{Sid}
//	DELETE /v1/Services/{ServiceSid}/ShortCodes/{Sid}
//	GET /v1/Services/{ServiceSid}/AlphaSenders
//	    simulated: PageSize Page PageToken
//	POST /v1/Services/{ServiceSid}/AlphaSenders
//	    simulated: AlphaSender
//	GET /v1/Services/{ServiceSid}/AlphaSenders/{Sid}
//	DELETE /v1/Services/{ServiceSid}/AlphaSenders/{Sid}
//	GET /v1/Services/{ServiceSid}/ChannelSenders
//	    simulated: PageSize Page PageToken
//	POST /v1/Services/{ServiceSid}/ChannelSenders
//	    simulated: Sid
//	GET /v1/Services/{ServiceSid}/ChannelSenders/{Sid}
//	DELETE /v1/Services/{ServiceSid}/ChannelSenders/{Sid}
//	GET /v1/Alerts
//	    simulated: LogLevel StartDate EndDate PageSize Page PageToken
//	GET /v1/Alerts/{Sid}
//	GET /v2/Services
//	    simulated: PageSize Page PageToken
//	POST /v2/Services
//	    simulated: FriendlyName CodeLength LookupEnabled SkipSmsToLandlines
//	        Psd2Enabled DoNotShareWarningEnabled CustomCodeEnabled
//	        VerifyEventSubscriptionEnabled
//	    accepted: DtmfInputRequired TtsName Push.IncludeDate
//	        Push.ApnCredentialSid Push.FcmCredentialSid Totp.Issuer
//	        Totp.TimeStep Totp.CodeLength Totp.Skew Whatsapp.MsgServiceSid
//	        Whatsapp.From Passkeys.RelyingParty.Id Passkeys.RelyingParty.Name
//	        Passkeys.RelyingParty.Origins Passkeys.AuthenticatorAttachment
//	        Passkeys.DiscoverableCredentials Passkeys.UserVerification
//	    refused: DefaultTemplateSid
//	GET /v2/Services/{ServiceSid}
//	POST /v2/Services/{ServiceSid}
//	    simulated: FriendlyName CodeLength LookupEnabled SkipSmsToLandlines
//	        Psd2Enabled DoNotShareWarningEnabled CustomCodeEnabled
//	        VerifyEventSubscriptionEnabled
//	    accepted: DtmfInputRequired TtsName Push.IncludeDate
//	        Push.ApnCredentialSid Push.FcmCredentialSid Totp.Issuer
//	        Totp.TimeStep Totp.CodeLength Totp.Skew Whatsapp.MsgServiceSid
//	        Whatsapp.From Passkeys.RelyingParty.Id Passkeys.RelyingParty.Name
//	        Passkeys.RelyingParty.Origins Passkeys.AuthenticatorAttachment
//	        Passkeys.DiscoverableCredentials Passkeys.UserVerification
//	    refused: DefaultTemplateSid
//	DELETE /v2/Services/{ServiceSid}
//	POST /v2/Services/{ServiceSid}/Verifications
//	    simulated: To Channel CustomFriendlyName CustomCode Locale Amount Payee
//	        RateLimits AppHash Tags RiskCheck
//	    accepted: SendDigits ChannelConfiguration DeviceIp EnableSnaClientToken
//	    refused: TemplateSid TemplateCustomSubstitutions Templates CustomMessage
//	GET /v2/Services/{ServiceSid}/Verifications/{Sid}
//	POST /v2/Services/{ServiceSid}/Verifications/{Sid}
//	    simulated: Status
//	POST /v2/Services/{ServiceSid}/VerificationCheck
//	    simulated: To VerificationSid Code Amount Payee
//	    accepted: SnaClientToken
//	GET /v2/Attempts
//	    simulated: DateCreatedAfter DateCreatedBefore ChannelData.To Country
//	        Channel VerifyServiceSid VerificationSid Status PageSize Page
//	        PageToken
//	GET /v2/Attempts/{Sid}
//	GET /v2/Services/{ServiceSid}/RateLimits
//	    simulated: PageSize Page PageToken
//	POST /v2/Services/{ServiceSid}/RateLimits
//	    simulated: UniqueName Description
//	GET /v2/Services/{ServiceSid}/RateLimits/{RateLimitSid}
//	POST /v2/Services/{ServiceSid}/RateLimits/{RateLimitSid}
//	    simulated: Description
//	DELETE /v2/Services/{ServiceSid}/RateLimits/{RateLimitSid}
//	GET /v2/Services/{ServiceSid}/RateLimits/{RateLimitSid}/Buckets
//	    simulated: PageSize Page PageToken
//	POST /v2/Services/{ServiceSid}/RateLimits/{RateLimitSid}/Buckets
//	    simulated: Max Interval
//	GET /v2/Services/{ServiceSid}/RateLimits/{RateLimitSid}/Buckets/{Sid}
//	POST /v2/Services/{ServiceSid}/RateLimits/{RateLimitSid}/Buckets/{Sid}
//	    simulated: Max Interval
//	DELETE /v2/Services/{ServiceSid}/RateLimits/{RateLimitSid}/Buckets/{Sid}
//	GET /v2/PhoneNumbers/{PhoneNumber}
//	    simulated: Fields CountryCode LastVerifiedDate
//	    accepted: FirstName LastName AddressLine1 AddressLine2 City State
//	        PostalCode AddressCountryCode NationalId DateOfBirth VerificationSid
//	        PartnerSubId
//	GET /v1/PhoneNumbers/{PhoneNumber}
//	    simulated: CountryCode Type
//	    refused: AddOns AddOnsData
//	GET /v1/Content
//	    simulated: PageSize Page PageToken
//	POST /v1/Content
//	    simulated: friendly_name language variables types
//	GET /v1/Content/{Sid}
//	PUT /v1/Content/{Sid}
//	    simulated: friendly_name language variables types
//	DELETE /v1/Content/{Sid}
//	GET /v1/Content/{Sid}/ApprovalRequests
//	POST /v1/Content/{ContentSid}/ApprovalRequests/whatsapp
//	    simulated: name category
//	    accepted: send_ttl_seconds
//	GET /v1/ContentAndApprovals
//	    simulated: PageSize Page PageToken
//	GET /v1/LegacyContent
//	    simulated: PageSize Page PageToken
//	GET /v2/Content
//	    simulated: SortByDate SortByContentName DateCreatedAfter
//	        DateCreatedBefore ContentName Content Language ContentType
//	        ChannelEligibility PageSize Page PageToken
//	GET /v2/ContentAndApprovals
//	    simulated: SortByDate SortByContentName DateCreatedAfter
//	        DateCreatedBefore ContentName Content Language ContentType
//	        ChannelEligibility PageSize Page PageToken
//	GET /v1/Sinks
//	    simulated: InUse Status PageSize Page PageToken
//	POST /v1/Sinks
//	    simulated: Description SinkConfiguration SinkType
//	GET /v1/Sinks/{Sid}
//	POST /v1/Sinks/{Sid}
//	    simulated: Description
//	DELETE /v1/Sinks/{Sid}
//	POST /v1/Sinks/{Sid}/Test
//	POST /v1/Sinks/{Sid}/Validate
//	    simulated: TestId
//	GET /v1/Subscriptions
//	    simulated: SinkSid PageSize Page PageToken
//	POST /v1/Subscriptions
//	    simulated: Description SinkSid Types
//	GET /v1/Subscriptions/{Sid}
//	POST /v1/Subscriptions/{Sid}
//	    simulated: Description
//	DELETE /v1/Subscriptions/{Sid}
//	GET /v1/Subscriptions/{Sid}/SubscribedEvents
//	    simulated: PageSize Page PageToken
//	POST /v1/Subscriptions/{Sid}/SubscribedEvents
//	    simulated: Type SchemaVersion
//	GET /v1/Subscriptions/{Sid}/SubscribedEvents/{Type}
//	POST /v1/Subscriptions/{Sid}/SubscribedEvents/{Type}
//	    simulated: SchemaVersion
//	DELETE /v1/Subscriptions/{Sid}/SubscribedEvents/{Type}
//	GET /v1/Types
//	    simulated: SchemaId PageSize Page PageToken
//	GET /v1/Types/{Type}
//	GET /v1/Schemas/{Id}
//	GET /v1/Schemas/{Id}/Versions
//	    simulated: PageSize Page PageToken
//	GET /v1/Schemas/{Id}/Versions/{SchemaVersion}
//	GET /v1/LinkShortening/Domains/{DomainSid}/Config
//	POST /v1/LinkShortening/Domains/{DomainSid}/Config
//	    simulated: FallbackUrl CallbackUrl DisableHttps
//	    accepted: ContinueOnFailure
//	POST /v1/LinkShortening/Domains/{DomainSid}/MessagingServices
//	    /{MessagingServiceSid}
//	DELETE /v1/LinkShortening/Domains/{DomainSid}/MessagingServices
//	    /{MessagingServiceSid}
//	GET /v1/LinkShortening/MessagingServices/{MessagingServiceSid}/Domain
//	GET /v1/Deactivations
//	    simulated: Date
package rest
