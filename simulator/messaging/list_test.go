package messaging

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// sendMany sends messages whose bodies count from 1, one each second of the clock.
func sendMany(t testing.TB, a *Account, n int) {
	t.Helper()
	for i := range n {
		send(t, a, draft(func(d *Draft) { d.Body = fmt.Sprint(i + 1) }))
		advance(t, a, time.Second)
	}
}

func bodies(messages []*Message) string {
	var all []string
	for _, m := range messages {
		all = append(all, m.Snapshot().Body)
	}
	return strings.Join(all, " ")
}

func TestMessageListFilters(t *testing.T) {
	a := newAccount(t, nil)
	sendMany(t, a, 3) // sent at 0.5, 1.5 and 2.5 s
	send(t, a, draft(func(d *Draft) { d.To, d.Body = "+12025550143", "other" }))
	advance(t, a, time.Minute)
	send(t, a, draft(func(d *Draft) { d.Body = "waits" }))
	for _, tt := range []struct {
		name   string
		filter MessageFilter
		want   string
	}{
		{"all, newest first", MessageFilter{}, "waits other 3 2 1"}, // F-390
		{"To", MessageFilter{To: customer}, "waits 3 2 1"},
		{"To without a plus", MessageFilter{To: "12025550143"}, "other"},
		{"From", MessageFilter{From: customer}, ""},
		{"From and To", MessageFilter{From: shop, To: "+12025550143"}, "other"},
		{"the day", MessageFilter{DateSent: "2026-03-01"}, "other 3 2 1"}, // F-386
		{"the day before", MessageFilter{DateSent: "2026-02-28"}, ""},
		{"a second", MessageFilter{DateSent: "2026-03-01T12:00:01Z"}, "2"},
		{"on or before the day", MessageFilter{DateSentBefore: "2026-03-01"}, "other 3 2 1"},
		{"on or before the day before", MessageFilter{DateSentBefore: "2026-02-28"}, ""},
		{"on or after the day", MessageFilter{DateSentAfter: "2026-03-01"}, "other 3 2 1"},
		{"on or after the next day", MessageFilter{DateSentAfter: "2026-03-02"}, ""},
		{"at or before", MessageFilter{DateSentBefore: "2026-03-01T12:00:01Z"}, "2 1"},
		{"at or after", MessageFilter{DateSentAfter: "2026-03-01T13:00:01+01:00"}, "other 3 2"},
		{"between", MessageFilter{DateSentAfter: "2026-03-01T12:00:01",
			DateSentBefore: "2026-03-01T12:00:02"}, "3 2"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			page, err := a.MessageList(tt.filter, Page{})
			if got := bodies(page.Messages); err != nil || got != tt.want {
				t.Errorf("%v, got %q, want %q", err, got, tt.want)
			}
		})
	}
}

func TestMessageListRefuses(t *testing.T) {
	a := newAccount(t, nil)
	for _, tt := range []struct {
		filter MessageFilter
		page   Page
		want   string
	}{
		{MessageFilter{}, Page{Size: 1001}, "400 20007 Page size too large"}, // F-387
		{MessageFilter{}, Page{Size: -1}, "400 20422 Invalid Parameter: PageSize is 1 to 1000, " +
			"and Page 0 or more"},
		{MessageFilter{}, Page{Token: "PA1"}, "400 21481 Invalid PageToken"}, // F-389
		{MessageFilter{}, Page{Token: "x"}, "400 21481 Invalid PageToken"},
		{MessageFilter{}, Page{Token: "PCSM" + strings.Repeat("0", 32)},
			"400 21481 Invalid PageToken"},
		{MessageFilter{DateSent: "today"}, Page{}, "400 20001 Invalid date value."}, // F-386
	} {
		if _, err := a.MessageList(tt.filter, tt.page); refused(err) != tt.want {
			t.Errorf("%+v %+v\n got %s\nwant %s", tt.filter, tt.page, refused(err), tt.want)
		}
	}
}

// TestPages reads a list forward and backward while messages are added and deleted.
func TestPages(t *testing.T) {
	a := newAccount(t, nil)
	sendMany(t, a, 7)
	list := func(p Page) MessagePage {
		t.Helper()
		page, err := a.MessageList(MessageFilter{}, p)
		if err != nil {
			t.Fatal(err)
		}
		return page
	}
	first := list(Page{Size: 3})
	sendMany(t, a, 2) // they do not shift the pages that follow
	second := list(Page{Size: 3, Number: 1, Token: first.Next})
	third := list(Page{Size: 3, Number: 2, Token: second.Next})
	back := list(Page{Size: 3, Number: 1, Token: third.Previous})
	begin := list(Page{Size: 3, Number: 0, Token: back.Previous})
	skipped := list(Page{Size: 3, Number: 2})
	got := []string{bodies(first.Messages), bodies(second.Messages), bodies(third.Messages),
		bodies(back.Messages), bodies(begin.Messages), bodies(skipped.Messages)}
	if diff := cmp.Diff([]string{"7 6 5", "4 3 2", "1", "4 3 2", "7 6 5", "3 2 1"},
		got); diff != "" {
		t.Errorf("pages (-want +got):\n%s", diff)
	}
	if first.Previous != "" || third.Next != "" || !strings.HasPrefix(first.Next, "PASM") ||
		!strings.HasPrefix(third.Previous, "PBSM") {
		t.Errorf("tokens %+v %+v", first, third)
	}
}

// TestDeleteWhileListing deletes each page's messages before it asks for the next page, and checks
// that it sees all.
func TestDeleteWhileListing(t *testing.T) {
	a := newAccount(t, nil)
	sendMany(t, a, 7)
	advance(t, a, time.Minute)
	seen, page := "", Page{Size: 2}
	for {
		got, err := a.MessageList(MessageFilter{}, page)
		if err != nil {
			t.Fatal(err)
		}
		seen += bodies(got.Messages) + " "
		for _, m := range got.Messages {
			if err := a.Delete(m.ID()); err != nil {
				t.Fatal(err)
			}
		}
		if got.Next == "" {
			break
		}
		page.Token, page.Number = got.Next, page.Number+1
	}
	if want := "7 6 5 4 3 2 1 "; seen != want {
		t.Errorf("saw %q, want %q", seen, want)
	}
}

// BenchmarkMessageList is the first page of lists of two lengths.
func BenchmarkMessageList(b *testing.B) {
	for _, n := range []int{1_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			a := newAccount(b, nil)
			addRule(b, a, "then=sent@0s")
			for range n {
				send(b, a, draft(nil))
			}
			advance(b, a, time.Minute)
			b.ReportAllocs()
			for b.Loop() {
				if page, err := a.MessageList(MessageFilter{}, Page{}); err != nil ||
					len(page.Messages) != pageSize {
					b.Fatal(err, len(page.Messages))
				}
			}
		})
	}
}
