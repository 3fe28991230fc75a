package control

import (
	"net/http"

	"twilsim/simulator/segment"
)

func segmentsRoutes() []route {
	return []route{
		{
			method: "POST", path: "/segments", name: "segments", tag: "messages",
			summary: "Count the segments of a text",
			body:    segmentsBody{},
			example: `{"body":"Where is my order?"}`,
			result:  Segments{},
			answer:  (*api).segments,
		},
	}
}

// segmentsBody is a text to count.
type segmentsBody struct {
	Body string `json:"body"`
}

// Segments says how a text is cut for sending.
type Segments struct {
	Segments int              `json:"segments"`
	Encoding segment.Encoding `json:"encoding"`
	Units    int              `json:"units"`    // septets or UTF-16 code units
	Capacity int              `json:"capacity"` // how many units fit into this many segments
	Text     string           `json:"text"`     // the same for a person
}

func (s *api) segments(r *http.Request) (any, error) {
	var in segmentsBody
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	counted := CountSegments(in.Body)
	return &counted, nil
}

// CountSegments counts the segments of a text without a server.
func CountSegments(body string) Segments {
	split := segment.Of(body)
	return Segments{Segments: split.Count(), Encoding: split.Encoding, Units: split.Units,
		Capacity: split.Capacity(), Text: split.String()}
}
