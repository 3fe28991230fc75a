package control

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"twilsim/simulator/journal"
	"twilsim/simulator/sdkcall"
)

func codeRoutes() []route {
	return []route{
		{
			method: "GET", path: "/requests/{ref}/code", name: "codeRequest", tag: "webhooks",
			summary: "A program for one of Twilio's SDKs that makes the call",
			description: "With the SDK's own method for messages, else with its general request. " +
				"The credentials come from the environment.",
			query:    []param{languageParam},
			errors:   []int{404, 409},
			produces: map[string]schema{"text/plain": anyText},
			stream:   (*api).codeRequest,
		},
	}
}

// codeRequest writes a request of the app as a program for one of Twilio's SDKs.
func (s *api) codeRequest(w http.ResponseWriter, r *http.Request) error {
	x, err := resolve[*journal.Exchange](s, journal.Requests, r.PathValue("ref"))
	if err != nil {
		return err
	}
	// the SDKs' general request takes a form's parameters, and no other body
	if x.Body != "" && !strings.HasPrefix(x.Header.Get("Content-Type"),
		"application/x-www-form-urlencoded") {
		return conflict("the body of "+x.Name+" is not a form", "twilsim requests curl "+x.Name)
	}
	language := r.URL.Query().Get("as")
	text, err := sdkcall.Write(language,
		sdkcall.Call{Method: x.Method, URL: twilioURL(x), Form: x.Body})
	if err != nil {
		return unknownWord("language", language, sdkcall.Languages())
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte(text)) // nothing to do when the client has gone
	return nil
}

// twilioHosts are the hosts of paths that apps may request from this machine as well. The first
// prefix of a path counts, so the last entry takes everything else. The version in a path does not
// say which host it is: several have /v1.
var twilioHosts = []struct{ path, host string }{
	{"/v1/Services", "messaging.twilio.com"}, {"/v1/Content", "content.twilio.com"},
	{"/v2/Services", "verify.twilio.com"}, {"/v2/PhoneNumbers", "lookups.twilio.com"},
	{"/v1/PhoneNumbers", "lookups.twilio.com"}, {"/v1/Subscriptions", "events.twilio.com"},
	{"/v1/Sinks", "events.twilio.com"}, {"/", "api.twilio.com"},
}

// twilioURL is the URL of a request at Twilio, even if the app made it to this machine. The host of
// the request is used where it is one of Twilio's: through the proxy apps keep the real names.
// Otherwise the path says which host it is.
func twilioURL(x *journal.Exchange) string {
	url := x.URL
	if _, behind, ok := strings.Cut(url, "://"); ok {
		host, path, _ := strings.Cut(behind, "/")
		if strings.HasSuffix(host, ".twilio.com") {
			return "https://" + host + "/" + path
		}
		url = "/" + path
	}
	if host := x.Header.Get("Host"); strings.HasSuffix(host, ".twilio.com") {
		return "https://" + host + url
	}
	for _, known := range twilioHosts {
		if strings.HasPrefix(url, known.path) {
			return "https://" + known.host + url
		}
	}
	return url
}

// CodeRequest returns a program that makes a request of the app with one of Twilio's SDKs: for
// node, python or go.
func (c *Client) CodeRequest(ctx context.Context, ref, language string) (string, error) {
	code, err := c.bytes(ctx, "GET",
		"/requests/"+url.PathEscape(ref)+"/code?as="+url.QueryEscape(language), nil)
	return string(code), err
}
