package main

import (
	"context"
	"net/http"
	"strings"
	"sync"

	"twilsim/simulator/messaging"
)

// eventLogs print what happens in the accounts of a server: in the main one from the beginning, in any other from the first
// request that names it, be it as whose resources it wants or as whose credentials it has.
type eventLogs struct {
	ui       *ui
	accounts *messaging.Accounts
	virtual  bool

	printing sync.Mutex // a line at a time

	mu        sync.Mutex
	ctx       context.Context      // of all that follow; nil before start
	logs      map[string]*eventLog // by Account SID
	following sync.WaitGroup
}

func newEventLogs(u *ui, accounts *messaging.Accounts, virtual bool) *eventLogs {
	l := &eventLogs{ui: u, accounts: accounts, virtual: virtual}
	main := newEventLog(u, accounts.Main(), virtual)
	main.printing = &l.printing
	l.logs = map[string]*eventLog{accounts.Main().SID: main}
	return l
}

// start begins to print, until ctx ends.
func (l *eventLogs) start(ctx context.Context) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ctx = ctx
	for _, log := range l.logs {
		l.following.Go(func() { log.follow(ctx) })
	}
}

// listen has every request looked at, once it is served, for an account that is new here. Under --json there is only the
// main account: events do not say whose they are.
func (l *eventLogs) listen(next http.Handler) http.Handler {
	if l.ui.json {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer l.meet(r)
		next.ServeHTTP(w, r)
	})
}

func (l *eventLogs) meet(r *http.Request) {
	if rest, ok := strings.CutPrefix(r.URL.Path, "/2010-04-01/Accounts/"); ok {
		sid, _, _ := strings.Cut(rest, "/")
		l.meetAccount(sid)
	}
	if user, _, ok := r.BasicAuth(); ok {
		l.meetAccount(user)
	}
}

func (l *eventLogs) meetAccount(sid string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.logs[sid] != nil {
		return
	}
	a, ok := l.accounts.Account(sid)
	if !ok {
		return
	}
	log := newEventLog(l.ui, a, l.virtual)
	log.after, log.name = 0, short(sid) // what it has so far is what this request did
	log.printing, log.times = &l.printing, l.logs[l.accounts.Main().SID].times
	l.logs[sid] = log
	if l.ctx != nil && l.ctx.Err() == nil { // else start follows it, or summary drains it
		l.following.Go(func() { log.follow(l.ctx) })
	}
}

// summary waits until all have ended, prints the rest, and how much there was of everything.
func (l *eventLogs) summary() {
	l.following.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	var sum tally
	for _, log := range l.logs {
		log.drain()
		sum.add(log.tally)
	}
	l.ui.progressf("twilsim: stopped   %s\n", sum)
}
