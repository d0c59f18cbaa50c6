package scenario

import (
	"slices"
	"strings"

	"waybill/definitions"
	"waybill/engine"
)

// notice is what people were told about a task.
type notice struct {
	task string
	why  engine.Notice
	to   []string
}

// superior is whom a notice goes to that is for somebody's superior.
const superior = "superior"

// taskOf returns where the open task of a wait stands, -1 for nowhere.
func (h *host) taskOf(wait engine.NodeID) int {
	return slices.IndexFunc(h.tasks, func(t *engine.OpenTask) bool { return t.Wait == wait })
}

func (h *host) tell(c engine.Notify) {
	n := notice{why: c.Why, to: slices.Concat(c.Roles, c.People)}
	if at := h.taskOf(c.Wait); at >= 0 {
		n.task = h.tasks[at].Step
	}
	if c.Superior {
		n.to = append(n.to, superior)
	}
	h.notices = append(h.notices, n)
	h.note("%s", n)
}

func (n notice) String() string {
	return string(n.why) + " about " + n.task + " to " + strings.Join(n.to, ", ")
}

// expectNotices looks for what people must have been told, one after the other.
func (h *host) expectNotices(want []definitions.ExpectedNotice) {
	at := 0
	for _, w := range want {
		said := strings.TrimSpace("told about "+w.Task+": "+w.Why) + strings.TrimRight(" to "+w.To, " to")
		found := slices.IndexFunc(h.notices[at:], func(n notice) bool {
			return n.task == w.Task && (w.Why == "" || w.Why == string(n.why)) && (w.To == "" || slices.Contains(n.to, w.To))
		})
		if found < 0 {
			h.fail(w.Pos, said, noticesText(h.notices[at:]))
			return
		}
		h.held(w.Pos, said)
		at += found + 1
	}
}

func noticesText(all []notice) string {
	if len(all) == 0 {
		return "nobody is told anything more"
	}
	texts := make([]string, len(all))
	for i, n := range all {
		texts[i] = n.String()
	}
	return strings.Join(texts, "; ")
}
