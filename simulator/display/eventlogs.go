package display

import (
	"context"
	"net/http"
	"strings"
	"sync"

	"twilsim/simulator/messaging"
	"twilsim/simulator/terminal"
)

// eventLogs print what happens in the accounts of a server: in the main account from the start, and
// in any other from the first request that names it in its path or its credentials.
type eventLogs struct {
	ui       *terminal.UI
	accounts *messaging.Accounts
	virtual  bool

	// shared by all logs, so that their lines do not mix
	printing sync.Mutex // held while a line is printed

	// guards ctx and logs
	mu        sync.Mutex
	ctx       context.Context      // under which events are followed; nil before start
	logs      map[string]*eventLog // by Account SID
	following sync.WaitGroup
}

// NewLogs returns the logs of all accounts of a server. It prints nothing before [eventLogs.Start],
// so that the banner can come first.
func NewLogs(u *terminal.UI, accounts *messaging.Accounts, virtual bool) *eventLogs {
	l := &eventLogs{ui: u, accounts: accounts, virtual: virtual}
	main := NewLog(u, accounts.Main(), virtual)
	main.printing = &l.printing
	l.logs = map[string]*eventLog{accounts.Main().SID: main}
	return l
}

// Start prints events until ctx ends.
func (l *eventLogs) Start(ctx context.Context) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ctx = ctx
	for _, log := range l.logs {
		l.following.Go(func() { log.Follow(ctx) })
	}
}

// Listen looks at every request, after it is served, for an account that has no log yet. With
// --json only the main account is logged, because events do not name their account.
func (l *eventLogs) Listen(next http.Handler) http.Handler {
	if l.ui.JSON {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer l.noticeAccounts(r)
		next.ServeHTTP(w, r)
	})
}

// noticeAccounts starts the logs of the accounts that a request names.
func (l *eventLogs) noticeAccounts(r *http.Request) {
	if rest, ok := strings.CutPrefix(r.URL.Path, "/2010-04-01/Accounts/"); ok {
		sid, _, _ := strings.Cut(rest, "/")
		l.startLog(sid)
	}
	if user, _, ok := r.BasicAuth(); ok {
		l.startLog(user)
	}
}

// startLog starts the log of an account, unless it has one.
func (l *eventLogs) startLog(sid string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.logs[sid] != nil {
		return
	}
	a, ok := l.accounts.Account(sid)
	if !ok {
		return
	}
	log := NewLog(l.ui, a, l.virtual)
	log.after, log.name = 0, Short(sid) // its events so far were caused by this request
	// one origin of time for all accounts, because they share a clock
	log.printing, log.times = &l.printing, l.logs[l.accounts.Main().SID].times
	l.logs[sid] = log
	// otherwise start follows it, or summary prints its events
	if l.ctx != nil && l.ctx.Err() == nil {
		l.following.Go(func() { log.Follow(l.ctx) })
	}
}

// Summary waits for all logs, prints the remaining events and the counts.
func (l *eventLogs) Summary() {
	l.following.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	var sum tally
	for _, log := range l.logs {
		log.Drain()
		sum.add(log.tally)
	}
	l.ui.Progressf("twilsim: stopped   %s\n", sum)
}
