package decision

// The codes of problems.
const (
	codeHeader        = "table-header"
	codeWidth         = "table-width"
	codeEmpty         = "table-empty"
	codeCSV           = "table-csv"
	codeCell          = "wrong-cell"
	codeUnknownChoice = "unknown-choice"
	codeSetting       = "unknown-setting"
	codeUnknownHit    = "unknown-hit"
	codeHit           = "wrong-hit"
	codeGap           = "table-gap"
	codeOverlap       = "table-overlap"
	codeNeverWins     = "row-never-wins"
	codeNotChecked    = "table-not-checked"
	codeTooLarge      = "table-too-large"
)
