package terminal

import (
	"bytes"
	"strconv"
	"testing"
)

func TestPrintList(t *testing.T) {
	type item struct {
		ID   string `json:"id"`
		Size int    `json:"-"`
	}
	columns := []Column[item]{
		{Head: "ID", Value: func(i item) string { return i.ID }},
		{Head: "SIZE", Cell: func(i item) Cell { return Cell{strconv.Itoa(i.Size), Red} }},
	}
	items := []item{{"first", 1}, {"second\x1b", 22}}
	for _, tt := range []struct {
		name  string
		ui    UI
		items []item
		want  string
	}{
		{"table", UI{}, items, "ID          SIZE\nfirst       1\nsecond\\x1b  22\n"},
		{"colour", UI{color: true}, items[:1], "ID     SIZE\nfirst  \x1b[31m1\x1b[0m\n"},
		{"narrow terminal", UI{width: 17}, []item{{"first", 123456}}, "ID     SIZE\nfirst  123456\n"},
		{"JSON", UI{JSON: true}, items, "{\"id\":\"first\"}\n{\"id\":\"second\\u001b\"}\n"},
		{"nothing", UI{}, nil, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			tt.ui.Out = &out
			if err := List(&tt.ui, tt.items, columns); err != nil {
				t.Fatal(err)
			}
			if got := out.String(); got != tt.want {
				t.Errorf("got\n%q, want\n%q", got, tt.want)
			}
		})
	}
}
