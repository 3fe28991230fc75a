package control

import (
	"twilsim/simulator/journal"
	"twilsim/simulator/sdkcall"
)

// param is a query parameter or a header of a route, as openapi.json describes it.
type param struct {
	name, text string
	header     bool // a header, not a query parameter
	required   bool
	schema     func() schema // a function, because only openapi.json needs it
	example    any
}

var (
	qParam = param{
		name: "q", example: []string{"status=delivered"},
		schema: func() schema { return listOf(anyText) },
		text: "A condition FIELD=VALUE, with a glob or ~regular expression, or FIELD>=NUMBER; " +
			"since=5m. All conditions must hold.",
	}
	aboutParam = param{
		name: "q", schema: func() schema { return listOf(anyText) }, example: []string{"since:5m"},
		text: "Conditions on messages, all of which must hold: the export then has only these " +
			"messages and what is about them. since:5m limits everything.",
	}
	limitParam = param{
		name: "limit", text: "The largest number of entries; 0 for all.", example: 10,
		schema: func() schema {
			return schema{"type": "integer", "minimum": 0, "default": defaultLimit}
		},
	}
	allParam = param{
		name: "limit", text: "The largest number of entries; 0 for all.", example: 10,
		schema: func() schema { return schema{"type": "integer", "minimum": 0, "default": 0} },
	}
	skipParam = param{
		name: "skip", text: "How many of the newest entries to leave out.", example: 50,
		schema: func() schema { return schema{"type": "integer", "minimum": 0, "default": 0} },
	}
	kindParam = param{
		name: "kind", text: "The kind of thing to wait for.", required: true, example: "message",
		schema: func() schema { return oneOf(journal.Kinds()) },
	}
	timeoutParam = param{
		name: "timeout", text: "A duration of real time, at most 10m.", example: "10s",
		schema: func() schema { return schema{"type": "string", "default": defaultAwait.String()} },
	}
	afterParam = param{
		name: "after", example: "117", schema: func() schema {
			return schema{"type": "string", "pattern": "^([0-9]+|latest)$"}
		},
		text: "The ID of the last event that the reader has, or latest for new events only. The " +
			"header Last-Event-ID wins over it.",
	}
	lastEventParam = param{
		name: "Last-Event-ID", header: true, example: "117",
		schema: func() schema { return anyText },
		text:   "The ID of the last event that the reader has.",
	}
	typeParam = param{
		name: "type", text: "Only events of these types.", example: []string{"message.status"},
		schema: func() schema { return listOf(oneOf(eventTypes())) },
	}
	asParam = param{
		name: "as", text: "The format.", example: "har",
		schema: func() schema {
			return schema{"type": "string", "enum": []string{"ndjson", "har"}, "default": "ndjson"}
		},
	}
	sinceParam = param{
		name: "since", text: "Where the span begins, on the account's clock.",
		example: "2026-11-26T10:42:07Z",
		schema:  func() schema { return schema{"type": "string", "format": "date-time"} },
	}
	untilParam = param{
		name: "until", text: "Where the span ends, on the account's clock.",
		example: "2026-11-26T10:47:07Z",
		schema:  func() schema { return schema{"type": "string", "format": "date-time"} },
	}
	versionParam = param{
		name: "after", text: "The version that the reader has; 0 answers at once.", example: 12,
		schema: func() schema { return schema{"type": "integer", "minimum": 0, "default": 0} },
	}
	languageParam = param{
		name: "as", text: "The language.", required: true, example: "node",
		schema: func() schema { return oneOf(sdkcall.Languages()) },
	}
	answersParam = param{
		name: "answers", text: "Whether the app's recorded answers take the place of the app.",
		example: true,
		schema:  func() schema { return schema{"type": "boolean", "default": false} },
	}
	firstParam = param{
		name: "first", text: "Whether the rule comes in front of the others.", example: true,
		schema: func() schema { return schema{"type": "boolean", "default": false} },
	}
	secretsParam = param{
		name: "secrets", text: "Whether credentials are shown; otherwise they are masked.",
		example: false,
		schema:  func() schema { return schema{"type": "boolean", "default": false} },
	}
)

// pathParams are the variable parts of paths, by name. openapi.json needs an entry for each name
// between braces in a path of the table.
var pathParams = map[string]param{
	"ref":    {text: refText, example: "latest"},
	"other":  {text: refText, example: "latest~1"},
	"id":     {text: "The ID of the rule.", example: "r1"},
	"run":    {text: "The ID of a run, or latest.", example: "run-1"},
	"file":   {text: "The SID of the file.", example: "ME00000000000000000000000000000001"},
	"number": {text: "A phone number.", example: "+12025550142"},
	"sid":    {text: "A SID.", example: "MG00000000000000000000000000000001"},
	"name":   {text: "A name of lower-case letters, digits and hyphens.", example: "hello"},
}

const refText = "An ID, a prefix that only one has, latest, or latest~1 for the one before."

// queryNames returns the names of the query parameters that the route knows.
func (r route) queryNames() []string {
	var names []string
	for _, p := range r.query {
		if !p.header {
			names = append(names, p.name)
		}
	}
	return names
}
