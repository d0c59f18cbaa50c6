package activities

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"waybill/definitions"
	"waybill/definitions/value"
	"waybill/store"
)

// SettingView is a setting of the newest revision of a pack, with the value in force.
type SettingView struct {
	value.Field
	Value   any
	Changed bool // at run time; otherwise Value is the default
}

// Settings lists the settings of a pack's newest revision as they are in force, in the order of the
// pack's file. Errors: *Refusal for a pack that is not deployed.
func (h *Host) Settings(ctx context.Context, tenant uuid.UUID, pack string) ([]SettingView, error) {
	var views []SettingView
	err := h.store.ReadTenant(ctx, tenant, func(tx pgx.Tx) error {
		p, err := h.newest(ctx, tx, tenant, pack)
		if err != nil {
			return err
		}
		changed, err := store.Settings(ctx, tx, pack)
		if err != nil {
			return err
		}
		values, err := settingsOf(p, changed)
		if err != nil {
			return err
		}
		for _, f := range p.Settings {
			is := slices.ContainsFunc(changed, func(s store.Setting) bool { return s.Name == f.Name })
			views = append(views, SettingView{Field: f, Value: values[f.Name], Changed: is})
		}
		return nil
	})
	return views, err
}

// ChangeSetting sets a setting from the next turn on, for running instances too, and records who did
// it. Errors: *Refusal for an unknown setting or a value that its type does not take.
func (h *Host) ChangeSetting(ctx context.Context, tenant uuid.UUID, pack, name string, v any, act Act) error {
	return h.store.InTenant(ctx, tenant, func(tx pgx.Tx) error {
		p, err := h.newest(ctx, tx, tenant, pack)
		if err != nil {
			return err
		}
		typ, known := settingType(p, name)
		if !known {
			return &Refusal{Code: "unknown_setting", Text: fmt.Sprintf("pack %s has no setting %q%s", pack, name, meant(name, settingNames(p))), Field: "name"}
		}
		accepted, err := typ.Accept(v, defaultsOf(p))
		if err != nil {
			return &Refusal{Code: "invalid", Text: fmt.Sprintf("%s: %v", name, err), Field: "value"}
		}
		text, err := value.Encode(accepted)
		if err != nil {
			return err
		}
		return store.ChangeSetting(ctx, tx, pack, store.Setting{Name: name, Value: text}, act.By)
	})
}

func (h *Host) newest(ctx context.Context, tx pgx.Tx, tenant uuid.UUID, pack string) (*definitions.Pack, error) {
	p, _, err := h.packs.latest(ctx, tx, tenant, pack)
	if errors.Is(err, store.ErrNotFound) {
		p, err = h.used(ctx, tx, tenant, pack)
	}
	if errors.Is(err, store.ErrNotFound) {
		return nil, unknownPack(ctx, tx, pack, 0)
	}
	return p, err
}

// used finds a pack that is not deployed itself among those that the newest revisions use, or store.ErrNotFound.
func (h *Host) used(ctx context.Context, tx pgx.Tx, tenant uuid.UUID, name string) (*definitions.Pack, error) {
	latest, err := store.LatestRevisions(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, l := range latest {
		pack, err := h.packs.get(ctx, tx, tenant, l.Pack, l.Number)
		if err != nil {
			return nil, err
		}
		if used := usedBy(pack, name); used != nil {
			return used, nil
		}
	}
	return nil, store.ErrNotFound
}

func usedBy(pack *definitions.Pack, name string) *definitions.Pack {
	for _, id := range slices.Sorted(maps.Keys(pack.Uses)) {
		if id == name {
			return pack.Uses[id]
		}
		if deeper := usedBy(pack.Uses[id], name); deeper != nil {
			return deeper
		}
	}
	return nil
}

func settingType(p *definitions.Pack, name string) (*value.Type, bool) {
	for _, f := range p.Settings {
		if f.Name == name {
			return f.Type, true
		}
	}
	return nil, false
}

func settingNames(p *definitions.Pack) []string {
	names := make([]string, len(p.Settings))
	for i, f := range p.Settings {
		names[i] = f.Name
	}
	return names
}
