package catalogue

import (
	"errors"

	"waybill/engine"
)

// Refusal is a business error on its way from an action to the process. Only codes that the action
// declares leave the registry as one.
type Refusal struct {
	engine.BusinessError
}

// Error is for logs; the process sees the code, the text and With.
func (r *Refusal) Error() string {
	if r.Text == "" {
		return r.Code
	}
	return r.Code + ": " + r.Text
}

// Refuse makes the business error with a declared code. The text is for people, with is what a
// handler may read; nil for nothing.
func Refuse(code, text string, with map[string]any) error {
	return &Refusal{engine.BusinessError{Code: code, Text: text, With: with}}
}

// Refused tells the business error in err, if there is one.
func Refused(err error) (*engine.BusinessError, bool) {
	if r, ok := errors.AsType[*Refusal](err); ok {
		return &r.BusinessError, true
	}
	return nil, false
}
