package explore

import (
	"fmt"
	"testing"
)

// storyOf makes a story of words: text, reply:2 and create:2, with the number of their callbacks.
func storyOf(words ...string) Story {
	var story Story
	counts := map[string]int{}
	for _, word := range words {
		kind, n := word, 0
		fmt.Sscanf(word, "reply:%d", &n)
		if n > 0 {
			kind = "reply"
		}
		if _, err := fmt.Sscanf(word, "create:%d", &n); err == nil {
			kind = "create"
		}
		counts[kind]++
		name := fmt.Sprintf("%s%d", kind, counts[kind])
		story.Points = append(story.Points, Point{Name: name, Kind: Kind(kind), Handset: "+12025550142",
			Final: "delivered"})
		for i := range n {
			status := []string{"sent", "delivered", "read"}[i]
			story.Points = append(story.Points, Point{Name: name + "." + status, Kind: Callback,
				Handset: "+12025550142"})
		}
	}
	return story
}

// TestCount compares with the numbers that the design computed by hand.
func TestCount(t *testing.T) {
	for _, tt := range []struct {
		story             Story
		one, two, three   int
		noKill, pairsLeft int
	}{
		{storyOf("text", "reply:2"), 28, 324, 2002, 24, 228},
		{storyOf("create:2"), 26, 278, 1580, 22, 190},
		{storyOf("text", "create:0", "reply:3"), 50, 1106, 14226, 43, 805},
		{storyOf("text", "create:1", "reply:2"), 47, 980, 11940, 40, 700},
		{storyOf("text", "create:2", "reply:2"), 55, 1356, 19780, 47, 980},
		{storyOf("text", "create:2", "reply:2", "text", "create:2", "reply:2"),
			112, 5854, 190058, 96, 4318},
		{storyOf("create:2", "create:2", "create:2", "create:2", "create:2"),
			130, 7950, 305100, 110, 5750},
	} {
		all, some := Space(tt.story, Limits{Kill: true}), Space(tt.story, Limits{})
		got := []int{Count(all, 1), Count(all, 2), Count(all, 3), Count(some, 1), Count(some, 2)}
		want := []int{tt.one, tt.two, tt.three, tt.noKill, tt.pairsLeft}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%v: got %v, want %v", tt.story.names(), got, want)
		}
	}
}
