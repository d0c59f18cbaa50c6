package mutation

import (
	"fmt"
	"io/fs"
	"maps"
	"strings"
	"testing/fstest"

	"waybill/definitions"
	"waybill/engine/scenario"
)

// Verdict is what became of a mutant.
type Verdict string

// The verdicts.
const (
	FoundByCheck Verdict = "found by the check" // an error, or a warning that was not there before
	FoundByTest  Verdict = "found by a test"    // a case fails
	Equivalent   Verdict = "equivalent"         // the compiled pack is the same
	Survived     Verdict = "survived"           // nobody finds it
)

// Judge tries mutants of one pack.
type Judge struct {
	files     fstest.MapFS
	catalogue definitions.Catalogue
	pack      *definitions.Pack
	warnings  map[string]bool
}

// NewJudge reads the pack whose folder is the root of fsys. It must be in order, and its cases must pass.
func NewJudge(fsys fs.FS, c definitions.Catalogue) (*Judge, error) {
	j := &Judge{files: fstest.MapFS{}, catalogue: c, warnings: map[string]bool{}}
	err := fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(fsys, name)
		j.files[name] = &fstest.MapFile{Data: text}
		return err
	})
	if err != nil {
		return nil, err
	}
	pack, findings := definitions.Load(j.files, c)
	if pack == nil {
		return nil, fmt.Errorf("the pack is not in order: %v", findings)
	}
	j.pack = pack
	for _, f := range findings {
		j.warnings[f.Code+f.Message] = true
	}
	tests, findings := definitions.LoadTests(j.files, pack)
	if definitions.HasErrors(findings) {
		return nil, fmt.Errorf("the tests are not in order: %v", findings)
	}
	if failed := firstFailure(tests, func(string) bool { return true }); failed != "" {
		return nil, fmt.Errorf("a case fails before anything is broken: %s", failed)
	}
	return j, nil
}

// Try breaks the pack and says who finds it. How is the finding, or the case that fails.
func (j *Judge) Try(m Mutant) (v Verdict, how string) {
	files := maps.Clone(j.files)
	files[m.Pos.File] = &fstest.MapFile{Data: []byte(m.Text)}
	pack, findings := definitions.Load(files, j.catalogue)
	for _, f := range findings {
		if pack == nil && f.Severity == definitions.Error || pack != nil && !j.warnings[f.Code+f.Message] {
			return FoundByCheck, f.String()
		}
	}
	tests, findings := definitions.LoadTests(files, pack)
	if definitions.HasErrors(findings) {
		return FoundByCheck, findings[0].String()
	}
	if failed := firstFailure(tests, j.touches(m)); failed != "" {
		return FoundByTest, failed
	}
	if m.Pos.File != "pack.yaml" {
		whole := *pack
		whole.Calendar = j.pack.Calendar // it remembers what it was asked, and nothing else can change it
		pack = &whole
	}
	if same(j.pack, pack) {
		return Equivalent, ""
	}
	return Survived, ""
}

// touches tells which processes a mutant can change: its own, or all where it breaks what they share.
func (j *Judge) touches(m Mutant) func(process string) bool {
	if !strings.HasSuffix(m.Pos.File, ".process.yaml") || strings.Contains(m.Pos.File, "/") {
		return func(string) bool { return true }
	}
	return func(process string) bool { return strings.HasPrefix(m.Pos.File, process+".") }
}

func firstFailure(tests []*definitions.TestFile, wanted func(process string) bool) string {
	for _, file := range tests {
		if !wanted(file.Process.ID) {
			continue
		}
		for _, c := range file.Cases {
			if r := scenario.Run(file.Process, c); len(r.Failures) > 0 {
				f := r.Failures[0]
				return fmt.Sprintf("%s: %s: expected %s, happened %s", c.Name, f.Pos, f.Expected, f.Happened)
			}
		}
	}
	return ""
}
