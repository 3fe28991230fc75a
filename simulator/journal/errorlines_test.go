package journal

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestErrorLines checks what is shown of an app's own error: that of Express is a web page.
func TestErrorLines(t *testing.T) {
	for _, tt := range []struct {
		name string
		x    Exchange
		want []string
	}{
		{"text", Exchange{Status: 500,
			ResponseBody: "Traceback:\r\n  File \"app.py\"\r\n\r\nKeyError: order\n"},
			[]string{"Traceback:", "  File \"app.py\"", "KeyError: order"}},
		{"Express", Exchange{Status: 500,
			ResponseBody: "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<title>Error</title>\n" +
				"</head>\n<body>\n<pre>Error: no order<br> &nbsp; &nbsp;at /shop/server.js:7:9</pre>\n" +
				"</body>\n</html>\n"},
			[]string{"Error: no order", "    at /shop/server.js:7:9"}},
		{"Flask", Exchange{Status: 404,
			ResponseBody: "<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n" +
				"<h1>Not Found</h1>\n<p>The requested URL was not found on the server.</p>\n"},
			[]string{"404 Not Found", "Not Found", "The requested URL was not found on the server."}},
		{"a script", Exchange{Status: 500,
			ResponseBody: "<script>if (a < b) {}</script><style>p {}</style><p>5 &lt; 6"},
			[]string{"5 < 6"}},
		{"many lines", Exchange{Status: 500, ResponseBody: "1\n2\n3\n4\n5"}, []string{"1", "2", "3"}},
		{"empty", Exchange{Status: 500, ResponseBody: " \n"}, nil},
		{"success", Exchange{Status: 200, ResponseBody: "fine"}, nil},
		{"the API's own", Exchange{Purpose: API, Status: 400, ResponseBody: "{}"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, tt.x.ErrorLines(3)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
