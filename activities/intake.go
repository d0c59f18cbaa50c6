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
	id := store.NewID()
	row := store.Instance{ID: id, Pack: r.Pack, Process: r.Process, Revision: number, Started: store.TimeOf(id)}
	settings, err := h.settings(ctx, tx, pack)
	if err != nil {
		return Receipt{}, err
	}
	if row.BusinessKey, err = h.key(ctx, tx, d, pack, &row, input, settings); err != nil {
		return Receipt{}, err
	}
	request := fields{"pack": r.Pack, "process": r.Process, "input": input}
	return h.commitNew(ctx, tx, tenant, row, startBody(input), request, act)
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

// key evaluates the business key of an instance to be.
func (h *Host) key(ctx context.Context, tx pgx.Tx, d *definitions.Process, p *definitions.Pack, row *store.Instance, input, settings map[string]any) (*string, error) {
	var key *string
	e := engine.Event{}
	err := h.lookingUp(ctx, direct{tx}, &e, func() (err error) {
		key, err = keyOf(d, keyScope(p, row, input, settings, e.Lookups))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("key: %w", err)
	}
	return key, nil
}

// commitNew writes an instance that no turn has run yet, and its start.
func (h *Host) commitNew(ctx context.Context, tx pgx.Tx, tenant uuid.UUID, row store.Instance, start, request fields, act Act) (Receipt, error) {
	var w store.Writes
	if row.BusinessKey != nil {
		store.TakeLocks(&w, []store.Lock{store.KeyLock(tenant.String(), row.Pack, row.Process, *row.BusinessKey)})
	}
	store.InsertInstance(&w, row)
	arrival := store.InboxRow{ID: store.NewID(), Instance: row.ID, Kind: store.ArrivalStart, By: act.By, For: act.For}
	return h.commitRow(ctx, tx, &w, arrival, start, request, act)
}

// commitRow writes an inbox row once for each idempotency key. request is what makes two requests
// under one key the same.
func (h *Host) commitRow(ctx context.Context, tx pgx.Tx, w *store.Writes, arrival store.InboxRow, body, request fields, act Act) (Receipt, error) {
	arrival, err := arrivalOf(arrival, body)
	if err != nil {
		return Receipt{}, err
	}
	var key []byte
	if act.Key != "" {
		text, err := value.Encode(request)
		if err != nil {
			return Receipt{}, err
		}
		sum := sha256.Sum256(text)
		inbox, instance, used, err := store.TakeKey(ctx, tx, act.Key, sum[:])
		if err != nil {
			return Receipt{}, err
		}
		if used {
			return Receipt{Instance: instance, Inbox: inbox, Repeated: true}, nil
		}
		key = sum[:]
	}
	store.InsertInbox(w, arrival)
	if key != nil {
		store.InsertKey(w, act.Key, key, arrival.ID)
	}
	if err := w.Send(ctx, tx); err != nil {
		return Receipt{}, err
	}
	return Receipt{Instance: arrival.Instance, Inbox: arrival.ID}, nil
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
