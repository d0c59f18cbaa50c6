package store

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"slices"
)

// Lock is an advisory lock of the transaction, on what two instances may want to bind at once.
type Lock struct {
	Hash   int64
	Shared bool
}

// LockOf is the number of the lock on the named thing. Two tenants never need to exclude each other,
// but a collision only makes one wait.
func LockOf(parts ...string) int64 {
	h := sha256.New()
	for _, p := range parts {
		var length [4]byte
		binary.BigEndian.PutUint32(length[:], uint32(len(p)))
		h.Write(length[:])
		h.Write([]byte(p))
	}
	return int64(binary.BigEndian.Uint64(h.Sum(nil)))
}

// TakeLocks queues the locks in one order for everybody, so that no two transactions wait for each other.
func TakeLocks(q Queue, locks []Lock) {
	locks = slices.Clone(locks)
	// Exclusive first: a lock that is wanted both ways is taken the stronger way.
	slices.SortFunc(locks, func(a, b Lock) int {
		return cmp.Or(cmp.Compare(a.Hash, b.Hash), cmp.Compare(rank(a), rank(b)))
	})
	locks = slices.CompactFunc(locks, func(a, b Lock) bool { return a.Hash == b.Hash })
	for _, l := range locks {
		if l.Shared {
			q.Queue(`select pg_advisory_xact_lock_shared($1)`, l.Hash)
		} else {
			q.Queue(`select pg_advisory_xact_lock($1)`, l.Hash)
		}
	}
}

func rank(l Lock) int {
	if l.Shared {
		return 1
	}
	return 0
}

// MessageLocks are held by whoever delivers a message, and by a turn that opens a wait for it; key "" is
// any key. Two keys do not exclude each other, but what takes any key excludes all.
func MessageLocks(tenant, message, key string) []Lock {
	anyKey := Lock{Hash: LockOf(tenant, "message", message, ""), Shared: key != ""}
	if key == "" {
		return []Lock{anyKey}
	}
	return []Lock{{Hash: LockOf(tenant, "message", message, key)}, anyKey}
}

// KeyLock is held by whoever starts or ends an instance with a business key.
func KeyLock(tenant, pack, process, key string) Lock {
	return Lock{Hash: LockOf(tenant, "key", pack, process, key)}
}
