// Package activities is everything with an effect: the turn, remote calls, what arrives for instances,
// and the catalogue's actions, a folder an area.
package activities

import (
	"log/slog"
	"time"

	"github.com/google/uuid"

	"waybill/activities/catalogue"
	"waybill/store"
)

// Point is a named place in a turn or call where a test may end the process.
type Point string

// The points.
const (
	BeforeCommit Point = "before commit"
	AfterCommit  Point = "after commit"
	DuringCall   Point = "during a remote call"
)

// Options are what a Host may be given; the zero Options are those of production.
type Options struct {
	// Poke is told of an instance into whose inbox a turn or a delivery of its own accord wrote a row,
	// once that is committed. It does not wait; the relay pokes whatever it misses. Nil: nobody is
	// told. Whoever calls Start, Complete and the like pokes by himself, and waits if he likes.
	Poke func(tenant uuid.UUID, r Receipt)
	// Taken is told of each inbox row that a turn of this host has taken, once that is committed. It
	// does not wait. Nil: nobody is told.
	Taken func(inbox uuid.UUID)
	// At is called at every Point. Nil: nothing happens there.
	At func(Point)
	// Log is where the detail of failures goes. Nil: slog's default.
	Log *slog.Logger
}

// Host runs turns and remote calls, and takes what arrives. It is safe for concurrent use.
type Host struct {
	store     *store.Store
	catalogue *catalogue.Registry
	packs     *packs
	options   Options
}

// New makes a Host on a database and a catalogue.
func New(s *store.Store, c *catalogue.Registry, o Options) *Host {
	if o.Poke == nil {
		o.Poke = func(uuid.UUID, Receipt) {}
	}
	if o.Taken == nil {
		o.Taken = func(uuid.UUID) {}
	}
	if o.At == nil {
		o.At = func(Point) {}
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return &Host{store: s, catalogue: c, packs: newPacks(c, mostPacks), options: o}
}

// Store returns the host's database.
func (h *Host) Store() *store.Store { return h.store }

// now is the time for what no transaction's clock decides.
func now() time.Time { return time.Now().UTC() }
