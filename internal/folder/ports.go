package folder

import (
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"net"
	"os"
	"strconv"
	"strings"
)

// Ports are chosen from this range: above the well-known ones and below 32768, where Linux begins to hand out
// ephemeral ports and where Temporal's int2 column ends.
const (
	firstPort = 15000
	lastPort  = 32767
)

// ErrNoPorts reports that no block of free ports was found.
var ErrNoPorts = errors.New("no free ports")

// Ports returns the first of count consecutive loopback ports. The choice is kept in a file of that name and stays the
// same from one start to the next, unless another program has taken one of them meanwhile: then it is made anew.
func (f *Folder) Ports(name string, count int) (int, error) {
	path := f.Path(name)
	base, err := readPort(path)
	if err != nil {
		return 0, fmt.Errorf("ports %s: %w", name, err)
	}
	if base != 0 && free(base, count) {
		return base, nil
	}
	base, err = choose(path, count)
	if err != nil {
		return 0, fmt.Errorf("ports %s: %w", name, err)
	}
	if err := write(path, strconv.Itoa(base)+"\n"); err != nil {
		return 0, fmt.Errorf("ports %s: %w", name, err)
	}
	return base, nil
}

func readPort(path string) (int, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	// A damaged file counts as none.
	if port, err := strconv.Atoi(strings.TrimSpace(string(text))); err == nil && port >= firstPort && port <= lastPort {
		return port, nil
	}
	return 0, nil
}

// choose starts its search at a place that depends on the path, so that two folders seldom try the same ports.
func choose(path string, count int) (int, error) {
	hash := fnv.New32a()
	hash.Write([]byte(path))
	blocks := (lastPort - firstPort + 1) / count
	start := int(hash.Sum32() % uint32(blocks))
	for i := range blocks {
		base := firstPort + (start+i)%blocks*count
		if free(base, count) {
			return base, nil
		}
	}
	return 0, ErrNoPorts
}

func free(base, count int) bool {
	for port := base; port < base+count; port++ {
		listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err != nil {
			return false
		}
		listener.Close()
	}
	return true
}
