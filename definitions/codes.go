package definitions

// The codes of findings, one for each rule. Formulas and decision tables have their own beside these,
// in packages formula and decision.
const (
	// The file as YAML.
	codeAlias          = "alias"
	codeCommaCut       = "comma-cut"
	codeCommentCut     = "comment-cut"
	codeDuplicateKey   = "duplicate-key"
	codeEmptyFile      = "empty-file"
	codeMissingValue   = "missing-value"
	codeNotUTF8        = "not-utf8"
	codeNotYAML        = "not-yaml"
	codeSecondDocument = "second-document"
	codeTag            = "yaml-tag"
	codeTooDeep        = "too-deep"
	codeTooLarge       = "too-large"
	codeTooMany        = "too-many"
	codeUnreadable     = "unreadable"

	// The shape of what is written.
	codeMissingEquals = "missing-equals"
	codeMissingKey    = "missing-key"
	codeNeedlessKey   = "needless-key"
	codeNoInputs      = "no-inputs"
	codeNoPack        = "no-pack"
	codeTwoKinds      = "two-kinds"
	codeUnknownFile   = "unknown-file"
	codeUnknownKey    = "unknown-key"
	codeUnknownKind   = "unknown-kind"
	codeWrongShape    = "wrong-shape"
	codeWrongValue    = "wrong-value"

	// Names and types.
	codeBadName         = "bad-name"
	codeCyclicType      = "cyclic-type"
	codeDuplicateID     = "duplicate-id"
	codeDuplicateType   = "duplicate-type"
	codeFunctionName    = "function-name"
	codeMaybeMissing    = "may-be-missing"
	codeMissingField    = "missing-field"
	codeMissingInput    = "missing-input"
	codeMoneyRecord     = "money-record"
	codeUnknownAction   = "unknown-action"
	codeUnknownDecision = "unknown-decision"
	codeUnknownError    = "unknown-error"
	codeUnknownField    = "unknown-field"
	codeUnknownInput    = "unknown-input"
	codeUnknownMessage  = "unknown-message"
	codeUnknownName     = "unknown-name"
	codeUnknownOutcome  = "unknown-outcome"
	codeUnknownProcess  = "unknown-process"
	codeUnknownRole     = "unknown-role"
	codeUnknownStep     = "unknown-step"
	codeUnknownType     = "unknown-type"
	codeWrongType       = "wrong-type"

	// The course of a process.
	codeNeverBeside  = "never-beside"
	codeNobody       = "nobody"
	codeNotCovered   = "not-covered"
	codeRejectGoesOn = "reject-goes-on"
	codeSayUndo      = "say-undo"
	codeTwoWriters   = "two-writers"
	codeUnbounded    = "unbounded"
	codeUnreachable  = "unreachable-step"
)
