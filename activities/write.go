package activities

import (
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"waybill/engine"
	"waybill/store"
)

// write queues what the turn leaves behind. What two instances may want to bind at once comes last,
// under locks that everybody takes in one order.
func (t *turn) write(out *Outcome) error {
	row := t.row
	out.Again = out.Again || t.resumed // what others sent meanwhile is read now that the engine runs
	row.N++
	row.At = &t.at
	row.Actor = ""
	if len(t.pending) > 0 {
		row.Actor = t.by
	}
	if t.state.Status() != engine.Unborn {
		text, err := json.Marshal(t.state)
		if err != nil {
			return t.brokenAt(row.N-1, err)
		}
		format := engine.Format
		row.State, row.Format = store.Pack(text), &format
	}
	row.WakeAt = nil
	switch {
	case out.Again && row.Status != store.Ended:
		row.WakeAt = &t.at // so that it shows should nobody hear that there is more to do
	case out.WakeIn > 0:
		row.WakeAt = &out.wakeAt
	}
	t.chain()
	t.holdTasks()
	store.Consume(t, row.N, t.read, t.verdicts)
	store.UpdateInstance(t, row)
	t.bind()
	out.N = row.N
	return nil
}

// tell adds a row to the history.
func (t *turn) tell(e store.Entry) {
	e.Instance, e.At = t.row.ID, t.at
	t.entries = append(t.entries, e)
}

// chain appends what happened to the history.
func (t *turn) chain() {
	for i := range t.entries {
		t.entries[i].Turn = t.row.N
	}
	t.row.HeadSeq, t.row.HeadHash = store.Append(t, t.row.HeadSeq, t.row.HeadHash, t.entries)
}

func (t *turn) brokenAt(turn int64, err error) error {
	return &engineFailure{turn: turn, halt: halt{CodeEngine, fmt.Sprintf("state: %v", err)}}
}

// bind opens the subscriptions, each taking the oldest message that was kept for it.
func (t *turn) bind() {
	tenant := t.tenant.String()
	for _, s := range t.opened {
		t.locks = append(t.locks, store.MessageLocks(tenant, s.Name, s.Key)...)
	}
	t.locks = append(t.locks, t.queues.locks(tenant, t.d.Pack.Name)...)
	store.TakeLocks(t, t.locks)
	t.queues.write(t)
	for _, s := range t.opened {
		store.Subscribe(t, s)
		found := new(bool)
		t.bound = append(t.bound, found)
		inbox := store.NewID()
		t.queueRead(func(b *pgx.Batch) { store.ClaimKept(b, s, inbox, found) })
	}
}

// halt stops the instance as a whole: no engine runs until an operator's row.
func (t *turn) halt(h halt) Outcome {
	t.row.N++
	t.row.At = &t.at
	if t.row.Halted == nil {
		incident := store.Incident{ID: store.NewID(), Instance: t.row.ID, Code: string(h.code), Text: h.text, Raised: t.at}
		store.InsertIncident(t, incident)
		t.row.Halted = &incident.ID
		t.row.Incidents++
		t.tell(store.Entry{What: string(engine.FactIncident), Data: fmt.Sprintf(`{"code":%q}`, h.code)})
	} else {
		t.refuseActs()
	}
	t.chain()
	store.Consume(t, t.row.N, t.read, t.verdicts)
	store.UpdateInstance(t, t.row)
	return Outcome{N: t.row.N, Halted: true, Process: t.row.Process, Incidents: t.row.Incidents}
}

// refuseActs answers the operators who let the engine run and saw it fail again.
func (t *turn) refuseActs() {
	for _, row := range t.reading.inbox {
		t.judge(row, store.Verdict{Verdict: store.Refused, Code: refusedHalted, Text: "the engine failed again"})
	}
}

// resumes lifts a halt if an operator wants the engine to run again: of a halted instance no other
// rows are read.
func (t *turn) resumes() bool {
	if len(t.reading.inbox) == 0 {
		return false
	}
	act := t.reading.inbox[0]
	t.tell(store.Entry{What: string(engine.FactRetried), By: act.By, For: act.For, Data: "{}"})
	t.row.Halted = nil
	t.row.Incidents = max(0, t.row.Incidents-1)
	store.ClearIncident(t, t.row.ID, 0, t.at)
	t.changed, t.resumed = true, true
	return true
}
