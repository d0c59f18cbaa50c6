package staff

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"net/http"

	"waybill/definitions/value"
)

// Task is an open task as the server shows it.
type Task struct {
	ID       string   `json:"id"`
	Instance string   `json:"instance"`
	Process  string   `json:"process"`
	Key      string   `json:"key"`
	Step     string   `json:"step"`
	Roles    []string `json:"roles"`
	People   []string `json:"people"`
	NotBy    []string `json:"not_by"`
	Assignee string   `json:"assignee"`
	Show     []Shown  `json:"show"`
	Form     []Field  `json:"form"`
	Outcomes []string `json:"outcomes"`

	seed   uint64
	memory *memory
}

// Shown is a value that a task shows.
type Shown struct {
	Name  string          `json:"name"`
	Value json.RawMessage `json:"value"`
}

// Field is a field of a task's form.
type Field struct {
	Name     string          `json:"name"`
	Type     string          `json:"type"` // as an analyst writes it
	Optional bool            `json:"optional"`
	Default  json.RawMessage `json:"default"`
	Schema   struct {
		Enum []string `json:"enum"`
	} `json:"schema"`
}

// Answer is a filled-in task. What it leaves out, the type of the field fills in.
type Answer struct {
	Outcome string
	Form    map[string]any
	Later   bool // nobody does it now: the rule is asked again
}

// Rule fills in a task.
type Rule func(*Task) Answer

// Shown returns a value that the task shows: numbers as value.Decimal, money as value.Money; nil where
// it shows no such thing.
func (t *Task) Shown(name string) any {
	for _, s := range t.Show {
		if s.Name == name {
			if v, err := value.Decode(s.Value); err == nil {
				return v
			}
		}
	}
	return nil
}

// Text returns a text that the task shows; "" where it shows no such text.
func (t *Task) Text(name string) string {
	text, _ := t.Shown(name).(string)
	return text
}

// Number returns a number that the task shows; 0 where it shows no such number.
func (t *Task) Number(name string) value.Decimal {
	n, _ := t.Shown(name).(value.Decimal)
	return n
}

// Chance tells whether something happens that happens in percent of a hundred tasks. What names it, so
// that two chances of one task have nothing to do with each other.
func (t *Task) Chance(what string, percent float64) bool {
	show, _ := json.Marshal(t.Show) // raw JSON can always be written
	return chance(t.seed, percent, t.Process, t.Key, t.Step, string(show), what)
}

// chance rolls a die that the seed and the texts have loaded.
func chance(seed uint64, percent float64, texts ...string) bool {
	const sides = 100_000
	h := fnv.New64a()
	fmt.Fprint(h, seed)
	for _, text := range texts {
		h.Write([]byte{0})
		h.Write([]byte(text))
	}
	// The low bits of an FNV hash follow its last byte closely; folding in the high ones mixes them.
	sum := h.Sum64()
	sum ^= sum >> 29
	sum *= 0xbf58476d1ce4e5b9
	sum ^= sum >> 32
	return float64(sum%sides) < percent*sides/100
}

// do has somebody claim the task and fill it in.
func (s *Staff) do(ctx context.Context, t *Task) error {
	t.seed, t.memory = s.o.Seed, &s.memory
	who := s.people.candidates(t)
	if len(who) == 0 {
		return fmt.Errorf("task %s: nobody may do it (roles %v, not by %v)", t.Step, t.Roles, t.NotBy)
	}
	answer := s.answer(t)
	if answer.Later {
		return errAgain
	}
	by := who[(pick(s.o.Seed, len(who), t.Step, t.ID)+s.refusals(t.ID))%len(who)]
	if t.Assignee == "" && !t.Chance("unclaimed", s.o.Unclaimed) {
		if err := s.api.post(ctx, "/api/v1/tasks/"+t.ID+"/claim", by, "claim "+t.ID+by, struct{}{}, nil); err != nil {
			return s.failedTask(t, by, err)
		}
	}
	body := map[string]any{"form": answer.Form}
	if answer.Outcome != "" {
		body["outcome"] = answer.Outcome
	}
	if err := s.api.post(ctx, "/api/v1/tasks/"+t.ID+"/complete", by, "complete "+t.ID+by, body, nil); err != nil {
		return s.failedTask(t, by, err)
	}
	s.did(&s.progress.Tasks, t.Step+" "+t.about())
	return nil
}

// pick chooses one of n.
func pick(seed uint64, n int, texts ...string) int {
	for i := n - 1; i > 0; i-- {
		if chance(seed, 100/float64(i+1), append(texts, fmt.Sprint(i))...) {
			return i
		}
	}
	return 0
}

// failedTask decides what it means that a task was not done.
func (s *Staff) failedTask(t *Task, by string, err error) error {
	if errors.Is(err, errAway) {
		return errAgain
	}
	var p *problem
	if errors.As(err, &p) && p.Status == http.StatusConflict {
		return errAgain // it was withdrawn, or somebody else has it: the next list tells
	}
	return s.refused(t.ID, fmt.Sprintf("task %s of %s %s by %s", t.Step, t.Process, t.about(), by), err)
}

// about is the first thing that the task shows, which is what it is about.
func (t *Task) about() string {
	for _, s := range t.Show {
		var text string
		if json.Unmarshal(s.Value, &text) == nil {
			return text
		}
	}
	return t.Key
}
