package project

import "strings"

// config is the text of twilsim.yaml.
func (p Project) config() string {
	forward := "# forward-to: http://localhost:3000\n"
	app := "# app: node server.js            # the command that starts your app; it must listen on the port that PORT names\n"
	if p.App != "" {
		app = "app: " + yamlWord(p.App) + "\n"
		forward = "forward-to: http://localhost:3000\n"
	}
	return `# Settings of twilsim for this project: the flags of serve, run and exec, without the dashes. "twilsim config" prints all of
# them with where they come from, "twilsim help config" explains this file.

# What twilsim run starts for each scenario.
` + app + `
# Where twilsim serve sends webhooks: your app, as you start it yourself.
` + forward + `
# What the carrier does in twilsim serve and exec; scenarios have rules of their own.
# rules:
#   - to: +12025550142
#     then: unreachable
#     times: 1
`
}

// yamlWord quotes a command that YAML would read otherwise.
func yamlWord(s string) string {
	if strings.ContainsAny(s, `"':#{}[]&*!|>%@`+"`") {
		return "'" + strings.ReplaceAll(s, "'", "''") + "'"
	}
	return s
}

// scenario is the text of the first scenario. What an app answers that somebody wrote himself nobody knows; what every app
// does is to take the text.
func (p Project) scenario() string {
	if p.App != "" {
		return `# a customer texts, and the app takes it without an error
app
sms +12025550142 +12025550100 'Hello' as=TEXT
expect webhook sid=$TEXT path=/sms http:>=200 http:<300

# whatever it replied has been delivered a while later, and it took the receipts
clock run
! expect webhook http:>=400

  # What comes next: say what the app must reply, and what it must do when the customer's phone is off.
  #   expect message reply_to=$TEXT body='Hello to you' as=REPLY
  #   rule to=+12025550142 then=unreachable
  # "go doc twilsim/testscript" is the manual; "twilsim new NAME" writes a scenario from what you just tried by hand.
`
	}
	return `# a customer texts, and the app replies
app
sms +12025550142 +12025550100 'Hello' as=TEXT
expect message reply_to=$TEXT body='You said: Hello' as=REPLY

# the reply is delivered, and the app hears of it
clock run
expect message sid=$REPLY status=delivered
applog 'Message SID '$REPLY' has a status of delivered'

# the next one finds the customer's phone switched off
rule to=+12025550142 then=unreachable
sms +12025550142 +12025550100 'Are you there?' as=AGAIN
clock run
expect message reply_to=$AGAIN status=undelivered error_code=30003
expect webhook MessageStatus=undelivered ErrorCode=30003
`
}

// workflow is the text of the workflow. Its actions are those of GitHub itself.
func (p Project) workflow() string {
	var b strings.Builder
	b.WriteString(`# Runs the scenarios of this project with twilsim.
name: twilsim
on:
  push:
  pull_request:
permissions:
  contents: read
jobs:
  scenarios:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-go@v5
        with:
` + p.goVersion())
	if !p.Tool {
		b.WriteString(installSteps)
	}
	b.WriteString(p.appSteps())
	b.WriteString(`      - name: Run the scenarios
        run: ` + p.Command() + ` run -junit twilsim.xml
      - name: Keep the report
        if: always()
        uses: actions/upload-artifact@v4
        with:
          name: twilsim
          path: twilsim.xml
          if-no-files-found: ignore
`)
	return b.String()
}

// goVersion is the version of Go: the project's own, where it has one that builds twilsim.
func (p Project) goVersion() string {
	if p.Tool {
		return "          go-version-file: go.mod\n"
	}
	return "          go-version: stable\n"
}

// installSteps build twilsim from its source. It has no release that a workflow could fetch, so somebody has to say once where
// the source is.
const installSteps = `      # twilsim has no published release, so it is built from its source. Say where that is with a variable of this repository
      # (Settings, Secrets and variables, Actions, Variables): TWILSIM_REPOSITORY, as owner/name.
      - name: Find twilsim's source
        if: vars.TWILSIM_REPOSITORY == ''
        run: |
          echo "::error::set the variable TWILSIM_REPOSITORY to the repository with twilsim's source, as owner/name"
          exit 1
      - uses: actions/checkout@v4
        with:
          repository: ${{ vars.TWILSIM_REPOSITORY }}
          path: .twilsim-source
      - name: Install twilsim
        run: |
          mkdir -p "$RUNNER_TEMP/bin"
          go -C .twilsim-source build -o "$RUNNER_TEMP/bin/twilsim" ./simulator/cmd/twilsim
          echo "$RUNNER_TEMP/bin" >> "$GITHUB_PATH"
`

// appSteps install what the app needs.
func (p Project) appSteps() string {
	switch {
	case p.kind == "node" && p.lock:
		return "      - uses: actions/setup-node@v4\n        with:\n          node-version: lts/*\n      - run: npm ci\n"
	case p.kind == "node":
		return "      - uses: actions/setup-node@v4\n        with:\n          node-version: lts/*\n      - run: npm install\n"
	case p.kind == "python":
		return "      - uses: actions/setup-python@v5\n        with:\n          python-version: 3.x\n      - run: pip install -r requirements.txt\n"
	}
	return ""
}
