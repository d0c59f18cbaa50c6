package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"

	embedded "github.com/fergusstrange/embedded-postgres"
)

// release is a version whose binaries can be fetched.
type release struct {
	major   int
	version embedded.PostgresVersion
}

// releases returns what can be fetched; the first is the one for new database files.
func releases() []release {
	return []release{{17, embedded.V17}, {18, embedded.V18}, {16, embedded.V16}, {15, embedded.V15}}
}

// fetched returns binaries of that major version, or of a current one if major is 0, from the cache or else from the
// network.
func fetched(ctx context.Context, major int, log *slog.Logger) (binaries, error) {
	all := releases()
	i := slices.IndexFunc(all, func(r release) bool { return major == 0 || r.major == major })
	if i < 0 {
		return binaries{}, fmt.Errorf("the folder's database needs version %d: %w", major, ErrNotInstalled)
	}
	cache, err := cacheFolder()
	if err != nil {
		return binaries{}, fmt.Errorf("%w: %w", ErrNotInstalled, err)
	}
	target := filepath.Join(cache, "postgresql-"+string(all[i].version))
	if found := inspect(ctx, []string{filepath.Join(target, "bin")}); len(found) > 0 {
		return found[0], nil
	}
	log.Info("postgresql is not installed, fetching it", "version", all[i].version, "into", cache)
	if err := download(ctx, all[i], cache, target); err != nil {
		return binaries{}, fmt.Errorf("%w (install PostgreSQL %d or newer), and none could be fetched: %w",
			ErrNotInstalled, oldestMajor, err)
	}
	return binaries{dir: filepath.Join(target, "bin"), major: all[i].major}, nil
}

// cacheFolder returns where fetched binaries stay. Root's own cache is closed to the account that the server runs as.
func cacheFolder() (string, error) {
	if os.Geteuid() == 0 {
		return "/var/cache/waybill", nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(cache, "waybill"), nil
}

// download puts the release's files into target at once, when all of them are there.
func download(ctx context.Context, r release, cache, target string) error {
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return err
	}
	if os.Geteuid() == 0 {
		if err := os.Chmod(cache, 0o755); err != nil {
			return err
		}
	}
	draft, err := os.MkdirTemp(cache, "fetch.*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(draft)
	unpacked := filepath.Join(draft, "postgresql")
	if err := unpack(r, draft, unpacked); len(inspect(ctx, []string{filepath.Join(unpacked, "bin")})) == 0 {
		return errors.Join(err, errors.New("the archive holds no binaries"))
	}
	if err := letRead(unpacked); err != nil {
		return err
	}
	return os.Rename(unpacked, target)
}

// letRead lets everybody read and run what the owner of dir may read and run: the account that the server runs as is
// another one than root, who may have a mask that closes new files to all others.
func letRead(dir string) error {
	return filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.Type() == fs.ModeSymlink {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		owner := info.Mode().Perm() & 0o500
		return os.Chmod(path, info.Mode().Perm()|owner>>3|owner>>6)
	})
}

// unpack fetches the release's archive and extracts it into unpacked. The library can do so only on the way to a running
// server. Root cannot run that server, so its error does not tell whether the binaries are there.
func unpack(r release, draft, unpacked string) error {
	port, err := anyPort()
	if err != nil {
		return err
	}
	server := embedded.NewDatabase(embedded.DefaultConfig().
		Version(r.version).
		Port(port).
		CachePath(draft).
		RuntimePath(filepath.Join(draft, "run")).
		BinariesPath(unpacked).
		Logger(io.Discard))
	if err := server.Start(); err != nil {
		return err
	}
	return server.Stop()
}

func anyPort() (uint32, error) {
	listener, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	address, ok := listener.Addr().(*net.TCPAddr)
	if !ok {
		return 0, fmt.Errorf("port of %s: not a TCP address", listener.Addr())
	}
	return uint32(address.Port), nil
}
