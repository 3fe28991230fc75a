package testscript

import (
	"strings"
	"testing"
)

func TestAnnotations(t *testing.T) {
	r := Result{
		Scenario: Scenario{
			Name: "a,b:c",
			File: "/repo/s/a,b:c.txtar",
		}, Outcome: Failed, Failure: "50%\r\nof it",
		Phases: []Phase{
			{
				Title:    "then",
				Outcome:  Failed,
				Failures: []Failure{{Line: 3, Text: "50%\r\nof it: a, b"}},
			},
		},
	}
	tests := []struct{ root, want string }{
		{
			"/repo",
			"::error file=s/a%2Cb%3Ac.txtar,line=3,title=a%2Cb%3Ac%3A then::50%25%0D%0Aof it: a, b\n",
		},
		{
			"",
			"::error file=/repo/s/a%2Cb%3Ac.txtar,line=3,title=a%2Cb%3Ac%3A then::50%25%0D%0Aof it: a, b\n",
		},
		{
			"/elsewhere",
			"::error file=/repo/s/a%2Cb%3Ac.txtar,line=3,title=a%2Cb%3Ac%3A then::50%25%0D%0Aof it: a, b\n",
		},
	}
	for _, tt := range tests {
		t.Run(tt.root, func(t *testing.T) {
			var out strings.Builder
			r.WriteAnnotations(&out, tt.root)
			if out.String() != tt.want {
				t.Errorf("got %q, want %q", out.String(), tt.want)
			}
		})
	}
}

func TestStepSummaryIsOneTable(t *testing.T) {
	results := []Result{
		{Scenario: Scenario{Name: "passes"}, Outcome: Passed},
		{
			Scenario: Scenario{Name: "a|b`c\n<d>", File: "f"},
			Outcome:  Failed,
			Failure:  "got ```\n</details>",
			Line:     2,
		},
	}
	var out strings.Builder
	if err := WriteSummary(&out, results, Summary{Passed: 1, Failed: 1, Seed: 1,
		Parallel: 1}); err != nil {
		t.Fatal(err)
	}
	want := `### twilsim: FAIL

2 scenarios: 1 passed, 1 failed   0.00s   v 0s   seed 1   parallel 1

| scenario | outcome | time | virtual |
| --- | --- | --- | --- |
| a&#124;b&#96;c &#60;d&#62; | FAIL | 0.000 s | 0s |
| passes | ok | 0.000 s | 0s |

<details><summary>a&#124;b&#96;c &#60;d&#62;</summary>

` + "````text" + `
f:2
got ` + "```" + `
</details>
` + "````" + `

</details>

`
	want = strings.ReplaceAll(want, "   ", " ")
	if got := out.String(); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}
