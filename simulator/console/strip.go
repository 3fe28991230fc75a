package console

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// strip is a drawing of what happens on one axis of time, to scale. Positions are percents, as
// attributes of SVG, because the pages have no inline styles.
type strip struct {
	Rows   []string // what each row of 26 pixels is about
	Label  string   // the same in words
	Height int
	Bottom int // where the rows end
	Ticks  []tick
	Bars   []bar
	Marks  []mark
	Holds  []hold
	Now    string // where the present is; "" if it is not on the axis

	span time.Duration // of the axis
	said []string
}

type tick struct{ X, Text string }

// bar is a status that lasts.
type bar struct {
	X, Width, Class, Text string
	Y                     int
}

// mark is an instant in a row.
type mark struct {
	X     string
	Y     int
	Shift int // pixels to the right, for a mark that would cover the one before
	Shape string
	Text  string
}

// hold is the wait of a callback.
type hold struct {
	From, To string
	Y        int
	Text     string // held 4 s; "" where there is no room for it
}

// rowHeight is the height of a row of a strip, in pixels.
const rowHeight = 26

// newStrip returns an empty axis from zero to a little more than the last instant.
func newStrip(last time.Duration, rows ...string) *strip {
	return newStripFrom(time.Second, last, rows...)
}

// newStripFrom is newStrip with an axis that is at least so long.
func newStripFrom(least, last time.Duration, rows ...string) *strip {
	s := &strip{Rows: rows, span: max(least, last+last/5)}
	s.Bottom = rowHeight*len(rows) + 2
	s.Height = s.Bottom + 18
	step := tickStep(s.span)
	for at := time.Duration(0); at <= s.span; at += step {
		text := strconv.FormatFloat(at.Seconds(), 'f', -1, 64)
		switch {
		case step < 100*time.Millisecond:
			text = strconv.FormatInt(at.Milliseconds(), 10)
			text += onlyIf(at == 0, " ms")
		case at == 0:
			text = "0 s"
		case step >= time.Minute:
			text = span(at)
		}
		s.Ticks = append(s.Ticks, tick{s.x(at), text})
	}
	return s
}

// tickStep returns the distance of ticks that makes four to eight of them.
func tickStep(axis time.Duration) time.Duration {
	step := 100 * time.Millisecond
	if axis < time.Second/2 {
		step = time.Millisecond
	}
	for i := 0; axis/step > 7; i++ {
		step = step * []time.Duration{2, 5, 2}[i%3]
		if i%3 == 1 { // 1, 2, 5, 10: five is two and a half times two
			step /= 2
		}
	}
	return step
}

func (s *strip) x(at time.Duration) string {
	return fmt.Sprintf("%.2f%%", float64(max(0, at))/float64(s.span)*100)
}

// row returns the middle of a row, counted from 0.
func (s *strip) row(n int) int { return rowHeight*n + 13 }

// bar draws a status from one instant to another, or to the end if to is negative.
func (s *strip) bar(from, to time.Duration, class, text string) {
	s.barAt(max(0, slices.Index(s.Rows, "Status")), from, to, class, text)
}

// barAt is bar in another row.
func (s *strip) barAt(row int, from, to time.Duration, class, text string) {
	if to < 0 {
		to = s.span
	}
	shown := text
	if float64(to-from)/float64(s.span) < 0.13 {
		shown = ""
	}
	s.Bars = append(s.Bars, bar{s.x(from), s.x(max(0, to-from)), class, shown, rowHeight*row + 4})
	s.say(text, from)
}

// mark draws an instant. Marks that would cover each other stand side by side.
func (s *strip) mark(row int, at time.Duration, shape, text, words string) {
	m := mark{X: s.x(at), Y: s.row(row), Shape: shape, Text: text}
	for i := len(s.Marks) - 1; i >= 0; i-- {
		if before := s.Marks[i]; before.Y == m.Y {
			if s.near(before.X, m.X) {
				m.X, m.Shift = before.X, before.Shift+20+7*len(before.Text)
			}
			break
		}
	}
	s.Marks = append(s.Marks, m)
	s.say(words, at)
}

// instant is something that is drawn as a mark.
type instant struct {
	At    time.Duration
	Text  string
	Shape string
}

// crowd draws instants, in their order of time, of which there may be many: those that would cover
// each other are one mark, with their number and the noun.
func (s *strip) crowd(row int, all []instant, noun string) {
	const room = 0.16 // of the axis, for a mark with its text
	for len(all) > 0 {
		n := 1
		for n < len(all) && float64(all[n].At-all[0].At) < room*float64(s.span) {
			n++
		}
		m := mark{X: s.x(all[0].At), Y: s.row(row), Shape: all[0].Shape, Text: all[0].Text}
		if n > 1 {
			m.Text = group(n) + " " + noun
			for _, i := range all[:n] {
				if i.Shape == "bad" {
					m.Shape = "bad"
				}
			}
		}
		s.Marks = append(s.Marks, m)
		s.say(m.Text, all[0].At)
		all = all[n:]
	}
}

func (s *strip) near(a, b string) bool {
	x, _ := strconv.ParseFloat(strings.TrimSuffix(a, "%"), 64)
	y, _ := strconv.ParseFloat(strings.TrimSuffix(b, "%"), 64)
	return y-x < 6
}

// hold draws the wait of a callback.
func (s *strip) hold(row int, from, to time.Duration) {
	text := "held " + span(to-from)
	if float64(to-from)/float64(s.span) < 0.13 {
		text = ""
	}
	s.Holds = append(s.Holds, hold{s.x(from), s.x(to), s.row(row), text})
}

func (s *strip) say(words string, at time.Duration) {
	s.said = append(s.said, words+" at "+span(at))
	s.Label = "To scale: " + strings.Join(s.said, ", ")
}
