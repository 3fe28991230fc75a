package rest

import (
	"context"
	"net/http"

	"twilsim/simulator/messaging"
)

// createFeedback records whether the app saw the effect of a message. The status is 200, as in
// Twilio's OpenAPI document (F-318).
func createFeedback(_ context.Context, r *request) (*answer, error) {
	r.messageSID = r.vars[1]
	outcome := ""
	if given := r.given("Outcome"); given != nil {
		outcome = *given
	}
	feedback, err := r.account.SetFeedback(r.vars[1], outcome)
	if err != nil {
		return nil, err
	}
	return &answer{status: http.StatusOK, name: "Feedback",
		object: feedbackObject(r, feedback)}, nil
}

func feedbackObject(r *request, f messaging.Feedback) object {
	a := r.account.SID
	return object{
		aText("account_sid", a),
		anRFC2822("date_created", f.Created),
		anRFC2822("date_updated", f.Updated),
		aText("message_sid", f.MessageSID),
		aText("outcome", f.Outcome),
		aText("uri", r.uri(root(a)+"/Messages/"+f.MessageSID+"/Feedback")),
	}
}
