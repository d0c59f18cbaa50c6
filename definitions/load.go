package definitions

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"waybill/definitions/calendar"
	"waybill/definitions/formula"
	"waybill/definitions/value"
)

// The endings of a pack's files.
const (
	packFile     = "pack.yaml"
	processFile  = ".process.yaml"
	decisionFile = ".decision.yaml"
	decisionCSV  = ".decision.csv"
	typesFile    = ".types.yaml"
	testFile     = ".test.yaml"
)

// Load reads, checks and compiles the pack whose folder is the root of fsys, against the actions and
// objects of c. The packs that it uses stand in its folder uses, each in a folder of its name, where
// Beside puts them; what they hold counts in the hash. Findings come sorted by file and place; the pack is nil where one of them is an error.
func Load(fsys fs.FS, c Catalogue) (*Pack, []Finding) { return newLoader(c).load(fsys) }

func (l *loader) load(fsys fs.FS) (*Pack, []Finding) {
	l.found.gather(func() {
		l.read(fsys)
		l.compile(fsys)
	})
	if !l.found.errors() && !l.found.survey.partial() {
		l.found.whole = true
		l.found.gather(l.review)
	}
	found := l.accept(l.found.sorted())
	if HasErrors(found) {
		return nil, found
	}
	return l.pack, found
}

// loader holds what all files of a pack share while it is read.
type loader struct {
	found     *findings
	catalogue Catalogue
	pack      *Pack
	settings  *value.Type // a record
	defaults  value.Defaults
	types     *typeSet
	kinds     map[Kind]kindReader

	files           map[string]*node
	tables          map[string]string // the text of each CSV by its file's name
	sources         map[string]*processSource
	brokenDecisions map[string]bool
	actionNames     []string

	uses   map[string]*loader // the packs that it uses, by their names
	broken []string           // those of them that could not be read
	prefix string             // "common." where this pack is read for one that uses it
	around []string           // the packs for which this one is read, and itself

	persons      map[*formula.Formula][]string // formulas that list persons one by one, each as written
	futile       map[*formula.Formula]bool     // conditions that ask for something missing that is always there
	idle         map[Position]bool             // last branches of a choose whose other branches cover every case
	parts        map[string]bool               // what formulas read behind a dot: it may be data of a sub-process
	outcomesRead map[string]bool               // the steps whose outcome some formula reads
}

func newLoader(c Catalogue) *loader {
	l := &loader{
		found: &findings{}, catalogue: c, kinds: kinds(),
		pack: &Pack{
			Calendar: calendar.UTC(), Types: map[string]*value.Type{}, Messages: map[string]*Message{},
			Decisions: map[string]*Decision{}, Processes: map[string]*Process{}, Uses: map[string]*Pack{}, catalogue: c,
		},
		files: map[string]*node{}, tables: map[string]string{},
		sources: map[string]*processSource{}, brokenDecisions: map[string]bool{}, uses: map[string]*loader{},
		persons: map[*formula.Formula][]string{}, parts: map[string]bool{}, futile: map[*formula.Formula]bool{}, idle: map[Position]bool{}, outcomesRead: map[string]bool{},
	}
	l.types = l.newTypeSet(nil, "")
	return l
}

// actions returns the names of the catalogue's actions, for suggestions.
func (l *loader) actions() []string {
	if l.actionNames == nil {
		l.actionNames = l.catalogue.Actions()
	}
	return l.actionNames
}

// read reads every file of the pack and takes the hash of all.
func (l *loader) read(fsys fs.FS) {
	names := packFiles(fsys, l.found)
	hash := sha256.New()
	for _, name := range names {
		text, ok := readFile(fsys, name, l.found)
		if !ok {
			continue
		}
		fmt.Fprintf(hash, "%d %s %d ", len(name), name, len(text))
		hash.Write(text)
		switch {
		case strings.HasSuffix(name, decisionCSV):
			if checkText(&source{name: name, text: string(text)}, text, l.found) {
				l.tables[name] = string(text)
			}
		case strings.HasSuffix(name, testFile):
		default:
			if n := parseYAML(name, text, l.found); n != nil {
				l.files[name] = n
			}
		}
	}
	l.pack.Hash = "sha256:" + hex.EncodeToString(hash.Sum(nil))
	if !slices.Contains(names, packFile) {
		l.found.add(Position{packFile, 1, 1}, codeNoPack, "the folder has no pack.yaml, which says what the pack is called")
	}
}

// hashed returns the hash of a pack together with that of one it uses.
func hashed(pack, used string) string {
	sum := sha256.Sum256([]byte(pack + " " + used))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// compile goes through the files in the order in which they need each other. fsys holds the packs that
// this one uses.
func (l *loader) compile(fsys fs.FS) {
	if n := l.files[packFile]; n != nil {
		l.readPack(n, fsys)
	}
	l.each(typesFile, l.declareTypes)
	l.types.resolve()
	l.readSettings()
	l.each(typesFile, l.readMessages)
	for _, name := range l.types.order {
		l.pack.Types[name] = l.types.done[name]
	}
	l.each(decisionFile, l.readDecision)
	l.tablesWithoutInputs()
	l.qualified()
	l.each(processFile, l.readHeader)
	for _, id := range sortedKeys(l.sources) {
		if l.found.survey.skips(id) {
			continue
		}
		l.compileProcess(l.sources[id])
	}
	l.wholeness()
}

// each calls read for every file of an ending that could be read.
func (l *loader) each(ending string, read func(n *node)) {
	for _, name := range sortedKeys(l.files) {
		if strings.HasSuffix(name, ending) {
			read(l.files[name])
		}
	}
}

// packFiles returns the names of the pack's files, sorted. A YAML file with another ending is a
// finding: nothing would read it.
func packFiles(fsys fs.FS, f *findings) []string {
	var names []string
	err := fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (name == usesFolder || name != "." && strings.HasPrefix(entry.Name(), ".")):
			return fs.SkipDir
		case entry.IsDir():
			return nil
		case isPackFile(name):
			names = append(names, name)
		case path.Ext(name) == ".yaml" || path.Ext(name) == ".yml":
			found := f.add(Position{name, 1, 1}, codeUnknownFile, "a pack's files end in %s", oneOf(endings()))
			stem, ending, _ := strings.Cut(path.Base(name), ".")
			if near := nearest("."+ending, endings()); near != "" {
				found.Message += fmt.Sprintf("; did you mean %s?", stem+near)
			}
		}
		return nil
	})
	if err != nil {
		f.add(Position{".", 1, 1}, codeUnreadable, "%v", err)
	}
	slices.Sort(names)
	return names
}

func endings() []string {
	return []string{packFile, processFile, decisionFile, decisionCSV, typesFile, testFile}
}

func isPackFile(name string) bool {
	return name == packFile || slices.ContainsFunc(endings()[1:], func(e string) bool { return strings.HasSuffix(name, e) })
}

// readFile returns the content of a file of at most a mebibyte.
func readFile(fsys fs.FS, name string, f *findings) (text []byte, ok bool) {
	file, err := fsys.Open(name)
	if err != nil {
		f.add(Position{name, 1, 1}, codeUnreadable, "%v", err)
		return nil, false
	}
	text, err = io.ReadAll(io.LimitReader(file, maxFileSize+1))
	if err = errors.Join(err, file.Close()); err != nil {
		f.add(Position{name, 1, 1}, codeUnreadable, "%v", err)
		return nil, false
	}
	if len(text) > maxFileSize {
		f.add(Position{name, 1, 1}, codeTooLarge, "the file is larger than %d KiB; split it", maxFileSize/1024)
		return nil, false
	}
	return text, true
}
