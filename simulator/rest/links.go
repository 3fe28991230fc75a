package rest

import (
	"context"
	"net/http"

	"twilsim/simulator/apierr"
	"twilsim/simulator/links"
	"twilsim/simulator/sid"
	"twilsim/simulator/webhook"
)

// Patterns of the paths of Link Shortening.
const (
	linkPath        = "/v1/LinkShortening"
	linkConfigPath  = linkPath + "/Domains/{DomainSid}/Config"
	linkServicePath = linkPath + "/Domains/{DomainSid}/MessagingServices/{MessagingServiceSid}"
	linkDomainPath  = linkPath + "/MessagingServices/{MessagingServiceSid}/Domain"
)

// linkRoutes returns the operations of Link Shortening (section R).
func linkRoutes() []route {
	const get, post, del = http.MethodGet, http.MethodPost, http.MethodDelete
	return compile([]route{
		{method: get, pattern: linkConfigPath, serve: fetchLinkConfig},
		{method: post, pattern: linkConfigPath, serve: updateLinkConfig,
			simulated: "FallbackUrl CallbackUrl DisableHttps", accepted: "ContinueOnFailure"},
		{method: post, pattern: linkServicePath, serve: associateLinks},
		{method: del, pattern: linkServicePath, serve: dissociateLinks},
		{method: get, pattern: linkDomainPath, serve: fetchLinkDomain},
	})
}

// linkDomain returns the domain that the path names. All domains exist.
func (r *request) linkDomain() (string, error) {
	if !sid.Valid(r.vars[0], "DN") {
		return "", apierr.NotFound()
	}
	return r.vars[0], nil
}

// linkConfig returns a configuration with its keys in the order of F-802.
func (r *request) linkConfig(d links.Domain) *answer {
	return &answer{status: http.StatusOK, object: object{
		aText("domain_sid", d.SID),
		aText("config_sid", d.ConfigSID),
		aTextOrNull("fallback_url", d.FallbackURL),
		aTextOrNull("callback_url", d.CallbackURL),
		aBool("continue_on_failure", d.ContinueOnFailure),
		anISO8601("date_created", d.Created),
		anISO8601("date_updated", d.Updated),
		aText("url", r.base()+linkPath+"/Domains/"+d.SID+"/Config"),
		aBool("disable_https", d.DisableHTTPS),
	}}
}

func fetchLinkConfig(_ context.Context, r *request) (*answer, error) {
	domain, err := r.linkDomain()
	if err != nil {
		return nil, err
	}
	return r.linkConfig(links.Of(r.account).Domain(domain)), nil
}

// checkLinkURL says what is wrong with the URL of a configuration. Its code is not known.
func checkLinkURL(url string) error {
	if err := webhook.CheckURL(url); err != nil {
		return apierr.Invalid("%v", err)
	}
	return nil
}

func updateLinkConfig(_ context.Context, r *request) (*answer, error) {
	domain, err := r.linkDomain()
	if err != nil {
		return nil, err
	}
	d, err := links.Of(r.account).Configure(domain, func(d *links.Domain) error {
		c := change{values: r.form, checkCallback: checkLinkURL}
		c.callback("FallbackUrl", &d.FallbackURL)
		c.callback("CallbackUrl", &d.CallbackURL)
		c.bool("ContinueOnFailure", &d.ContinueOnFailure)
		c.bool("DisableHttps", &d.DisableHTTPS)
		return c.err
	})
	if err != nil {
		return nil, err
	}
	return r.linkConfig(d), nil
}

// linkAssociation returns a service and its domain with the keys of F-803.
func (r *request) linkAssociation(status int, domain, service, path string) *answer {
	return &answer{status: status, object: object{
		aText("domain_sid", domain),
		aText("messaging_service_sid", service),
		aText("url", r.base()+path),
	}}
}

func associateLinks(_ context.Context, r *request) (*answer, error) {
	domain, err := r.linkDomain()
	if err != nil {
		return nil, err
	}
	if _, ok := r.account.Service(r.vars[1]); !ok {
		return nil, apierr.NotFound()
	}
	links.Of(r.account).Associate(domain, r.vars[1])
	return r.linkAssociation(http.StatusCreated, domain, r.vars[1], r.path()), nil
}

func dissociateLinks(_ context.Context, r *request) (*answer, error) {
	if !links.Of(r.account).Dissociate(r.vars[0], r.vars[1]) {
		return nil, apierr.NotFound()
	}
	return noContent, nil
}

func fetchLinkDomain(_ context.Context, r *request) (*answer, error) {
	domain := links.Of(r.account).DomainOf(r.vars[0])
	if domain == "" {
		return nil, apierr.NotFound()
	}
	return r.linkAssociation(http.StatusOK, domain, r.vars[0], r.path()), nil
}
