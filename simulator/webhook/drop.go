package webhook

import "twilsim/simulator/journal"

// drop records a request that a fault keeps from being sent. There is no failure in its answer: nobody at Twilio would know.
func (c *Client) drop(r *Request, record func(*journal.Exchange)) *Answer {
	v := &visit{client: c, attempt: 1}
	answer := v.unsent(r, &Failure{Text: journal.NotSent})
	answer.Failure, answer.Dropped = nil, true
	record(answer.Exchange)
	return answer
}
