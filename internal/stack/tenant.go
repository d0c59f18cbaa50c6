package stack

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"waybill/definitions"
	"waybill/store"
)

// The files of the data folder that others read.
const (
	tokenFile  = "token"
	serverFile = "server.json"
)

// openTenant makes sure that the tenant is there and has the folder's token.
func (s *Stack) openTenant(ctx context.Context) error {
	err := s.Store.Across(ctx, func(tx pgx.Tx) (err error) {
		s.Tenant, err = store.AddTenant(ctx, tx, s.options.Tenant)
		return err
	})
	if err != nil {
		return fmt.Errorf("tenant %s: %w", s.options.Tenant, err)
	}
	if s.folder == nil {
		return nil
	}
	if s.Token, err = tokenOf(s.folder.Path(tokenFile), s.Tenant); err != nil {
		return fmt.Errorf("token: %w", err)
	}
	return s.Store.InTenant(ctx, s.Tenant, func(tx pgx.Tx) error {
		return store.PutToken(ctx, tx, "first", s.Token)
	})
}

// tokenOf reads the token in the file at path. One that is not there, or belongs to the tenant of
// another database, is made anew.
func tokenOf(path string, tenant uuid.UUID) (string, error) {
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	token := strings.TrimSpace(string(text))
	if of, err := store.TokenTenant(token); err == nil && of == tenant {
		return token, nil
	}
	token = store.NewTokenText(tenant)
	return token, writePrivate(path, []byte(token+"\n"))
}

// writePrivate puts content into the file at path, which only its owner may read, at once.
func writePrivate(path string, content []byte) error {
	draft := path + ".new"
	if err := os.WriteFile(draft, content, 0o600); err != nil {
		return err
	}
	return os.Rename(draft, path)
}

// deployMissing deploys the packs that the tenant has no revision of.
func (s *Stack) deployMissing(ctx context.Context) error {
	if len(s.options.Packs) == 0 {
		return nil
	}
	var there []store.Revision
	err := s.Store.ReadTenant(ctx, s.Tenant, func(tx pgx.Tx) (err error) {
		there, err = store.LatestRevisions(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	for _, files := range s.options.Packs {
		pack, findings := definitions.Load(files, s.catalogue)
		if pack == nil {
			return fmt.Errorf("pack: %d findings, the first: %s", len(findings), firstError(findings))
		}
		if slices.ContainsFunc(there, func(r store.Revision) bool { return r.Pack == pack.Name }) {
			continue
		}
		if _, _, err := s.Host.Deploy(ctx, s.Tenant, files, ""); err != nil {
			return err
		}
	}
	return nil
}

func firstError(findings []definitions.Finding) string {
	for _, f := range findings {
		if f.Severity == definitions.Error {
			return f.String()
		}
	}
	return "none"
}
