package control

import (
	"net/http/httptest"
	"testing"

	"twilsim/simulator/messaging"
)

// TestMedia: a browser shows pictures, and never runs a file from outside.
func TestMedia(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	tests := []struct{ contentType, want, disposition string }{
		{"image/png", "image/png", ""},
		{"image/svg+xml", "application/octet-stream", "attachment"},
		{"text/html", "application/octet-stream", "attachment"},
	}
	for _, tt := range tests {
		t.Run(tt.contentType, func(t *testing.T) {
			receipt, err := w.client.Text(t.Context(), Text{From: ana, To: shop, Body: "look",
				Media: []Media{{ContentType: tt.contentType, Data: []byte("<script>")}}})
			if err != nil {
				t.Fatal(err)
			}
			m := receipt.Message
			path := Prefix + "/messages/" + m.SID + "/media/" + m.Sim.Media[0].SID
			recorder := httptest.NewRecorder()
			w.api.ServeHTTP(recorder, httptest.NewRequest("GET", "http://localhost"+path, nil))
			h := recorder.Header()
			if h.Get("Content-Type") != tt.want || h.Get("X-Content-Type-Options") != "nosniff" ||
				(h.Get("Content-Disposition") != "") != (tt.disposition != "") ||
				recorder.Body.String() != "<script>" {
				t.Errorf("got %d %v %s", recorder.Code, h, recorder.Body)
			}
		})
	}
}
