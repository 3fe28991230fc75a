// Package console is the web page: phones, messages, webhooks, API requests, alerts, the carrier
// and what an account has, live in a browser.
//
// [New] returns a handler for the paths below [Prefix]. Its pages are rendered on the server from
// what /sim/v1 answers: the handler has no other way to the simulator, so that whatever a page
// shows or does, a program and the command can do as well. Without scripts the pages show the same
// and cannot change anything.
//
// # The way of a page
//
// A URL names everything that is shown: the view, the thing that is open, the search and the
// account. A view (phones.go, messages.go and so on) reads what it needs through [control.Client]
// and fills a template of the same name in templates/. The frame around it, with navigation and
// clock, is in frame.go and layout.html.
//
// The modules in assets/ make it live. visit.js follows links without a new page: it fetches the
// page of the URL and changes the present one into it (morph.js), so that focus, scroll position
// and half-written texts stay. live.js holds the one stream of events, and has the page of the
// present URL fetched again after events. As each refresh takes over the whole state, nothing is
// lost or doubled, whatever happens to the connection. forms.js turns forms into calls of /sim/v1,
// keys.js has the keyboard.
//
// # Safety
//
// Texts from outside are only ever text: html/template escapes them, and the modules set no HTML
// but that of the server. The Content-Security-Policy allows nothing but files of this server, no
// inline scripts or styles, and no frames. Requests from other hosts and origins get what the
// control API answers them: the pages are refused with 403 like the API.
//
// Read console.go first, then client.go, frame.go and funcs.go, then a view.
package console
