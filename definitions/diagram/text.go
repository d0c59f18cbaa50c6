package diagram

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// narrowWidths returns the widths of the printable ASCII characters from the space on, in hundredths of
// the font's size. They are those of DejaVu Sans, among the widest of the usual fonts for screens, so
// that a text drawn in another one is at most as wide as it was measured.
func narrowWidths() [95]uint8 {
	return [95]uint8{
		32, 40, 46, 84, 64, 95, 78, 28, 39, 39, 50, 84, 32, 36, 32, 39, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 34, 34, 84, 84, 84, 53,
		100, 68, 69, 70, 77, 63, 58, 77, 75, 30, 53, 66, 56, 86, 75, 79, 63, 79, 69, 63, 61, 73, 68, 99, 69, 61, 69, 39, 39, 39, 84, 56,
		61, 61, 63, 55, 63, 62, 36, 63, 63, 28, 28, 58, 28, 97, 63, 61, 63, 63, 41, 52, 39, 63, 59, 82, 59, 59, 52, 64, 34, 64, 84,
	}
}

const (
	otherNarrow = 70  // the width of a narrow character beyond ASCII, in hundredths of the font's size
	wide        = 100 // of one that East Asian fonts draw in a square
	// spareWidth makes up for the rounding of the widths to hundredths.
	spareWidth = 1.02
)

// measure returns the width of a text in a font of a size, in the unit of the size.
func measure(text string, size float64) float64 {
	total, narrow := 0, narrowWidths()
	for _, r := range text {
		switch {
		case r >= ' ' && r <= '~':
			total += int(narrow[r-' '])
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		default:
			total += widthBeyondASCII(r)
		}
	}
	return float64(total) * size / 100 * spareWidth
}

func widthBeyondASCII(r rune) int {
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth, width.EastAsianAmbiguous:
		return wide
	}
	return otherNarrow
}

// wrap breaks a text into lines that are at most as wide as given, and into at most so many; what is left
// is told by an ellipsis. It breaks at spaces, between wide characters, and within a word only where the
// word alone is too wide.
func wrap(text string, size, most float64, lines int) []string {
	var out []string
	line := ""
	for _, part := range parts(text) {
		if measure(strings.TrimRight(line+part, " "), size) <= most {
			line += part
			continue
		}
		if trimmed := strings.TrimSpace(line); trimmed != "" {
			out = append(out, trimmed)
		}
		line = part
		for measure(strings.TrimRight(line, " "), size) > most && len([]rune(line)) > 1 {
			head := fitting(line, size, most)
			out, line = append(out, head), line[len(head):]
		}
	}
	if trimmed := strings.TrimSpace(line); trimmed != "" {
		out = append(out, trimmed)
	}
	if len(out) > lines {
		out = out[:lines]
		last := out[lines-1]
		for last != "" && measure(last+"…", size) > most {
			last = string([]rune(last)[:len([]rune(last))-1])
		}
		out[lines-1] = strings.TrimRight(last, " ") + "…"
	}
	return out
}

// fitting returns as many of the first characters as fit, at least one.
func fitting(text string, size, most float64) string {
	end := 0
	for i, r := range text {
		next := i + len(string(r))
		if end > 0 && measure(text[:next], size) > most {
			break
		}
		end = next
	}
	return text[:end]
}

// parts cuts a text into what may stand alone on a line: words with the space after them, wide characters
// with the punctuation that may not begin a line, and, in names of program-like words, what ends in a dot
// or an underscore.
func parts(text string) []string {
	var out []string
	start := 0
	runes := []rune(strings.Join(strings.Fields(text), " "))
	for i := range runes {
		if i+1 == len(runes) || breaksAfter(runes[i], runes[i+1]) {
			out = append(out, string(runes[start:i+1]))
			start = i + 1
		}
	}
	return out
}

// breaksAfter tells whether a line may end between two characters.
func breaksAfter(r, next rune) bool {
	switch {
	case next == ' ' || noLineStart(next):
		return false
	case r == ' ':
		return true
	case r == '.' || r == '_':
		return unicode.IsLetter(next)
	}
	return isWide(next) || isWide(r)
}

func isWide(r rune) bool {
	return r > '~' && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
}

func noLineStart(r rune) bool {
	return strings.ContainsRune("，。、；：？！）》」』”’…,.;:?!)", r)
}

// widest returns the width of the widest line.
func widest(lines []string, size float64) float64 {
	most := 0.0
	for _, line := range lines {
		most = max(most, measure(line, size))
	}
	return most
}
