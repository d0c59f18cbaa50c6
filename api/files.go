package api

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"testing/fstest"
)

// filesOf makes a folder of the files of a pack, their text by path. Paths are relative, as io/fs has them; none of
// them is the folder of another.
func filesOf(texts map[string]string) (fs.FS, error) {
	files := fstest.MapFS{}
	for name, text := range texts {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	var fields []ProblemField
	for name := range texts {
		if wrong := wrongPath(name, texts); wrong != "" {
			fields = append(fields, ProblemField{Field: "files", Message: fmt.Sprintf("%q: %s", name, wrong)})
		}
	}
	if len(fields) == 0 {
		return files, nil
	}
	slices.SortFunc(fields, func(a, b ProblemField) int { return cmp.Compare(a.Message, b.Message) })
	p := refused("invalid", fields[0].Message, "")
	p.Errors = fields
	return nil, p
}

// wrongPath says what is wrong with the path of a file among the others; "" is nothing.
func wrongPath(name string, texts map[string]string) string {
	if name == "." || !fs.ValidPath(name) {
		return "no path of a file in a folder; it is like sales/order.process.yaml, from the folder on, without . and .. as parts"
	}
	for folder := path.Dir(name); folder != "."; folder = path.Dir(folder) {
		if _, isFile := texts[folder]; isFile {
			return fmt.Sprintf("%q is a file too, so it is no folder", folder)
		}
	}
	return ""
}
