package sdk_test

import (
	"net/http/httptest"
	"testing"

	stream "github.com/twilio/twilio-go/rest/events/v1"

	"twilsim/simulator"
)

// TestEvents sets up Event Streams with the SDK (F-710 to F-723).
func TestEvents(t *testing.T) {
	w := newWorld(t)
	server := httptest.NewServer(w.Server)
	defer server.Close()
	sdk := stream.NewApiServiceWithClient(w.client(server.URL, simulator.DefaultAccountSID,
		simulator.DefaultAuthToken))

	sink, err := sdk.CreateSink((&stream.CreateSinkParams{}).SetDescription("Analytics").
		SetSinkType("webhook").SetSinkConfiguration(
		map[string]any{"destination": w.app.URL + "/events", "method": "POST"}))
	if must(t, sink, err); *sink.Status != "active" { // F-712, F-713
		t.Errorf("the sink is %s", *sink.Status)
	}
	free, err := sdk.ListSink((&stream.ListSinkParams{}).SetInUse(true)) // F-715
	if len(must(t, free, err)) != 0 {
		t.Error("the sink is in use")
	}
	types := []any{map[string]any{"type": "com.twilio.messaging.message.sent",
		"schema_version": 8}}
	sub, err := sdk.CreateSubscription((&stream.CreateSubscriptionParams{}).
		SetDescription("All").SetSinkSid(*sink.Sid).SetTypes(types))
	if must(t, sub, err); *sub.SinkSid != *sink.Sid { // F-716, F-719
		t.Errorf("the sink is %s", *sub.SinkSid)
	}
	added, err := sdk.CreateSubscribedEvent(*sub.Sid, // F-720
		(&stream.CreateSubscribedEventParams{}).SetType("com.twilio.messaging.message.failed"))
	if must(t, added, err); added.SchemaVersion != 8 {
		t.Errorf("the version is %d", added.SchemaVersion)
	}
	all, err := sdk.ListSubscribedEvent(*sub.Sid, nil)
	if len(must(t, all, err)) != 2 {
		t.Errorf("%d types", len(all))
	}
	schema, err := sdk.FetchSchema("Messaging.MessageStatus") // F-723
	if must(t, schema, err); schema.LatestVersion != 8 {
		t.Errorf("the newest version is %d", schema.LatestVersion)
	}
	versions, err := sdk.ListSchemaVersion("Messaging.MessageStatus", nil)
	if err != nil || len(versions) != 8 || versions[0].SchemaVersion != 8 {
		t.Errorf("the versions: %v, %v", versions, err)
	}
	version, err := sdk.FetchSchemaVersion("Messaging.MessageStatus", 7)
	if must(t, version, err); *version.Raw !=
		"https://events-schemas.twilio.com/Messaging.MessageStatus/7" {
		t.Errorf("the version is at %s", *version.Raw)
	}
	if _, err := sdk.FetchSchemaVersion("Messaging.MessageStatus", 9); err == nil {
		t.Error("there is a version 9")
	}
	test, err := sdk.CreateSinkTest(*sink.Sid)
	if must(t, test, err); *test.Result != "submitted" {
		t.Errorf("the test is %s", *test.Result)
	}
	if err := sdk.DeleteSubscription(*sub.Sid); err != nil {
		t.Error(err)
	}
	if err := sdk.DeleteSink(*sink.Sid); err != nil {
		t.Error(err)
	}
	_, err = sdk.FetchSink(*sink.Sid)
	checkCode(t, err, 20404)
}
