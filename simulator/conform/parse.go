package conform

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"twilsim/simulator/lazy"
	"twilsim/simulator/suggest"
)

//go:embed probes/*.probe
var embedded embed.FS

// load reads the probes that are part of the program.
func load() ([]*probe, error) { return loadFrom(embedded) }

// loadFrom reads all files probes/*.probe. Its error names the file and line of each fault.
func loadFrom(files fs.FS) ([]*probe, error) {
	names, err := fs.Glob(files, "probes/*.probe")
	if err != nil {
		return nil, err
	}
	p := newParser()
	var faults []error
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		faults = append(faults, p.file(path.Base(name), string(text))...)
	}
	return p.probes, errors.Join(faults...)
}

// parser reads files one after the other. The files are read in the order of their names, so a
// fixture may be used by those that come later.
type parser struct {
	name      string
	line      int
	now       *probe // probe or fixture whose lines are being read
	isFixture bool
	known     map[string]bool // variables that exist at this line
	probes    []*probe
	fixtures  map[string]*probe
	names     map[string]*probe

	directives map[string]func(string) error // words that a line can begin with
}

func (p *parser) file(name, text string) []error {
	p.name, p.now = name, nil
	var faults []error
	for i, line := range strings.Split(text, "\n") {
		p.line = i + 1
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		if err := p.directive(line); err != nil {
			faults = append(faults, p.fault(p.line, err))
		}
	}
	return append(faults, p.finish()...)
}

func (p *parser) fault(line int, err error) error {
	return fmt.Errorf("%s:%d: %w", p.name, line, err)
}

// directive reads one line.
func (p *parser) directive(line string) error {
	word, rest, _ := strings.Cut(line, " ")
	rest = strings.TrimSpace(rest)
	read, ok := p.directives[word]
	if !ok {
		return unknown("directive", word, slices.Sorted(maps.Keys(p.directives)))
	}
	if rest == "" {
		return fmt.Errorf("%s has no value", word)
	}
	if p.now == nil && word != "probe" && word != "fixture" {
		return fmt.Errorf("%s stands before the first probe", word)
	}
	return read(rest)
}

// newParser returns a parser with the table of directives.
func newParser() *parser {
	p := &parser{fixtures: map[string]*probe{}, names: map[string]*probe{}}
	p.directives = map[string]func(string) error{
		"probe": p.probe, "fixture": p.fixture, "fact": p.fact, "use": p.use,
		"as": p.as, "setup": p.setup,
		"save": p.save, "await": p.await, "ask": p.ask, "cleanup": p.cleanup,
	}
	for name, build := range checks {
		p.directives[name] = func(rest string) error { return p.expect(name, rest, build) }
	}
	return p
}

func unknown(kind, word string, words []string) error {
	if near := suggest.Nearest(word, words); near != "" {
		return fmt.Errorf("unknown %s %q: did you mean %s?", kind, word, near)
	}
	return fmt.Errorf("unknown %s %q: there are %s", kind, word, strings.Join(words, ", "))
}

var namePattern = lazy.Regexp(`^[a-z0-9_]+(\.[a-z0-9_]+)*$`)

func (p *parser) begin(name string) error {
	if !namePattern().MatchString(name) {
		return fmt.Errorf("%q is not a name: use letters, digits, _ and dots", name)
	}
	if other := p.names[name]; other != nil {
		return fmt.Errorf("the name %s is taken by %s:%d", name, other.file, other.line)
	}
	p.now = &probe{name: name, file: p.name, line: p.line, as: asAccount}
	p.names[name], p.known = p.now, map[string]bool{}
	return nil
}

func (p *parser) probe(rest string) error {
	if err := p.begin(rest); err != nil {
		return err
	}
	p.isFixture, p.probes = false, append(p.probes, p.now)
	return nil
}

func (p *parser) fixture(rest string) error {
	if err := p.begin(rest); err != nil {
		return err
	}
	p.isFixture, p.fixtures[rest] = true, p.now
	return nil
}

// finish checks the probes of the file that was read.
func (p *parser) finish() []error {
	var faults []error
	for _, one := range p.probes {
		if one.file != p.name {
			continue
		}
		for _, missing := range []struct {
			is   bool
			what string
		}{
			{len(one.facts) == 0, "fact"}, {one.ask == nil, "ask"},
			{len(one.check) == 0, "expectation, such as status"},
		} {
			if missing.is {
				err := fmt.Errorf("probe %s has no %s", one.name, missing.what)
				faults = append(faults, p.fault(one.line, err))
			}
		}
	}
	return faults
}

var factPattern = lazy.Regexp(`^F-\d{3}$`)

func (p *parser) fact(rest string) error {
	for word := range strings.FieldsSeq(rest) {
		if !factPattern().MatchString(word) {
			return fmt.Errorf("%q is not the number of a fact such as F-192", word)
		}
		p.now.facts = append(p.now.facts, word)
	}
	return nil
}

// The steps are copied as they are at this line.
func (p *parser) use(rest string) error {
	f := p.fixtures[rest]
	if f == nil {
		return unknown("fixture", rest, slices.Sorted(maps.Keys(p.fixtures)))
	}
	p.now.steps = append(p.now.steps, f.steps...)
	p.now.after = append(slices.Clone(f.after), p.now.after...)
	for _, s := range f.steps {
		if s.save != nil {
			p.known[s.save.variable] = true
		}
	}
	return nil
}

func (p *parser) as(rest string) error {
	all := []string{string(asAccount), string(asTest), string(asNobody), string(asWrong)}
	if !slices.Contains(all, rest) {
		return unknown("identity", rest, all)
	}
	p.now.as = identity(rest)
	return nil
}

func (p *parser) setup(rest string) error {
	r, err := p.request(rest)
	p.now.steps = append(p.now.steps, step{send: &r})
	return err
}

func (p *parser) ask(rest string) error {
	r, err := p.request(rest)
	switch {
	case err != nil:
		return err
	case p.isFixture:
		return errors.New("a fixture has no ask")
	case p.now.ask != nil:
		return errors.New("a probe has one ask")
	}
	p.now.ask = &r
	return nil
}

// cleanup puts the request before those that are there: what was made last is removed first.
func (p *parser) cleanup(rest string) error {
	r, err := p.request(rest)
	p.now.after = slices.Insert(p.now.after, 0, r)
	return err
}

func (p *parser) save(rest string) error {
	words := strings.Fields(rest)
	if len(words) != 2 {
		return errors.New("save takes VARIABLE FIELD")
	}
	p.known[words[0]] = true
	if p.now.ask != nil {
		p.now.saves = append(p.now.saves, save{words[0], words[1]})
		return nil
	}
	p.now.steps = append(p.now.steps, step{save: &save{words[0], words[1]}})
	return nil
}

func (p *parser) await(rest string) error {
	words := strings.Fields(rest)
	if len(words) != 3 {
		return errors.New("await takes PATH FIELD REGEXP")
	}
	r, err := p.request("GET " + words[0])
	if err != nil {
		return err
	}
	if _, err := regexp.Compile(words[2]); err != nil {
		return err
	}
	p.now.steps = append(p.now.steps, step{await: &await{r, words[1], words[2]}})
	return nil
}

func (p *parser) expect(name, rest string, build func(string) (check, error)) error {
	if p.isFixture {
		return fmt.Errorf("a fixture has no %s", name)
	}
	if err := p.variables(rest); err != nil {
		return err
	}
	if n := len(p.now.check); name == "message" && n > 0 && p.now.check[n-1].name == name {
		p.now.check[n-1].also(rest)
		return nil
	}
	c, err := build(rest)
	if err != nil {
		return err
	}
	c.name = name
	p.now.check = append(p.now.check, c)
	return nil
}

var wordPattern = lazy.Regexp(`'[^']*'|[^\s']+`)

// request reads METHOD PATH NAME=VALUE...
func (p *parser) request(rest string) (request, error) {
	words := wordPattern().FindAllString(rest, -1)
	if len(words) < 2 {
		return request{}, errors.New("a request is METHOD PATH [NAME=VALUE]")
	}
	r := request{method: words[0], path: words[1]}
	if methods := []string{"GET", "POST", "DELETE", "PUT"}; !slices.Contains(methods, r.method) {
		return r, unknown("method", r.method, methods)
	}
	for _, word := range words[2:] {
		name, value, ok := strings.Cut(strings.Trim(word, "'"), "=")
		if !ok {
			return r, fmt.Errorf("%q is not NAME=VALUE", word)
		}
		r.form = append(r.form, pair{name, value})
	}
	return r, p.variables(rest)
}

var variablePattern = lazy.Regexp(`\$(\w+|\{[^}]*\})`)

// variables checks that each variable of a line exists there.
func (p *parser) variables(line string) error {
	for _, m := range variablePattern().FindAllStringSubmatch(line, -1) {
		name := strings.Trim(m[1], "{}")
		if _, ok := computed(name, nil); ok || slices.Contains(given, name) || p.known[name] {
			continue
		}
		return unknown("variable", name, append(slices.Sorted(maps.Keys(p.known)), given...))
	}
	return nil
}
