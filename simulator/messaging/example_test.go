package messaging_test

import (
	"context"
	"fmt"
	"time"

	"twilsim/simulator/clock"
	"twilsim/simulator/messaging"
)

// The app sends a message, and the clock delivers it.
func ExampleAccount_Send() {
	ctx := context.Background()
	a := messaging.New(messaging.Options{Seed: 1, Clock: clock.Virtual(time.Date(2026, 3, 1, 12, 0,
		0, 0, time.UTC))})
	defer a.Close()
	if _, err := a.SetNumber("+12025550100", "", ""); err != nil {
		fmt.Println(err)
	}
	m, err := a.Send(ctx, messaging.Draft{To: "+12025550142", From: "+12025550100", Body: "Hello"})
	fmt.Println(m.Snapshot().Status, err)
	fmt.Println(a.Clock.Advance(ctx, time.Second), m.Snapshot().Status)

	_, err = a.Send(ctx, messaging.Draft{To: "123", From: "+12025550100", Body: "Hello"})
	fmt.Println(err)
	// Output:
	// queued <nil>
	// <nil> delivered
	// 21211 The 'To' number 123 is not a valid phone number.
}
