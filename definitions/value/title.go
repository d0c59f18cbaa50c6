package value

import (
	"maps"
	"slices"
	"strings"
)

// Title is a text by language tag. A text without languages stands under the empty tag.
type Title map[string]string

// In returns the title in a language, named as BCP 47 has it (zh-CN) or as the locale of a shell does
// (zh_CN.UTF-8). Where it lacks the language, it is read in another one of the same base language, then
// without language, then in English, then in any.
func (t Title) In(language string) string {
	if text := t[language]; text != "" {
		return text
	}
	tags := slices.Sorted(maps.Keys(t))
	for _, same := range []func(string) string{tagOf, BaseLanguage} {
		for _, tag := range tags {
			if tag != "" && same(tag) == same(language) {
				return t[tag]
			}
		}
	}
	for _, tag := range append([]string{"", "en"}, tags...) {
		if text := t[tag]; text != "" {
			return text
		}
	}
	return ""
}

// BaseLanguage is the language of a tag or a locale without its country: zh of zh-CN and zh_CN.UTF-8.
func BaseLanguage(language string) string {
	base, _, _ := strings.Cut(tagOf(language), "-")
	return base
}

// tagOf is a tag or a locale in one spelling: zh-cn.
func tagOf(language string) string {
	if end := strings.IndexAny(language, ".@"); end >= 0 {
		language = language[:end]
	}
	return strings.ToLower(strings.ReplaceAll(language, "_", "-"))
}
