// Package signature makes and checks X-Twilio-Signature, the header that proves to an app that a
// webhook comes from Twilio and was not changed on the way.
//
// The value is base64(HMAC-SHA1(auth token, data)). The data is the URL of the webhook followed by
// the name and value of every form parameter, sorted by name, with nothing in between (F-062,
// F-063):
//
//	https://shop.example/smsBodyhelloFrom+12025550142To+12025550100
//
// [Data] builds that string, [Sign] signs it, [Verify] compares. The parameters of a GET are in its
// URL (F-065); a JSON body is covered by a hash in the URL, see [SignBody].
//
// # The URL
//
// If a signature does not match, nearly always another URL was signed than the app assumes. Twilio
// signs the configured URL as it was written, without fragment and credentials; [SignedURL] returns
// that form. This package works on the text of URLs and never on net/url.URL, whose String method
// encodes some of them in another way. [Diagnose] tries the usual differences, such as a proxy that
// ends TLS, and names the one that explains a signature.
//
// # What is not here
//
// Verify accepts the exact form only. Twilio's SDKs also accept the URL with the default port added
// or any port removed (F-069), and the Node SDK accepts a re-encoded query (F-071). An app's own
// check may refuse these, so Verify does too. Voice webhooks over https lose their port (F-068),
// but this package is for messaging only.
//
// # What the SDKs say
//
// matrix_test.go has a table of forms of URLs and bodies, with the results of Verify and of
// Twilio's validators for Go and Node, and the reason for each difference. wire_test.go sends such
// webhooks to apps that use the validators, and shows what an app must do. The validators for
// Python, Ruby, PHP, Java and C# were not available: the table has their test vectors.
//
// Read signature.go, then url.go, then diagnose.go.
package signature
