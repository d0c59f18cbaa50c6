package store

import (
	"encoding/binary"
	"fmt"

	"github.com/pierrec/lz4/v4"
)

// maxUnpacked bounds what a stored value may unpack to: a state or the files of a pack.
const maxUnpacked = 256 << 20

// Pack compresses with lz4. The result opens with the length, so that Unpack allocates once.
func Pack(plain []byte) []byte {
	packed := make([]byte, binary.MaxVarintLen64+lz4.CompressBlockBound(len(plain)))
	n := binary.PutUvarint(packed, uint64(len(plain)))
	var c lz4.Compressor
	size, err := c.CompressBlock(plain, packed[n:])
	if err != nil || size == 0 || size >= len(plain) {
		// What does not shrink is stored as it is, which its length tells.
		return append(packed[:n], plain...)
	}
	return packed[:n+size]
}

// Unpack is the reverse of Pack.
func Unpack(packed []byte) ([]byte, error) {
	length, n := binary.Uvarint(packed)
	if n <= 0 || length > maxUnpacked {
		return nil, fmt.Errorf("unpack: damaged length")
	}
	body := packed[n:]
	if uint64(len(body)) == length {
		return body, nil
	}
	plain := make([]byte, length)
	size, err := lz4.UncompressBlock(body, plain)
	if err != nil {
		return nil, fmt.Errorf("unpack: %w", err)
	}
	if uint64(size) != length {
		return nil, fmt.Errorf("unpack: %d bytes, %d expected", size, length)
	}
	return plain, nil
}
