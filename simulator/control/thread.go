package control

import (
	"context"
	"net/http"
	"net/url"

	"twilsim/simulator/address"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

func threadRoutes() []route {
	return []route{
		{
			method: "GET", path: "/threads", name: "threads", tag: "account",
			summary: "The conversations of handsets, the one with the newest message first",
			description: "They are those of the account's newest 300 messages. Texts that nobody has " +
				"looked at are counted.",
			result: Threads{},
			answer: (*api).threads,
		},
		{
			method: "POST", path: "/threads/{address}/read", name: "readThread", tag: "account",
			summary: "Note that somebody has looked at a conversation up to its newest message",
			result:  Thread{}, errors: []int{404},
			answer: (*api).readThread,
		},
	}
}

// threadMessages is how many of the newest messages are looked at for threads.
const threadMessages = 300

// Threads are the conversations of handsets, the one with the newest message first.
type Threads struct {
	Threads []*Thread `json:"threads"`
}

// Thread is the conversation of a handset, in one channel.
type Thread struct {
	Address string `json:"address"` // of the handset: its number, or whatsapp: in front of it
	// texts to the handset behind the one up to which somebody has looked at the thread
	Unread int      `json:"unread"`
	Last   *Message `json:"last"` // the newest message
	// the newest one from the handset among the newest 300 messages
	LastInbound *Message `json:"last_inbound,omitempty"`
}

func (s *api) threads(*http.Request) (any, error) {
	return &Threads{s.recentThreads()}, nil
}

// recentThreads makes the threads of the newest messages.
func (s *api) recentThreads() []*Thread {
	things, _, _ := s.account.Journal.Newest(journal.Query{Kind: journal.Messages}, threadMessages)
	threads, byAddress, read := []*Thread{}, map[string]*Thread{}, map[string]bool{}
	for _, m := range messagesOf(things) {
		f := m.Snapshot()
		whose := f.To
		if f.Direction == messaging.Inbound {
			whose = f.From
		}
		t := byAddress[whose]
		if t == nil {
			t = &Thread{Address: whose, Last: s.showOne(m)}
			byAddress[whose], threads = t, append(threads, t)
		}
		read[whose] = read[whose] || s.account.Read(whose) == f.SID
		switch {
		case f.Direction != messaging.Inbound && !read[whose]:
			t.Unread++
		case f.Direction == messaging.Inbound && t.LastInbound == nil:
			t.LastInbound = s.showOne(m)
		}
	}
	return threads
}

func (s *api) readThread(r *http.Request) (any, error) {
	whose, err := address.Parse(r.PathValue("address"))
	if err != nil {
		return nil, err
	}
	for _, t := range s.recentThreads() {
		if t.Address == whose {
			s.account.SetRead(whose, t.Last.SID)
			t.Unread = 0
			return t, nil
		}
	}
	return nil, missing("thread", whose, "twilsim phone threads")
}

// Threads returns the conversations of the account's newest messages.
func (c *Client) Threads(ctx context.Context) (*Threads, error) {
	return call[Threads](ctx, c, "GET", "/threads", nil)
}

// ReadThread notes that somebody has looked at a conversation.
func (c *Client) ReadThread(ctx context.Context, address string) (*Thread, error) {
	return call[Thread](ctx, c, "POST", "/threads/"+url.PathEscape(address)+"/read", nil)
}
