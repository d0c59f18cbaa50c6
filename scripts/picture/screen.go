package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"golang.org/x/text/width"
)

// style is what a colour sequence sets: "" for plain text, otherwise its number.
type style string

const (
	plain  style = "0"
	bold   style = "1"
	faint  style = "2"
	red    style = "31"
	green  style = "32"
	yellow style = "33"
)

// cell is one column of a line. A wide character is in its first column; its second one is empty.
type cell struct {
	char  rune
	style style
}

// screen is a terminal that is as wide and as high as what is written to it.
type screen struct {
	lines    [][]cell
	row, col int
	style    style
}

// play returns the screen after everything in written was shown. It understands what waybill writes to a terminal:
// colours, the cursor going up, and a line's rest being erased. Anything else is an error.
func play(written io.Reader) (*screen, error) {
	s := &screen{style: plain, lines: [][]cell{nil}}
	in := bufio.NewReader(written)
	for {
		char, _, err := in.ReadRune()
		if errors.Is(err, io.EOF) {
			return s, nil
		}
		if err != nil {
			return nil, err
		}
		switch char {
		case '\r':
			s.col = 0
		case '\n':
			s.down()
		case '\x1b':
			if err := s.control(in); err != nil {
				return nil, err
			}
		default:
			s.put(char)
		}
	}
}

func (s *screen) down() {
	if s.row++; s.row == len(s.lines) {
		s.lines = append(s.lines, nil)
	}
}

func (s *screen) put(char rune) {
	columns := 1
	if kind := width.LookupRune(char).Kind(); kind == width.EastAsianWide || kind == width.EastAsianFullwidth {
		columns = 2
	}
	for len(s.lines[s.row]) < s.col+columns {
		s.lines[s.row] = append(s.lines[s.row], cell{' ', plain})
	}
	s.lines[s.row][s.col] = cell{char, s.style}
	if columns == 2 {
		s.lines[s.row][s.col+1] = cell{0, s.style}
	}
	s.col += columns
}

// control reads the rest of a control sequence, [ NUMBER LETTER, and obeys it.
func (s *screen) control(in *bufio.Reader) error {
	sequence, err := in.ReadString('[')
	if err != nil || sequence != "[" {
		return fmt.Errorf("control sequence %q: unknown", sequence)
	}
	var number []rune
	for {
		char, _, err := in.ReadRune()
		if err != nil {
			return fmt.Errorf("control sequence: %w", err)
		}
		if char < '0' || char > '9' {
			return s.obey(char, string(number))
		}
		number = append(number, char)
	}
}

func (s *screen) obey(letter rune, number string) error {
	switch letter {
	case 'm':
		s.style = style(number)
		if !slices.Contains([]style{plain, bold, faint, red, green, yellow}, s.style) {
			return fmt.Errorf("colour %s: unknown", number)
		}
	case 'A':
		up, err := strconv.Atoi(number)
		if err != nil || up > s.row {
			return fmt.Errorf("cursor up by %q in line %d", number, s.row)
		}
		s.row -= up
	case 'K':
		if s.col < len(s.lines[s.row]) {
			s.lines[s.row] = s.lines[s.row][:s.col]
		}
	default:
		return fmt.Errorf("control sequence %s%c: unknown", number, letter)
	}
	return nil
}
