package store_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"waybill/store"
)

func TestDerivedIDsAreUUIDv7OfTheirTime(t *testing.T) {
	at := time.Date(2026, 3, 2, 1, 2, 3, 456e6, time.UTC)
	id := store.DerivedID(at, "nightly")
	require.Equal(t, id, store.DerivedID(at, "nightly"))
	require.NotEqual(t, id, store.DerivedID(at, "weekly"))
	require.Equal(t, uuid.Version(7), id.Version())
	require.Equal(t, uuid.RFC4122, id.Variant())
	require.Equal(t, at, store.TimeOf(id))
	child := store.ChildID(id, 3)
	require.Equal(t, at, store.TimeOf(child))
	require.NotEqual(t, child, store.ChildID(id, 4))
	require.NotEqual(t, child, store.TaskID(id, 3))
}

func TestWhatIsPackedUnpacksToTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.SliceOf(rapid.Byte()).Draw(t, "plain")
		if rapid.Bool().Draw(t, "repeats") {
			plain = append(plain, plain...)
			plain = append(plain, plain...)
		}
		again, err := store.Unpack(store.Pack(plain))
		require.NoError(t, err)
		require.Equal(t, string(plain), string(again))
	})
}

func TestDamageIsAnErrorAndNoPanic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, err := store.Unpack(rapid.SliceOf(rapid.Byte()).Draw(t, "damaged"))
		_ = err
	})
	_, err := store.Unpack(nil)
	require.Error(t, err)
	packed := store.Pack([]byte("the same the same the same the same the same the same"))
	_, err = store.Unpack(packed[:len(packed)-3])
	require.Error(t, err)
}
