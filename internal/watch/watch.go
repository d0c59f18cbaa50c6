// Package watch tells which folders' files changed, by looking at their names, sizes and times again and
// again: that works on every file system and with every editor.
package watch

import (
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Watch looks at groups of folders.
type Watch struct {
	groups [][]string
	told   []uint64 // what the files were when a change was told last
	seen   []uint64 // what they were at the last look
}

// New begins to watch groups of folders, as their files are now.
func New(groups [][]string) *Watch {
	w := &Watch{groups: groups}
	for _, folders := range groups {
		now := fingerprint(folders)
		w.told, w.seen = append(w.told, now), append(w.seen, now)
	}
	return w
}

// Look returns the groups whose files changed and have then stayed as they are since the last look: an
// editor that writes a file in several steps, or a program that writes many files, counts as one change.
func (w *Watch) Look() []int {
	var changed []int
	for i, folders := range w.groups {
		now := fingerprint(folders)
		if now == w.seen[i] && now != w.told[i] {
			changed = append(changed, i)
			w.told[i] = now
		}
		w.seen[i] = now
	}
	return changed
}

// Folders says what the groups are from now on; there are as many as before. A group whose folders are
// the same stays as it was, another begins with its files as they are now.
func (w *Watch) Folders(groups [][]string) {
	for i, folders := range groups {
		if strings.Join(folders, "\x00") != strings.Join(w.groups[i], "\x00") {
			now := fingerprint(folders)
			w.told[i], w.seen[i] = now, now
		}
	}
	w.groups = groups
}

// fingerprint is a number that changes with the name, size or time of any file. Hidden folders do not
// count, nor does what cannot be read.
func fingerprint(folders []string) uint64 {
	sum := fnv.New64a()
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return nil //nolint:nilerr // what is gone meanwhile is gone from the sum
			case entry.IsDir() && path != folder && strings.HasPrefix(entry.Name(), "."):
				return fs.SkipDir
			case entry.IsDir():
				return nil
			}
			if info, err := os.Stat(path); err == nil {
				fmt.Fprintln(sum, path, info.Size(), info.ModTime().UnixNano())
			}
			return nil
		})
		if err != nil {
			fmt.Fprintln(sum, folder, err)
		}
	}
	return sum.Sum64()
}
