package display

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestShorten(t *testing.T) {
	got := shorten([]string{"SM7a3f9c01", "SM7a3f9cff", "SM000000aa"})
	want := map[string]string{"SM7a3f9c01": "SM7a3f9c0", "SM7a3f9cff": "SM7a3f9cf",
		"SM000000aa": "SM000000"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
