package scenario

import (
	"maps"

	"waybill/definitions"
)

// usedSettings are the settings of the packs that a pack uses, and of those that they use, by name, as they are
// by default: a case gives settings of its own pack only.
func usedSettings(p *definitions.Pack) map[string]map[string]any {
	of := map[string]map[string]any{}
	for name, used := range p.Uses {
		of[name] = map[string]any{}
		for _, f := range used.Settings {
			of[name][f.Name] = f.Default
		}
		maps.Copy(of, usedSettings(used))
	}
	return of
}
