package definitions

import (
	"fmt"
	"strings"

	"waybill/definitions/value"
)

// starts reads how instances come to be.
func (c *compiler) starts(k *keys) []Start {
	var out []Start
	for _, n := range k.list("start") {
		s := keysOf(n, "a start", c.found)
		start := Start{Pos: n.pos()}
		message, every := s.take("message"), s.take("every")
		if manual := s.take("manual"); manual != nil {
			start.Manual = c.manual(manual)
		}
		s.done()
		if n.kind != mapping {
			continue
		}
		if len(n.pairs) != 1 {
			c.found.add(n.pos(), codeTwoKinds, "a start is one of manual, message or every")
			continue
		}
		if message != nil {
			start.Message = c.startMessage(message)
		}
		if every != nil {
			start.Every = c.every(every)
		}
		out = append(out, start)
	}
	return out
}

func (c *compiler) manual(n *node) []string {
	k := keysOf(n, "a manual start", c.found)
	roles := []string{}
	for _, role := range k.list("roles") {
		if !c.isRole(role.text) {
			c.unknownRole(role)
			continue
		}
		roles = append(roles, role.text)
	}
	k.done()
	return roles
}

// startMessage checks that the message's body can be the input.
func (c *compiler) startMessage(n *node) string {
	m := c.message(n)
	if m == nil {
		return ""
	}
	for _, f := range c.proc.Input {
		given, ok := fieldNamed(m.With, f.Name)
		switch {
		case !ok && !f.Type.Optional && f.Default == nil:
			c.found.add(n.pos(), codeMissingInput, "the message %s cannot start this process: its body has no %q (%s)", m.ID, f.Name, f.Type)
		case ok && !fits(given.Type, f.Type) && !(given.Type.Optional && f.Default != nil):
			c.found.add(n.pos(), codeWrongType, "the message %s cannot start this process: its %q is %s, the input needs %s", m.ID, f.Name, given.Type, f.Type)
		}
	}
	for _, f := range m.With {
		if _, ok := fieldNamed(c.proc.Input, f.Name); !ok {
			c.found.add(n.pos(), codeUnknownInput, "the message %s brings %q, which is no input of this process", m.ID, f.Name)
		}
	}
	return m.ID
}

// every reads a schedule: work day at 16:00, day at 08:00, monday at 9:00, hour, or a cron text.
func (c *compiler) every(n *node) *Schedule {
	for _, f := range c.proc.Input {
		if !f.Type.Optional && f.Default == nil {
			c.found.add(n.pos(), codeMissingInput, "nobody gives the input %q when the clock starts this process", f.Name)
		}
	}
	if n.kind == scalar {
		if s, ok := schedule(strings.TrimSpace(n.text)); ok {
			return s
		}
	}
	c.found.add(n.pos(), codeWrongValue, "%q is no schedule; write work day at 16:00, day at 08:00, monday at 9:00, hour, or a cron text of five fields", clip(n.text))
	return nil
}

func schedule(text string) (*Schedule, bool) {
	s := &Schedule{Text: text}
	if fields := strings.Fields(text); len(fields) == 5 && isCron(fields) {
		s.Cron = strings.Join(fields, " ")
		return s, true
	}
	if text == "hour" {
		s.Cron = "0 * * * *"
		return s, true
	}
	day, at, ok := strings.Cut(text, " at ")
	if !ok {
		return nil, false
	}
	if at = strings.TrimSpace(at); strings.IndexByte(at, ':') == 1 {
		at = "0" + at
	}
	clock, err := value.ParseTime(at)
	if err != nil {
		return nil, false
	}
	var hour, minute int
	if _, err := fmt.Sscanf(clock, "%d:%d", &hour, &minute); err != nil {
		return nil, false
	}
	days := "*"
	switch name := strings.TrimSpace(day); name {
	case "work day":
		s.WorkDays = true
	case "day":
	default:
		weekday, ok := weekday(name)
		if !ok {
			return nil, false
		}
		days = index(int(weekday))
	}
	s.Cron = fmt.Sprintf("%d %d * * %s", minute, hour, days)
	return s, true
}

// isCron checks the five fields of a cron text: minute, hour, day of the month, month, day of the week.
func isCron(fields []string) bool {
	most := []int{59, 23, 31, 12, 7}
	for i, field := range fields {
		for part := range strings.SplitSeq(field, ",") {
			span, step, stepped := strings.Cut(part, "/")
			from, to, ranged := strings.Cut(span, "-")
			if stepped && !isUpTo(step, most[i]) || span != "*" && !isUpTo(from, most[i]) || ranged && !isUpTo(to, most[i]) {
				return false
			}
		}
	}
	return true
}

func isUpTo(text string, most int) bool {
	var n int
	if len(text) == 0 || len(text) > 2 || strings.Trim(text, "0123456789") != "" {
		return false
	}
	_, err := fmt.Sscanf(text, "%d", &n)
	return err == nil && n <= most
}
