package definitions

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Beside returns the files of the pack in the folder name of siblings together with those of the packs
// it uses, which stand beside it in siblings: as Load reads them, and as a revision keeps them. It holds
// what they were at that moment.
func Beside(siblings fs.FS, name string) (fs.FS, error) {
	own, err := fs.Sub(siblings, name)
	if err != nil {
		return nil, err
	}
	used := usedBeside(siblings, own, name)
	if len(used) == 0 {
		return own, nil
	}
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	err = copyFiles(w, own, "")
	for _, pack := range used {
		files, subErr := fs.Sub(siblings, pack)
		if err = errors.Join(err, subErr); err == nil {
			err = copyFiles(w, files, path.Join(usesFolder, pack))
		}
	}
	if err = errors.Join(err, w.Close()); err != nil {
		return nil, fmt.Errorf("files of %s: %w", name, err)
	}
	return zip.NewReader(bytes.NewReader(packed.Bytes()), int64(packed.Len()))
}

// usedBeside returns the packs that a pack uses, those that they use among them, which stand beside it
// and not in its own folder already.
func usedBeside(siblings, own fs.FS, name string) []string {
	var used []string
	for todo := usedBy(own); len(todo) > 0; todo = todo[1:] {
		next := todo[0]
		if next == name || slices.Contains(used, next) || isThere(own, path.Join(usesFolder, next, packFile)) {
			continue
		}
		files, err := fs.Sub(siblings, next)
		if err == nil && isThere(files, packFile) {
			used, todo = append(used, next), append(todo, usedBy(files)...)
		}
	}
	return used
}

func isThere(files fs.FS, name string) bool {
	_, err := fs.Stat(files, name)
	return err == nil
}

// usedBy returns the packs that a pack uses, as its pack.yaml lists them.
func usedBy(files fs.FS) []string {
	text, ok := readFile(files, packFile, &findings{})
	if !ok {
		return nil
	}
	n := parseYAML(packFile, text, &findings{})
	if n == nil {
		return nil
	}
	var out []string
	for _, item := range keysOf(n, "a pack", &findings{}).oneOrMore("uses") {
		if item.kind == scalar && fs.ValidPath(item.text) && !strings.Contains(item.text, "/") {
			out = append(out, item.text)
		}
	}
	return out
}

// copyFiles copies the YAML and CSV files of a folder to a folder of an archive. Of a file that is too
// large it copies as much as shows that.
func copyFiles(to *zip.Writer, files fs.FS, folder string) error {
	return fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != "." && strings.HasPrefix(entry.Name(), "."):
			return fs.SkipDir
		case entry.IsDir() || !slices.Contains([]string{".yaml", ".yml", ".csv"}, path.Ext(name)):
			return nil
		}
		from, err := files.Open(name)
		if err != nil {
			return err
		}
		file, err := to.Create(path.Join(folder, name))
		if err == nil {
			_, err = io.Copy(file, io.LimitReader(from, maxFileSize+1))
		}
		return errors.Join(err, from.Close())
	})
}
