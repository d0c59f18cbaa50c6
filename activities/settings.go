package activities

import (
	"context"
	"fmt"
	"maps"

	"waybill/definitions"
	"waybill/definitions/value"
	"waybill/store"
)

// settingsOf are the pack's settings in force: its defaults, and over them what was changed at run
// time. A changed one that the revision does not know, or no longer as that type, does not count.
func settingsOf(p *definitions.Pack, changed []store.Setting) (map[string]any, error) {
	values := make(map[string]any, len(p.Settings))
	types := make(map[string]*value.Type, len(p.Settings))
	for _, f := range p.Settings {
		values[f.Name], types[f.Name] = f.Default, f.Type
	}
	for _, s := range changed {
		typ, known := types[s.Name]
		if !known {
			continue
		}
		v, err := value.Decode(s.Value)
		if err != nil {
			return nil, fmt.Errorf("setting %s: %w", s.Name, err)
		}
		if accepted, err := typ.Accept(v, defaultsOf(p)); err == nil {
			values[s.Name] = accepted
		}
	}
	return values, nil
}

// usedSettings are the settings in force of the packs that a pack uses, and of those that they use, by name: their
// decision tables read them.
func usedSettings(ctx context.Context, db store.DB, p *definitions.Pack) (map[string]map[string]any, error) {
	of := make(map[string]map[string]any, len(p.Uses))
	for name, used := range p.Uses {
		changed, err := store.Settings(ctx, db, used.Name)
		if err != nil {
			return nil, err
		}
		if of[name], err = settingsOf(used, changed); err != nil {
			return nil, err
		}
		deeper, err := usedSettings(ctx, db, used)
		if err != nil {
			return nil, err
		}
		maps.Copy(of, deeper)
	}
	return of, nil
}

func defaultsOf(p *definitions.Pack) value.Defaults { return value.Defaults{Currency: p.Currency} }
