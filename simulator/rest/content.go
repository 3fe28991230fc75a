package rest

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"time"

	"twilsim/simulator/apierr"
	"twilsim/simulator/content"
)

// Patterns of the Content API's paths.
const (
	contentsPath     = "/v1/Content"
	contentPath      = contentsPath + "/{Sid}"
	approvalsPath    = contentPath + "/ApprovalRequests"
	approvalPath     = contentsPath + "/{ContentSid}/ApprovalRequests/whatsapp"
	withApprovals    = "/v1/ContentAndApprovals"
	legacyPath       = "/v1/LegacyContent"
	foundPath        = "/v2/Content"
	foundApprovals   = "/v2/ContentAndApprovals"
	contentSimulated = "friendly_name language variables types"
	searchSimulated  = "SortByDate SortByContentName DateCreatedAfter DateCreatedBefore ContentName " +
		"Content Language ContentType ChannelEligibility " + pageParams
)

// contentRoutes returns the operations of the Content API (section M).
func contentRoutes() []route {
	const get, post, put, del = http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete
	return compile([]route{
		{method: get, pattern: contentsPath, serve: listContents, simulated: pageParams},
		{method: post, pattern: contentsPath, serve: createContent, json: true,
			simulated: contentSimulated},
		{method: get, pattern: contentPath, serve: fetchContent},
		{method: put, pattern: contentPath, serve: updateContent, json: true,
			simulated: contentSimulated},
		{method: del, pattern: contentPath, serve: deleteContent},
		{method: get, pattern: approvalsPath, serve: fetchApproval},
		{method: post, pattern: approvalPath, serve: createApproval, json: true,
			simulated: "name category", accepted: "send_ttl_seconds"},
		{method: get, pattern: withApprovals, serve: listContentsAndApprovals, simulated: pageParams},
		{method: get, pattern: legacyPath, serve: listLegacyContents, simulated: pageParams},
		{method: get, pattern: foundPath, serve: listContents, simulated: searchSimulated},
		{method: get, pattern: foundApprovals, serve: listContentsAndApprovals,
			simulated: searchSimulated},
	})
}

var contentList = listNames{key: "contents"} // F-684

func contentSID(t content.Template) string { return t.SID }

func listContents(_ context.Context, r *request) (*answer, error) {
	found, err := r.searchContents()
	if err != nil {
		return nil, err
	}
	return listOf(r, contentList, found, contentSID, contentObject)
}

func listContentsAndApprovals(_ context.Context, r *request) (*answer, error) {
	found, err := r.searchContents()
	if err != nil {
		return nil, err
	}
	return listOf(r, contentList, found, contentSID, contentWithApproval)
}

// listLegacyContents answers the empty list: there are no templates of the older system.
func listLegacyContents(_ context.Context, r *request) (*answer, error) {
	return listOf(r, contentList, nil, contentSID, contentObject)
}

// searchContents returns the templates that the request's filters want, which only v2 has (F-846).
func (r *request) searchContents() ([]content.Template, error) {
	s := content.Search{
		Name: r.form.Get("ContentName"), Content: r.form.Get("Content"), Language: r.form["Language"],
		Type: r.form["ContentType"], Eligibility: r.form["ChannelEligibility"],
		SortByDate: r.form.Get("SortByDate"), SortByName: r.form.Get("SortByContentName"),
	}
	for name, at := range map[string]*time.Time{"DateCreatedAfter": &s.After,
		"DateCreatedBefore": &s.Before} {
		if value := r.form.Get(name); value != "" {
			t, err := time.Parse(time.RFC3339, value)
			if err != nil {
				return nil, apierr.BadDate()
			}
			*at = t
		}
	}
	all := r.account.Content.Templates()
	if r.route.known["ContentName"] {
		return s.Apply(all, r.arrived)
	}
	return all, nil
}

func createContent(_ context.Context, r *request) (*answer, error) {
	draft, err := content.ParseDraft([]byte(r.body))
	if err != nil {
		return nil, err
	}
	t, err := r.account.Content.Create(draft)
	return r.contentAnswer(http.StatusCreated, t, err)
}

func fetchContent(_ context.Context, r *request) (*answer, error) {
	t, ok := r.account.Content.Template(r.vars[0])
	if !ok {
		return nil, apierr.NotFound()
	}
	return r.contentAnswer(http.StatusOK, t, nil)
}

func updateContent(_ context.Context, r *request) (*answer, error) {
	draft, err := content.ParseDraft([]byte(r.body))
	if err != nil {
		return nil, err
	}
	t, err := r.account.Content.Update(r.vars[0], draft)
	return r.contentAnswer(http.StatusOK, t, err)
}

func deleteContent(_ context.Context, r *request) (*answer, error) {
	return noContent, r.account.Content.Delete(r.vars[0])
}

func createApproval(_ context.Context, r *request) (*answer, error) {
	asked, err := content.ParseRequest([]byte(r.body))
	if err != nil {
		return nil, err
	}
	t, err := r.account.Content.Submit(r.vars[0], asked)
	if err != nil {
		return nil, err
	}
	return &answer{status: http.StatusCreated,
		object: append(approvalObject(r, t), aNull("send_ttl_seconds"))}, nil
}

func fetchApproval(_ context.Context, r *request) (*answer, error) {
	t, ok := r.account.Content.Template(r.vars[0])
	if !ok {
		return nil, apierr.NotFound()
	}
	return &answer{status: http.StatusOK, object: object{ // F-687
		aText("sid", t.SID),
		aText("account_sid", r.account.SID),
		anObject("whatsapp", append(approvalObject(r, t), aText("type", "whatsapp"))...),
		aText("url", r.base()+contentsPath+"/"+t.SID+"/ApprovalRequests"),
	}}, nil
}

func (r *request) contentAnswer(status int, t content.Template, err error) (*answer, error) {
	if err != nil {
		return nil, err
	}
	return &answer{status: status, object: contentObject(r, t)}, nil
}

// contentObject returns a template with its keys in the order of F-683.
func contentObject(r *request, t content.Template) object {
	url := r.base() + contentsPath + "/" + t.SID
	return object{
		aText("account_sid", r.account.SID),
		anISO8601("date_created", t.Created), // F-682
		anISO8601("date_updated", t.Updated),
		aText("friendly_name", t.FriendlyName),
		aText("language", t.Language),
		anObject("links", // F-685
			aText("approval_create", url+"/ApprovalRequests/whatsapp"),
			aText("approval_fetch", url+"/ApprovalRequests")),
		aText("sid", t.SID),
		contentTypes(t),
		aText("url", url),
		contentVariables(t),
	}
}

// contentWithApproval returns a template with its approval in place of its links.
func contentWithApproval(r *request, t content.Template) object {
	return object{
		aText("account_sid", r.account.SID),
		anObject("approval_requests", approvalObject(r, t)...),
		anISO8601("date_created", t.Created),
		anISO8601("date_updated", t.Updated),
		aText("friendly_name", t.FriendlyName),
		aText("language", t.Language),
		aText("sid", t.SID),
		contentTypes(t),
		contentVariables(t),
	}
}

func contentTypes(t content.Template) field {
	types, _ := json.Marshal(t.Types) // they were read from JSON
	return field{name: "types", kind: literal, text: string(types)}
}

func contentVariables(t content.Template) field {
	var variables object
	for _, key := range slices.Sorted(maps.Keys(t.Variables)) {
		variables = append(variables, aText(key, t.Variables[key]))
	}
	return anObject("variables", variables...)
}

// approvalObject returns the state of WhatsApp's approval (F-686). A template that was not
// submitted has no name and no category.
func approvalObject(r *request, t content.Template) object {
	a := content.Approval{}
	if t.Approval != nil {
		a = *t.Approval
	}
	return object{
		aBool("allow_category_change", true),
		aText("category", a.Category),
		aText("content_type", a.ContentType),
		aText("name", a.Name),
		aText("rejection_reason", a.RejectionReason(r.arrived)),
		aText("status", string(t.Status(r.arrived))),
	}
}
