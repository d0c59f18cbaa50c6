package lsp

import (
	"embed"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"waybill/definitions"
	"waybill/definitions/editor"
	"waybill/definitions/schema"
)

// workspace holds the open documents, and the packs they belong to as they are with the unsaved ones.
type workspace struct {
	language  *schema.Language
	catalogue definitions.Catalogue

	mu       sync.Mutex
	open     map[string]document     // by the file's path
	packs    map[string]*editor.Pack // by the folder's path; dropped when a document of it changes
	reported map[string]bool         // the URIs for which mistakes were sent
}

func newWorkspace(c definitions.Catalogue) *workspace {
	return &workspace{
		language: schema.Describe(), catalogue: c,
		open: map[string]document{}, packs: map[string]*editor.Pack{}, reported: map[string]bool{},
	}
}

// set notes the text of an open document.
func (w *workspace) set(file string, d document) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.open[file] = d
	clear(w.packs)
}

// closed forgets a document: the saved file counts again.
func (w *workspace) closed(file string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.open, file)
	clear(w.packs)
}

// changed says that files may have changed on the disk.
func (w *workspace) changed() {
	w.mu.Lock()
	defer w.mu.Unlock()
	clear(w.packs)
}

// document returns an open document, its URI empty where it is not open.
func (w *workspace) document(file string) document {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.open[file]
}

// folders returns the folders of the packs of all open documents.
func (w *workspace) folders() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	seen := map[string]bool{}
	var out []string
	for file := range w.open {
		if folder := folderOf(file); !seen[folder] && w.isOurs(file) {
			seen[folder] = true
			out = append(out, folder)
		}
	}
	return out
}

// pack returns the pack in a folder, read anew after a change.
func (w *workspace) pack(folder string) *editor.Pack {
	w.mu.Lock()
	defer w.mu.Unlock()
	if p := w.packs[folder]; p != nil {
		return p
	}
	parent := filepath.Dir(folder)
	files := editor.Overlay(embed.FS{}, w.unsaved(folder))
	if isPack(folder) {
		files = filesOf(editor.Overlay(os.DirFS(parent), w.unsaved(parent)), filepath.Base(folder))
	}
	p := editor.Open(w.language, files, w.catalogue)
	w.packs[folder] = p
	return p
}

// unsaved returns the texts of the open documents below a folder, by their names there. The lock is held.
func (w *workspace) unsaved(folder string) map[string]string {
	texts := map[string]string{}
	for file, d := range w.open {
		if name, err := filepath.Rel(folder, file); err == nil && !strings.HasPrefix(name, "..") && w.isOurs(file) {
			texts[filepath.ToSlash(name)] = d.Text
		}
	}
	return texts
}

// isOurs reports whether a file belongs to a pack: editors also open YAML files of others.
func (w *workspace) isOurs(file string) bool {
	_, known := w.language.FileOf(filepath.ToSlash(file))
	return known || isPack(folderOf(file))
}

func isPack(folder string) bool {
	_, err := os.Stat(filepath.Join(folder, "pack.yaml"))
	return err == nil
}

// filesOf returns the files of the pack in a folder, with those of the packs it uses.
func filesOf(siblings fs.FS, name string) fs.FS {
	if files, err := definitions.Beside(siblings, name); err == nil {
		return files
	}
	files, err := fs.Sub(siblings, name)
	if err != nil {
		return siblings
	}
	return files
}

// at returns the pack to which a document belongs, and the name of its file there.
func (w *workspace) at(uri string) (*editor.Pack, string, error) {
	file, err := pathOf(uri)
	if err != nil {
		return nil, "", err
	}
	folder := folderOf(file)
	if !w.isOurs(file) {
		return editor.Open(w.language, embed.FS{}, w.catalogue), filepath.Base(file), nil
	}
	name, err := filepath.Rel(folder, file)
	if err != nil {
		return nil, "", &failure{codeInvalidParams, err.Error()}
	}
	return w.pack(folder), filepath.ToSlash(name), nil
}

// folderOf returns the folder of the pack that a file belongs to: the nearest that has a pack.yaml, or else its own.
func folderOf(file string) string {
	for dir := filepath.Dir(file); ; dir = filepath.Dir(dir) {
		if isPack(dir) {
			return dir
		}
		if dir == filepath.Dir(dir) {
			return filepath.Dir(file)
		}
	}
}

// pathOf returns the path of a file: URI. Documents that are not files belong to no pack.
func pathOf(uri string) (string, error) {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme != "file" || u.Path == "" {
		return "", &failure{codeInvalidParams, "a document must be a file: " + uri}
	}
	name := u.Path
	if len(name) > 2 && name[0] == '/' && name[2] == ':' { // /C:/folder
		name = name[1:]
	}
	return filepath.Clean(filepath.FromSlash(name)), nil
}

// uriOf returns the URI of a file of the pack in a folder. Files of a used pack stand in the folder beside it. An open
// document keeps the URI that the editor gave it.
func (w *workspace) uriOf(folder, name string) string {
	file := filepath.Join(folder, filepath.FromSlash(name))
	if rest, used := strings.CutPrefix(name, "uses/"); used {
		if _, err := os.Stat(file); err != nil {
			file = filepath.Join(filepath.Dir(folder), filepath.FromSlash(rest))
		}
	}
	if d := w.document(file); d.URI != "" {
		return d.URI
	}
	slashed := filepath.ToSlash(file)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed
	}
	return (&url.URL{Scheme: "file", Path: path.Clean(slashed)}).String()
}
