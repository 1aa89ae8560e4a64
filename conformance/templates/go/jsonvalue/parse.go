// Package jsonvalue reads JSON more strictly than encoding/json decodes it into structs: names match
// exactly, a member given twice can be told, null is no zero, and text has no lone surrogates.
package jsonvalue

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"
)

// Object is an object as its members in order. Other values are []any, string, json.Number, bool and nil.
type Object []Member

// Member is a name and a value of an Object.
type Member struct {
	Name  string
	Value any
}

// noText stands for a string with a lone surrogate, which may only stand where nobody reads it.
type noText struct{}

// maxDepth is far deeper than any known member; what lies deeper is checked and becomes nil.
const maxDepth = 100

var escapes = regexp.MustCompile(`\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u[dD][89a-fA-F]..|\\.`)

type parser struct {
	data    []byte
	decoder *json.Decoder
}

// Parse reads the one JSON value that data holds. No nesting is too deep (LD-04, SE-03).
func Parse(data []byte) (any, error) {
	if !utf8.Valid(data) {
		return nil, errors.New("the text is not UTF-8")
	}
	parser := &parser{data, json.NewDecoder(bytes.NewReader(data))}
	parser.decoder.UseNumber()
	value, err := parser.value(0)
	if err != nil {
		return nil, err
	}
	if _, err := parser.decoder.Token(); err != io.EOF {
		return nil, errors.New("there is more text after the value")
	}
	return value, nil
}

func (parser *parser) token() (any, error) {
	start := parser.decoder.InputOffset()
	token, err := parser.decoder.Token()
	if err == io.EOF {
		return nil, io.ErrUnexpectedEOF
	}
	text, isText := token.(string)
	if isText && strings.ContainsRune(text, utf8.RuneError) {
		if hasLoneSurrogate(parser.data[start:parser.decoder.InputOffset()]) {
			return noText{}, err
		}
	}
	return token, err
}

func hasLoneSurrogate(quoted []byte) bool {
	for _, escape := range escapes.FindAll(quoted, -1) {
		if len(escape) == len(`\ud800`) {
			return true
		}
	}
	return false
}

func (parser *parser) value(depth int) (any, error) {
	token, err := parser.token()
	if err != nil {
		return nil, err
	}
	switch {
	case token != json.Delim('[') && token != json.Delim('{'):
		return token, nil
	case depth == maxDepth:
		return nil, parser.skip()
	case token == json.Delim('['):
		return parser.array(depth + 1)
	}
	return parser.object(depth + 1)
}

func (parser *parser) array(depth int) (any, error) {
	values := []any{}
	for parser.decoder.More() {
		value, err := parser.value(depth)
		if err != nil {
			return nil, err
		}
		values = append(values, value)
	}
	_, err := parser.token()
	return values, err
}

func (parser *parser) object(depth int) (any, error) {
	members := Object{}
	for parser.decoder.More() {
		token, err := parser.token()
		if err != nil {
			return nil, err
		}
		name, _ := token.(string)
		value, err := parser.value(depth)
		if err != nil {
			return nil, err
		}
		members = append(members, Member{name, value})
	}
	_, err := parser.token()
	return members, err
}

// skip reads to the end of an array or object that has been entered.
func (parser *parser) skip() error {
	for open := 1; open > 0; {
		token, err := parser.token()
		if err != nil {
			return err
		}
		switch token {
		case json.Delim('['), json.Delim('{'):
			open++
		case json.Delim(']'), json.Delim('}'):
			open--
		}
	}
	return nil
}
