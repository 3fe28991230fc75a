package config

import (
	"strings"
	"testing"
)

func TestGoFlags(t *testing.T) {
	tests := []struct{ args, want string }{
		{"run -run ^x -count=2 -junit f PATH", "run --run ^x --count=2 --junit f PATH"},
		{"run --run x -v -vv -v=2 -h -", "run --run x -v -vv -v=2 -h -"},
		{"run -verbose -paralel", "run --verbose --paralel"},
		{"run -run x -- -run y", "run --run x -- -run y"},
		{"run -count -1 -timeout=-1s", "run --count -1 --timeout=-1s"},
		{"--json -v run -list", "--json -v run --list"},
		{"--url http://localhost:2010 run -list", "--url http://localhost:2010 run --list"},
		{"sms +12025550142 run -list", "sms +12025550142 run -list"},
		{"help run", "help run"},
		{"", ""},
	}
	for _, tt := range tests {
		t.Run(tt.args, func(t *testing.T) {
			if got := strings.Join(GoFlags(strings.Fields(tt.args)), " "); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
