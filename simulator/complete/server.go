package complete

import (
	"context"
	"errors"

	"twilsim/simulator/carrier"
	"twilsim/simulator/control"
	"twilsim/simulator/directory"
	"twilsim/simulator/journal"
)

// newest is how many messages, webhooks, requests and alerts are offered.
const newest = 20

// errNoServer says that the values are those of a simulator.
var errNoServer = errors.New("a simulator is needed")

// show returns the text of each item.
func show[T any](items []T, text func(T) string) []string {
	list := make([]string, len(items))
	for i, item := range items {
		list[i] = text(item)
	}
	return list
}

// described is a value with what it means.
func described(value, meaning string) string {
	if meaning == "" {
		return value
	}
	return value + "\t" + meaning
}

func messages(ctx context.Context, client *control.Client) ([]string, error) {
	if client == nil {
		return nil, errNoServer
	}
	list, err := client.Messages(ctx, nil, newest)
	if err != nil {
		return nil, err
	}
	return show(list.Messages, func(x *control.Message) string { return described(x.SID, x.Body) }),
		nil
}

func webhooks(ctx context.Context, client *control.Client) ([]string, error) {
	if client == nil {
		return nil, errNoServer
	}
	list, err := client.Webhooks(ctx, nil, newest)
	if err != nil {
		return nil, err
	}
	return show(list.Webhooks, func(x *journal.Exchange) string {
		return described(x.Name,
			string(x.Purpose))
	}), nil
}

func requests(ctx context.Context, client *control.Client) ([]string, error) {
	if client == nil {
		return nil, errNoServer
	}
	list, err := client.Requests(ctx, nil, newest)
	if err != nil {
		return nil, err
	}
	return show(list.Requests, func(x *journal.Exchange) string {
		return described(x.Name,
			x.Method+" "+x.Path())
	}), nil
}

func alerts(ctx context.Context, client *control.Client) ([]string, error) {
	if client == nil {
		return nil, errNoServer
	}
	list, err := client.Alerts(ctx, nil, newest)
	if err != nil {
		return nil, err
	}
	return show(list.Alerts, func(x *journal.Alert) string {
		return described(x.Name,
			x.Code+" "+x.Title)
	}), nil
}

func rules(ctx context.Context, client *control.Client) ([]string, error) {
	if client == nil {
		return nil, errNoServer
	}
	list, err := client.Rules(ctx)
	if err != nil {
		return nil, err
	}
	return show(list.Rules, func(x carrier.Rule) string { return described(x.ID, x.String()) }), nil
}

func handsets(ctx context.Context, client *control.Client) ([]string, error) {
	if client == nil {
		return nil, errNoServer
	}
	list, err := client.Phones(ctx)
	if err != nil {
		return nil, err
	}
	return show(list.Phones, func(x directory.Handset) string {
		return described(x.Number,
			string(x.State))
	}), nil
}

func numbers(ctx context.Context, client *control.Client) ([]string, error) {
	if client == nil {
		return nil, errNoServer
	}
	list, err := client.Numbers(ctx)
	if err != nil {
		return nil, err
	}
	return show(list.Numbers, func(x directory.Number) string {
		return described(x.PhoneNumber,
			x.SmsURL)
	}), nil
}

func bins(ctx context.Context, client *control.Client) ([]string, error) {
	if client == nil {
		return nil, errNoServer
	}
	list, err := client.Bins(ctx)
	if err != nil {
		return nil, err
	}
	return show(list.Bins, func(x directory.Bin) string { return x.Name }), nil
}

func services(ctx context.Context, client *control.Client) ([]string, error) {
	if client == nil {
		return nil, errNoServer
	}
	list, err := client.Services(ctx)
	if err != nil {
		return nil, err
	}
	return show(list.Services, func(x control.Service) string {
		return described(x.SID,
			x.FriendlyName)
	}), nil
}

func keys(ctx context.Context, client *control.Client) ([]string, error) {
	if client == nil {
		return nil, errNoServer
	}
	list, err := client.Keys(ctx)
	if err != nil {
		return nil, err
	}
	return show(list.Keys, func(x control.Key) string { return described(x.SID, x.FriendlyName) }), nil
}

func optOuts(ctx context.Context, client *control.Client) ([]string, error) {
	if client == nil {
		return nil, errNoServer
	}
	list, err := client.OptOuts(ctx)
	if err != nil {
		return nil, err
	}
	return show(list.OptOuts, func(x directory.OptOut) string {
		return described(x.Recipient,
			x.Sender)
	}), nil
}

func accounts(ctx context.Context, client *control.Client) ([]string, error) {
	if client == nil {
		return nil, errNoServer
	}
	list, err := client.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	return show(list.Accounts, func(x control.Account) string {
		return described(x.SID,
			x.FriendlyName)
	}), nil
}

// folder has the scenarios that the simulator may run.
func folder(ctx context.Context, client *control.Client) ([]string, error) {
	if client == nil {
		return nil, errNoServer
	}
	list, err := client.Scenarios(ctx)
	if err != nil {
		return nil, err
	}
	return show(list.Scenarios,
		func(x control.ScenarioFile) string { return described(x.Name, x.Title) }), nil
}

func runs(ctx context.Context, client *control.Client) ([]string, error) {
	if client == nil {
		return nil, errNoServer
	}
	list, err := client.Runs(ctx, 0)
	if err != nil {
		return nil, err
	}
	return show(list.Runs, func(x control.Run) string {
		return described(x.ID, string(x.State)+" "+x.Scenario)
	}), nil
}

func templates(ctx context.Context, client *control.Client) ([]string, error) {
	if client == nil {
		return nil, errNoServer
	}
	list, err := client.Templates(ctx)
	if err != nil {
		return nil, err
	}
	return show(list.Templates, func(x control.Template) string {
		return described(x.SID, x.FriendlyName)
	}), nil
}
