package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// ErrToken says that a text is no token of this system, or a revoked one.
var ErrToken = errors.New("token: not known")

const tokenPrefix = "waybill_"

// NewTokenText makes the text of a token, 256 bits of it random. It names the tenant, so that the token
// is looked up among that tenant's rows only.
func NewTokenText(tenant uuid.UUID) string {
	secret := make([]byte, 16+32)
	copy(secret, tenant[:])
	// Read never returns an error.
	_, _ = rand.Read(secret[16:])
	return tokenPrefix + base64.RawURLEncoding.EncodeToString(secret)
}

// PutToken stores a token by its text; one that is there already stays.
func PutToken(ctx context.Context, db DB, name, text string) error {
	if _, err := TokenTenant(text); err != nil {
		return err
	}
	_, err := db.Exec(ctx, `insert into api_tokens (hash, name) values ($1, $2) on conflict do nothing`, tokenHash(text), name)
	return err
}

func tokenHash(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

// TokenTenant reads the tenant in a token's text.
func TokenTenant(text string) (uuid.UUID, error) {
	encoded, ok := strings.CutPrefix(text, tokenPrefix)
	if !ok {
		return uuid.Nil, ErrToken
	}
	secret, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil || len(secret) != 16+32 {
		return uuid.Nil, ErrToken
	}
	return uuid.UUID(secret[:16]), nil
}

// Authenticate returns the tenant of a token and the name it was given, or ErrToken.
func (s *Store) Authenticate(ctx context.Context, text string) (tenant uuid.UUID, name string, err error) {
	tenant, err = TokenTenant(text)
	if err != nil {
		return uuid.Nil, "", err
	}
	err = s.InTenant(ctx, tenant, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, `select name from api_tokens where hash = $1 and revoked is null`, tokenHash(text)).Scan(&name)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return uuid.Nil, "", ErrToken
	}
	return tenant, name, err
}
