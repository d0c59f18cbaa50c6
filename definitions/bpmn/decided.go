package bpmn

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"waybill/definitions"
	"waybill/definitions/value"
	"waybill/definitions/yamltext"
)

// variable is where a variable of another tool's conditions is found in the language.
type variable struct{ path, kind string }

// decision is what a gateway's conditions say.
type decision struct {
	conditions []*condition // one for each way; nil for the default
	otherwise  int          // the default way; -1 where there is none
	kinds      map[string]string
}

// decides reads the conditions of a gateway; false where the meaning of one is not certain.
func (c *converter) decides(it *item) (decision, bool) {
	d := decision{conditions: make([]*condition, len(it.arms)), otherwise: -1, kinds: map[string]string{}}
	usual := it.node.el.attribute("default")
	for i, a := range it.arms {
		if usual != "" && a.flow.el.attribute("id") == usual {
			d.otherwise = i
			continue
		}
		read, err := readCondition(a.flow.condition, a.flow.language)
		if err != nil || read.variables(d.kinds) != nil {
			return d, false
		}
		d.conditions[i] = read
	}
	for name, kind := range d.kinds {
		if known, there := c.variables[name]; there && known.kind != kind {
			return d, false
		}
	}
	return d, len(d.kinds) > 0
}

// chosen makes a choose of a gateway whose conditions are plain; false where they are not.
func (c *converter) chosen(out []*definitions.Written, it *item) ([]*definitions.Written, bool) {
	d, plain := c.decides(it)
	if !plain {
		return out, false
	}
	out, paths := c.found(out, it, d.kinds)
	last := d.otherwise
	if last < 0 && len(it.arms) == 2 && d.conditions[0].denies(d.conditions[1], paths) {
		last = 1
	}
	var branches []*definitions.Written
	for i, a := range it.arms {
		if i != last {
			branches = append(branches, yamltext.Map("when", d.conditions[i].formula(paths), "steps", yamltext.List(c.steps(a.items)...)))
		}
	}
	if last >= 0 {
		branches = append(branches, yamltext.Map("else", yamltext.List(c.steps(it.arms[last].items)...)))
	} else {
		c.changed(it.node.el, "it has no default: where none of its conditions holds, the error no_way is raised")
		branches = append(branches, yamltext.Map("else", yamltext.List(yamltext.Map("raise", "no_way"))))
	}
	return append(out, c.block(it, "choose", branches)), true
}

// ticked makes a parallel of an inclusive gateway whose conditions are plain; false where they are not.
func (c *converter) ticked(out []*definitions.Written, it *item) ([]*definitions.Written, bool) {
	d, plain := c.decides(it)
	if !plain {
		return out, false
	}
	out, paths := c.found(out, it, d.kinds)
	var some []*condition
	for i, read := range d.conditions {
		if i != d.otherwise {
			some = append(some, read)
		}
	}
	none := &condition{op: "not", args: []*condition{{op: "or", args: some}}}
	if len(some) == 1 {
		none.args = some
	}
	c.aside++
	defer func() { c.aside-- }()
	var branches []*definitions.Written
	for i, a := range it.arms {
		when := none.formula(paths)
		if i != d.otherwise {
			when = d.conditions[i].formula(paths)
		}
		branches = append(branches, yamltext.Map("when", when, "title", label(a), "steps", yamltext.List(c.steps(a.items)...)))
	}
	if d.otherwise < 0 {
		c.changed(it.node.el, "it has no default: where none of its conditions holds, the process goes on behind it")
	}
	return append(out, c.block(it, "parallel", branches)), true
}

// found says where the variables of conditions are. Those that nothing gives yet are asked for by the task just
// before; are inputs where a process is started by hand and nobody has worked on it before; or are asked for by a
// task of their own.
func (c *converter) found(out []*definitions.Written, it *item, kinds map[string]string) ([]*definitions.Written, map[string]string) {
	var missing []string
	for _, name := range slices.Sorted(maps.Keys(kinds)) {
		if _, known := c.variables[name]; !known {
			missing = append(missing, name)
		}
	}
	switch task := lastTask(out); {
	case len(missing) == 0:
	case task != nil:
		c.asks(task, missing, kinds)
		c.changed(it.node.el, "its conditions are formulas now: whoever completes %s says what they read: %s", yamltext.Get(task, "task").Text, told(missing, kinds))
	case c.byHand && !c.worked:
		for _, name := range missing {
			c.variables[name] = variable{c.input(name), kinds[name]}
			c.given = append(c.given, variable{c.variables[name].path, kinds[name]})
		}
		c.changed(it.node.el, "its conditions are formulas now: what they read is given at the start: %s", told(missing, kinds))
	default:
		var asker string
		out, asker = c.asking(out, it, "form", yamltext.Map())
		c.asks(out[len(out)-1], missing, kinds)
		c.changed(it.node.el, "its conditions are formulas now: whoever completes %s says what they read: %s", asker, told(missing, kinds))
	}
	paths := map[string]string{}
	for name := range kinds {
		paths[name] = c.variables[name].path
		if c.givers[name] > 1 {
			delete(c.variables, name)
		}
	}
	return out, paths
}

// lastTask returns the task that comes just before, nil where another step does.
func lastTask(out []*definitions.Written) *definitions.Written {
	if len(out) == 0 || yamltext.Get(out[len(out)-1], "task") == nil {
		return nil
	}
	return out[len(out)-1]
}

// asks adds fields to the form of a task.
func (c *converter) asks(task *definitions.Written, names []string, kinds map[string]string) {
	form := yamltext.Get(task, "form")
	if form == nil {
		form = yamltext.Map()
	}
	for _, name := range names {
		field := fieldOf(name)
		if !nowRequired(yamltext.Get(form, field), kinds[name]) {
			field = fieldName(form, name)
			yamltext.Set(form, field, yamltext.Text(kinds[name]))
		}
		c.variables[name] = variable{yamltext.Get(task, "task").Text + "." + field, kinds[name]}
	}
	yamltext.Set(task, "form", form)
}

// nowRequired makes a field of a form one that must be filled in, where it is of the kind.
func nowRequired(field *definitions.Written, kind string) bool {
	typ := field
	if field != nil && field.Kind == definitions.WrittenMap {
		typ = yamltext.Get(field, "type")
	}
	if typ == nil {
		return false
	}
	plain := strings.TrimPrefix(typ.Text, "optional ")
	if known, _ := kindOf(plain); known != kind {
		return false
	}
	typ.Text = plain
	return true
}

// kindOf returns the kind of a field of another tool's form, and its type in the language.
func kindOf(name string) (kind, typ string) {
	switch strings.ToLower(name) {
	case "long", "integer", "int":
		return "number", "integer"
	case "double", "decimal", "number":
		return "number", "number"
	case "boolean":
		return "boolean", "boolean"
	case "date":
		return "date", "date"
	}
	return "text", "text"
}

// formFields returns what the form of a task asks for, as the engines write it that keep forms in the diagram.
func (n *node) formFields() []*element {
	return append(n.el.extended("formField"), n.el.extended("formProperty")...)
}

// form gives a task the form that the diagram has for it.
func (c *converter) form(n *node, step *definitions.Written) {
	form := yamltext.Map()
	for _, e := range n.formFields() {
		name := e.attribute("id")
		if name == "" {
			continue
		}
		title := e.attribute("label")
		if title == "" {
			title = e.attribute("name")
		}
		_, typ := kindOf(e.attribute("type"))
		if strings.EqualFold(e.attribute("type"), "enum") {
			c.changed(e, "its choice is a text: write the values, as in A | B")
		}
		if e.name == "formProperty" && e.attribute("required") != "true" {
			typ = "optional " + typ
		}
		field := fieldName(form, name)
		if title == "" {
			yamltext.Set(form, field, yamltext.Text(typ))
			continue
		}
		yamltext.Set(form, field, yamltext.Map("type", typ, "title", title))
	}
	if len(form.Entries) > 0 {
		yamltext.Set(step, "form", form)
	}
}

// learn notes the variables that a task which was just made gives: those of its form that must be filled in, and
// that no other form gives. Of a variable of several forms only the task just before says for certain what it is.
func (c *converter) learn(it *item, out []*definitions.Written) {
	task := lastTask(out)
	if task == nil || it.node.gateway() {
		return
	}
	form := yamltext.Get(task, "form")
	for _, e := range it.node.formFields() {
		field := fieldOf(e.attribute("id"))
		written := yamltext.Get(form, field)
		if written == nil || c.givers[e.attribute("id")] > 1 {
			continue
		}
		typ := written.Text
		if t := yamltext.Get(written, "type"); t != nil {
			typ = t.Text
		}
		if kind, _ := kindOf(e.attribute("type")); !strings.HasPrefix(typ, "optional ") {
			c.variables[e.attribute("id")] = variable{yamltext.Get(task, "task").Text + "." + field, kind}
		}
	}
}

// fieldOf returns the name of a form's field for a variable.
func fieldOf(name string) string {
	if !value.IsName(name) || slices.Contains([]string{"outcome", "by", "at", "votes"}, name) {
		return "the_" + strings.TrimPrefix(slug(name), "the_")
	}
	return name
}

// fieldName returns a name that no field of a form has yet.
func fieldName(form *definitions.Written, name string) string {
	field := fieldOf(name)
	for yamltext.Get(form, field) != nil {
		field += "_too"
	}
	return field
}

// forget leaves of the variables those that were there before a way began, and the inputs.
func (c *converter) forget(before map[string]variable) {
	for name, v := range c.variables {
		if _, there := before[name]; !there && !slices.Contains(c.given, v) {
			delete(c.variables, name)
		}
	}
}

// input returns the name of an input for a variable.
func (c *converter) input(name string) string {
	if isFree(name) && !c.ids[name] {
		c.ids[name] = true
		return name
	}
	return c.id(name)
}

func told(names []string, kinds map[string]string) string {
	words := map[string]string{"number": "a number", "text": "a text", "boolean": "yes or no"}
	list := make([]string, len(names))
	for i, name := range names {
		list[i] = fmt.Sprintf("%s (%s)", name, words[kinds[name]])
	}
	return strings.Join(list, ", ")
}
