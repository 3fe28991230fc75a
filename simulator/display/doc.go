// Package display says how messages, webhooks, API calls, alerts and events look when they are printed
// with package terminal: the commands print them all alike. It decides nothing and asks for nothing,
// except for the clock by which times are shown.
package display
