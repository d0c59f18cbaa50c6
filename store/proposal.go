package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// ProposalState says what became of a proposal.
type ProposalState string

// The states of a proposal.
const (
	Proposed ProposalState = "proposed"
	Active   ProposalState = "active"
	Rejected ProposalState = "rejected"
)

// Proposal is a pack that becomes a revision once somebody else than its author approves it.
type Proposal struct {
	ID        uuid.UUID     `db:"id"`
	Pack      string        `db:"pack"`
	Base      int           `db:"base"` // the newest revision when it was proposed; 0: none
	Hash      string        `db:"hash"`
	By        string        `db:"by"`
	Proposed  time.Time     `db:"proposed"`
	State     ProposalState `db:"state"`
	DecidedBy *string       `db:"decided_by"`
	Decided   *time.Time    `db:"decided"`
	Reason    string        `db:"reason"`
	Number    *int          `db:"number"` // the revision that it became
}

const proposalColumns = `id, pack, base, hash, by, proposed, state, decided_by, decided, reason, number`

// LockDeploys keeps others from deploying the pack until the transaction ends.
func LockDeploys(ctx context.Context, db DB, pack string) error {
	_, err := db.Exec(ctx, `select pg_advisory_xact_lock($1)`, LockOf("deploy", pack))
	return err
}

// AddProposal stores a proposal with the archive of its files. One of the same author with the same files
// that is not decided yet is returned instead, with false.
func AddProposal(ctx context.Context, db DB, p Proposal, archive []byte) (Proposal, bool, error) {
	rows, err := db.Query(ctx, `select `+proposalColumns+` from proposals
		where pack = $1 and hash = $2 and by = $3 and base = $4 and state = 'proposed'`, p.Pack, p.Hash, p.By, p.Base)
	if err != nil {
		return Proposal{}, false, err
	}
	same, err := pgx.CollectRows(rows, pgx.RowToStructByName[Proposal])
	if err != nil {
		return Proposal{}, false, err
	}
	if len(same) > 0 {
		return same[0], false, nil
	}
	_, err = db.Exec(ctx, `insert into proposals (id, pack, base, hash, files, by) values ($1, $2, $3, $4, $5, $6)`,
		p.ID, p.Pack, p.Base, p.Hash, archive, p.By)
	if err != nil {
		return Proposal{}, false, err
	}
	added, err := ReadProposal(ctx, db, p.ID)
	return added, true, err
}

// ReadProposal returns the proposal or ErrNotFound.
func ReadProposal(ctx context.Context, db DB, id uuid.UUID) (Proposal, error) {
	rows, err := db.Query(ctx, `select `+proposalColumns+` from proposals where id = $1`, id)
	if err != nil {
		return Proposal{}, err
	}
	return one(pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Proposal]))
}

// LockProposal returns the proposal with its files, locked until the transaction ends, or ErrNotFound.
func LockProposal(ctx context.Context, db DB, id uuid.UUID) (Proposal, []byte, error) {
	var archive []byte
	if err := db.QueryRow(ctx, `select files from proposals where id = $1 for update`, id).Scan(&archive); err != nil {
		_, err = one(archive, err)
		return Proposal{}, nil, err
	}
	p, err := ReadProposal(ctx, db, id)
	return p, archive, err
}

// Proposals lists proposals, the newest first; After is the last id of the page before.
func Proposals(ctx context.Context, db DB, after uuid.UUID, limit int) ([]Proposal, error) {
	rows, err := db.Query(ctx, `select `+proposalColumns+` from proposals
		where $1 = '00000000-0000-0000-0000-000000000000'::uuid or id < $1 order by id desc limit $2`, after, limit)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Proposal])
}

// DecideProposal stores what a second person decided. Only ID, State, DecidedBy, Reason and Number of p are read.
func DecideProposal(ctx context.Context, db DB, p Proposal) error {
	_, err := db.Exec(ctx, `update proposals set state = $2, decided_by = $3, decided = clock_timestamp(), reason = $4, number = $5
		where id = $1`, p.ID, p.State, p.DecidedBy, p.Reason, p.Number)
	return err
}

// DeployedRevision is a revision with who made it.
type DeployedRevision struct {
	Revision
	By         string    `db:"by"`
	ApprovedBy string    `db:"approved_by"` // "" where nobody had to
	Deployed   time.Time `db:"deployed"`
	Running    int       `db:"running"` // instances that have not ended
}

// Revisions lists the revisions of a pack, the newest first.
func Revisions(ctx context.Context, db DB, pack string, limit int) ([]DeployedRevision, error) {
	rows, err := db.Query(ctx, `select r.pack, r.number, r.hash, r.by, r.approved_by, r.deployed, coalesce(i.running, 0) as running
		from revisions r left join (select revision, count(*) as running from instances
			where ended is null and pack = $1 group by revision) i on i.revision = r.number
		where r.pack = $1 order by r.number desc limit $2`, pack, limit)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[DeployedRevision])
}
