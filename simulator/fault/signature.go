package fault

import "slices"

// Signature says how the signature of a webhook is wrong on purpose, so that the app must refuse
// the webhook. The empty Signature is valid.
type Signature string

// The ways in which a signature can be wrong.
const (
	SignatureBad      Signature = "bad"       // made with another token
	SignatureMissing  Signature = "missing"   // no header at all
	SignatureReplayed Signature = "replayed"  // a valid one, but of an earlier request
	SignatureStale    Signature = "stale"     // made with the token before a rotation
	SignatureWrongURL Signature = "wrong-url" // made for another path of the same app
)

var signatures = []string{
	string(SignatureBad), string(SignatureMissing), string(SignatureReplayed), string(SignatureStale),
	string(SignatureWrongURL),
}

// Signatures returns the words for the ways in which a signature can be wrong.
func Signatures() []string { return slices.Clone(signatures) }
