package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/spf13/pflag"

	"twilsim/simulator"
	"twilsim/simulator/address"
	"twilsim/simulator/carrier"
	"twilsim/simulator/suggest"
	"twilsim/simulator/webhook"
)

// configName is the file of a project, in the working directory.
const configName = "twilsim.yaml"

// config is what a project's file says. The zero config says nothing.
type config struct {
	path      string // as it was named; "" where there is no file
	values    map[string]configValue
	rules     []carrier.Rule
	rulesFrom string // the file with the rules, the project's own or another; "" for none
	numbers   []configNumber
}

// configValue is what stands behind a key that is the name of a flag.
type configValue struct {
	words []string // one, or several for a flag that may be repeated
	where string   // twilsim.yaml:3
	used  bool     // a flag of the command has it
}

// configNumber is a phone number beside the first.
type configNumber struct {
	number string
	target string // a path below forward-to, a URL, or "" for nowhere
	node   ast.Node
}

// readConfig reads the file that --config names, or the one of the working directory, where there is one. Errors
// name the file, the line and the column.
func (c *cli) readConfig() (config, error) {
	path := or(c.configFile, configName)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && c.configFile == "" {
		c.warnOtherName()
		return config{}, nil
	}
	if err != nil {
		return config{}, unreadable("the configuration", path, err)
	}
	return parseConfig(path, data, configKeys())
}

// warnOtherName tells of a file that somebody meant for this one: what it says must not be ignored in silence.
func (c *cli) warnOtherName() {
	const other = "twilsim.yml"
	if _, err := os.Stat(other); err == nil {
		c.ui.warnf("%s is not read: call it %s", other, configName)
	}
}

// parseConfig reads a file whose keys are the names of the flags in known, and rules and numbers.
func parseConfig(path string, data []byte, known map[string]*pflag.Flag) (config, error) {
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		return config{}, syntaxFailure(path, err)
	}
	cfg := config{path: path, values: map[string]configValue{}}
	for i, doc := range file.Docs {
		if doc.Body == nil {
			continue // nothing but comments
		}
		mapping, ok := doc.Body.(*ast.MappingNode)
		if !ok || i > 0 {
			return config{}, at(path, doc.Body, "want lines of KEY: VALUE, one document").try("forward-to: http://localhost:3000")
		}
		for _, pair := range mapping.Values {
			if err := cfg.take(pair, known); err != nil {
				return config{}, err
			}
		}
	}
	return cfg, cfg.checkNumbers()
}

// take reads one key.
func (cfg *config) take(pair *ast.MappingValueNode, known map[string]*pflag.Flag) error {
	key := pair.Key.GetToken().Value
	if _, twice := cfg.values[key]; twice {
		return at(cfg.path, pair.Key, "%s stands here for the second time", key)
	}
	cfg.values[key] = configValue{where: lineOf(cfg.path, pair.Key)}
	switch key {
	case "rules":
		return cfg.takeRules(pair.Value)
	case "numbers":
		return cfg.takeNumbers(pair.Value)
	}
	if why := perCall()[key]; why != "" {
		return at(cfg.path, pair.Key, "%s does not belong into this file: %s", key, why).try("--"+key, envName(key))
	}
	flag := known[key]
	if flag == nil {
		return cfg.unknownKey(pair.Key, known)
	}
	return cfg.takeFlag(flag, pair)
}

// lineOf is the file and the line of a node.
func lineOf(path string, node ast.Node) string {
	return fmt.Sprintf("%s:%d", path, node.GetToken().Position.Line)
}

func (cfg *config) unknownKey(key ast.Node, known map[string]*pflag.Flag) error {
	name := key.GetToken().Value
	f := at(cfg.path, key, "unknown key %q", name)
	names := []string{"rules", "numbers"}
	for flag := range known {
		names = append(names, flag)
	}
	slices.Sort(names)
	if near := suggest.Nearest(name, names); near != "" {
		return f.try(near)
	}
	return f.try("twilsim config", "lists all keys")
}

// perCall are the flags that say something about one call of the command and nothing about a project, each with the reason
// why it is no key.
func perCall() map[string]string {
	const oneCall = "it is about one call of the command"
	reasons := map[string]string{"access-token": "it is a secret, and the file is for the repository"}
	for _, name := range []string{"config", "help", "json", "list", "open", "print-env", "run", "shard", "update", "verbose",
		"version", "watch"} {
		reasons[name] = oneCall
	}
	return reasons
}

// takeFlag reads the value of a flag, and makes sure that the flag can have it.
func (cfg *config) takeFlag(flag *pflag.Flag, pair *ast.MappingValueNode) error {
	nodes := []ast.Node{pair.Value}
	if list, ok := pair.Value.(*ast.SequenceNode); ok {
		if _, several := flag.Value.(pflag.SliceValue); !several {
			return at(cfg.path, pair.Value, "%s: want one value", flag.Name)
		}
		nodes = list.Values
	}
	value := cfg.values[flag.Name]
	for _, node := range nodes {
		word, ok := scalar(node)
		if _, null := node.(*ast.NullNode); !ok || null {
			return at(cfg.path, node, "%s: want a value", flag.Name)
		}
		if err := checkValue(flag, word); err != nil {
			return within(at(cfg.path, node, "%s: ", flag.Name), err)
		}
		value.words = append(value.words, word)
	}
	cfg.values[flag.Name] = value
	return nil
}

// within puts the place of a value in front of what is wrong with it.
func within(f *failure, err error) error {
	f.err = err
	var wrong *failure
	if !errors.As(err, &wrong) {
		f.what += err.Error()
		return f
	}
	f.what += wrong.what
	f.rows = wrong.rows
	return f
}

// checkValue makes sure that a flag can have a value: that it is of the flag's type, and what the command would say later.
func checkValue(flag *pflag.Flag, word string) error {
	if err := checkType(flag, word); err != nil {
		return err
	}
	var err error
	switch flag.Name {
	case "speed":
		_, err = parseSpeed(word)
	case "number":
		_, err = address.Parse(word)
	case "forward":
		_, err = webhook.ParseRoute(word)
	case "forward-to", "url":
		err = webhook.CheckURL(word)
	case "fail-on":
		err = execOptions{failOn: []string{word}}.check()
	case "color":
		err = (&ui{}).setColor(word, func(string) string { return "" })
	case "timeout":
		if strings.HasPrefix(flag.Value.String(), "-") || flag.Value.String() == "0s" {
			err = misuse("%s is no time to wait", word)
		}
	case "seed":
		if word == "0" {
			err = misuse("want a number above 0")
		}
	}
	return err
}

// checkType gives the flag the value. It is nobody's flag: it was made to ask it.
func checkType(flag *pflag.Flag, word string) error {
	if list, ok := flag.Value.(pflag.SliceValue); ok {
		return list.Append(word)
	}
	if err := flag.Value.Set(word); err != nil {
		return misuse("%s", wrongValue(word, flag, err))
	}
	return nil
}

// takeRules reads rules, or the name of a file with rules that lies beside this one.
func (cfg *config) takeRules(node ast.Node) (err error) {
	if list, ok := node.(*ast.SequenceNode); ok {
		cfg.rulesFrom = cfg.path
		for _, item := range list.Values {
			rule, err := parseRuleNode(cfg.path, item)
			if err != nil {
				return err
			}
			cfg.rules = append(cfg.rules, rule)
		}
		return nil
	}
	name, ok := scalar(node)
	if !ok || name == "" {
		return at(cfg.path, node, "rules: want a list of rules, or the name of a file with them").try("rules: rules.yaml")
	}
	if !filepath.IsAbs(name) {
		name = filepath.Join(filepath.Dir(cfg.path), name)
	}
	cfg.rulesFrom = name
	if cfg.rules, err = readRules(name); err != nil && !strings.HasPrefix(err.Error(), name+":") {
		return within(at(cfg.path, node, "rules: "), err)
	}
	return err
}

// takeNumbers reads numbers, each with where its messages go.
func (cfg *config) takeNumbers(node ast.Node) error {
	mapping, ok := node.(*ast.MappingNode)
	if !ok {
		return at(cfg.path, node, "numbers: want lines of NUMBER: URL").try("numbers:", "  +12025550101: /support")
	}
	for _, pair := range mapping.Values {
		number, err := address.Parse(pair.Key.GetToken().Value)
		if err != nil {
			return within(at(cfg.path, pair.Key, "numbers: "), err)
		}
		target := ""
		if _, null := pair.Value.(*ast.NullNode); !null {
			if target, ok = scalar(pair.Value); !ok {
				return at(cfg.path, pair.Value, "%s: want a URL, or a path of the app", number).try(number + ": /support")
			}
		}
		if target != "" && !strings.HasPrefix(target, "/") {
			if err := webhook.CheckURL(target); err != nil {
				return within(at(cfg.path, pair.Value, "%s: ", number), err)
			}
		}
		cfg.numbers = append(cfg.numbers, configNumber{number, target, pair.Value})
	}
	return nil
}

// checkNumbers makes sure that a path has the app's URL to stand behind.
func (cfg *config) checkNumbers() error {
	for _, n := range cfg.numbers {
		if _, ok := cfg.values["forward-to"]; strings.HasPrefix(n.target, "/") && !ok {
			return at(cfg.path, n.node, "%s: a path needs forward-to, the app's URL", n.number).
				try("forward-to: http://localhost:3000", n.number+": http://localhost:3000"+n.target)
		}
	}
	return nil
}

// furnish gives an account the rules and numbers of the file.
func (cfg *config) furnish(sim *simulator.Server) error {
	account := sim.Account()
	if cfg.rules != nil {
		account.Rules.Replace(cfg.rules)
	}
	for _, n := range cfg.numbers {
		target := n.target
		if strings.HasPrefix(target, "/") {
			target = sim.ForwardTo + target
		}
		if _, err := account.SetNumber(n.number, target, ""); err != nil {
			return within(at(cfg.path, n.node, "%s: ", n.number), err)
		}
	}
	return nil
}
