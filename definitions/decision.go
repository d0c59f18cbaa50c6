package definitions

import (
	"waybill/definitions/decision"
	"waybill/definitions/value"
)

// Decision is a decision table of the pack.
type Decision struct {
	ID      string
	Pos     Position
	Title   value.Title
	Inputs  []value.Field
	Outputs []value.Field
	Table   *decision.Table
	Source  decision.Source // the table as written

	home string // of its inputs and outputs
}
