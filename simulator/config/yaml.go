package config

import (
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// maxDepth is how deep the values of a YAML file may be nested. The parser needs memory for the
// square of the depth: 200,000 brackets took 23 GB.
const maxDepth = 100

// parseYAML parses a file. Errors name the line and the column.
func parseYAML(path string, data []byte) (*ast.File, error) {
	tokens := lexer.Tokenize(string(data))
	if t := tooDeep(tokens); t != nil {
		return nil, errorf("%s:%d:%d: nested deeper than %d levels", path, t.Position.Line,
			t.Position.Column, maxDepth)
	}
	file, err := parser.Parse(tokens, 0)
	if err != nil {
		return nil, syntaxError(path, err)
	}
	return file, nil
}

// tooDeep returns the first token that is nested too deep, nil for none.
func tooDeep(tokens token.Tokens) *token.Token {
	brackets := 0
	var columns []int // of the blocks in which the token is
	for _, t := range tokens {
		begin := t // of a block
		switch t.Type {
		case token.MappingStartType, token.SequenceStartType:
			brackets++
		case token.MappingEndType, token.SequenceEndType:
			brackets--
		case token.MappingValueType:
			begin = t.Prev // the key
			fallthrough
		case token.SequenceEntryType:
			if brackets > 0 || begin == nil {
				break
			}
			column := begin.Position.Column
			for len(columns) > 0 && columns[len(columns)-1] >= column {
				columns = columns[:len(columns)-1]
			}
			columns = append(columns, column)
		}
		if brackets+len(columns) > maxDepth {
			return t
		}
	}
	return nil
}
