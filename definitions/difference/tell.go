package difference

import (
	"fmt"
	"strings"
)

// Tell writes changes for people, one a line, under a heading for the pack and one for each process.
// Two revisions that do not differ give "nothing differs".
func Tell(changes []Change) string {
	if len(changes) == 0 {
		return "nothing differs\n"
	}
	var b strings.Builder
	heading := "?"
	for _, c := range changes {
		if c.Process != heading {
			heading = c.Process
			if heading == "" {
				b.WriteString("the pack\n")
			} else {
				fmt.Fprintf(&b, "process %s\n", heading)
			}
		}
		b.WriteString("  " + c.String() + "\n")
	}
	return b.String()
}

// String tells of one change, as in: + task check  after do stock.reserve of stage supply.
func (c Change) String() string {
	name := strings.TrimSpace(c.What + " " + c.Name)
	if c.What == "step" {
		name = c.Name
	}
	switch c.How {
	case Added:
		return strings.TrimRight("+ "+name+beside(c.Where)+beside(c.After), " ")
	case Removed:
		return strings.TrimRight("- "+name+beside(c.Where)+beside(c.Before), " ")
	case Moved:
		return "> " + name + "  moved: was " + c.Before + ", is " + c.Where
	case Renamed:
		return "~ " + name + "  was called " + c.Before
	case Suspected:
		return "~ " + name + "  was probably called " + c.Before + " (waybill migrate: --map " + c.Before + "=" + c.After + ")"
	}
	key := ""
	if c.Key != "" {
		key = "  " + c.Key
	}
	return "* " + name + beside(c.Where) + key + ": " + orNothing(c.Before) + " -> " + orNothing(c.After)
}

func beside(text string) string {
	if text == "" {
		return ""
	}
	return "  " + text
}

func orNothing(text string) string {
	if text == "" {
		return "(none)"
	}
	return text
}
