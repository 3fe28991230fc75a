package config

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/spf13/pflag"

	"twilsim/simulator/address"
	"twilsim/simulator/carrier"
	"twilsim/simulator/suggest"
	"twilsim/simulator/webhook"
)

// FileName is the name of the file of a project, in the working directory.
const FileName = "twilsim.yaml"

// File is what a project's file says. The zero File says nothing.
type File struct {
	Path      string           // as it was named; "" without a file
	Values    map[string]Entry // by the key, rules and numbers included
	Rules     []carrier.Rule
	RulesFrom string // the file with the rules, the project's own or another; "" for none
	Numbers   []Number

	seed belongings
}

// Entry is the value of a key.
type Entry struct {
	Words []string // one, or several for a flag that may be repeated; none for rules and numbers
	Where string   // twilsim.yaml:3
}

// Number is a phone number in addition to the first.
type Number struct {
	Number string
	Target string // a path below forward-to, a URL, or "" for nowhere
	node   ast.Node
}

// ReadFile reads the file at path, or [FileName] in dir if path is "". A missing FileName is a File
// that says nothing. Errors are of type [*Error] and name the file, the line and the column. A file
// that was named must exist.
func ReadFile(dir, path string) (File, error) {
	name := path
	if path == "" {
		name = filepath.Join(dir, FileName)
	}
	data, err := readText(name)
	if errors.Is(err, fs.ErrNotExist) && path == "" {
		return File{}, nil
	}
	if err != nil {
		return File{}, unreadable("the configuration", name, err)
	}
	return parseFile(name, data)
}

func parseFile(path string, data []byte) (File, error) {
	f, err := parse(path, data)
	if err != nil {
		return File{}, err
	}
	return f, f.checkNumbers()
}

// parse is parseFile without the checks that need all keys.
func parse(path string, data []byte) (File, error) {
	parsed, err := parseYAML(path, data)
	if err != nil {
		return File{}, err
	}
	f := File{Path: path, Values: map[string]Entry{}}
	for i, doc := range parsed.Docs {
		if doc.Body == nil {
			continue // nothing but comments
		}
		mapping, ok := doc.Body.(*ast.MappingNode)
		if !ok || i > 0 {
			return File{}, at(path, doc.Body, "want lines of KEY: VALUE, one document").
				try("forward-to: http://localhost:3000")
		}
		for _, pair := range mapping.Values {
			if err := f.take(pair); err != nil {
				return File{}, err
			}
		}
	}
	return f, f.checkBins()
}

// take reads one key. Its values are checked here and not when they are used, so that an error
// names their line.
func (f *File) take(pair *ast.MappingValueNode) error {
	key := pair.Key.GetToken().Value
	if _, twice := f.Values[key]; twice {
		return at(f.Path, pair.Key, "%s is here for the second time", key)
	}
	f.Values[key] = Entry{Where: lineOf(f.Path, pair.Key)}
	switch key {
	case "rules":
		return f.takeRules(pair.Value)
	case "numbers":
		return f.takeNumbers(pair.Value)
	case "quirks":
		return f.takeQuirks(pair.Value)
	case "quirk": // the name of the flag; in the file the switches have one form
		return f.unknownKey(pair.Key)
	}
	if ok, err := f.takeSeed(key, pair.Value); ok {
		return err
	}
	flag, why := fileFlag(key)
	if why != "" {
		return at(f.Path, pair.Key, "%s does not belong in this file: %s", key, why).
			try("--"+key, EnvName(key))
	}
	if flag == nil {
		return f.unknownKey(pair.Key)
	}
	return f.takeFlag(flag, pair)
}

// fileFlag returns a new flag for a key, with its checks, or nil for an unknown key. A flag that
// cannot stand in the file comes with the reason. Where several commands have a flag of the name,
// it is that of the first row in the table: their checks are the same.
func fileFlag(key string) (flag *pflag.Flag, why string) {
	if key == "help" || key == "version" {
		return nil, oneCall
	}
	for _, s := range Settings() {
		if s.Name == key {
			flags := pflag.NewFlagSet("", pflag.ContinueOnError)
			s.addFlag(flags, nil)
			return flags.Lookup(key), s.OneCall
		}
	}
	return nil, ""
}

// lineOf is the file and the line of a node.
func lineOf(path string, node ast.Node) string {
	return fmt.Sprintf("%s:%d", path, node.GetToken().Position.Line)
}

func (f *File) unknownKey(key ast.Node) error {
	name := key.GetToken().Value
	e := at(f.Path, key, "unknown key %q", name)
	names := append(seedKeys(), "quirks")
	for _, s := range Settings() {
		if s.OneCall == "" && s.Name != "quirk" {
			names = append(names, s.Name)
		}
	}
	slices.Sort(names)
	if near := suggest.Nearest(name, names); near != "" {
		return e.try(near)
	}
	return e.try("twilsim config", "lists all keys")
}

// takeFlag reads the value of a flag. The flag is a new one that only checks the value. Fill sets
// the real flag later, if the command has one and neither an argument nor a variable gives its
// value.
func (f *File) takeFlag(flag *pflag.Flag, pair *ast.MappingValueNode) error {
	nodes := []ast.Node{pair.Value}
	if several, ok := pair.Value.(*ast.SequenceNode); ok {
		if _, repeated := flag.Value.(pflag.SliceValue); !repeated {
			return at(f.Path, pair.Value, "%s: want one value", flag.Name)
		}
		nodes = several.Values
	}
	entry := f.Values[flag.Name]
	for _, node := range nodes {
		word, ok := scalar(node)
		if _, null := node.(*ast.NullNode); !ok || null {
			return at(f.Path, node, "%s: want a value", flag.Name)
		}
		if err := flag.Value.Set(word); err != nil {
			return at(f.Path, node, "%s: ", flag.Name).within(flagError(word, flag, err))
		}
		entry.Words = append(entry.Words, word)
	}
	f.Values[flag.Name] = entry
	return nil
}

// OptionError is [flagError] for a flag on the command line: it begins with the flag's name.
func OptionError(flag *pflag.Flag, value string, err error) error {
	wrong := flagError("--"+flag.Name+" "+value, flag, err)
	if strings.HasPrefix(wrong.Error(), "--") {
		return wrong
	}
	return errorf("--%s: ", flag.Name).within(wrong)
}

// flagError says what is wrong with a value of a flag, where the flag's own error would name
// functions of Go. given is the value as the user wrote it.
func flagError(given string, flag *pflag.Flag, err error) error {
	var own *Error
	if errors.As(err, &own) {
		if strings.HasPrefix(own.What, "want ") {
			e := *own
			e.What = given + " is wrong: " + own.What
			return &e
		}
		return own
	}
	kind := map[string]string{
		"int": "a whole number", "int64": "a whole number", "uint64": "a whole number",
		"count": "a whole number", "uint16": "a number up to 65535", "float64": "a number",
		"bool": "true or false", "duration": "a time such as 10s",
	}[flag.Value.Type()]
	if kind == "" {
		return errorf("%s is wrong: %v", given, err)
	}
	return errorf("%s is wrong: want %s", given, kind)
}

// takeRules reads rules, or the name of a file with rules that lies beside this one.
func (f *File) takeRules(node ast.Node) (err error) {
	if list, ok := node.(*ast.SequenceNode); ok {
		f.RulesFrom = f.Path
		for _, item := range list.Values {
			rule, err := parseRuleNode(f.Path, item)
			if err != nil {
				return err
			}
			f.Rules = append(f.Rules, rule)
		}
		return nil
	}
	name, ok := scalar(node)
	if !ok || name == "" {
		return at(f.Path, node,
			"rules: want a list of rules, or the name of a file with them").try("rules: rules.yaml")
	}
	if !filepath.IsAbs(name) {
		name = filepath.Join(filepath.Dir(f.Path), name)
	}
	f.RulesFrom = name
	// an error that has a place of its own, in the other file, is not put into this one
	if f.Rules, err = ReadRules(name); err != nil && !strings.HasPrefix(err.Error(), name+":") {
		return at(f.Path, node, "rules: ").within(err)
	}
	return err
}

// takeNumbers reads numbers, each with where its messages go.
func (f *File) takeNumbers(node ast.Node) error {
	mapping, ok := node.(*ast.MappingNode)
	if !ok {
		return at(f.Path, node, "numbers: want lines of NUMBER: URL").try("numbers:",
			"  +12025550101: /support")
	}
	for _, pair := range mapping.Values {
		number, err := address.Parse(pair.Key.GetToken().Value)
		if err != nil {
			return at(f.Path, pair.Key, "numbers: ").within(err)
		}
		target := ""
		if _, null := pair.Value.(*ast.NullNode); !null {
			if target, ok = scalar(pair.Value); !ok {
				return at(f.Path, pair.Value, "%s: want a URL, a path of the app, or a bin",
					number).try(number + ": /support")
			}
		}
		f.Numbers = append(f.Numbers, Number{number, target, pair.Value})
	}
	return nil
}

// checkBins checks that each number has a path, a URL, or a bin of the file.
func (f *File) checkBins() error {
	for _, n := range f.Numbers {
		isBin := slices.ContainsFunc(f.seed.bins, func(b bin) bool { return b.name == n.Target })
		if n.Target == "" || strings.HasPrefix(n.Target, "/") || isBin {
			continue
		}
		if err := webhook.CheckURL(n.Target); err != nil {
			return at(f.Path, n.node, "%s: ", n.Number).within(err)
		}
	}
	return nil
}

// checkNumbers checks that the file names the app if a number has a path of the app.
func (f *File) checkNumbers() error {
	for _, n := range f.Numbers {
		if _, ok := f.Values["forward-to"]; strings.HasPrefix(n.Target, "/") && !ok {
			return at(f.Path, n.node, "%s: a path needs forward-to, the app's URL", n.Number).
				try("forward-to: http://localhost:3000", n.Number+": http://localhost:3000"+n.Target)
		}
	}
	return nil
}
