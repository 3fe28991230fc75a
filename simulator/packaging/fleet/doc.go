// Package fleet spreads the accounts of one Twilio over several simulators, on one machine or many.
// Its content is nginx.conf, a configuration for nginx as Debian has it, and the test of it.
//
// Accounts share nothing, so a fleet needs no state of its own: nginx hashes the Account SID of a
// request and always sends an account's requests to the same simulator. The SID is that in the
// path, and otherwise the user of the Basic credentials, as messaging.twilio.com has no SID in its
// paths. So requests with an API key, whose user is not the account, must name the account in
// their path; those without any SID, such as the console, go to the first simulator.
//
// Each simulator must accept any account and listens for nginx only:
//
//	twilsim serve --any-account --port 2011 --data 2011.db
//	twilsim serve --any-account --port 2012 --data 2012.db
//	nginx -c "$PWD/nginx.conf" -p "$PWD"
//
// With --data a simulator that was killed has all that it acknowledged when it is started again.
// BenchmarkFleet reports the throughput of one simulator and of two.
//
// A request for a simulator that does not run is answered with 502. It never goes to another one,
// which would make a second account with the same SID and an empty history. For the same reason a
// simulator must not be added while the accounts are in use: a few of them would move to it.
package fleet
