package display

import (
	"context"

	"twilsim/simulator/control"
	"twilsim/simulator/terminal"
)

// Times asks the simulator for its clock. A virtual clock starts at the first event. It makes one
// request, and a second one for a virtual clock.
func Times(ctx context.Context, client *control.Client) (terminal.Times, error) {
	server, err := client.Server(ctx)
	if err != nil {
		return terminal.Times{}, err
	}
	t := terminal.Times{
		Virtual: server.Clock.Rate != 1, Origin: server.Started, Last: server.LastEvent,
	}
	if !t.Virtual || t.Last == 0 {
		return t, nil
	}
	for e, err := range client.Events(ctx, 0) {
		if err == nil && e.ID == 1 { // otherwise the first event is no longer kept
			t.Origin = e.At
		}
		break
	}
	return t, nil
}
