package console

import (
	"twilsim/simulator/control"
	"twilsim/simulator/directory"
)

// accountView is the page of what the account has.
type accountView struct {
	Base        string
	Credentials *control.Credentials
	Numbers     []directory.Number
	Bins        []directory.Bin
	Templates   []control.Template
	Services    []control.Service
	Keys        []control.Key
	OptOuts     []directory.OptOut
}

func accountPage(r *request) (any, error) {
	v := &accountView{Base: r.base}
	ctx := r.Context()
	credentials, err := r.client.Credentials(ctx)
	if err != nil {
		return nil, err
	}
	v.Credentials = credentials
	numbers, err := r.client.Numbers(ctx)
	if err != nil {
		return nil, err
	}
	v.Numbers = numbers.Numbers
	bins, err := r.client.Bins(ctx)
	if err != nil {
		return nil, err
	}
	v.Bins = bins.Bins
	templates, err := r.client.Templates(ctx)
	if err != nil {
		return nil, err
	}
	v.Templates = templates.Templates
	services, err := r.client.Services(ctx)
	if err != nil {
		return nil, err
	}
	v.Services = services.Services
	keys, err := r.client.Keys(ctx)
	if err != nil {
		return nil, err
	}
	v.Keys = keys.Keys
	optOuts, err := r.client.OptOuts(ctx)
	if err != nil {
		return nil, err
	}
	v.OptOuts = optOuts.OptOuts
	return v, nil
}
