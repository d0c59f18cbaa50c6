package definitions

// only reads for which roles something exists; nil is for everybody.
func (l *loader) only(k *keys) []string {
	var roles []string
	for _, n := range k.oneOrMore("only") {
		if n.kind != scalar {
			l.found.add(n.pos(), codeWrongShape, "only is a list of roles, not %s", n.kind)
			continue
		}
		if !l.isRole(n.text) {
			l.unknownRole(n)
			continue
		}
		roles = append(roles, n.text)
	}
	return roles
}
