package clock

import (
	"errors"
	"testing"
	"time"
)

func TestDuration(t *testing.T) {
	for _, tt := range []struct {
		in        string
		want      time.Duration
		formatted string
		described string
	}{
		{"0", 0, "0s", "0s"},
		{"500ms", 500 * time.Millisecond, "500ms", "0.5s"},
		{"1500us", 1500 * time.Microsecond, "1.5ms", "0.0015s"},
		{"2s", 2 * time.Second, "2s", "2s"},
		{".5s", 500 * time.Millisecond, "500ms", "0.5s"},
		{"60s", time.Minute, "1m", "1m"},
		{"1h30m", 90 * time.Minute, "1h30m", "1h30m"},
		{"1h0m5s", time.Hour + 5*time.Second, "1h0m5s", "1h0m5s"},
		{"24h", day, "1d", "1d"},
		{"1d12h", 36 * time.Hour, "1d12h", "1d12h"},
		{"3650d", 3650 * day, "3650d", "3650d"},
	} {
		t.Run(tt.in, func(t *testing.T) {
			got, err := ParseDuration(tt.in)
			if err != nil || got != tt.want {
				t.Fatalf("ParseDuration = %v, %v, want %v", got, err, tt.want)
			}
			if s := FormatDuration(got); s != tt.formatted {
				t.Errorf("FormatDuration = %q, want %q", s, tt.formatted)
			}
			if s := DescribeDuration(got); s != tt.described {
				t.Errorf("DescribeDuration = %q, want %q", s, tt.described)
			}
		})
	}
}

func TestParseDurationErrors(t *testing.T) {
	for in, want := range map[string]error{
		"": errNotDuration, "d": errNotDuration, "-1s": ErrNegative, "-5": ErrNegative, "-": ErrNegative,
		"+1s":   errNotDuration,
		"1d-1h": errNotDuration, "1d1": errNotDuration, "3651d": errNotDuration,
		"87601h": errNotDuration, "2x": errNotDuration, "5": ErrNoUnit, "007": ErrNoUnit,
	} {
		if d, err := ParseDuration(in); !errors.Is(err, want) {
			t.Errorf("ParseDuration(%q) = %v, %v, want %v", in, d, err, want)
		}
	}
}

// TestDurationErrorTexts checks that the errors quote the value and say what to write.
func TestDurationErrorTexts(t *testing.T) {
	for in, want := range map[string]string{
		"5":     `"5" has no unit: write 5s, 5m, 5h or 5d`,
		"-5s":   `"-5s" is negative: times count forward, as 5s does`,
		"--5s":  `"--5s" is negative: times count forward, as 5s does`,
		"-soon": `"-soon" is negative: times count forward, as 2s does`,
		"soon":  `"soon" is not a time: write 500ms, 2s, 1h30m or 30d (the longest: 3650d)`,
		"":      "a time is missing: write 500ms, 2s, 1h30m or 30d",
		"5 s":   `"5 s" is not a time: write 500ms, 2s, 1h30m or 30d (the longest: 3650d)`,
	} {
		if _, err := ParseDuration(in); err == nil || err.Error() != want {
			t.Errorf("ParseDuration(%q): %v, want %s", in, err, want)
		}
	}
}
