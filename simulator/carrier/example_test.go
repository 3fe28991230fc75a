package carrier_test

import (
	"fmt"

	"twilsim/simulator/carrier"
)

func ExampleParseScript() {
	script, err := carrier.ParseScript("sent*2@1s>5s,undelivered:30003@2s")
	if err != nil {
		panic(err)
	}
	for _, step := range script {
		fmt.Printf("%v %s %d, callback at %v, %d times\n", step.At, step.Status, step.Code, step.Send,
			step.Copies)
	}
	fmt.Println(script.Describe())
	// Output:
	// 1s sent 0, callback at 5s, 2 times
	// 2s undelivered 30003, callback at 2s, 1 times
	// sent 1s (callback twice, at 5s), undelivered 30003 2s
}

func ExampleScriptError() {
	_, err := carrier.ParseScript("sent,delivrd")
	fmt.Println(err)
	// Output:
	// unknown status "delivrd"
	//   sent,delivrd
	//        ^
	//   try     delivered   (statuses: queued sending sent delivered undelivered failed read canceled)
}

func ExampleScript_Check() {
	script, _ := carrier.ParseScript("sent,failed:30001")
	fmt.Println(script.Check(carrier.Queued))
	// Output: a message that is sent cannot become failed, only delivered or undelivered
}

func ExampleMagic() {
	outcome, ok := carrier.Magic("+15005550103")
	fmt.Println(outcome.Name, outcome.Code, outcome.Text, ok)
	// Output: unreachable 30003 Unreachable destination handset true
}

func ExampleRules() {
	var rules carrier.Rules
	rule, err := carrier.ParseRule([]string{"to=+12025550142", "then=sent,undelivered:30003@2s",
		"times=1"})
	if err != nil {
		panic(err)
	}
	rule = rules.Add(rule)
	fmt.Println(rule.ID, rule.Describe())

	chance := func() float64 { return 0.5 } // from the account's seed
	for range 2 {
		rule, ok := rules.Match(carrier.Message{To: "+12025550142", Body: "code 123456"}, chance)
		fmt.Println(ok, rule.Then)
	}
	// Output:
	// r1 to +12025550142   sent 0.5s, undelivered 30003 2s   for the next 1 message
	// true sent,undelivered:30003@2s
	// false
}
