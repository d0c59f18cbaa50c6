package activities

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"waybill/definitions"
	"waybill/definitions/difference"
	"waybill/store"
)

// Propose stores the pack in files as a proposal: it becomes the newest revision once somebody else than
// by approves it. Findings of severity error leave everything as it was; the Proposal is then zero. Errors:
// *Refusal where nobody proposes, or the pack is the newest revision already.
func (h *Host) Propose(ctx context.Context, tenant uuid.UUID, files fs.FS, by string) (store.Proposal, []definitions.Finding, error) {
	pack, findings := h.readWhole(files)
	if pack == nil {
		return store.Proposal{}, findings, nil
	}
	if by == "" {
		return store.Proposal{}, findings, &Refusal{Code: "unknown_person", Text: "say who proposes: another person has to approve", Field: "by"}
	}
	archived, err := archive(files)
	if err != nil {
		return store.Proposal{}, findings, err
	}
	var p store.Proposal
	err = h.store.InTenant(ctx, tenant, func(tx pgx.Tx) error {
		if err := store.LockDeploys(ctx, tx, pack.Name); err != nil {
			return err
		}
		latest, err := store.LatestRevision(ctx, tx, pack.Name)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if latest.Hash == pack.Hash {
			return &Refusal{Code: "unchanged", Text: fmt.Sprintf("%s is unchanged: revision %d is the newest", pack.Name, latest.Number)}
		}
		p, _, err = store.AddProposal(ctx, tx, store.Proposal{
			ID: store.NewID(), Pack: pack.Name, Base: latest.Number, Hash: pack.Hash, By: by,
		}, archived)
		return err
	})
	return p, findings, err
}

// Approve makes a proposal the newest revision. Errors: store.ErrNotFound; *Refusal where by proposed it,
// where it is decided, or where another revision was deployed since it was proposed: what was looked at is
// not what would change.
func (h *Host) Approve(ctx context.Context, tenant, id uuid.UUID, by string) (Deployment, error) {
	var d Deployment
	err := h.decide(ctx, tenant, id, by, func(tx pgx.Tx, p store.Proposal, archived []byte) error {
		if err := store.LockDeploys(ctx, tx, p.Pack); err != nil {
			return err
		}
		latest, err := store.LatestRevision(ctx, tx, p.Pack)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if latest.Number != p.Base {
			return &Refusal{Code: "outdated", Text: fmt.Sprintf("revision %d was deployed since; propose the pack again", latest.Number)}
		}
		pack, err := h.unpacked(archived)
		if err != nil {
			return err
		}
		if d, err = activate(ctx, tx, pack, store.Author{By: p.By, ApprovedBy: by}, archived); err != nil {
			return err
		}
		p.State, p.DecidedBy, p.Number = store.Active, &by, &d.Revision
		return store.DecideProposal(ctx, tx, p)
	})
	return d, err
}

// Reject keeps a proposal from ever becoming a revision. Errors as of Approve.
func (h *Host) Reject(ctx context.Context, tenant, id uuid.UUID, by, reason string) error {
	return h.decide(ctx, tenant, id, by, func(tx pgx.Tx, p store.Proposal, _ []byte) error {
		p.State, p.DecidedBy, p.Reason = store.Rejected, &by, reason
		return store.DecideProposal(ctx, tx, p)
	})
}

// decide runs act on a proposal that by may decide about.
func (h *Host) decide(ctx context.Context, tenant, id uuid.UUID, by string, act func(pgx.Tx, store.Proposal, []byte) error) error {
	return h.store.InTenant(ctx, tenant, func(tx pgx.Tx) error {
		p, archived, err := store.LockProposal(ctx, tx, id)
		switch {
		case err != nil:
			return err
		case p.State != store.Proposed:
			return &Refusal{Code: "closed", Text: fmt.Sprintf("the proposal is %s already", p.State)}
		case by == "":
			return &Refusal{Code: "unknown_person", Text: "say who decides: it takes a second person", Field: "by"}
		case by == p.By:
			return &Refusal{Code: "not_by", Text: by + " proposed it; somebody else has to decide", Field: "by"}
		}
		return act(tx, p, archived)
	})
}

// unpacked compiles an archive of a pack's files.
func (h *Host) unpacked(archived []byte) (*definitions.Pack, error) {
	files, err := zip.NewReader(bytes.NewReader(archived), int64(len(archived)))
	if err != nil {
		return nil, err
	}
	pack, findings := definitions.Load(files, h.catalogue)
	if pack == nil {
		return nil, &Refusal{Code: "findings", Text: fmt.Sprintf("the pack has %d findings by now, the first: %s", len(findings), findings[0])}
	}
	return pack, nil
}

// ProposalChanges returns what a proposal would change, against the revision that it was made from.
func (h *Host) ProposalChanges(ctx context.Context, tenant, id uuid.UUID) (changes []difference.Change, err error) {
	err = h.store.InTenant(ctx, tenant, func(tx pgx.Tx) error {
		p, archived, err := store.LockProposal(ctx, tx, id)
		if err != nil {
			return err
		}
		to, err := h.unpacked(archived)
		if err != nil {
			return err
		}
		changes, err = h.changesSince(ctx, tx, tenant, p.Base, to)
		return err
	})
	return changes, err
}

// Changes returns what differs between two revisions of a pack. Errors: *Refusal for one that is not there.
func (h *Host) Changes(ctx context.Context, tenant uuid.UUID, pack string, from, to int) (changes []difference.Change, err error) {
	err = h.store.ReadTenant(ctx, tenant, func(tx pgx.Tx) error {
		newer, err := h.revision(ctx, tx, tenant, pack, to, "to")
		if err != nil {
			return err
		}
		changes, err = h.changesSince(ctx, tx, tenant, from, newer)
		return err
	})
	return changes, err
}

// changesSince compares a pack with a revision of it; from the revision 0, everything is new.
func (h *Host) changesSince(ctx context.Context, tx pgx.Tx, tenant uuid.UUID, from int, to *definitions.Pack) ([]difference.Change, error) {
	if from == 0 {
		return difference.Packs(&definitions.Pack{}, to), nil
	}
	older, err := h.revision(ctx, tx, tenant, to.Name, from, "from")
	if err != nil {
		return nil, err
	}
	return difference.Packs(older, to), nil
}

// Compared is what deploying files would change.
type Compared struct {
	Pack    string // "" where findings kept it from being compared
	From    int    // the revision that it was compared with; 0: there is none
	Changes []difference.Change
}

// ChangesOf compares the pack in files with a revision of it, the newest where from is 0.
func (h *Host) ChangesOf(ctx context.Context, tenant uuid.UUID, files fs.FS, from int) (Compared, []definitions.Finding, error) {
	pack, findings := definitions.Load(files, h.catalogue)
	if pack == nil {
		return Compared{}, findings, nil
	}
	c := Compared{Pack: pack.Name, From: from}
	err := h.store.ReadTenant(ctx, tenant, func(tx pgx.Tx) error {
		if from == 0 {
			latest, err := store.LatestRevision(ctx, tx, pack.Name)
			if err != nil && !errors.Is(err, store.ErrNotFound) {
				return err
			}
			c.From = latest.Number
		}
		var err error
		c.Changes, err = h.changesSince(ctx, tx, tenant, c.From, pack)
		return err
	})
	return c, findings, err
}
