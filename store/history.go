package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Entry is a row of the history. Data is JSON, kept byte for byte.
type Entry struct {
	Instance uuid.UUID `db:"instance"`
	Seq      int64     `db:"seq"` // 1, 2, 3 ... in an instance
	Turn     int64     `db:"turn"`
	At       time.Time `db:"at"`
	By       string    `db:"by"`
	For      string    `db:"on_behalf"`
	Step     string    `db:"step"`
	Wait     int64     `db:"wait"`
	What     string    `db:"what"`
	Data     string    `db:"data"`
	Hash     []byte    `db:"hash"`
}

const entryColumns = `instance, seq, turn, at, by, on_behalf, step, wait, what, data::text as data, hash`

// HashAfter is the entry's hash when before is the hash of the entry before it; empty for the first.
// It is the SHA-256 of before and of every field as stored, each preceded by its length.
func (e *Entry) HashAfter(before []byte) []byte {
	h := sha256.New()
	var number [8]byte
	add := func(field []byte) {
		binary.BigEndian.PutUint64(number[:], uint64(len(field)))
		h.Write(number[:])
		h.Write(field)
	}
	add(before)
	add(e.Instance[:])
	for _, n := range []int64{e.Seq, e.Turn, e.At.UnixMicro(), e.Wait} {
		add([]byte(strconv.FormatInt(n, 10)))
	}
	for _, text := range []string{e.By, e.For, e.Step, e.What, e.Data} {
		add([]byte(text))
	}
	return h.Sum(nil)
}

// Append chains the entries onto head and queues them in one statement; it returns the new head. The
// entries' Seq and Hash are set.
func Append(q Queue, headSeq int64, headHash []byte, entries []Entry) (int64, []byte) {
	n := len(entries)
	if n == 0 {
		return headSeq, headHash
	}
	seqs, ats, waits := make([]int64, n), make([]time.Time, n), make([]int64, n)
	bys, fors, steps, whats, datas := make([]string, n), make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	hashes := make([][]byte, n)
	for i := range entries {
		e := &entries[i]
		headSeq++
		e.Seq = headSeq
		e.Hash = e.HashAfter(headHash)
		headHash = e.Hash
		seqs[i], ats[i], waits[i] = e.Seq, e.At, e.Wait
		bys[i], fors[i], steps[i], whats[i], datas[i], hashes[i] = e.By, e.For, e.Step, e.What, e.Data, e.Hash
	}
	q.Queue(`insert into history (instance, seq, turn, at, by, on_behalf, step, wait, what, data, hash)
		select $1, u.seq, $2, u.at, u.by, u.on_behalf, u.step, u.wait, u.what, u.data::json, u.hash
		from unnest($3::bigint[], $4::timestamptz[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::text[], $10::text[], $11::bytea[])
			as u (seq, at, by, on_behalf, step, wait, what, data, hash)`,
		entries[0].Instance, entries[0].Turn, seqs, ats, bys, fors, steps, waits, whats, datas, hashes)
	return headSeq, headHash
}

// History lists an instance's entries after seq, in order, at most limit.
func History(ctx context.Context, db DB, instance uuid.UUID, after int64, limit int) ([]Entry, error) {
	rows, err := db.Query(ctx, `select `+entryColumns+` from history where instance = $1 and seq > $2 order by seq limit $3`,
		instance, after, limit)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Entry])
}
