package editor

import (
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// Overlay is a folder in which some files have other texts than those saved, by name. Files that are not saved yet are
// in it, too.
func Overlay(base fs.FS, texts map[string]string) fs.FS { return overlay{base, texts} }

type overlay struct {
	base  fs.FS
	texts map[string]string
}

// Open implements fs.FS.
func (o overlay) Open(name string) (fs.File, error) {
	if text, ok := o.texts[name]; ok {
		return &memory{name: path.Base(name), size: int64(len(text)), Reader: strings.NewReader(text)}, nil
	}
	return o.base.Open(name)
}

// ReadDir implements fs.ReadDirFS.
func (o overlay) ReadDir(dir string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(o.base, dir)
	if err != nil {
		return nil, err
	}
	for _, name := range sortedNames(o.texts) {
		base := path.Base(name)
		there := func(e fs.DirEntry) bool { return e.Name() == base }
		if path.Dir(name) == dir && !slices.ContainsFunc(entries, there) {
			entries = append(entries, fs.FileInfoToDirEntry(&memory{name: base, size: int64(len(o.texts[name]))}))
		}
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, nil
}

// memory is a file that is not saved.
type memory struct {
	name string
	size int64
	*strings.Reader
}

// Stat implements fs.File.
func (m *memory) Stat() (fs.FileInfo, error) { return m, nil }

// Close implements fs.File.
func (m *memory) Close() error { return nil }

// Name implements fs.FileInfo, as do the methods after it.
func (m *memory) Name() string { return m.name }

// Size is the length in bytes.
func (m *memory) Size() int64 { return m.size }

// Mode is that of a file that may only be read.
func (m *memory) Mode() fs.FileMode { return 0o444 }

// ModTime is not known.
func (m *memory) ModTime() time.Time { return time.Time{} }

// IsDir is false.
func (m *memory) IsDir() bool { return false }

// Sys is nothing.
func (m *memory) Sys() any { return nil }
