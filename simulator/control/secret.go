package control

import (
	"net/http"
	"strings"

	"twilsim/simulator/journal"
	"twilsim/simulator/lazy"
	"twilsim/simulator/mask"
)

// secretsHeader shows credentials in answers, if it is true. [Client] always sends it, because its
// callers change what they have read, and mask what they show.
const secretsHeader = "X-Twilsim-Secrets"

func showsSecrets(r *http.Request) bool { return r.Header.Get(secretsHeader) == "true" }

// authorization is a field with credentials in the header of an exchange. In a text of a message it
// would have escaped quotes.
var authorization = lazy.Regexp(
	`"(?:Proxy-)?Authorization":\["((?:[^"\\]|\\.)*)"(?:,"(?:[^"\\]|\\.)*")*\]`)

// authorizationField is what stands in front of credentials.
const authorizationField = `uthorization":["`

// masked returns a line of JSON without the passwords of URLs, and without the credentials that an
// exchange was sent with.
func masked(line string) string {
	line = mask.Text(line)
	if !strings.Contains(line, authorizationField) {
		return line
	}
	return authorization().ReplaceAllStringFunc(line, func(field string) string {
		name, values, _ := strings.Cut(field, `["`)
		return name + `["` + journal.Mask(strings.TrimSuffix(values, `"]`)) + `"]`
	})
}
