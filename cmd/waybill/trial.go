//go:build faults

package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"waybill/activities/catalogue"
)

// trial holds actions that do what tests want to see and no business does: they fail, panic, lock rows
// that others want, and leave the database. The tests make the tables trial_notes, trial_rows and
// trial_mended.
type trial struct {
	folder string // where the world outside is kept: a line of the file outside for each call
}

func (t trial) actions() []catalogue.Definition {
	return []catalogue.Definition{
		catalogue.Define("trial.note", "Writes a row.", t.note),
		catalogue.Define("trial.take", "Counts on a row that others want too.", t.take, catalogue.Contended()),
		catalogue.Define("trial.fail", "Fails as it is told, until the row of that name is mended.", t.fail,
			catalogue.Errors("trial.declined", "It was declined.")),
		catalogue.Define("trial.outside", "Leaves the database.", t.outside, catalogue.Remote(),
			catalogue.Errors("trial.declined", "It was declined.")),
	}
}

type trialText struct {
	Text string `json:"text"`
}

func (trial) note(_ context.Context, tx catalogue.Tx, call catalogue.Call, in trialText) (trialText, error) {
	tx.Queue(`insert into trial_notes (instance, text) values ($1, $2)`, call.Instance, in.Text)
	return in, nil
}

type trialRow struct {
	Row string `json:"row"`
}

type trialCount struct {
	N int `json:"n"`
}

func (trial) take(ctx context.Context, tx catalogue.Tx, _ catalogue.Call, in trialRow) (trialCount, error) {
	var out trialCount
	err := tx.QueryRow(ctx, `insert into trial_rows (id, n) values ($1, 1)
		on conflict (tenant, id) do update set n = trial_rows.n + 1 returning n`, in.Row).Scan(&out.N)
	return out, err
}

type trialHow struct {
	How  string `json:"how"`
	Text string `json:"text"`
}

func (trial) fail(ctx context.Context, tx catalogue.Tx, _ catalogue.Call, in trialHow) (trialText, error) {
	var mended bool
	if err := tx.QueryRow(ctx, `select exists (select from trial_mended where text = $1)`, in.Text).Scan(&mended); err != nil {
		return trialText{}, err
	}
	if mended {
		return trialText{in.Text}, nil
	}
	if in.How == "statement" {
		_, err := tx.Exec(ctx, `select $1::text::integer`, in.Text)
		return trialText{}, err
	}
	return trialText{in.Text}, in.failure()
}

// failure is what comes of How: an error, a panic, a business error, or nothing.
func (in trialHow) failure() error {
	switch in.How {
	case "error":
		return errors.New(in.Text)
	case "panic":
		panic(in.Text)
	case "declined":
		return catalogue.Refuse("trial.declined", in.Text, map[string]any{"text": in.Text})
	}
	return nil
}

// look is how often a call that waits looks whether it may go on.
const look = 20 * time.Millisecond

// wait lets a call that is told to wait go on once the file of its text is there.
func (t trial) wait(ctx context.Context, in trialHow) error {
	tick := time.NewTicker(look)
	defer tick.Stop()
	for in.How == "wait" {
		if _, err := os.Stat(filepath.Join(t.folder, "go-"+in.Text)); err == nil {
			break
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
	return nil
}

func (t trial) outside(ctx context.Context, _ catalogue.Tx, call catalogue.Call, in trialHow) (trialText, error) {
	file, err := os.OpenFile(filepath.Join(t.folder, "outside"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return trialText{}, err
	}
	_, err = file.WriteString(call.Instance.String() + " " + call.Key + "\n")
	if err := errors.Join(err, file.Close(), t.wait(ctx, in)); err != nil {
		return trialText{}, err
	}
	return trialText{in.Text}, in.failure()
}
