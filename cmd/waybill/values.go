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
	Values []string `arg:"" optional:"" name:"name=value" help:"Values by name. A value that is JSON is read as JSON, any other is a text: quantity=3 name=Ann 'lines=[{\"sku\":\"B-1\",\"quantity\":2}]'."`
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
		if json.Valid([]byte(text)) {
			values[name] = json.RawMessage(text)
			continue
		}
		quoted, err := json.Marshal(text)
		if err != nil {
			return nil, err
		}
		values[name] = quoted
	}
	return json.Marshal(values)
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
