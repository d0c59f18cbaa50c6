package main

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"waybill/api"
)

type migrateCommand struct {
	serverFlags
	actorFlags
	Pack     string            `help:"Name of the pack." required:"" placeholder:"PACK"`
	From     int               `help:"The revision that the instances are on." required:"" placeholder:"N"`
	To       int               `help:"The revision that they move to." required:"" placeholder:"N"`
	Process  string            `help:"Only instances of this process." placeholder:"PROCESS"`
	Map      map[string]string `help:"A renamed step, as OLD=NEW. Give it once for each." placeholder:"OLD=NEW"`
	Instance []uuid.UUID       `help:"Only this instance. Give it once for each." placeholder:"ID"`
	DryRun   bool              `help:"Only say who can move, where each open step goes, what is left of each deadline, and why not."`
	Limit    int               `help:"At most so many instances. Default: all." placeholder:"N"`
	Reason   string            `help:"Why; it stands in the history." placeholder:"TEXT"`
	Verbose  bool              `short:"v" help:"Also tell of those that moved where their open steps went, and what was left of each deadline."`
}

func (migrateCommand) Help() string {
	return `Moves running instances, sub-processes among them, to another revision of their pack. Each moves as one recorded step, or stays and says why. Stopped in the middle, the same command goes on with those that are left.

Examples:
  waybill migrate --pack manufacturing --from 3 --to 4 --dry-run
  waybill migrate --pack manufacturing --from 3 --to 4 --map pick=collect --as li.wei --reason "the new pick list"

Ends with 1 where an instance cannot move.`
}

// migrated is what migrate tells, as JSON.
type migrated struct {
	Items []api.Movement `json:"items"`
	Total map[string]int `json:"total"`
}

// pageSize is how many instances are asked for at a time.
const pageSize = 50

func (c *migrateCommand) Run(ctx context.Context, out *printer) error {
	server, err := c.connect(out)
	if err != nil {
		return err
	}
	result := migrated{Items: []api.Movement{}, Total: map[string]int{}}
	server.out = nil
	bar := out.progress("migrate")
	defer bar.end()
	after := uuid.Nil
	for {
		size := pageSize
		if c.Limit > 0 {
			size = min(size, c.Limit-len(result.Items))
		}
		var got struct {
			Items []api.Movement `json:"items"`
			Total int            `json:"total"`
			Next  uuid.UUID      `json:"next"`
		}
		if err := server.do(ctx, c.page(size, after), &got); err != nil {
			return err
		}
		for _, m := range got.Items {
			result.Total[m.State]++
		}
		result.Items = append(result.Items, got.Items...)
		bar.step(len(result.Items), max(got.Total, len(result.Items)), "")
		if after = got.Next; after == uuid.Nil || c.Limit > 0 && len(result.Items) >= c.Limit {
			break
		}
	}
	bar.end()
	if err := out.show(result, func() { c.tell(out, result) }); err != nil {
		return err
	}
	if result.Total["cannot"]+result.Total["refused"] > 0 {
		return shownError{exitFindings}
	}
	return nil
}

func (c *migrateCommand) page(size int, after uuid.UUID) request {
	body := map[string]any{"from": c.From, "to": c.To, "limit": size, "dry_run": c.DryRun, "reason": c.Reason, "process": c.Process}
	if len(c.Map) > 0 {
		body["map"] = c.Map
	}
	if len(c.Instance) > 0 {
		body["instances"] = c.Instance
	}
	if after != uuid.Nil {
		body["after"] = after
	}
	return request{method: http.MethodPost, path: packPath(c.Pack) + "/migrations", header: c.headers(), body: body}
}

func (c *migrateCommand) tell(out *printer, result migrated) {
	var rows [][]string
	for _, m := range result.Items {
		rows = append(rows, []string{m.Instance.String(), m.Process, m.Key, painted(out, m.State), whyNot(m)})
	}
	if len(rows) > 0 {
		out.table([]string{"INSTANCE", "PROCESS", "KEY", "RESULT", ""}, rows)
	}
	for i := range result.Items {
		if lines := details(&result.Items[i]); (c.Verbose || c.DryRun) && len(lines) > 0 {
			out.line("%s %s", result.Items[i].Process, cmp.Or(result.Items[i].Key, result.Items[i].Instance.String()))
			for _, line := range lines {
				out.line("  %s", line)
			}
		}
	}
	var parts []string
	for _, state := range []string{"can", "moved", "there", "pending", "cannot", "refused"} {
		if n := result.Total[state]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, stateWord(state)))
		}
	}
	if len(parts) == 0 {
		out.line("no running instance is on revision %d", c.From)
		return
	}
	out.line("%s", strings.Join(parts, ", "))
}

func stateWord(state string) string {
	switch state {
	case "can":
		return "can move"
	case "cannot":
		return "cannot move"
	case "there":
		return "there already"
	}
	return state
}

func painted(out *printer, state string) string {
	switch state {
	case "cannot", "refused":
		return out.red(stateWord(state))
	case "pending":
		return out.yellow(state)
	}
	return stateWord(state)
}

func whyNot(m api.Movement) string {
	var texts []string
	for _, r := range m.Reasons {
		texts = append(texts, r.Text)
	}
	return strings.Join(texts, "; ")
}

// details say where open steps go, what is left of deadlines, and what else follows.
func details(m *api.Movement) []string {
	var lines []string
	add := func(text string) { lines = append(lines, text) }
	for _, s := range m.Steps {
		switch {
		case s.To == "":
			add(fmt.Sprintf("%s (wait %d) has nowhere to go", nameOf(s.Step), s.Wait))
		case s.Step != s.To:
			add(fmt.Sprintf("%s (wait %d) goes to %s, %s", nameOf(s.Step), s.Wait, s.To, s.Fate))
		case s.Fate != "kept":
			add(fmt.Sprintf("%s (wait %d) is %s", nameOf(s.Step), s.Wait, s.Fate))
		}
	}
	for _, t := range m.Timers {
		add(fmt.Sprintf("%s of %s: %s left", t.What, nameOf(t.Step), t.Left))
	}
	for _, n := range m.Notes {
		add(n.Text)
	}
	return lines
}

func nameOf(step string) string { return cmp.Or(step, "an event of the process") }
