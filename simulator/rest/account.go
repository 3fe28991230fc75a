package rest

import (
	"context"
	"net/http"
	"slices"

	"twilsim/simulator/apierr"
	"twilsim/simulator/directory"
	"twilsim/simulator/messaging"
)

var accountList = listNames{"accounts", "Accounts", "Account"}

// accountLists are the subresources of an account that are simulated.
var accountLists = []struct{ key, path string }{
	{"applications", "/Applications"}, {"incoming_phone_numbers", "/IncomingPhoneNumbers"},
	{"messages", "/Messages"},
}

func accountObject(r *request, a *messaging.Account) object {
	p := a.Profile()
	// Twilio names more subresources; only those that are simulated are links that work
	lists := make(object, 0, len(accountLists))
	for _, l := range accountLists {
		lists = append(lists, aText(l.key, r.uri(root(a.SID)+l.path)))
	}
	return object{
		aText("auth_token", a.Token),
		anRFC2822("date_created", p.Created),
		anRFC2822("date_updated", p.Updated),
		aText("friendly_name", p.FriendlyName),
		aText("owner_account_sid", p.OwnerSID),
		aText("sid", a.SID),
		aText("status", p.Status),
		anObject("subresource_uris", lists...),
		aText("type", p.Type),
		aText("uri", r.uri(root(a.SID))),
	}
}

func (r *request) accountAnswer(status int, a *messaging.Account) *answer {
	return &answer{status: status, name: "Account", object: accountObject(r, a)}
}

// listAccounts lists the account of the credentials and its subaccounts; only the main account
// has any (F-374).
func listAccounts(_ context.Context, r *request) (*answer, error) {
	name, status := r.form.Get("FriendlyName"), r.form.Get("Status")
	accounts := slices.DeleteFunc(r.handler.Accounts.List(), func(a *messaging.Account) bool {
		p := a.Profile()
		return a != r.user && p.OwnerSID != r.user.SID ||
			name != "" && p.FriendlyName != name || status != "" && p.Status != status
	})
	sid := func(a *messaging.Account) string { return a.SID }
	return listOf(r, accountList, accounts, sid, accountObject)
}

// createAccount creates a subaccount. Only the main account may (F-374).
func createAccount(_ context.Context, r *request) (*answer, error) {
	if r.user != r.handler.Accounts.Main() {
		return nil, apierr.New(apierr.Forbidden)
	}
	a := r.handler.Accounts.Create(r.form.Get("FriendlyName"))
	return r.accountAnswer(http.StatusCreated, a), nil
}

func fetchAccount(_ context.Context, r *request) (*answer, error) {
	return r.accountAnswer(http.StatusOK, r.account), nil
}

func updateAccount(_ context.Context, r *request) (*answer, error) {
	_, err := r.account.UpdateProfile(func(p *directory.Profile) {
		c := change{values: r.form}
		c.text("FriendlyName", &p.FriendlyName)
		c.text("Status", &p.Status)
	})
	if err != nil {
		return nil, err
	}
	return r.accountAnswer(http.StatusOK, r.account), nil
}
