// Package signature makes and checks X-Twilio-Signature, the header by which an app knows that a webhook comes from
// Twilio and was not changed on its way.
//
// The value is base64(HMAC-SHA1(auth token, data)). The data is the URL of the webhook followed by the name and value of
// every form parameter, sorted by name, with nothing in between (F-062, F-063):
//
//	https://shop.example/smsBodyhelloFrom+12025550142To+12025550100
//
// [Data] builds that string, [Sign] signs it, [Verify] compares. A GET has no parameters but those in its URL (F-065);
// a JSON body is covered through a hash in the URL, see [SignBody].
//
// # The URL
//
// Nearly every signature that does not match is signed over another URL than the app thinks. Twilio signs what the owner
// configured, letter for letter, less fragment and credentials; [SignedURL] makes that form. This package works on the
// text of URLs and never on net/url.URL, whose String method encodes some of them in another way. [Diagnose] tries the
// usual differences, such as a proxy that ends TLS, and names the one that explains a signature.
//
// # What is not here
//
// Verify accepts the exact form only. Twilio's SDKs also accept the URL with the default port added or any port removed
// (F-069), the Node SDK a re-encoded query (F-071): an app's own check may not, so neither do we. The rule that voice
// webhooks over https lose their port (F-068) is left out, for this is a simulator of messaging.
//
// # What the SDKs say
//
// matrix_test.go lists what a URL and a body can be like, with the verdicts of Verify and of Twilio's validators for Go and
// for Node, and the reason of each difference. wire_test.go sends such webhooks to apps that use the validators, and says what
// an app must do. The validators for Python, Ruby, PHP, Java and C# were not at hand: their test vectors are in the matrix.
//
// Read signature.go, then url.go, then diagnose.go.
package signature
