package control

import (
	"net/http"

	"twilsim/simulator/fault"
	"twilsim/simulator/signature"
)

func signatureRoutes() []route {
	return []route{
		{
			method: "POST", path: "/signatures/verify", name: "verify", tag: "webhooks",
			summary: "Check a signature, and list what may be wrong with it",
			body:    signed{},
			example: `{"url":"https://shop.example/sms","signature":"0/KCTR6DLpKmkAf8muzZqo1nDgQ=",` +
				`"params":{"Body":"hi"}}`,
			result: Verdict{},
			answer: (*api).verify,
		},
		{
			method: "POST", path: "/signatures/spoil", name: "spoil", tag: "webhooks",
			summary: "Make the signature of the next webhook wrong",
			body:    spoil{},
			example: `{"how":"bad"}`,
			result:  spoil{}, errors: []int{409},
			answer: (*api).spoil,
		},
	}
}

// signed is a request whose signature is to be checked.
type signed struct {
	URL       string            `json:"url"`             // as the app believes that it was called
	Token     string            `json:"token,omitempty"` // "" means the account's
	Signature string            `json:"signature"`       // the value of X-Twilio-Signature
	Params    map[string]string `json:"params,omitempty"`
}

// Verdict says whether a signature is valid and, if not, what may be wrong.
type Verdict struct {
	Valid    bool      `json:"valid"`
	Data     string    `json:"data"`     // what is signed: the URL, then names and values
	Expected string    `json:"expected"` // the right signature
	Variants []Variant `json:"variants"` // readings of the request for which the signature is valid
}

// Variant is a reading of a request for which its signature is valid.
type Variant struct {
	URL  string `json:"url"`
	What string `json:"what"` // how it differs from the request as given
}

func (s *api) verify(r *http.Request) (any, error) {
	var in signed
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	if err := required("url", in.URL, "signature", in.Signature); err != nil {
		return nil, err
	}
	token, params := in.Token, params(in.Params).Values()
	if token == "" {
		token = s.account.Token
	}
	verdict := &Verdict{
		Valid: signature.Verify(token, in.URL, params, in.Signature), Data: signature.Data(in.URL,
			params),
		Expected: signature.Sign(token, in.URL, params), Variants: []Variant{},
	}
	if !verdict.Valid {
		for _, v := range signature.Diagnose(token, in.URL, params, in.Signature) {
			verdict.Variants = append(verdict.Variants, Variant(v))
		}
	}
	return verdict, nil
}

// spoil says how the signature of the next webhook is to be wrong.
type spoil struct {
	How fault.Signature `json:"how"`
}

func (s *api) spoil(r *http.Request) (any, error) {
	var in spoil
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	if err := required("how", string(in.How)); err != nil {
		return nil, err
	}
	return &in, unspoilt(in.How, s.account.SpoilNext(in.How))
}

// unspoilt makes the error about a signature that cannot be replayed yet a conflict, because it is
// possible later.
func unspoilt(how fault.Signature, err error) error {
	if err != nil && how == fault.SignatureReplayed {
		return conflict(err.Error(), "send a text to the app, then call this again")
	}
	return err
}
