package activities

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"waybill/definitions"
	"waybill/definitions/calendar"
	"waybill/definitions/value"
	"waybill/engine"
	"waybill/store"
)

// Message is a message on its way to whoever waits for it. The same ID twice counts once.
type Message struct {
	ID   string
	Name string
	Key  string
	With map[string]any
}

// mostTries bounds how often a message is passed on by instances that did not take it after all.
const mostTries = 20

// mostDuplicates bounds how often a delivery begins again because a business key was taken meanwhile.
const mostDuplicates = 5

// Send delivers a message: to the wait for it that is open longest, else to the running instance whose
// business key it starts, else it starts an instance, else it is kept as its type says: the receipt
// names no instance then. Errors: *Refusal for an unknown message or a wrong body, store.ErrKeyReused
// where a message of another name or key had the id.
func (h *Host) Send(ctx context.Context, tenant uuid.UUID, m Message, act Act) (Receipt, error) {
	if m.ID == "" || m.Name == "" {
		return Receipt{}, &Refusal{Code: "invalid", Text: "a message has an id and a name", Field: "id"}
	}
	for _, text := range []string{m.ID, m.Name, m.Key} {
		if _, found := withNUL(text, ""); found {
			return Receipt{}, &Refusal{Code: "invalid", Text: "text with the character U+0000", Field: "id"}
		}
	}
	return h.delivering(ctx, tenant, func(s *session) (Receipt, error) { return h.send(ctx, s, tenant, m, act) })
}

// delivering runs a delivery anew as long as others take the business keys that it wants to start.
func (h *Host) delivering(ctx context.Context, tenant uuid.UUID, deliver func(*session) (Receipt, error)) (Receipt, error) {
	var d Receipt
	var err error
	for range mostDuplicates {
		err = h.within(ctx, tenant, noReads, func(s *session) (err error) {
			d, err = deliver(s)
			return err
		})
		if !store.Duplicate(err) {
			break
		}
	}
	return d, err
}

func (h *Host) send(ctx context.Context, s *session, tenant uuid.UUID, m Message, act Act) (Receipt, error) {
	route, err := h.route(ctx, s, tenant, m)
	if err != nil {
		return Receipt{}, err
	}
	body, err := value.Encode(orNone(route.with))
	if err != nil {
		return Receipt{}, err
	}
	route.lock(s, tenant)
	row := store.Message{ID: m.ID, Name: m.Name, Key: m.Key, Body: body, By: act.By, KeepTill: route.keep}
	added, err := store.InsertMessage(ctx, s, row)
	if err != nil {
		return Receipt{}, err
	}
	if !added {
		return known(ctx, s, m)
	}
	if err := mayBeCalled(ctx, s, m.ID); err != nil {
		return Receipt{}, err
	}
	return route.bind(ctx, s, tenant, &row, uuid.Nil)
}

// mayBeCalled refuses the id that a message of one of the own instances has or will have: taken before, it would make that
// message count as repeated. What such a message is called when it comes back is known.
func mayBeCalled(ctx context.Context, s *session, id string) error {
	sender, its := senderOf(id)
	if !its {
		return nil
	}
	switch _, err := store.ReadInstance(ctx, s, sender); {
	case errors.Is(err, store.ErrNotFound):
		return nil
	case err != nil:
		return err
	}
	return &Refusal{Code: "invalid", Text: fmt.Sprintf("the id %s is one of those that instance %s gives to what it sends; take another", id, sender), Field: "id"}
}

// senderOf returns the instance in the id of a message that a process sends, and false where the id is none of those.
func senderOf(id string) (uuid.UUID, bool) {
	instance, wait, both := strings.Cut(id, "/")
	sender, unread := uuid.Parse(instance)
	_, noNumber := strconv.ParseInt(wait, 10, 64)
	return sender, both && unread == nil && noNumber == nil
}

// known tells where a message of that id went before, or store.ErrKeyReused where it was another one.
func known(ctx context.Context, s *session, m Message) (Receipt, error) {
	row, err := store.ReadMessage(ctx, s, m.ID)
	if err != nil {
		return Receipt{}, err
	}
	if row.Name != m.Name || row.Key != m.Key {
		return Receipt{}, fmt.Errorf("message %s: %w", m.ID, store.ErrKeyReused)
	}
	d := Receipt{Repeated: true}
	if row.Instance != nil {
		d.Instance, d.Inbox = *row.Instance, *row.Inbox
	}
	return d, nil
}

// route is all that a message may lead to.
type route struct {
	name, key string
	with      map[string]any
	keep      *time.Time  // nil: for ever
	starts    []*newcomer // the instances that the message may start
}

// route looks the message up in the newest revision of every pack.
func (h *Host) route(ctx context.Context, s *session, tenant uuid.UUID, m Message) (*route, error) {
	latest, err := store.LatestRevisions(ctx, s)
	if err != nil {
		return nil, err
	}
	r := &route{name: m.Name, key: m.Key}
	var wrong error
	declared := false
	for _, l := range latest {
		pack, err := h.packs.get(ctx, s, tenant, l.Pack, l.Number)
		if err != nil {
			return nil, err
		}
		message := messageOf(pack, m.Name)
		if message == nil {
			continue
		}
		with, err := accept(message.With, m.With, pack, "with")
		if err != nil {
			wrong = err
			continue
		}
		if !declared {
			declared, r.with = true, with
			if r.keep, err = keptTill(message, pack.Calendar, now()); err != nil {
				return nil, err
			}
		}
		if err := h.addStarts(ctx, s, pack, l.Number, r); err != nil {
			return nil, err
		}
	}
	switch {
	case declared:
		return r, nil
	case wrong != nil:
		return nil, wrong
	}
	return nil, &Refusal{Code: "unknown_message", Text: fmt.Sprintf("no deployed pack has a message %q", m.Name), Field: "message"}
}

// addStarts adds the processes of a pack that the message starts; its body is their input.
func (h *Host) addStarts(ctx context.Context, s *session, pack *definitions.Pack, number int, r *route) error {
	for _, id := range own(pack) {
		d := pack.Processes[id]
		if !slices.ContainsFunc(d.Starts, func(start definitions.Start) bool { return start.Message == r.name }) {
			continue
		}
		input, err := accept(d.Input, r.with, pack, "with")
		if err != nil {
			return err
		}
		changed, err := store.Settings(ctx, s, pack.Name)
		if err != nil {
			return err
		}
		n := newNewcomer(d, number, input)
		if err := h.setKey(ctx, s, n, d, changed); err != nil {
			return err
		}
		r.starts = append(r.starts, n)
	}
	return nil
}

// keptTill is until when a message is kept that nobody waits for; nil is for ever.
func keptTill(m *definitions.Message, c *calendar.Calendar, from time.Time) (*time.Time, error) {
	switch m.Keep {
	case "forever":
		return nil, nil
	case "none":
		return &from, nil
	}
	d, err := calendar.ParseDuration(m.Keep)
	if err != nil {
		return nil, fmt.Errorf("message %s: keep: %w", m.ID, err)
	}
	till := c.Add(from, d)
	return &till, nil
}

// lock takes what keeps the message and a wait for it, or a start and a running key, from missing
// each other.
func (r *route) lock(s *session, tenant uuid.UUID) {
	locks := store.MessageLocks(tenant.String(), r.name, r.key)
	for _, n := range r.starts {
		if lock, ok := n.lock(tenant); ok {
			locks = append(locks, lock)
		}
	}
	store.TakeLocks(s, locks)
}

// bind finds who gets the message and writes it there. notTo is the instance that has just refused
// it: what only its business key would lead to it is kept instead.
func (r *route) bind(ctx context.Context, s *session, tenant uuid.UUID, m *store.Message, notTo uuid.UUID) (Receipt, error) {
	waiting, err := store.LongestWaiting(ctx, s, m.Name, m.Key)
	if err == nil {
		return r.deliverTo(s, waiting.Instance, m)
	}
	if !errors.Is(err, store.ErrNotFound) {
		return Receipt{}, err
	}
	for _, n := range r.starts {
		running, err := n.running(ctx, s)
		switch {
		case errors.Is(err, store.ErrNotFound):
			return n.startFor(ctx, s, tenant, m)
		case err != nil:
			return Receipt{}, err
		case running != notTo:
			return r.deliverTo(s, running, m)
		}
	}
	store.KeepMessage(s, m.ID)
	return Receipt{}, nil
}

// running returns the instance that has the newcomer's business key, or store.ErrNotFound.
func (n *newcomer) running(ctx context.Context, s *session) (uuid.UUID, error) {
	if n.row.BusinessKey == nil {
		return uuid.Nil, store.ErrNotFound
	}
	return store.RunningWithKey(ctx, s, n.row.Pack, n.row.Process, *n.row.BusinessKey)
}

// startFor starts the instance that the message is for.
func (n *newcomer) startFor(ctx context.Context, s *session, tenant uuid.UUID, m *store.Message) (Receipt, error) {
	receipt, err := starting(ctx, s, tenant, nil, Act{By: m.By}, func() (*newcomer, error) { return n, nil })
	if err != nil {
		return Receipt{}, err
	}
	store.BindMessage(s, m.ID, receipt.Instance, receipt.Inbox)
	return receipt, nil
}

// deliverTo writes the message into the inbox of an instance, whose engine chooses the wait.
func (r *route) deliverTo(s *session, instance uuid.UUID, m *store.Message) (Receipt, error) {
	arrival, err := arrivalOf(store.InboxRow{ID: store.NewID(), Instance: instance, Kind: store.ArrivalMessage, By: m.By},
		messageBody(engine.Arrived{ID: m.ID, Message: m.Name, Key: m.Key, With: r.with}))
	if err != nil {
		return Receipt{}, err
	}
	store.InsertInbox(s, arrival)
	store.BindMessage(s, m.ID, instance, arrival.ID)
	return Receipt{Instance: instance, Inbox: arrival.ID}, nil
}

// Redeliver delivers a message that an instance sent, or that the instance it went to gave back. One that
// is not pending any more stays as it is.
func (h *Host) Redeliver(ctx context.Context, tenant uuid.UUID, id string) error {
	return h.redeliver(ctx, tenant, id, uuid.Nil)
}

func (h *Host) redeliver(ctx context.Context, tenant uuid.UUID, id string, notTo uuid.UUID) error {
	d, err := h.delivering(ctx, tenant, func(s *session) (Receipt, error) {
		r, err := h.routeAgain(ctx, s, tenant, id)
		if err != nil {
			return Receipt{}, err
		}
		r.lock(s, tenant)
		// Only under the lock is it certain that no wait has taken it meanwhile.
		row, err := store.ReadMessage(ctx, s, id)
		if err != nil || !row.Pending {
			return Receipt{}, err
		}
		if row.Tries >= mostTries {
			store.KeepMessage(s, id)
			return Receipt{}, nil
		}
		return r.bind(ctx, s, tenant, row, notTo)
	})
	if err != nil {
		return fmt.Errorf("message: %w", err)
	}
	if d.Instance != uuid.Nil {
		h.options.Poke(tenant, d)
	}
	return nil
}

// routeAgain is route for a message that was accepted once, whatever its pack says by now.
func (h *Host) routeAgain(ctx context.Context, s *session, tenant uuid.UUID, id string) (*route, error) {
	row, err := store.ReadMessage(ctx, s, id)
	if err != nil {
		return nil, err
	}
	decoded, err := value.Decode(row.Body)
	if err != nil {
		return nil, err
	}
	with, _ := decoded.(map[string]any)
	r, err := h.route(ctx, s, tenant, Message{ID: id, Name: row.Name, Key: row.Key, With: with})
	if err == nil || s.failed != nil || passes(err) {
		return r, err
	}
	if _, refused := errors.AsType[*Refusal](err); !refused {
		h.options.Log.WarnContext(ctx, "what a message starts", "message", id, "cause", err)
	}
	return &route{name: row.Name, key: row.Key, with: with}, nil
}
