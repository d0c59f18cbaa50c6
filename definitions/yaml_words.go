package definitions

// yamlWords warns of keys that a reader of YAML 1.1 takes for yes, no or nothing: it finds another key there
// than ours. Only keys can go wrong so: a value is read by its declared type, as it is written.
func (r *review) yamlWords(n *node) {
	for _, p := range n.pairs {
		if meant := meaningInYAML(p.key.text); meant != "" && p.key.style == plain {
			r.found.warn(p.key.pos(), codeYAMLWord, "other readers of YAML take the key %s for %s, and not for a name; write it in quotes", p.key.text, meant).
				Mend = mendLine(p.key, p.key.text, quote(p.key.text))
		}
		r.yamlWords(p.value)
	}
	for _, item := range n.items {
		r.yamlWords(item)
	}
}

// meaningInYAML says what a plain word is in YAML 1.1 (yaml.org/type/bool.html and null.html), "" for a name. That
// gives the letters y and n a meaning, too, but the readers in use do not.
func meaningInYAML(word string) string {
	switch word {
	case "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE":
		return "true"
	case "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE":
		return "false"
	case "null", "Null", "NULL", "~":
		return "nothing"
	}
	return ""
}
