package activities

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"waybill/definitions"
	"waybill/definitions/value"
	"waybill/engine"
	"waybill/store"
)

// Receipt says where something that arrived was committed. The turn that reads the inbox row decides
// about it: Verdict tells. Repeated: the same request had been taken before, under the same key.
type Receipt struct {
	Instance uuid.UUID
	Inbox    uuid.UUID
	Repeated bool
}

// Act is who does something, and the caller's idempotency key, if any.
type Act struct {
	By  string // a person; "" for the system
	For string // whom By stands in for
	Key string
}

// Verdict returns what became of an inbox row; store.ErrNotFound where there is none.
func (h *Host) Verdict(ctx context.Context, tenant, inbox uuid.UUID) (store.Verdict, error) {
	var v store.Verdict
	err := h.store.InTenant(ctx, tenant, func(tx pgx.Tx) (err error) {
		v, err = store.ReadVerdict(ctx, tx, inbox)
		return err
	})
	return v, err
}

// StartRequest asks for a new instance. Revision 0 is the newest.
type StartRequest struct {
	Pack     string
	Process  string
	Revision int
	Input    map[string]any
}

// Start commits a new instance and its start. Errors: *Refusal for a wrong input or an unknown
// process, store.ErrDuplicateKey where the business key runs already, store.ErrKeyReused.
func (h *Host) Start(ctx context.Context, tenant uuid.UUID, r StartRequest, act Act) (Receipt, error) {
	var receipt Receipt
	err := h.store.InTenant(ctx, tenant, func(tx pgx.Tx) (err error) {
		receipt, err = h.start(ctx, tx, tenant, r, act)
		return err
	})
	if store.Duplicate(err) {
		return Receipt{}, store.ErrDuplicateKey
	}
	return receipt, err
}

func (h *Host) start(ctx context.Context, tx pgx.Tx, tenant uuid.UUID, r StartRequest, act Act) (Receipt, error) {
	pack, number, err := h.revision(ctx, tx, tenant, r)
	if err != nil {
		return Receipt{}, err
	}
	d, known := pack.Processes[r.Process]
	if !known {
		return Receipt{}, &Refusal{Code: "unknown-process", Text: fmt.Sprintf("pack %s has no process %q", r.Pack, r.Process), Field: "process"}
	}
	input, err := accept(d.Input, r.Input, pack, "input")
	if err != nil {
		return Receipt{}, err
	}
	n, err := h.newcomer(ctx, tx, d, number, input)
	if err != nil {
		return Receipt{}, err
	}
	request := fields{"pack": r.Pack, "process": r.Process, "input": input}
	return n.commit(ctx, tx, tenant, request, act)
}

func (h *Host) revision(ctx context.Context, tx pgx.Tx, tenant uuid.UUID, r StartRequest) (*definitions.Pack, int, error) {
	var pack *definitions.Pack
	var err error
	number := r.Revision
	if number == 0 {
		pack, number, err = h.packs.latest(ctx, tx, tenant, r.Pack)
	} else {
		pack, err = h.packs.get(ctx, tx, tenant, r.Pack, number)
	}
	if errors.Is(err, store.ErrNotFound) {
		return nil, 0, &Refusal{Code: "unknown-pack", Text: fmt.Sprintf("no such revision of pack %q is deployed", r.Pack), Field: "pack"}
	}
	return pack, number, err
}

func (h *Host) settings(ctx context.Context, tx pgx.Tx, pack *definitions.Pack) (map[string]any, error) {
	changed, err := store.Settings(ctx, tx, pack.Name)
	if err != nil {
		return nil, err
	}
	return settingsOf(pack, changed)
}

// newcomer is an instance to be.
type newcomer struct {
	row   store.Instance
	input map[string]any
}

// newcomer gives an instance its id and business key; the input has been accepted.
func (h *Host) newcomer(ctx context.Context, tx pgx.Tx, d *definitions.Process, number int, input map[string]any) (*newcomer, error) {
	id := store.NewID()
	n := &newcomer{
		row:   store.Instance{ID: id, Pack: d.Pack.Name, Process: d.ID, Revision: number, Started: store.TimeOf(id)},
		input: input,
	}
	settings, err := h.settings(ctx, tx, d.Pack)
	if err != nil {
		return nil, err
	}
	e := engine.Event{}
	err = h.lookingUp(ctx, direct{tx}, &e, func() (err error) {
		n.row.BusinessKey, err = keyOf(d, keyScope(d.Pack, &n.row, input, settings, e.Lookups))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("key: %w", err)
	}
	return n, nil
}

// lock is what keeps two starts with one business key apart; false where there is none.
func (n *newcomer) lock(tenant uuid.UUID) (store.Lock, bool) {
	if n.row.BusinessKey == nil {
		return store.Lock{}, false
	}
	return store.KeyLock(tenant.String(), n.row.Pack, n.row.Process, *n.row.BusinessKey), true
}

// commit writes the instance, which no turn has run yet, and its start.
func (n *newcomer) commit(ctx context.Context, tx pgx.Tx, tenant uuid.UUID, request fields, act Act) (Receipt, error) {
	a := arriving{
		row:  store.InboxRow{ID: store.NewID(), Instance: n.row.ID, Kind: store.ArrivalStart, By: act.By, For: act.For},
		body: startBody(n.input), request: request, key: act.Key,
	}
	if lock, ok := n.lock(tenant); ok {
		store.TakeLocks(&a.writes, []store.Lock{lock})
	}
	store.InsertInstance(&a.writes, n.row)
	return a.commit(ctx, tx)
}

// arriving is a row on its way into an inbox.
type arriving struct {
	row     store.InboxRow
	body    fields
	request fields       // what makes two requests under one key the same
	key     string       // the caller's idempotency key, "" for none
	writes  store.Writes // what has to be there before the row
}

// commit writes the row, once for each idempotency key.
func (a *arriving) commit(ctx context.Context, tx pgx.Tx) (Receipt, error) {
	row, err := arrivalOf(a.row, a.body)
	if err != nil {
		return Receipt{}, err
	}
	if a.key == "" {
		store.InsertInbox(&a.writes, row)
		return Receipt{Instance: row.Instance, Inbox: row.ID}, a.writes.Send(ctx, tx)
	}
	text, err := value.Encode(a.request)
	if err != nil {
		return Receipt{}, err
	}
	sum := sha256.Sum256(text)
	inbox, instance, used, err := store.TakeKey(ctx, tx, a.key, sum[:])
	if err != nil {
		return Receipt{}, err
	}
	if used {
		return Receipt{Instance: instance, Inbox: inbox, Repeated: true}, nil
	}
	store.InsertInbox(&a.writes, row)
	store.InsertKey(&a.writes, a.key, sum[:], row.ID)
	return Receipt{Instance: row.Instance, Inbox: row.ID}, a.writes.Send(ctx, tx)
}

// commitIf is commit behind a check, which a repeated request need not pass again: the task that it
// completed is closed by now. A check that fails must roll the transaction back.
func (a *arriving) commitIf(ctx context.Context, tx pgx.Tx, check func() error) (Receipt, error) {
	receipt, err := a.commit(ctx, tx)
	if err != nil || receipt.Repeated {
		return receipt, err
	}
	return receipt, check()
}

// accept checks what people and systems send against the fields expected; where names the part of
// the request it is.
func accept(expected []value.Field, given map[string]any, p *definitions.Pack, where string) (map[string]any, error) {
	if path, ok := withNUL(given, where); ok {
		return nil, &Refusal{Code: "invalid", Text: "text with the character U+0000", Field: path}
	}
	accepted, err := value.AcceptFields(expected, given, defaultsOf(p))
	if err == nil {
		return accepted, nil
	}
	faults, ok := errors.AsType[value.Faults](err)
	if !ok || len(faults) == 0 {
		return nil, &Refusal{Code: "invalid", Text: err.Error(), Field: where}
	}
	return nil, &Refusal{Code: "invalid", Text: faults.Error(), Field: where + "." + faults[0].Path}
}

// withNUL finds a text that PostgreSQL cannot hold.
func withNUL(v any, path string) (string, bool) {
	switch v := v.(type) {
	case string:
		return path, strings.ContainsRune(v, 0)
	case []any:
		for i, item := range v {
			if at, found := withNUL(item, fmt.Sprintf("%s[%d]", path, i)); found {
				return at, true
			}
		}
	case map[string]any:
		for name, item := range v {
			if strings.ContainsRune(name, 0) {
				return path, true
			}
			if at, found := withNUL(item, path+"."+name); found {
				return at, true
			}
		}
	}
	return "", false
}
