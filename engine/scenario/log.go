package scenario

import (
	"fmt"
	"time"

	"waybill/definitions"
)

// Line is a moment of a case: something that the case says, something that happened, or both.
type Line struct {
	At time.Time
	// Pos is the place of what the case says; zero where the process went on by itself.
	Pos  definitions.Position
	Said string // an act or an expectation; "" where the process went on by itself
	// Happened is what came of it; "" for an act that was simply taken.
	Happened string
	Wrong    bool // it did not happen as it was said
}

func (l Line) String() string {
	switch {
	case l.Said == "":
		return l.Happened
	case l.Happened == "":
		return l.Said
	}
	return l.Said + ": " + l.Happened
}

// say notes what the case says.
func (h *host) say(pos definitions.Position, format string, args ...any) {
	h.log = append(h.log, Line{At: h.now, Pos: pos, Said: fmt.Sprintf(format, args...)})
}

// note notes what the process did.
func (h *host) note(format string, args ...any) {
	h.log = append(h.log, Line{At: h.now, Happened: fmt.Sprintf(format, args...)})
}

// held notes an expectation that held.
func (h *host) held(pos definitions.Position, said string) {
	h.log = append(h.log, Line{At: h.now, Pos: pos, Said: said, Happened: "so it is"})
}

// fail notes something that did not happen as it was said.
func (h *host) fail(pos definitions.Position, expected, happened string) {
	if pos.Line == 0 {
		pos = h.c.Pos
	}
	h.failures = append(h.failures, Failure{Pos: pos, Expected: expected, Happened: happened})
	h.log = append(h.log, Line{At: h.now, Pos: pos, Said: expected, Happened: happened, Wrong: true})
}
