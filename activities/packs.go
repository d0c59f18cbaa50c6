package activities

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"sync"

	"github.com/google/uuid"

	"waybill/activities/catalogue"
	"waybill/definitions"
	"waybill/store"
)

// packs compiles the stored revisions and keeps them: a revision never changes, and few are in use.
type packs struct {
	catalogue *catalogue.Registry
	mu        sync.Mutex
	byHash    map[string]*definitions.Pack // tenants that deployed the same files share one
	byName    map[revision]*definitions.Pack
}

type revision struct {
	tenant uuid.UUID
	pack   string
	number int
}

func newPacks(c *catalogue.Registry) *packs {
	return &packs{catalogue: c, byHash: map[string]*definitions.Pack{}, byName: map[revision]*definitions.Pack{}}
}

// get returns the compiled revision. It reads db only the first time.
func (p *packs) get(ctx context.Context, db store.DB, tenant uuid.UUID, name string, number int) (*definitions.Pack, error) {
	key := revision{tenant, name, number}
	if pack := p.known(key); pack != nil {
		return pack, nil
	}
	hash, err := store.RevisionHash(ctx, db, name, number)
	if err != nil {
		return nil, fmt.Errorf("pack %s revision %d: %w", name, number, err)
	}
	pack, err := p.compile(ctx, db, store.Revision{Pack: name, Number: number, Hash: hash})
	if err != nil {
		return nil, fmt.Errorf("pack %s revision %d: %w", name, number, err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.byHash[hash], p.byName[key] = pack, pack
	return pack, nil
}

func (p *packs) known(key revision) *definitions.Pack {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.byName[key]
}

func (p *packs) compile(ctx context.Context, db store.DB, r store.Revision) (*definitions.Pack, error) {
	p.mu.Lock()
	pack := p.byHash[r.Hash]
	p.mu.Unlock()
	if pack != nil {
		return pack, nil
	}
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
	return pack, nil
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
