package project

import "strings"

// config is the text of twilsim.yaml.
func (p Project) config() string {
	forward := "# forward-to: http://localhost:3000\n"
	app := "# app: node server.js   # the command that starts your app; it must listen on $PORT\n"
	if p.App != "" {
		app = "app: " + yamlWord(p.App) + "\n"
		forward = "forward-to: http://localhost:3000\n"
	}
	return `# Settings of twilsim for this project: the flags of serve, run and exec, without
# the dashes. "twilsim config" prints all of them with where they come from, "twilsim help config"
# explains this file.

# What twilsim run starts for each scenario.
` + app + `
# Where twilsim serve sends webhooks: your app, as you start it yourself.
` + forward + `
# What the carrier does in twilsim serve and exec; scenarios have rules of their own.
# rules:
#   - to: +12025550142
#     then: unreachable
#     times: 1
#
# Numbers, TwiML Bins, services, handsets, opt-outs, keys and a history can be here too: "twilsim
# help config".
`
}

// yamlWord quotes a command that YAML would read otherwise.
func yamlWord(s string) string {
	if strings.ContainsAny(s, `"':#{}[]&*!|>%@`+"`") {
		return "'" + strings.ReplaceAll(s, "'", "''") + "'"
	}
	return s
}

// scenario is the text of the first scenario. The replies of the user's own app are not known, so
// it expects only that the app accepts the text.
func (p Project) scenario() string {
	if p.App != "" {
		return `# a customer texts, and the app accepts it without an error
app
sms +12025550142 +12025550100 'Hello' as=TEXT
expect webhook sid=$TEXT path=/sms http:>=200 http:<300

# its replies are delivered, and it accepts the callbacks
clock run
! expect webhook http:>=400

  # What comes next: say what the app must reply, and what it must do when the customer's phone is
  # off.
  #   expect message reply_to=$TEXT body='Hello to you' as=REPLY
  #   rule to=+12025550142 then=unreachable
  # "twilsim help scenarios" is the manual; "twilsim new NAME" writes a scenario from what you just
  # tried by hand.
`
	}
	return `# a customer texts, and the app replies
app
sms +12025550142 +12025550100 'Hello' as=TEXT
expect message reply_to=$TEXT body='You said: Hello' as=REPLY

# the reply is delivered, and the app receives the callback
clock run
expect message sid=$REPLY status=delivered
applog 'Message SID '$REPLY' has a status of delivered'

# the customer's phone is off when the next reply is sent
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
` + p.installSteps())
	b.WriteString(p.appSteps())
	b.WriteString(`      - name: Run the scenarios
        run: ` + p.Command() + ` run -junit twilsim.xml
      - name: Keep the report and the traces of failures
        if: always()
        uses: actions/upload-artifact@v4
        with:
          name: twilsim
          path: |
            twilsim.xml
            .twilsim/failures/
          include-hidden-files: true
          if-no-files-found: ignore
`)
	return b.String()
}

// installSteps install twilsim: as the tool of go.mod, or with the action of its repository.
func (p Project) installSteps() string {
	if p.Tool {
		return setup("go", "go-version-file", "go.mod")
	}
	steps := ""
	if p.kind == "go" {
		steps = setup("go", "go-version-file", "go.mod")
	}
	return steps + actionSteps
}

// actionSteps use the action that comes with the source of twilsim. A workflow cannot name an
// action by a variable, so it checks the repository out and names the folder.
const actionSteps = `      # Variables of this repository (Settings, Secrets and variables, Actions)
      # say where twilsim comes from: TWILSIM_REPOSITORY, as owner/name; and TWILSIM_VERSION, such
      # as v1.2.3, unless you want the newest release. With TWILSIM_REF, a branch, tag or commit,
      # twilsim is built from its source instead.
      - name: Find twilsim
        if: vars.TWILSIM_REPOSITORY == ''
        run: |
          echo "::error::set the variable TWILSIM_REPOSITORY to the repository of twilsim:" \
            "owner/name"
          exit 1
      - uses: actions/checkout@v4
        with:
          repository: ${{ vars.TWILSIM_REPOSITORY }}
          ref: ${{ vars.TWILSIM_REF }}
          path: .twilsim/setup
          sparse-checkout: .github/actions
      - uses: actions/setup-go@v5
        if: vars.TWILSIM_REF != ''
        with:
          go-version: stable
      - name: Install twilsim
        uses: ./.twilsim/setup/.github/actions/setup
        with:
          repository: ${{ vars.TWILSIM_REPOSITORY }}
          version: ${{ vars.TWILSIM_VERSION || 'latest' }}
          ref: ${{ vars.TWILSIM_REF }}
`

// setup is the step that installs a language.
func setup(language, input, version string) string {
	return "      - uses: actions/setup-" + language + "@" + setupVersion(language) +
		"\n        with:\n          " + input + ": " + version + "\n"
}

func setupVersion(language string) string {
	if language == "node" {
		return "v4"
	}
	return "v5"
}

// appSteps install what the app needs. GitHub's runners have Ruby and PHP.
func (p Project) appSteps() string {
	run := func(command string) string { return "      - run: " + command + "\n" }
	switch {
	case p.kind == "node" && p.lock:
		return setup("node", "node-version", "lts/*") + run("npm ci")
	case p.kind == "node":
		return setup("node", "node-version", "lts/*") + run("npm install")
	case p.kind == "python" && p.manifest == "pyproject.toml":
		return setup("python", "python-version", "3.x") + run("pip install .")
	case p.kind == "python":
		return setup("python", "python-version", "3.x") + run("pip install -r requirements.txt")
	case p.kind == "ruby":
		return run("bundle config set --local path vendor/bundle") + run("bundle install")
	case p.kind == "php":
		return run("composer install --no-interaction") + run("test -f .env || cp .env.example .env") +
			run("php artisan key:generate --force")
	}
	return ""
}
