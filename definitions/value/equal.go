package value

// Equal reports whether two values are the same to an analyst: numbers by size, whatever their scale.
func Equal(a, b any) bool {
	switch a := a.(type) {
	case Decimal:
		b, ok := b.(Decimal)
		return ok && a.Equal(b)
	case Money:
		b, ok := b.(Money)
		return ok && a.Equal(b)
	case []any:
		b, ok := b.([]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for i := range a {
			if !Equal(a[i], b[i]) {
				return false
			}
		}
		return true
	case map[string]any:
		b, ok := b.(map[string]any)
		return ok && equalMaps(a, b)
	case nil, bool, string:
		switch b.(type) {
		case nil, bool, string:
			return a == b
		}
	}
	return false
}

// equalMaps takes a missing member and one that is nil as the same.
func equalMaps(a, b map[string]any) bool {
	for key, v := range a {
		if !Equal(v, b[key]) {
			return false
		}
	}
	for key, v := range b {
		if _, both := a[key]; !both && v != nil {
			return false
		}
	}
	return true
}
