package engine

import (
	"encoding/json"
	"fmt"

	"waybill/definitions/value"
)

// Values is a record of process data. In JSON its decimals and money come back as what they were.
type Values map[string]any

// MarshalJSON writes the values canonically.
func (v Values) MarshalJSON() ([]byte, error) {
	if v == nil {
		return []byte("null"), nil
	}
	return value.Encode(map[string]any(v))
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (v *Values) UnmarshalJSON(text []byte) error {
	decoded, err := value.Decode(text)
	if err != nil || decoded == nil {
		*v = nil
		return err
	}
	m, ok := decoded.(map[string]any)
	if !ok {
		return fmt.Errorf("values: expected an object, found %.20s", text)
	}
	*v = m
	return nil
}

// MarshalJSON writes the data as an object of name and value.
func (d Data) MarshalJSON() ([]byte, error) { return Values(d.Map()).MarshalJSON() }

// UnmarshalJSON reads what MarshalJSON wrote.
func (d *Data) UnmarshalJSON(text []byte) error {
	var v Values
	if err := v.UnmarshalJSON(text); err != nil {
		return err
	}
	*d = dataOf(v)
	return nil
}

// Item is one untyped value of a list in a State.
type Item struct{ Value any }

// MarshalJSON writes the value canonically.
func (i Item) MarshalJSON() ([]byte, error) { return value.Encode(i.Value) }

// UnmarshalJSON reads what MarshalJSON wrote.
func (i *Item) UnmarshalJSON(text []byte) (err error) {
	i.Value, err = value.Decode(text)
	return err
}

// DecodeState reads a state that json.Marshal wrote. A format that this release does not know is an error.
func DecodeState(text []byte) (State, error) {
	var s State
	if err := json.Unmarshal(text, &s); err != nil {
		return State{}, fmt.Errorf("state: %w", err)
	}
	if s.Format != Format {
		return State{}, fmt.Errorf("state: format %d, this release reads %d", s.Format, Format)
	}
	return s, nil
}
