package nodetest

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
)

//go:embed package.json package-lock.json .npmrc
var pinned embed.FS

// install returns the folder with the packages of the lock. It fills it first where it is missing, while other test
// binaries that want the same wait.
func install(ctx context.Context, npm string) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil { // a machine without a home
		cache = os.TempDir()
	}
	cache = filepath.Join(cache, "waybill")
	files, hash, err := pinnedFiles()
	if err != nil {
		return "", err
	}
	folder := filepath.Join(cache, "node-"+hash)
	if _, err := os.Stat(folder); err == nil {
		return folder, nil
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return "", err
	}
	unlock, err := lock(folder + ".lock")
	if err != nil {
		return "", err
	}
	defer unlock()
	if _, err := os.Stat(folder); err == nil {
		return folder, nil
	}
	return folder, fill(ctx, npm, folder, files)
}

// fill installs beside the folder and moves the whole into place, so that one that is there is complete.
func fill(ctx context.Context, npm, folder string, files map[string][]byte) error {
	half, err := os.MkdirTemp(filepath.Dir(folder), "half-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(half)
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(half, name), text, 0o600); err != nil {
			return err
		}
	}
	command := exec.CommandContext(ctx, npm, "ci", "--loglevel=error")
	command.Dir = half
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("npm ci: %w\n%s", err, out)
	}
	return os.Rename(half, folder)
}

// pinnedFiles returns what npm needs, by name, and a short hash of it.
func pinnedFiles() (map[string][]byte, string, error) {
	entries, err := pinned.ReadDir(".")
	if err != nil {
		return nil, "", err
	}
	files, names := map[string][]byte{}, []string{}
	for _, entry := range entries {
		text, err := pinned.ReadFile(entry.Name())
		if err != nil {
			return nil, "", err
		}
		files[entry.Name()], names = text, append(names, entry.Name())
	}
	hash := sha256.New()
	for _, name := range slices.Sorted(slices.Values(names)) {
		hash.Write([]byte(name))
		hash.Write(files[name])
	}
	return files, hex.EncodeToString(hash.Sum(nil))[:16], nil
}

// lock waits until no other process holds the file.
func lock(path string) (unlock func(), err error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err != nil {
		file.Close()
		return nil, err
	}
	return func() { file.Close() }, nil // the kernel lets go of it
}
