package main

import (
	"bytes"
	"testing"
)

func TestPrintList(t *testing.T) {
	type item struct {
		ID   string `json:"id"`
		Size int    `json:"-"`
	}
	columns := []column[item]{
		{head: "ID", value: func(i item) string { return i.ID }},
		{head: "SIZE", cell: func(i item) cell { return cell{errorCode(i.Size), red} }},
	}
	items := []item{{"first", 1}, {"second\x1b", 22}}
	for _, tt := range []struct {
		name  string
		ui    ui
		items []item
		want  string
	}{
		{"table", ui{}, items, "ID          SIZE\nfirst       1\nsecond\\x1b  22\n"},
		{"colour", ui{color: true}, items[:1], "ID     SIZE\nfirst  \x1b[31m1\x1b[0m\n"},
		{"narrow terminal", ui{width: 17}, []item{{"first", 123456}}, "ID     SIZE\nfirst  123456\n"},
		{"JSON", ui{json: true}, items, "{\"id\":\"first\"}\n{\"id\":\"second\\u001b\"}\n"},
		{"nothing", ui{}, nil, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			tt.ui.out = &out
			if err := printList(&tt.ui, tt.items, columns); err != nil {
				t.Fatal(err)
			}
			if got := out.String(); got != tt.want {
				t.Errorf("got\n%q, want\n%q", got, tt.want)
			}
		})
	}
}
