package activities

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/google/uuid"

	"waybill/definitions"
	"waybill/definitions/value"
	"waybill/engine"
	"waybill/store"
)

// Receipt says where something that arrived was committed. The turn that reads the inbox row decides
// about it: Verdict tells. Repeated: the same request had been taken before, under the same key. New:
// the instance begins with it, so that no workflow drives it yet.
type Receipt struct {
	Instance uuid.UUID
	Inbox    uuid.UUID
	Repeated bool
	New      bool
}

// Act is who does something, and the caller's idempotency key, if any.
type Act struct {
	By  string // a person; "" for the system
	For string // whom By stands in for
	Key string
}

// Verdict returns what became of an inbox row; store.ErrNotFound where there is none.
func (h *Host) Verdict(ctx context.Context, tenant, inbox uuid.UUID) (store.Verdict, error) {
	var v *store.Verdict
	err := h.store.ReadOnce(ctx, tenant, func(b *store.Reads) { store.ReadVerdict(b, inbox, &v) })
	if err != nil {
		return store.Verdict{}, err
	}
	if v == nil {
		return store.Verdict{}, store.ErrNotFound
	}
	return *v, nil
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
	var latest *store.Revision
	wanted := asked{StartRequest: r, by: act.By}
	err := h.within(ctx, tenant, func(b *store.Reads) {
		store.QueueLatest(b, r.Pack, &latest)
		store.QueueSettings(b, r.Pack, &wanted.changed)
		store.QueuePerson(b, act.By, &wanted.person)
	}, func(s *session) (err error) {
		// As it was asked for: what is the newest revision, and what it takes, may be another when it is asked again.
		request := fields{"pack": r.Pack, "process": r.Process, "revision": value.Int(int64(r.Revision)), "input": orNone(r.Input)}
		receipt, err = starting(ctx, s, tenant, request, act, func() (*newcomer, error) {
			if r.Revision == 0 && latest != nil {
				wanted.Revision = latest.Number
			}
			return h.prepare(ctx, s, tenant, &wanted)
		})
		return err
	})
	if store.Duplicate(err) {
		return Receipt{}, store.ErrDuplicateKey
	}
	return receipt, err
}

// asked is all that a request to start is judged by.
type asked struct {
	StartRequest
	by      string
	person  *store.Person
	changed []store.Setting
}

// prepare checks a request to start.
func (h *Host) prepare(ctx context.Context, s *session, tenant uuid.UUID, r *asked) (*newcomer, error) {
	pack, err := h.packs.get(ctx, s, tenant, r.Pack, r.Revision)
	if errors.Is(err, store.ErrNotFound) {
		err = unknownPack(ctx, s, r.Pack, r.Revision)
	}
	if err != nil {
		return nil, err
	}
	d, known := pack.Processes[r.Process]
	switch {
	case known && d.Pack != pack:
		return nil, &Refusal{Code: "unknown_process", Field: "process", Text: fmt.Sprintf(
			"%s is a process of the pack %s, which %s uses for its sub-processes; deploy that pack to start it by itself", r.Process, d.Pack.Name, pack.Name)}
	case !known:
		return nil, &Refusal{Code: "unknown_process", Text: fmt.Sprintf("pack %s has no process %q%s", r.Pack, r.Process,
			meant(r.Process, slices.Sorted(maps.Keys(pack.Processes)))), Field: "process"}
	}
	if err := r.mayStart(d); err != nil {
		return nil, err
	}
	input, err := accept(d.Input, r.Input, pack, "input")
	if err != nil {
		return nil, err
	}
	n := newNewcomer(d, r.Revision, input)
	return n, h.setKey(ctx, s, n, d, r.changed)
}

// mayStart tells whether somebody may start a process by hand: anybody may where its start names no roles. A system that
// starts it in nobody's name has shown its token.
func (r *asked) mayStart(d *definitions.Process) error {
	var roles []string
	for _, s := range d.Starts {
		if s.Manual != nil && len(s.Manual) == 0 {
			return nil
		}
		roles = append(roles, s.Manual...)
	}
	switch {
	case r.by == "" || len(roles) == 0:
		return nil
	case r.person == nil:
		return &Refusal{Code: "unknown_person", Text: fmt.Sprintf("nobody is called %q", r.by), Field: "by"}
	case slices.ContainsFunc(roles, func(role string) bool { return slices.Contains(r.person.Roles, role) }):
		return nil
	}
	return &Refusal{Code: "not_offered", Field: "by", Text: fmt.Sprintf("%s is started by the role %s, which %s has not", d.ID, strings.Join(roles, " or "), r.by)}
}

// unknownPack refuses a pack that is not deployed, or not in that revision.
func unknownPack(ctx context.Context, db store.DB, pack string, revision int) error {
	deployed, err := store.LatestRevisions(ctx, db)
	if err != nil {
		return err
	}
	var names []string
	for _, d := range deployed {
		names = append(names, d.Pack)
	}
	text := fmt.Sprintf("pack %q is not deployed%s", pack, meant(pack, names))
	if slices.Contains(names, pack) {
		text = fmt.Sprintf("no revision %d of pack %q is deployed", revision, pack)
	}
	return &Refusal{Code: "unknown_pack", Text: text, Field: "pack"}
}

// meant asks for a name that is near the one given; "" where none is.
func meant(name string, known []string) string {
	if near := value.Nearest(name, known); near != "" {
		return fmt.Sprintf("; did you mean %q?", near)
	}
	return ""
}

func (h *Host) settings(ctx context.Context, db store.DB, pack *definitions.Pack) (map[string]any, error) {
	changed, err := store.Settings(ctx, db, pack.Name)
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

// newNewcomer gives an instance its id; the input has been accepted.
func newNewcomer(d *definitions.Process, number int, input map[string]any) *newcomer {
	id := store.NewID()
	return &newcomer{
		row:   store.Instance{ID: id, Pack: d.Pack.Name, Process: d.ID, Revision: number, Started: store.TimeOf(id)},
		input: input,
	}
}

// setKey evaluates the business key of a newcomer.
func (h *Host) setKey(ctx context.Context, s *session, n *newcomer, d *definitions.Process, changed []store.Setting) error {
	settings, err := settingsOf(d.Pack, changed)
	if err != nil {
		return err
	}
	e := engine.Event{}
	err = h.lookingUp(ctx, s, &e, func() (err error) {
		n.row.BusinessKey, err = keyOf(d, keyScope(d.Pack, &n.row, n.input, settings, e.Lookups))
		return err
	})
	if err != nil {
		return fmt.Errorf("key: %w", err)
	}
	return nil
}

// lock is what keeps two starts with one business key apart; false where there is none.
func (n *newcomer) lock(tenant uuid.UUID) (store.Lock, bool) {
	if n.row.BusinessKey == nil {
		return store.Lock{}, false
	}
	return store.KeyLock(tenant.String(), n.row.Pack, n.row.Process, *n.row.BusinessKey), true
}

// starting commits a new instance, which no turn has run yet, and its start; prepare makes it, unless the
// request is a repeated one.
func starting(ctx context.Context, s *session, tenant uuid.UUID, request fields, act Act, prepare func() (*newcomer, error)) (Receipt, error) {
	a := arriving{row: store.InboxRow{ID: store.NewID(), Kind: store.ArrivalStart, By: act.By, For: act.For}, request: request, key: act.Key}
	a.before = func() error {
		n, err := prepare()
		if err != nil {
			return err
		}
		if lock, ok := n.lock(tenant); ok {
			store.TakeLocks(s, []store.Lock{lock})
		}
		store.InsertInstance(s, n.row)
		a.row.Instance, a.body = n.row.ID, startBody(n.input)
		return nil
	}
	receipt, err := a.commit(ctx, s)
	receipt.New = err == nil && !receipt.Repeated
	return receipt, err
}

// arriving is a row on its way into an inbox.
type arriving struct {
	row     store.InboxRow
	body    fields
	request fields       // what makes two requests of the same people under one key the same
	key     string       // the caller's idempotency key, "" for none
	before  func() error // queues what has to be there before the row, and may complete it; nil for nothing
}

// commit queues the row, once for each idempotency key.
func (a *arriving) commit(ctx context.Context, s *session) (Receipt, error) {
	var sum []byte
	if a.key != "" {
		text, err := value.Encode(fields{"by": a.row.By, "for": a.row.For, "request": a.request})
		if err != nil {
			return Receipt{}, err
		}
		hash := sha256.Sum256(text)
		sum = hash[:]
		inbox, instance, used, err := store.TakeKey(ctx, s, a.key, sum)
		if err != nil || used {
			return Receipt{Instance: instance, Inbox: inbox, Repeated: used}, err
		}
	}
	if a.before != nil {
		if err := a.before(); err != nil {
			return Receipt{}, err
		}
	}
	row, err := arrivalOf(a.row, a.body)
	if err != nil {
		return Receipt{}, err
	}
	store.InsertInbox(s, row)
	if sum != nil {
		store.InsertKey(s, a.key, sum, row.ID)
	}
	return Receipt{Instance: row.Instance, Inbox: row.ID}, nil
}

// commitIf is commit behind a check, which a repeated request need not pass again: the task that it
// completed is closed by now.
func (a *arriving) commitIf(ctx context.Context, s *session, check func() error) (Receipt, error) {
	receipt, err := a.commit(ctx, s)
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
	return nil, refusedValues("invalid", where, faults)
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
