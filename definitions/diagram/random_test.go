package diagram_test

import (
	"fmt"
	"math/rand/v2"

	"waybill/definitions"
	"waybill/definitions/calendar"
	"waybill/definitions/formula"
	"waybill/definitions/value"
)

// maker makes processes, as the checker would have let them pass.
type maker struct {
	*rand.Rand
	process *definitions.Process
	steps   int
	before  []string // ids of steps that stand before the one being made
}

func random(seed uint64, depth int) *definitions.Process {
	m := &maker{Rand: rand.New(rand.NewPCG(seed, 1)), process: &definitions.Process{
		Pack: &definitions.Pack{}, ID: "made", Title: value.Title{"en": "Made", "zh-CN": "随机流程"},
		Outcomes: []definitions.Outcome{{ID: "done"}, {ID: "refused", Undo: true}}, Steps: map[string]*definitions.Step{},
	}}
	for range m.IntN(3) {
		m.process.Starts = append(m.process.Starts, definitions.Start{Manual: []string{m.text()}})
	}
	m.process.Body = m.block(depth, 1+m.IntN(5))
	m.process.Events = m.events(depth - 1)
	if m.IntN(3) == 0 {
		m.process.OnError = []definitions.Handler{{Code: "any", Steps: m.block(1, 2)}}
	}
	return m.process
}

// steps200 makes a process of 200 steps.
func steps200() *definitions.Process {
	for seed := uint64(0); ; seed++ {
		p := random(seed, 6)
		if len(p.Steps) >= 200 && len(p.Steps) <= 210 {
			return p
		}
	}
}

func (m *maker) text() string {
	words := []string{"订单", "库存检查", "order", "ship_goods", "a much longer name of something", "x", "采购与收货确认单据"}
	out := words[m.IntN(len(words))]
	for m.IntN(3) == 0 {
		out += " " + words[m.IntN(len(words))]
	}
	return out
}

func (m *maker) formula() *formula.Formula {
	return formula.Constant(m.text()+" > 5", &value.Type{Kind: value.Text})
}

func (m *maker) span() definitions.Span {
	return definitions.Span{Duration: calendar.Duration{N: int64(m.IntN(90)), Unit: calendar.WorkDay}}
}

func (m *maker) title() value.Title {
	if m.IntN(2) == 0 {
		return nil
	}
	return value.Title{"en": m.text(), "zh-CN": m.text()}
}

func (m *maker) trigger() *definitions.Trigger {
	switch m.IntN(3) {
	case 0:
		return &definitions.Trigger{Message: &definitions.Await{Message: &definitions.Message{ID: "goods.arrived"}}}
	case 1:
		return &definitions.Trigger{Becomes: m.formula()}
	}
	return &definitions.Trigger{After: []definitions.Span{m.span()}}
}

func (m *maker) events(depth int) []*definitions.Event {
	var out []*definitions.Event
	for range m.IntN(4) - 1 {
		m.steps++
		out = append(out, &definitions.Event{ID: fmt.Sprintf("event/%d", m.steps), Title: m.title(), Trigger: *m.trigger(), Interrupts: m.IntN(2) == 0, Steps: m.block(depth, 2)})
	}
	return out
}

// block makes so many steps; only the last may leave.
func (m *maker) block(depth, n int) definitions.Block {
	known := len(m.before)
	var out definitions.Block
	for i := range n {
		s := m.step(depth)
		if leave := m.IntN(5) == 0; leave && i == n-1 || m.IntN(8) == 0 {
			s = m.leaving()
			if i < n-1 {
				s.When = m.formula()
			}
		}
		m.process.Steps[s.ID] = s
		out = append(out, s)
		m.before = append(m.before, s.ID)
		if _, ended := s.Spec.(*definitions.End); ended && s.When == nil {
			break
		}
	}
	m.before = m.before[:known]
	return out
}

func (m *maker) id() string {
	m.steps++
	return fmt.Sprintf("步骤/step_%d", m.steps)
}

func (m *maker) leaving() *definitions.Step {
	s := &definitions.Step{ID: m.id(), Spec: &definitions.End{Outcome: []string{"done", "refused"}[m.IntN(2)]}}
	if len(m.before) > 0 && m.IntN(3) == 0 {
		s.Spec = &definitions.BackTo{Step: m.before[m.IntN(len(m.before))], AtMost: 3}
	}
	return s
}

func (m *maker) step(depth int) *definitions.Step {
	s := &definitions.Step{ID: m.id(), Named: true, Title: m.title()}
	if depth <= 0 || m.IntN(3) == 0 {
		s.Spec = m.simple()
	} else {
		s.Spec = m.composed(depth - 1)
	}
	if m.IntN(4) == 0 {
		s.When = m.formula()
	}
	if m.IntN(9) == 0 {
		s.While = m.formula()
	}
	for range m.IntN(5) - 2 {
		s.OnError = append(s.OnError, definitions.Handler{Code: m.text(), Steps: m.block(depth-2, m.IntN(3))})
	}
	if m.IntN(7) == 0 {
		s.Compensation = m.block(depth-2, m.IntN(3))
		if s.Compensation == nil {
			s.Compensation = definitions.Block{}
		}
	}
	return s
}

func (m *maker) task() definitions.Task {
	t := definitions.Task{Role: m.text()}
	if m.IntN(3) == 0 {
		due := m.span()
		t.Due, t.Remind = &due, []definitions.Span{m.span(), m.span()}
	}
	if m.IntN(4) == 0 {
		t.Escalate = []definitions.Escalation{{After: m.span(), To: "superior", Action: definitions.EscalateAdd}}
	}
	return t
}

func (m *maker) simple() definitions.Spec {
	switch m.IntN(8) {
	case 0:
		return &definitions.Do{Action: &definitions.Action{Name: "stock.reserve_goods"}}
	case 1:
		return &definitions.Set{Values: []definitions.Assignment{{Name: m.text()}}}
	case 2:
		span := m.span()
		return &definitions.Wait{For: &span}
	case 3:
		return &definitions.Send{Message: &definitions.Message{ID: m.text()}}
	case 4:
		return &definitions.Run{Process: "child", Detached: m.IntN(2) == 0}
	case 5:
		levels := make([]definitions.Level, 1+m.IntN(3))
		for i := range levels {
			levels[i] = definitions.Level{Role: m.text(), Seats: 1 + m.IntN(2)}
		}
		return &definitions.Approve{Task: m.task(), Levels: levels, OnReject: m.block(0, m.IntN(3))}
	}
	task := m.task()
	return &task
}

func (m *maker) composed(depth int) definitions.Spec {
	n := 1 + m.IntN(4)
	switch m.IntN(7) {
	case 0:
		return &definitions.Stage{Steps: m.block(depth, n), Events: m.events(depth)}
	case 1:
		return &definitions.Repeat{Steps: m.block(depth, n), Until: m.formula(), AtMost: 3}
	case 2:
		each := &definitions.Each{Item: "x", List: m.formula(), Steps: m.block(depth, n), AtOnce: m.IntN(2)}
		if m.IntN(3) == 0 {
			each.ThenEach = &definitions.ThenEach{Every: 1 + m.IntN(2), Steps: m.block(depth-1, 2)}
		}
		return each
	case 3:
		return &definitions.Lock{Names: []*formula.Formula{m.formula()}, Steps: m.block(depth, n)}
	case 4:
		return &definitions.FirstOf{Arms: m.arms(depth)}
	case 5:
		p := &definitions.Parallel{Branches: m.branches(depth), Until: definitions.Until{Mode: definitions.UntilAny, Cancel: true}, AtOnce: m.IntN(3)}
		if m.IntN(3) == 0 {
			p.ThenEach = &definitions.ThenEach{Every: 1, Steps: m.block(depth-1, 2)}
		}
		return p
	}
	return &definitions.Choose{Branches: append(m.branches(depth), definitions.Branch{Steps: m.block(depth, m.IntN(3))})}
}

func (m *maker) branches(depth int) []definitions.Branch {
	out := make([]definitions.Branch, 1+m.IntN(4))
	for i := range out {
		out[i] = definitions.Branch{Title: m.title(), When: m.formula(), Steps: m.block(depth, m.IntN(4))}
	}
	return out
}

func (m *maker) arms(depth int) []definitions.Arm {
	out := make([]definitions.Arm, 2+m.IntN(3))
	for i := range out {
		a := definitions.Arm{ID: m.id(), Steps: m.block(depth, m.IntN(3))}
		if m.IntN(3) == 0 {
			task := m.task()
			a.Step = &definitions.Step{ID: a.ID, Named: true, Spec: &task}
		} else {
			a.Trigger = m.trigger()
		}
		out[i] = a
	}
	return out
}
