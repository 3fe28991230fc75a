// Package display says how messages, webhooks, API calls, alerts and events look when they are
// printed with package terminal, so that all commands print them alike. It decides nothing. [Times]
// and [AlertInFull] ask the simulator for what is missing.
package display
