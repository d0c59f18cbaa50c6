package api

import (
	"context"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"waybill/definitions"
	"waybill/definitions/value"
	"waybill/store"
)

// The bounds of one trace.
const (
	mostTraced  = 500    // instances
	mostEntries = 20_000 // in all
	tracePage   = 1000
)

// Trace is what happened to an instance and its sub-processes, in the order of time.
type Trace struct {
	Instances []TracedInstance `json:"instances" doc:"The instance and its sub-processes, parents first."`
	Entries   []TracedEntry    `json:"entries"`
	Cut       bool             `json:"cut,omitempty" doc:"There is more than one trace shows."`
}

// TracedInstance is an instance with the title of its process, and where it stands.
type TracedInstance struct {
	Instance
	Title value.Title `json:"title"`
	Standing
}

// TracedEntry is an entry of the history with what its step is called.
type TracedEntry struct {
	Entry
	Instance uuid.UUID `json:"instance" format:"uuid"`
	StepName
}

type traceInput struct {
	Reader
	ID   uuid.UUID `path:"id" format:"uuid"`
	Root bool      `query:"root" doc:"Begin at the instance at the top, of which this one is a sub-process."`
}

func (s *server) registerTrace(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "trace-instance", Method: http.MethodGet, Path: "/api/v1/instances/{id}/trace", Tags: []string{"Instances"},
		Summary: "Read the histories of an instance and its sub-processes together", Description: onlyDoc,
	}, s.trace)
}

func (s *server) trace(ctx context.Context, in *traceInput) (*struct{ Body Trace }, error) {
	trace := Trace{Instances: []TracedInstance{}, Entries: []TracedEntry{}}
	var family []store.Instance
	var seen map[uuid.UUID]*sight
	err := s.read(ctx, func(tx pgx.Tx) error {
		top := in.ID
		if _, err := s.sightOf(ctx, tx, in.Reader, in.ID); err != nil {
			return err
		}
		eldest, err := store.Eldest(ctx, tx, in.ID)
		if err != nil {
			return err
		}
		if in.Root {
			top = eldest
		}
		if family, err = store.Family(ctx, tx, top, mostTraced+1); err != nil {
			return err
		}
		if len(family) > mostTraced {
			family, trace.Cut = family[:mostTraced], true
		}
		who, err := in.viewer(ctx, tx)
		if err != nil {
			return err
		}
		if seen, err = s.sights(ctx, tx, who, family); err != nil {
			return err
		}
		family = slices.DeleteFunc(family, func(i store.Instance) bool { return !seen[i.ID].exists() })
		return trace.readHistories(ctx, tx, family, seen)
	})
	if err != nil {
		return nil, err
	}
	if err := s.entitle(ctx, &trace, family, seen); err != nil {
		return nil, s.problemOf(ctx, err)
	}
	slices.SortStableFunc(trace.Entries, func(a, b TracedEntry) int { return a.At.Compare(b.At) })
	return &struct{ Body Trace }{trace}, nil
}

// readHistories adds the entries of each instance that whoever asks sees.
func (t *Trace) readHistories(ctx context.Context, tx pgx.Tx, family []store.Instance, seen map[uuid.UUID]*sight) error {
	for i := range family {
		var after int64
		for {
			page, err := store.History(ctx, tx, family[i].ID, after, tracePage)
			if err != nil {
				return err
			}
			for j := range page {
				if e, there := seen[family[i].ID].entry(&page[j]); there {
					t.Entries = append(t.Entries, TracedEntry{Entry: e, Instance: family[i].ID})
				}
			}
			if len(t.Entries) >= mostEntries {
				t.Cut = true
				return nil
			}
			if len(page) < tracePage {
				break
			}
			after = page[len(page)-1].Seq
		}
	}
	return nil
}

// entitle adds the instances with their titles and where they stand, and what the steps are called.
func (s *server) entitle(ctx context.Context, t *Trace, family []store.Instance, seen map[uuid.UUID]*sight) error {
	definitionOf := map[uuid.UUID]*definitions.Process{}
	for i := range family {
		id := family[i].ID
		view, err := s.host.Look(ctx, callerOf(ctx).tenant, id)
		if err != nil {
			return err
		}
		at, err := s.standing(ctx, view, seen[id])
		if err != nil {
			return err
		}
		t.Instances = append(t.Instances, TracedInstance{Instance: seen[id].instance(&family[i]), Title: view.D.Title, Standing: at})
		definitionOf[id] = view.D
	}
	for i := range t.Entries {
		t.Entries[i].StepName = nameOf(definitionOf[t.Entries[i].Instance], t.Entries[i].Step)
	}
	return nil
}
