package definitions

import "waybill/definitions/value"

// Catalogue is what a process may call and look at. The checker reads it, so that a wrong name or
// input is found before anything runs; package activities provides the one of the running system.
type Catalogue interface {
	// Action returns the action called area.name.
	Action(name string) (*Action, bool)
	// Actions returns all names, sorted.
	Actions() []string
	// Object returns the record type that a reference such as crm.customer leads to.
	Object(name string) (*value.Type, bool)
	// Objects returns all names, sorted.
	Objects() []string
}

// Action is the signature of one action of the catalogue.
type Action struct {
	Name    string
	Doc     string
	Inputs  []value.Field
	Outputs []value.Field
	Errors  []BusinessError
	// Inverse names the action that undoes this one; "" where nothing does. Its inputs are filled by
	// name: from this action's outputs first, then from its inputs.
	Inverse string
	// Contended says that the action locks rows that other instances want too (stock, credit, a
	// number series). It ends its turn, so that such locks are held for one action only.
	Contended bool
	// Remote says that the action leaves the database: it runs outside the turn as a remote call.
	Remote bool
}

// BusinessError is an outcome that an action declares and a process may handle with on_error.
type BusinessError struct {
	Code string // area.what, such as stock.short
	Doc  string
}

// Catalogue returns what the pack's actions and objects were checked against.
func (p *Pack) Catalogue() Catalogue { return p.catalogue }
