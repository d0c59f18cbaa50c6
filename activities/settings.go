package activities

import (
	"fmt"

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

func defaultsOf(p *definitions.Pack) value.Defaults { return value.Defaults{Currency: p.Currency} }
