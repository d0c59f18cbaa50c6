package definitions

import (
	"maps"

	"waybill/definitions/value"
)

// snapshot returns what is known of the process data at this place.
func (c *compiler) snapshot() way { return way{names: maps.Clone(c.flow.names)} }

// after returns what is known once a way was gone to its end.
func (c *compiler) after(w way) way {
	var end way
	c.flow.try(func() {
		c.flow.follow(w)
		end = c.snapshot()
	})
	return end
}

// resultType returns what run: yields: the outcome, and the data that outlive the process. What some
// end does not know is optional.
func (c *compiler) resultType() *value.Type {
	t := &value.Type{Kind: value.Record, Name: c.proc.ID, Fields: []value.Field{{Name: "outcome", Type: c.proc.outcomeType()}}}
	known := map[string]bool{}
	for _, end := range c.ends {
		for name := range end.names {
			known[name] = c.flow.declared[name] != nil && name != "outcome"
		}
	}
	none := newFlow()
	none.declared = c.flow.declared
	for _, name := range sortedKeys(known) {
		if known[name] {
			t.Fields = append(t.Fields, value.Field{Name: name, Type: none.meet(name, c.ends)})
		}
	}
	return t
}
