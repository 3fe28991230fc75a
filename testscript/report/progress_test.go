package report

import (
	"strings"
	"testing"
	"time"

	"twilsim/simulator/terminal"
	simscript "twilsim/testscript"
)

func TestProgress(t *testing.T) {
	var out strings.Builder
	begun := time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC)
	p := &Progress{
		out: &out, width: 30, begun: begun, ticker: time.NewTicker(time.Hour),
		done: make(chan struct{}),
	}
	p.draw(begun.Add(2 * time.Second)) // nothing has started
	p.Starting(simscript.Scenario{Name: "otp/happy"}, 3, 17)
	p.draw(begun.Add(progressAfter / 2)) // too early
	p.draw(begun.Add(2 * time.Second))
	p.Starting(simscript.Scenario{Name: "otp/a-very-long-name-of-a-scenario"}, 4, 17)
	p.draw(begun.Add(3 * time.Second))
	func() {
		defer p.Pause()()
		out.WriteString("ok\n")
	}()
	p.draw(begun.Add(4 * time.Second))
	p.Stop()
	const erase = "\r\x1b[K"
	want := "2s   3 of 17   otp/happy" + erase +
		"3s   4 of 17   otp/a-very-lon" + erase + "ok\n" +
		"4s   4 of 17   otp/a-very-lon" + erase
	if out.String() != want {
		t.Errorf("got  %q\nwant %q", out.String(), want)
	}
}

func TestNoProgress(t *testing.T) {
	var none *Progress
	none.Starting(simscript.Scenario{}, 1, 1)
	none.Pause()()
	none.Stop()
	ui := &terminal.UI{Err: &strings.Builder{}}
	if NewProgress(ui, func(string) string { return "" }) != nil {
		t.Error("a progress line where nobody sees it")
	}
}
