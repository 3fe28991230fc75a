package config

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"twilsim/simulator/carrier"
	"twilsim/simulator/sid"
)

// seedKeys are the keys of a file that say what an account has when a simulator starts, beside
// rules. A seed file has only these.
func seedKeys() []string {
	return []string{"bins", "content", "history", "keys", "lookup", "numbers", "optouts", "phones",
		"rules", "services", "sinks", "verify"}
}

// ReadSeed reads a file that says what the account has: the keys of [FileName] that are not
// settings. Errors are as those of [ReadFile].
func ReadSeed(path string) (File, error) {
	data, err := readText(path)
	if err != nil {
		return File{}, unreadable("the seed file", path, err)
	}
	f, err := parse(path, data)
	if err != nil {
		return File{}, err
	}
	for key, entry := range f.Values {
		if !slices.Contains(seedKeys(), key) {
			return File{}, errorf("%s: %s is a setting, and a seed file has %s", entry.Where, key,
				strings.Join(seedKeys(), ", ")).try("put it into " + FileName)
		}
	}
	return f, nil
}

// belongings is what the file says about things of the account, with the nodes for errors. They are
// read and checked with the file, and made by [File.Apply] when there is a server.
type belongings struct {
	bins      []bin
	templates []template
	services  []service
	phones    []phone
	optOuts   []optOut
	keys      []key
	verify    []verifyService
	sinks     []sink
	lookups   []looked
	history   string // the path of a file; "" for none
}

// names returns what there is under each key, without secrets.
func (b belongings) names() map[string][]string {
	all := map[string][]string{
		"bins": nil, "services": nil, "phones": nil, "optouts": nil, "keys": nil, "history": nil,
		"content": nil, "verify": nil, "sinks": nil, "lookup": nil,
	}
	for _, x := range b.verify {
		all["verify"] = append(all["verify"], x.name)
	}
	for _, x := range b.sinks {
		all["sinks"] = append(all["sinks"], x.name)
	}
	for _, x := range b.lookups {
		all["lookup"] = append(all["lookup"], x.number)
	}
	for _, x := range b.templates {
		all["content"] = append(all["content"], x.name)
	}
	for _, x := range b.bins {
		all["bins"] = append(all["bins"], x.name)
	}
	for _, x := range b.services {
		all["services"] = append(all["services"], x.name)
	}
	for _, x := range b.phones {
		all["phones"] = append(all["phones"], x.number)
	}
	for _, x := range b.optOuts {
		all["optouts"] = append(all["optouts"], x.recipient)
	}
	for _, x := range b.keys {
		all["keys"] = append(all["keys"], x.sid)
	}
	if b.history != "" {
		all["history"] = []string{b.history}
	}
	return all
}

type (
	bin struct {
		name, body string
		node       ast.Node
	}
	service struct {
		name                      string
		inbound, fallback, status string
		senders                   []string
		onNumber, advanced        bool
		node                      ast.Node
	}
	phone struct {
		number string
		state  carrier.HandsetState
		node   ast.Node
	}
	optOut struct {
		recipient, sender string
		node              ast.Node
	}
	key struct {
		sid, secret string
		node        ast.Node
	}
)

// takeSeed reads a key that is about things of the account. ok is false for any other key.
func (f *File) takeSeed(name string, node ast.Node) (ok bool, err error) {
	take := map[string]func(*ast.MappingValueNode) error{
		"bins": f.takeBin, "services": f.takeService, "phones": f.takePhone,
		"optouts": f.takeOptOut, "keys": f.takeKey,
		"content": f.takeTemplate, "verify": f.takeVerify, "sinks": f.takeSink,
		"lookup": f.takeLookup,
	}[name]
	switch {
	case name == "history":
		f.seed.history, err = f.beside(node,
			"history: want the name of a file that twilsim export wrote")
		return true, err
	case take == nil:
		return false, nil
	}
	mapping, ok := node.(*ast.MappingNode)
	if !ok {
		return true, at(f.Path, node, "%s: want lines of NAME: VALUE", name).
			try("twilsim help config")
	}
	for _, pair := range mapping.Values {
		if err := take(pair); err != nil {
			return true, err
		}
	}
	return true, nil
}

// beside reads the name of a file, which lies beside this one unless it is absolute.
func (f *File) beside(node ast.Node, want string) (string, error) {
	name, ok := scalar(node)
	if !ok || name == "" {
		return "", at(f.Path, node, "%s", want)
	}
	if !filepath.IsAbs(name) {
		name = filepath.Join(filepath.Dir(f.Path), name)
	}
	return name, nil
}

// takeBin reads a bin: its document, or the name of a file with it. A value that begins with < is a
// document: no file that people write is called so.
func (f *File) takeBin(pair *ast.MappingValueNode) error {
	name := pair.Key.GetToken().Value
	body, _ := scalar(pair.Value)
	if !strings.HasPrefix(strings.TrimSpace(body), "<") {
		path, err := f.beside(pair.Value, name+": want TwiML, or the name of a file with it")
		if err != nil {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return at(f.Path, pair.Value, "%s: ", name).within(unreadable("the document",
				path, err))
		}
		body = string(data)
	}
	f.seed.bins = append(f.seed.bins, bin{name, body, pair.Key})
	return nil
}

// takeService reads a service: its name, and lines with its settings.
func (f *File) takeService(pair *ast.MappingValueNode) error {
	s := service{name: pair.Key.GetToken().Value, node: pair.Key}
	mapping, ok := pair.Value.(*ast.MappingNode)
	if !ok {
		return at(f.Path, pair.Value, "%s: want lines of SETTING: VALUE",
			s.name).try("senders: [+12025550100]")
	}
	for _, line := range mapping.Values {
		if err := f.takeServiceLine(&s, line); err != nil {
			return err
		}
	}
	f.seed.services = append(f.seed.services, s)
	return nil
}

func (f *File) takeServiceLine(s *service, line *ast.MappingValueNode) error {
	name := line.Key.GetToken().Value
	texts := map[string]*string{"inbound": &s.inbound, "fallback": &s.fallback,
		"status-callback": &s.status}
	switches := map[string]*bool{"inbound-on-number": &s.onNumber, "advanced-opt-out": &s.advanced}
	value, ok := scalar(line.Value)
	switch {
	case name == "senders":
		return f.takeSenders(s, line.Value)
	case texts[name] != nil && ok:
		*texts[name] = value
	case switches[name] != nil && slices.Contains([]string{"on", "true"}, value):
		*switches[name] = true
	case switches[name] != nil && slices.Contains([]string{"off", "false"}, value):
	case texts[name] != nil || switches[name] != nil:
		return at(f.Path, line.Value, "%s: want a value; on or off for a switch", name)
	default:
		return at(f.Path, line.Key, "%s: unknown setting %q", s.name, name).
			try("senders, inbound, fallback, status-callback, inbound-on-number or " +
				"advanced-opt-out")
	}
	return nil
}

// takeSenders reads one sender or a list of them.
func (f *File) takeSenders(s *service, node ast.Node) error {
	nodes := []ast.Node{node}
	if list, ok := node.(*ast.SequenceNode); ok {
		nodes = list.Values
	}
	for _, n := range nodes {
		sender, ok := scalar(n)
		if !ok || sender == "" {
			return at(f.Path, n,
				"senders: want numbers, short codes or names").try("senders: [+12025550100, SHOP]")
		}
		s.senders = append(s.senders, sender)
	}
	return nil
}

func (f *File) takePhone(pair *ast.MappingValueNode) error {
	word, _ := scalar(pair.Value)
	state, err := carrier.ParseHandsetState(word)
	if err != nil {
		return at(f.Path, pair.Value, "").within(RuleError(err))
	}
	f.seed.phones = append(f.seed.phones, phone{pair.Key.GetToken().Value, state, pair.Key})
	return nil
}

// takeOptOut reads a recipient and the senders, one or several, from which it gets nothing. Whether
// the sender exists is known only when it is applied.
func (f *File) takeOptOut(pair *ast.MappingValueNode) error {
	nodes := []ast.Node{pair.Value}
	if list, ok := pair.Value.(*ast.SequenceNode); ok {
		nodes = list.Values
	}
	recipient := pair.Key.GetToken().Value
	for _, n := range nodes {
		sender, ok := scalar(n)
		if !ok || sender == "" {
			return at(f.Path, n, "%s: want a number of the account, or the name of a service",
				recipient)
		}
		f.seed.optOuts = append(f.seed.optOuts, optOut{recipient, sender, n})
	}
	return nil
}

func (f *File) takeKey(pair *ast.MappingValueNode) error {
	k := key{sid: pair.Key.GetToken().Value, node: pair.Key}
	k.secret, _ = scalar(pair.Value)
	if !sid.Valid(k.sid, "SK") || k.secret == "" {
		return at(f.Path, pair.Key, "keys: want lines of SID: SECRET").
			try("SK0123456789abcdef0123456789abcdef: a-secret-of-your-own")
	}
	f.seed.keys = append(f.seed.keys, k)
	return nil
}
