package store

import (
	"crypto/sha256"
	"encoding/binary"
	"strconv"
	"time"

	"github.com/google/uuid"
)

// NewID makes a UUIDv7: ids made later sort later.
func NewID() uuid.UUID { return uuid.Must(uuid.NewV7()) }

// DerivedID makes the same UUIDv7 from the same time and name each time: for instances that a retry
// must not create twice.
func DerivedID(at time.Time, name string) uuid.UUID {
	sum := sha256.Sum256([]byte(name))
	var id uuid.UUID
	copy(id[6:], sum[:])
	var millis [8]byte
	binary.BigEndian.PutUint64(millis[:], uint64(at.UnixMilli()))
	copy(id[:6], millis[2:])
	id[6] = id[6]&0x0f | 0x70
	id[8] = id[8]&0x3f | 0x80
	return id
}

// ChildID is the id of the sub-process that wait of parent runs. It carries the parent's own time, so
// that it needs no look-up.
func ChildID(parent uuid.UUID, wait int64) uuid.UUID {
	var name [24]byte
	copy(name[:], parent[:])
	binary.BigEndian.PutUint64(name[16:], uint64(wait))
	return DerivedID(TimeOf(parent), string(name[:]))
}

// TaskID is the id of the task at wait of an instance.
func TaskID(instance uuid.UUID, wait int64) uuid.UUID {
	return DerivedID(TimeOf(instance), instance.String()+" task "+strconv.FormatInt(wait, 10))
}

// TimeOf is the time in a UUIDv7, to the millisecond.
func TimeOf(id uuid.UUID) time.Time {
	var millis [8]byte
	copy(millis[2:], id[:6])
	return time.UnixMilli(int64(binary.BigEndian.Uint64(millis[:]))).UTC()
}
