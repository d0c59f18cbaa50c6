package activities

import (
	"archive/zip"
	"bytes"
	"container/list"
	"context"
	"fmt"
	"io/fs"
	"slices"
	"sync"

	"github.com/google/uuid"

	"waybill/activities/catalogue"
	"waybill/definitions"
	"waybill/store"
)

// What a process keeps compiled: few revisions are in use at a time, and one that is not kept is only
// compiled again.
const (
	mostPacks  = 200
	mostSource = 64 << 20 // bytes of the archives that they were compiled from
)

// packs compiles the stored revisions and keeps those that were used last: a revision never changes.
type packs struct {
	catalogue *catalogue.Registry
	most      int
	mu        sync.Mutex
	byHash    map[string]*list.Element // of *compiled; tenants that deployed the same files share one
	byName    map[revision]*list.Element
	used      *list.List // the last used first
	source    int        // bytes of all
}

// compiled is a pack that is kept.
type compiled struct {
	pack   *definitions.Pack
	hash   string
	source int
	names  []revision
}

type revision struct {
	tenant uuid.UUID
	pack   string
	number int
}

func newPacks(c *catalogue.Registry, most int) *packs {
	return &packs{catalogue: c, most: most, byHash: map[string]*list.Element{}, byName: map[revision]*list.Element{}, used: list.New()}
}

// get returns the compiled revision. It reads db only where it is not kept.
func (p *packs) get(ctx context.Context, db store.DB, tenant uuid.UUID, name string, number int) (*definitions.Pack, error) {
	key := revision{tenant, name, number}
	if pack := p.known(key); pack != nil {
		return pack, nil
	}
	hash, err := store.RevisionHash(ctx, db, name, number)
	if err != nil {
		return nil, fmt.Errorf("pack %s revision %d: %w", name, number, err)
	}
	if pack := p.named(key, hash); pack != nil {
		return pack, nil
	}
	c, err := p.compile(ctx, db, store.Revision{Pack: name, Number: number, Hash: hash})
	if err != nil {
		return nil, fmt.Errorf("pack %s revision %d: %w", name, number, err)
	}
	return p.keep(key, c), nil
}

func (p *packs) known(key revision) *definitions.Pack {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.use(p.byName[key])
}

// use returns the pack of an element and makes it the last used; nil for none.
func (p *packs) use(e *list.Element) *definitions.Pack {
	if e == nil {
		return nil
	}
	p.used.MoveToFront(e)
	c, _ := e.Value.(*compiled)
	return c.pack
}

// named gives what is kept under a hash one more name; nil where nothing is.
func (p *packs) named(key revision, hash string) *definitions.Pack {
	p.mu.Lock()
	defer p.mu.Unlock()
	e := p.byHash[hash]
	if e != nil {
		p.name(e, key)
	}
	return p.use(e)
}

func (p *packs) name(e *list.Element, key revision) {
	c, _ := e.Value.(*compiled)
	if p.byName[key] == nil {
		p.byName[key] = e
		c.names = append(c.names, key)
	}
}

// keep adds what was compiled, unless somebody else did meanwhile, and lets go of what was used longest ago.
func (p *packs) keep(key revision, c *compiled) *definitions.Pack {
	p.mu.Lock()
	defer p.mu.Unlock()
	e := p.byHash[c.hash]
	if e == nil {
		e = p.used.PushFront(c)
		p.byHash[c.hash] = e
		p.source += c.source
	}
	p.name(e, key)
	for p.used.Len() > p.most || p.source > mostSource && p.used.Len() > 1 {
		p.drop(p.used.Back())
	}
	return p.use(e)
}

func (p *packs) drop(e *list.Element) {
	c, _ := p.used.Remove(e).(*compiled)
	p.source -= c.source
	delete(p.byHash, c.hash)
	for _, key := range c.names {
		delete(p.byName, key)
	}
}

func (p *packs) compile(ctx context.Context, db store.DB, r store.Revision) (*compiled, error) {
	archive, err := store.RevisionFiles(ctx, db, r.Pack, r.Number)
	if err != nil {
		return nil, err
	}
	files, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		return nil, err
	}
	pack, findings := definitions.Load(files, p.catalogue)
	if pack == nil {
		return nil, fmt.Errorf("%d findings, the first: %s", len(findings), findings[0])
	}
	return &compiled{pack: pack, hash: r.Hash, source: len(archive)}, nil
}

// latest returns the newest revision of a pack, or store.ErrNotFound.
func (p *packs) latest(ctx context.Context, db store.DB, tenant uuid.UUID, name string) (*definitions.Pack, int, error) {
	r, err := store.LatestRevision(ctx, db, name)
	if err != nil {
		return nil, 0, fmt.Errorf("pack %s: %w", name, err)
	}
	pack, err := p.get(ctx, db, tenant, name, r.Number)
	return pack, r.Number, err
}

// Definition returns the process that an instance runs. Its Pack, whose settings and calendar it has, is
// another than the revision's where that uses it.
func (h *Host) Definition(ctx context.Context, db store.DB, tenant uuid.UUID, row *store.Instance) (*definitions.Process, error) {
	pack, err := h.packs.get(ctx, db, tenant, row.Pack, row.Revision)
	if err != nil {
		return nil, err
	}
	d, known := pack.Processes[row.Process]
	if !known {
		return nil, fmt.Errorf("process %s: not in its pack", row.Process)
	}
	return d, nil
}

// own lists the ids of a pack's own processes, sorted. Those of the packs that it uses run as
// sub-processes only: what starts them is that pack's, where it is deployed itself.
func own(pack *definitions.Pack) []string {
	var ids []string
	for id, d := range pack.Processes {
		if d.Pack == pack {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// archive packs a folder's files for the store.
func archive(files fs.FS) ([]byte, error) {
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	err := fs.WalkDir(files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(files, path)
		if err != nil {
			return err
		}
		to, err := w.Create(path)
		if err != nil {
			return err
		}
		_, err = to.Write(text)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	return packed.Bytes(), nil
}
