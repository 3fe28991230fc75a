package rest

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"twilsim/simulator/apierr"
	"twilsim/simulator/events"
)

// Patterns of the paths of Event Streams.
const (
	sinksPath            = "/v1/Sinks"
	sinkPath             = sinksPath + "/{Sid}"
	subscriptionsPath    = "/v1/Subscriptions"
	subscriptionPath     = subscriptionsPath + "/{Sid}"
	subscribedEventsPath = subscriptionPath + "/SubscribedEvents"
	subscribedEventPath  = subscribedEventsPath + "/{Type}"
)

// eventsRoutes returns the operations of Event Streams (section N.1).
func eventsRoutes() []route {
	const get, post, del = http.MethodGet, http.MethodPost, http.MethodDelete
	return compile([]route{
		{method: get, pattern: sinksPath, serve: listSinks,
			simulated: "InUse Status" + pageParams},
		{method: post, pattern: sinksPath, serve: createSink,
			simulated: "Description SinkConfiguration SinkType"},
		{method: get, pattern: sinkPath, serve: fetchSink},
		{method: post, pattern: sinkPath, serve: updateSink, simulated: "Description"},
		{method: del, pattern: sinkPath, serve: deleteSink},
		{method: post, pattern: sinkPath + "/Test", serve: testSink},
		{method: post, pattern: sinkPath + "/Validate", serve: validateSink, simulated: "TestId"},

		{method: get, pattern: subscriptionsPath, serve: listSubscriptions,
			simulated: "SinkSid" + pageParams},
		{method: post, pattern: subscriptionsPath, serve: createSubscription,
			simulated: "Description SinkSid Types"},
		{method: get, pattern: subscriptionPath, serve: fetchSubscription},
		{method: post, pattern: subscriptionPath, serve: updateSubscription,
			simulated: "Description"},
		{method: del, pattern: subscriptionPath, serve: deleteSubscription},
		{method: get, pattern: subscribedEventsPath, serve: listSubscribed, simulated: pageParams},
		{method: post, pattern: subscribedEventsPath, serve: subscribe,
			simulated: "Type SchemaVersion"},
		{method: get, pattern: subscribedEventPath, serve: fetchSubscribed},
		{method: post, pattern: subscribedEventPath, serve: subscribe, simulated: "SchemaVersion"},
		{method: del, pattern: subscribedEventPath, serve: unsubscribe},

		{method: get, pattern: "/v1/Types", serve: listTypes, simulated: "SchemaId" + pageParams},
		{method: get, pattern: "/v1/Types/{Type}", serve: fetchType},
		{method: get, pattern: "/v1/Schemas/{Id}", serve: fetchSchema},
		{method: get, pattern: "/v1/Schemas/{Id}/Versions", serve: listVersions,
			simulated: pageParams},
		{method: get, pattern: "/v1/Schemas/{Id}/Versions/{SchemaVersion}", serve: fetchVersion},
	})
}

// sinkObject returns a sink with its keys in the order of F-712.
func sinkObject(r *request, s events.Sink) object {
	url := r.base() + sinksPath + "/" + s.SID
	return object{
		aText("status", events.Active),
		anObject("sink_configuration", aText("destination", s.Destination),
			aText("method", http.MethodPost)),
		aText("description", s.Description),
		aText("sid", s.SID),
		anISO8601("date_created", s.Created),
		aText("sink_type", "webhook"),
		anISO8601("date_updated", s.Updated),
		aText("url", url),
		anObject("links", aText("sink_test", url+"/Test"), aText("sink_validate", url+"/Validate")),
	}
}

func listSinks(_ context.Context, r *request) (*answer, error) {
	state := events.Of(r.account)
	var sinks []events.Sink
	for _, s := range state.Sinks() {
		_, used, _ := state.Sink(s.SID)
		inUse, status := r.form.Get("InUse"), r.form.Get("Status") // F-715
		if (inUse == "" || strings.EqualFold(inUse, strconv.FormatBool(used))) &&
			(status == "" || status == events.Active) {
			sinks = append(sinks, s)
		}
	}
	return listOf(r, listNames{key: "sinks"}, sinks, func(s events.Sink) string { return s.SID },
		sinkObject)
}

func (r *request) sinkAnswer(status int, s events.Sink, err error) (*answer, error) {
	if err != nil {
		return nil, err
	}
	return &answer{status: status, object: sinkObject(r, s)}, nil
}

// CreateSink names in missing what Twilio would accept and twilsim does not simulate.
func createSink(_ context.Context, r *request) (*answer, error) {
	s, missing, err := events.Of(r.account).CreateSink(r.form.Get("Description"),
		r.form.Get("SinkType"), r.form.Get("SinkConfiguration"))
	if missing != "" {
		return nil, r.refuseUnmodelled(" with " + missing)
	}
	return r.sinkAnswer(http.StatusCreated, s, err)
}

func fetchSink(_ context.Context, r *request) (*answer, error) {
	s, _, err := events.Of(r.account).Sink(r.vars[0])
	return r.sinkAnswer(http.StatusOK, s, err)
}

func updateSink(_ context.Context, r *request) (*answer, error) {
	s, err := events.Of(r.account).DescribeSink(r.vars[0], r.form.Get("Description"))
	return r.sinkAnswer(http.StatusOK, s, err)
}

func deleteSink(_ context.Context, r *request) (*answer, error) {
	return noContent, events.Of(r.account).DeleteSink(r.vars[0])
}

// result is the answer to a test or a validation (F-714).
func result(word string, err error) (*answer, error) {
	if err != nil {
		return nil, err
	}
	return &answer{status: http.StatusCreated, object: object{aText("result", word)}}, nil
}

func testSink(_ context.Context, r *request) (*answer, error) {
	return result("submitted", events.Of(r.account).TestSink(r.vars[0]))
}

func validateSink(_ context.Context, r *request) (*answer, error) {
	return result("valid", events.Of(r.account).ValidateSink(r.vars[0], r.form.Get("TestId")))
}

// subscriptionObject returns a subscription with its keys in the order of F-719.
func subscriptionObject(r *request, s events.Subscription) object {
	url := r.base() + subscriptionsPath + "/" + s.SID
	return object{
		aText("account_sid", r.account.SID),
		anISO8601("date_created", s.Created),
		anISO8601("date_updated", s.Updated),
		aText("sid", s.SID),
		aText("sink_sid", s.SinkSID),
		aText("description", s.Description),
		aText("url", url),
		anObject("links", aText("subscribed_events", url+"/SubscribedEvents")),
	}
}

func listSubscriptions(_ context.Context, r *request) (*answer, error) {
	var list []events.Subscription
	for _, s := range events.Of(r.account).Subscriptions() {
		if sink := r.form.Get("SinkSid"); sink == "" || sink == s.SinkSID {
			list = append(list, s)
		}
	}
	return listOf(r, listNames{key: "subscriptions"}, list,
		func(s events.Subscription) string { return s.SID }, subscriptionObject)
}

func (r *request) subscriptionAnswer(status int, s events.Subscription, missing string,
	err error) (*answer, error) {
	if err != nil {
		return nil, err
	}
	if missing != "" {
		return nil, r.refuseUnmodelled(" with " + missing)
	}
	return &answer{status: status, object: subscriptionObject(r, s)}, nil
}

func createSubscription(_ context.Context, r *request) (*answer, error) {
	s, missing, err := events.Of(r.account).CreateSubscription(r.form.Get("Description"),
		r.form.Get("SinkSid"), r.form["Types"])
	return r.subscriptionAnswer(http.StatusCreated, s, missing, err)
}

func fetchSubscription(_ context.Context, r *request) (*answer, error) {
	s, err := events.Of(r.account).Subscription(r.vars[0])
	return r.subscriptionAnswer(http.StatusOK, s, "", err)
}

func updateSubscription(_ context.Context, r *request) (*answer, error) {
	s, err := events.Of(r.account).DescribeSubscription(r.vars[0], r.form.Get("Description"))
	return r.subscriptionAnswer(http.StatusOK, s, "", err)
}

func deleteSubscription(_ context.Context, r *request) (*answer, error) {
	return noContent, events.Of(r.account).DeleteSubscription(r.vars[0])
}

// subscribedObject returns a type of a subscription with its keys in the order of F-720.
func subscribedObject(s events.Subscription) func(*request, string) object {
	return func(r *request, name string) object {
		return object{
			aText("account_sid", r.account.SID),
			aText("subscription_sid", s.SID),
			aText("type", name),
			aNumber("schema_version", s.Types[name]),
			aText("url", r.base()+subscriptionsPath+"/"+s.SID+"/SubscribedEvents/"+name),
		}
	}
}

func listSubscribed(_ context.Context, r *request) (*answer, error) {
	s, err := events.Of(r.account).Subscription(r.vars[0])
	if err != nil {
		return nil, err
	}
	return listOf(r, listNames{key: "types"}, s.Names(), func(name string) string { return name },
		subscribedObject(s))
}

func fetchSubscribed(_ context.Context, r *request) (*answer, error) {
	s, err := events.Of(r.account).Subscription(r.vars[0])
	if err != nil {
		return nil, err
	}
	if _, ok := s.Types[r.vars[1]]; !ok {
		return nil, apierr.NotFound()
	}
	return &answer{status: http.StatusOK, object: subscribedObject(s)(r, r.vars[1])}, nil
}

// subscribe adds a type to a subscription, or changes the version of its schema.
func subscribe(_ context.Context, r *request) (*answer, error) {
	state, name, status := events.Of(r.account), r.vars[1], http.StatusOK
	version, _ := strconv.Atoi(r.form.Get("SchemaVersion"))
	// the route with a {Type} changes it, the one without adds it
	if name == "" {
		name, status = r.form.Get("Type"), http.StatusCreated
	} else if s, err := state.Subscription(r.vars[0]); err != nil {
		return nil, err
	} else if _, ok := s.Types[name]; !ok {
		return nil, apierr.NotFound()
	}
	s, missing, err := state.Subscribe(r.vars[0], name, version)
	if err != nil {
		return nil, err
	}
	if missing != "" {
		return nil, r.refuseUnmodelled(" with " + missing)
	}
	return &answer{status: status, object: subscribedObject(s)(r, name)}, nil
}

func unsubscribe(_ context.Context, r *request) (*answer, error) {
	return noContent, events.Of(r.account).Unsubscribe(r.vars[0], r.vars[1])
}

// typeObject returns a type with its keys in the order of F-723. Its dates and the address of its
// documentation are not known.
func typeObject(r *request, t events.Type) object {
	return object{
		aNull("date_created"),
		aNull("date_updated"),
		aText("type", t.Name),
		aText("schema_id", t.Schema),
		aText("status", "available"),
		aNull("documentation_url"),
		aText("description", t.Text),
		aText("url", r.base()+"/v1/Types/"+t.Name),
		anObject("links", aText("schema", r.base()+"/v1/Schemas/"+t.Schema)),
	}
}

func listTypes(_ context.Context, r *request) (*answer, error) {
	var types []events.Type
	for _, t := range events.Types() {
		if schema := r.form.Get("SchemaId"); schema == "" || schema == t.Schema {
			types = append(types, t)
		}
	}
	return listOf(r, listNames{key: "types"}, types, func(t events.Type) string { return t.Name },
		typeObject)
}

func fetchType(_ context.Context, r *request) (*answer, error) {
	t, ok := events.FindType(r.vars[0])
	if !ok {
		return nil, r.refuseUnmodelled("")
	}
	return &answer{status: http.StatusOK, object: typeObject(r, t)}, nil
}

func fetchSchema(_ context.Context, r *request) (*answer, error) {
	t, ok := typeOfSchema(r.vars[0])
	if !ok {
		return nil, r.refuseUnmodelled("")
	}
	url := r.base() + "/v1/Schemas/" + t.Schema
	return &answer{status: http.StatusOK, object: object{
		aText("id", t.Schema),
		aText("url", url),
		aNull("latest_version_date_created"),
		aNumber("latest_version", t.Version),
		anObject("links", aText("versions", url+"/Versions")),
	}}, nil
}

// typeOfSchema returns a type that has the schema, and its newest version.
func typeOfSchema(id string) (events.Type, bool) {
	types := events.Types()
	i := slices.IndexFunc(types, func(t events.Type) bool { return t.Schema == id })
	if i < 0 {
		return events.Type{}, false
	}
	return types[i], true
}

// versionObject returns a version of a schema with the keys of the SDK. Its date is not known.
func versionObject(t events.Type) func(*request, int) object {
	return func(r *request, version int) object {
		return object{
			aText("id", t.Schema),
			aNumber("schema_version", version),
			aNull("date_created"),
			aText("url", r.base()+"/v1/Schemas/"+t.Schema+"/Versions/"+strconv.Itoa(version)),
			aText("raw", t.SchemaURL(version)),
		}
	}
}

// listVersions lists the versions of a schema, the newest first. They are numbered from 1.
func listVersions(_ context.Context, r *request) (*answer, error) {
	t, ok := typeOfSchema(r.vars[0])
	if !ok {
		return nil, r.refuseUnmodelled("")
	}
	var versions []int
	for n := t.Version; n > 0; n-- {
		versions = append(versions, n)
	}
	return listOf(r, listNames{key: "schema_versions"}, versions, strconv.Itoa, versionObject(t))
}

func fetchVersion(_ context.Context, r *request) (*answer, error) {
	t, ok := typeOfSchema(r.vars[0])
	if !ok {
		return nil, r.refuseUnmodelled("")
	}
	n, err := strconv.Atoi(r.vars[1])
	if err != nil || n < 1 || n > t.Version {
		return nil, apierr.NotFound()
	}
	return &answer{status: http.StatusOK, object: versionObject(t)(r, n)}, nil
}
