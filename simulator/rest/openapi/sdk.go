package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"twilsim/simulator/lazy"
)

// packages are the packages of Twilio's Go SDK from which digests are made, and the names of the
// digests. There are no documents of these products beside the repository. The documents of the
// 2010 API and of Messaging do not have all that is simulated: the expression "only" chooses the
// paths that they lack.
var packages = []struct{ folder, digest, only string }{
	{"verify/v2", "twilio_verify_v2.json", ""},
	{"content/v1", "twilio_content_v1.json", ""},
	{"content/v2", "twilio_content_v2.json", ""},
	{"lookups/v1", "twilio_lookups_v1.json", ""},
	{"lookups/v2", "twilio_lookups_v2.json", ""},
	{"events/v1", "twilio_events_v1.json", ""},
	{"api/v2010", "twilio_api_v2010_sdk.json",
		"/AvailablePhoneNumbers|/Balance|/Usage/Records"},
	{"messaging/v1", "twilio_messaging_v1_sdk.json",
		"/ChannelSenders|/LinkShortening/|/Deactivations"},
}

// runSDK writes the digests of the SDK in one folder into another.
func runSDK(from, to string) error {
	for _, p := range packages {
		short, err := digestSDK(filepath.Join(from, "rest", p.folder), p.only)
		if err != nil {
			return fmt.Errorf("%s: %w", p.folder, err)
		}
		if err := os.WriteFile(filepath.Join(to, p.digest), short, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// sdk is what is read from one package of the SDK.
type sdk struct {
	structs map[string]*ast.StructType
	paths   map[string]node // the operations of each path
	used    []string        // models of which a schema is needed
	schemas node
	only    *regexp.Regexp // of the paths that are read
}

// digestSDK returns the digest of a package of the SDK. Twilio generates the SDK from its OpenAPI
// documents, so paths, methods, names and types are there. What the SDK does not have is not in the
// digest either: the exact status of success ("2XX", and 204 for a DELETE), nullability (everything
// may be null except lists) and most enumerations.
func digestSDK(folder, only string) ([]byte, error) {
	s := &sdk{structs: map[string]*ast.StructType{}, paths: map[string]node{}, schemas: node{},
		only: regexp.MustCompile(only)}
	names, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil || len(names) == 0 {
		return nil, fmt.Errorf("no Go files in %s: %v", folder, err)
	}
	var functions []*ast.FuncDecl
	for _, name := range names {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		for _, d := range file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				functions = append(functions, d)
			case *ast.GenDecl:
				s.addTypes(d)
			}
		}
	}
	for _, f := range functions {
		if err := s.addOperation(f); err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name.Name, err)
		}
	}
	for i := 0; i < len(s.used); i++ { // schema adds to it
		name := s.used[i]
		if s.schemas[name] == nil {
			s.schemas[name] = s.model(name)
		}
	}
	return s.write(filepath.ToSlash(folder))
}

func (s *sdk) addTypes(d *ast.GenDecl) {
	for _, spec := range d.Specs {
		if t, ok := spec.(*ast.TypeSpec); ok {
			if fields, ok := t.Type.(*ast.StructType); ok {
				s.structs[t.Name.Name] = fields
			}
		}
	}
}

// call is what a function of the SDK sends.
type call struct {
	path, method, answer, body string
	form                       []string // parameters, and those of pages
	header                     []string
	json                       bool
}

// addOperation adds the operation that a function carries out, if it does.
func (s *sdk) addOperation(f *ast.FuncDecl) error {
	name := f.Name.Name
	if f.Recv == nil || strings.HasSuffix(name, "WithMetadata") {
		return nil
	}
	c := readCall(f.Body)
	if c.path == "" || c.method == "" || !s.only.MatchString(c.path) {
		return nil
	}
	name = strings.Replace(name, "Page", "List", 1)
	o := node{"operationId": name}
	fields := s.fields(name + "Params")
	if err := s.addParameters(o, c, fields); err != nil {
		return err
	}
	switch {
	case c.answer != "":
		s.used = append(s.used, c.answer)
		o["responses"] = node{"2XX": node{"description": "", "content": node{
			"application/json": node{"schema": reference(c.answer)}}}}
	case c.method == "delete":
		o["responses"] = node{"204": node{"description": ""}}
	default:
		o["responses"] = node{"2XX": node{"description": ""}}
	}
	if s.paths[c.path] == nil {
		s.paths[c.path] = node{}
	}
	s.paths[c.path][c.method] = o
	return nil
}

// addParameters adds the parameters of an operation: of its query, its form or its JSON body.
func (s *sdk) addParameters(o node, c call, fields map[string]*ast.Field) error {
	var parameters []node
	add := func(in, name string) {
		parameters = append(parameters, node{"in": in, "name": name,
			"schema": s.parameter(fields[goName(name)])})
	}
	for _, name := range c.header {
		add("header", name)
	}
	form := node{}
	for _, name := range c.form {
		if c.method == "get" || c.method == "delete" {
			add("query", name)
			continue
		}
		form[name] = s.parameter(fields[goName(name)])
	}
	switch {
	case c.json && c.body != "":
		s.used = append(s.used, c.body)
		o["requestBody"] = body("application/json", reference(c.body))
	case len(form) > 0:
		o["requestBody"] = body("application/x-www-form-urlencoded",
			node{"type": "object", "properties": form})
	case c.json:
		return fmt.Errorf("no model of its JSON body was found")
	}
	if len(parameters) > 0 {
		o["parameters"] = parameters
	}
	return nil
}

func body(mediaType string, schema node) node {
	return node{"content": node{mediaType: node{"schema": schema}}}
}

func reference(name string) node { return node{"$ref": "#/components/schemas/" + name} }

// goName returns the name of a parameter in the SDK: DateCreatedAfter, PushIncludeDate.
func goName(name string) string {
	parts := strings.FieldsFunc(name, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	for i, part := range parts {
		parts[i] = strings.ToUpper(part[:1]) + part[1:]
	}
	return strings.Join(parts, "")
}

// readCall reads what a function sends from its statements.
func readCall(block *ast.BlockStmt) call {
	var c call
	ast.Inspect(block, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			c.readAssignment(n)
		case *ast.KeyValueExpr:
			if text(n.Key) == "Content-Type" && text(n.Value) == "application/json" {
				c.json = true
			}
		case *ast.CallExpr:
			c.readCall(n)
		}
		return true
	})
	return c
}

func (c *call) readAssignment(n *ast.AssignStmt) {
	switch left := n.Lhs[0].(type) {
	case *ast.Ident:
		switch {
		case left.Name == "path" && c.path == "":
			c.path = text(n.Rhs[0])
		case left.Name == "ps":
			c.answer = composite(n.Rhs[0])
		}
	case *ast.IndexExpr:
		if name, ok := left.X.(*ast.Ident); ok && name.Name == "headers" {
			c.header = append(c.header, text(left.Index))
		}
	}
}

func (c *call) readCall(n *ast.CallExpr) {
	f, ok := n.Fun.(*ast.SelectorExpr)
	if !ok {
		return
	}
	switch receiver := f.X.(type) {
	case *ast.Ident:
		switch {
		case receiver.Name == "data" && (f.Sel.Name == "Set" || f.Sel.Name == "Add"):
			if name := text(n.Args[0]); !slices.Contains(c.form, name) {
				c.form = append(c.form, name)
			}
		case receiver.Name == "json" && f.Sel.Name == "Marshal":
			if star, ok := n.Args[0].(*ast.StarExpr); ok {
				c.body = star.X.(*ast.SelectorExpr).Sel.Name
			}
		}
	case *ast.SelectorExpr:
		if receiver.Sel.Name == "requestHandler" {
			c.method = strings.ToLower(f.Sel.Name)
		}
	}
}

// text returns the value of a constant string, "" for anything else.
func text(e ast.Expr) string {
	if l, ok := e.(*ast.BasicLit); ok && l.Kind == token.STRING {
		value, _ := strconv.Unquote(l.Value)
		return value
	}
	return ""
}

// composite returns the name of the type of &Type{}.
func composite(e ast.Expr) string {
	if u, ok := e.(*ast.UnaryExpr); ok {
		if l, ok := u.X.(*ast.CompositeLit); ok {
			if name, ok := l.Type.(*ast.Ident); ok {
				return name.Name
			}
		}
	}
	return ""
}

// fields returns the fields of a struct by their names; none if there is no such struct.
func (s *sdk) fields(name string) map[string]*ast.Field {
	fields := map[string]*ast.Field{}
	if t := s.structs[name]; t != nil {
		for _, f := range t.Fields.List {
			fields[f.Names[0].Name] = f
		}
	}
	return fields
}

// parameter returns the schema of a parameter. The SDK has no field for the number and the token of
// a page.
func (s *sdk) parameter(f *ast.Field) node {
	if f == nil {
		return node{"type": "string"}
	}
	return s.schema(f.Type)
}

// model returns the schema of a model.
func (s *sdk) model(name string) node {
	properties := node{}
	isList := strings.HasPrefix(name, "List") && strings.HasSuffix(name, "Response")
	for _, f := range s.structs[name].Fields.List {
		key, _, _ := strings.Cut(reflect.StructTag(text(f.Tag)).Get("json"), ",")
		property := s.schema(f.Type)
		if words := enumeration(f.Doc.Text()); words != nil && property["type"] == "string" {
			property["enum"] = words
		}
		if !isList && property["$ref"] == nil && property["type"] != nil {
			property["nullable"] = true
		}
		properties[key] = property
	}
	schema := node{"type": "object", "properties": properties}
	if !isList && !strings.HasSuffix(name, "Meta") {
		schema["nullable"] = true
	}
	return schema
}

// enumeration returns the words that a comment lists as the values of a field, nil if it does not.
func enumeration(comment string) []any {
	list := values().FindString(comment)
	var words []any
	for _, word := range quoted().FindAllStringSubmatch(list, -1) {
		words = append(words, word[1])
	}
	if words != nil {
		words = append(words, nil) // a field may be null
	}
	return words
}

var (
	values = lazy.Regexp("Can be: `[^.]*")
	quoted = lazy.Regexp("`([^`]*)`")
)

// schema returns the schema of a Go type.
func (s *sdk) schema(t ast.Expr) node {
	switch t := t.(type) {
	case *ast.StarExpr:
		return s.schema(t.X)
	case *ast.ArrayType:
		return node{"type": "array", "items": s.schema(t.Elt)}
	case *ast.MapType:
		return node{"type": "object"}
	case *ast.InterfaceType:
		return node{"nullable": true}
	case *ast.SelectorExpr: // time.Time
		return node{"type": "string", "format": "date-time"}
	case *ast.Ident:
		switch t.Name {
		case "string":
			return node{"type": "string"}
		case "bool":
			return node{"type": "boolean"}
		case "int", "int32", "int64":
			return node{"type": "integer"}
		case "float32", "float64":
			return node{"type": "number"}
		}
		if s.structs[t.Name] != nil {
			s.used = append(s.used, t.Name)
			return reference(t.Name)
		}
		return node{"type": "string"} // an enumeration, of which the SDK has no values
	}
	panic(fmt.Sprintf("a type that the program does not know: %T", t))
}

// write writes the digest in the form of the others.
func (s *sdk) write(folder string) ([]byte, error) {
	product := strings.Join(strings.Split(folder, "/")[strings.Count(folder, "/")-1:], " ")
	var b bytes.Buffer
	fmt.Fprintf(&b, "{\n\"openapi\": \"3.0.1\",\n"+
		"\"info\": {\"title\": \"twilio-go, %s\", \"version\": \"1\"},\n\"paths\": {\n", product)
	for i, path := range slices.Sorted(maps.Keys(s.paths)) {
		comma(&b, i)
		fmt.Fprintf(&b, "%q: {\n", path)
		if err := writeLines(&b, s.paths[path], same); err != nil {
			return nil, err
		}
		b.WriteString("}")
	}
	b.WriteString("\n},\n\"components\": {\"schemas\": {\n")
	if err := writeLines(&b, s.schemas, same); err != nil {
		return nil, err
	}
	b.WriteString("}}\n}\n")
	return b.Bytes(), nil
}

func same(n node) (node, error) { return n, nil }
