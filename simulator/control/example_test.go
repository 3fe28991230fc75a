package control_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"time"

	"twilsim/simulator/clock"
	"twilsim/simulator/control"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

// newServer is an account whose number answers with a TwiML Bin, and the API over it.
func newServer() *httptest.Server {
	account := messaging.New(messaging.Options{Seed: 1, Clock: clock.Virtual(time.Unix(0, 0))})
	if _, err := account.SetBin("hello",
		`<Response><Message>Hello, {{Body}}!</Message></Response>`); err != nil {
		panic(err)
	}
	if _, err := account.SetNumber("+12025550100", "hello", ""); err != nil {
		panic(err)
	}
	return httptest.NewServer(control.New(messaging.NewAccounts(account), control.Info{}))
}

func Example() {
	server := newServer()
	defer server.Close()
	ctx := context.Background()
	c := &control.Client{URL: server.URL}

	if _, err := c.AddRule(ctx, []string{"to=+12025550142", "then=unreachable"}); err != nil {
		fmt.Println(err)
	}
	receipt, err := c.Text(ctx, control.Text{From: "+12025550142", To: "+12025550100",
		Body: "World"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(receipt.Replies[0].Body, receipt.Replies[0].Status)
	if _, err := c.Advance(ctx, 5*time.Second); err != nil {
		fmt.Println(err)
	}
	m, err := c.Message(ctx, "latest")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.Status, *m.ErrorCode, "by", m.Sim.By)
	// Output:
	// Hello, World! queued
	// undelivered 30003 by rule r1
}

func ExampleClient_Await() {
	server := newServer()
	defer server.Close()
	ctx := context.Background()
	c := &control.Client{URL: server.URL}
	if _, err := c.Text(ctx, control.Text{From: "+12025550142", To: "+12025550100",
		Body: "World"}); err != nil {
		fmt.Println(err)
	}

	_, err := c.Await(ctx, journal.Messages, []string{"status=delivered", "body=Hello*"}, 0)
	var missed *control.Error
	if errors.As(err, &missed) {
		near := missed.Nearest[0]
		fmt.Println(missed.Status, near.Summary)
		fmt.Println(near.Differences[0])
	}
	// Output:
	// 408 outbound-reply +12025550100 -> +12025550142 queued "Hello, World!"
	// {status delivered queued}
}
