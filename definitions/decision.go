package definitions

import "waybill/definitions/decision"

// Decision is a decision table of the pack.
type Decision struct {
	ID    string
	Pos   Position
	Table *decision.Table
}
