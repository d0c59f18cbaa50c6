package formula

import (
	"strings"

	"github.com/expr-lang/expr/ast"

	"waybill/definitions/value"
)

// named tells who wants to know that a field of a record is named at a node. One without a home is no field
// that the pack declares.
func (c *checker) named(at ast.Node, home, field string) {
	if home != "" {
		c.tell(at, home, field)
	}
}

func (c *checker) tell(at ast.Node, home, name string) {
	if c.static.Named == nil {
		return
	}
	from := at.Location().From
	if from >= 0 && from < len(c.source) && strings.ContainsRune("\"'`.", c.source[from]) {
		from++
	}
	c.static.Named(c.text.original(from), home, name)
}

// writtenOut notes the keys of a record that is written out, in case it becomes one that the pack declares.
func (c *checker) writtenOut(t *value.Type, keys []*ast.StringNode) {
	if len(t.Fields) > 0 {
		c.records[&t.Fields[0]] = keys
	}
}

// becomes tells that a record which was written out is one that the pack declares.
func (c *checker) becomes(from, to *value.Type) {
	if from.Home != "" || len(from.Fields) == 0 {
		return
	}
	for _, key := range c.records[&from.Fields[0]] {
		if _, known := to.Field(key.Value); known {
			c.named(key, to.Home, key.Value)
		}
	}
}
