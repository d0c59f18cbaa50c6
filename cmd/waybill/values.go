package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// valuesFlags are process values on a command line: name=value arguments, over a JSON object.
type valuesFlags struct {
	Values []string `arg:"" optional:"" name:"name=value" help:"Values by name, each written as in a pack; lists and records are JSON: quantity=3 number=1001 'lines=[{\"sku\":\"B-1\",\"quantity\":2}]'. null is no value."`
	With   string   `help:"A JSON object of values: the text itself, @FILE, or - for the standard input." placeholder:"JSON"`
}

// read returns the values as one JSON object.
func (v valuesFlags) read(stdin io.Reader) (json.RawMessage, error) {
	values, err := v.base(stdin)
	if err != nil {
		return nil, withCode(exitUsage, fmt.Errorf("--with: %w", err))
	}
	for _, given := range v.Values {
		name, text, found := strings.Cut(given, "=")
		if !found || name == "" {
			return nil, withCode(exitUsage, fmt.Errorf("%q: not of the form name=value", given))
		}
		if values[name], err = written(text); err != nil {
			return nil, err
		}
	}
	return json.Marshal(values)
}

// written is a value as JSON. The server reads a text by the type that is declared, so that 1001 is a
// number only where a number is meant; lists, records, quoted texts and null are JSON already.
func written(text string) (json.RawMessage, error) {
	begins := strings.TrimLeft(text, " \t\r\n")
	if begins == "null" || begins != "" && strings.ContainsRune(`[{"`, rune(begins[0])) {
		if json.Valid([]byte(text)) {
			return json.RawMessage(text), nil
		}
	}
	return json.Marshal(text)
}

func (v valuesFlags) base(stdin io.Reader) (map[string]json.RawMessage, error) {
	values := map[string]json.RawMessage{}
	text := []byte(v.With)
	var err error
	switch {
	case v.With == "":
		return values, nil
	case v.With == "-":
		text, err = io.ReadAll(stdin)
	case strings.HasPrefix(v.With, "@"):
		text, err = os.ReadFile(v.With[1:])
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, &values); err != nil || values == nil {
		return nil, errors.Join(errors.New("a JSON object is expected"), err)
	}
	return values, nil
}
