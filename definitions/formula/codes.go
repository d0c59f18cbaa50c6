package formula

// The codes of problems.
const (
	codeSyntax           = "formula-syntax"
	codeTooLarge         = "formula-too-large"
	codeUnsupported      = "formula-unsupported"
	codeUnknownName      = "unknown-name"
	codeUnknownField     = "unknown-field"
	codeUnknownFunction  = "unknown-function"
	codeUnknownChoice    = "unknown-choice"
	codeUnknownStep      = "unknown-step"
	codeUnknownRole      = "unknown-role"
	codeUnknownObject    = "unknown-object"
	codeWrongType        = "wrong-type"
	codeWrongValue       = "wrong-value"
	codeWrongArguments   = "wrong-arguments"
	codePercent          = "percent-multiplication"
	codeMayBeMissing     = "may-be-missing"
	codeMissingQuotes    = "missing-quotes"
	codeNoOrder          = "no-order"
	codeTwoCurrencies    = "two-currencies"
	codeNoRates          = "no-rates"
	codeUnclosedBrackets = "unclosed-brackets"
)
