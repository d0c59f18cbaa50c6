package definitions

// warnings returns the codes of the warnings that a comment may accept, those of decision tables among
// them.
func warnings() []string {
	return []string{
		codeEndKeeps, codeEndsBeside, codeHidden, codeNeverChanges, codeNeverReached, codeNeverRuns, codeNeverSet,
		codeNobodyAwaits, codeNobodySends, codeSameRole, codeTellsMore, codeTooLate, codeUnread, codeUnused, codeSlowLock,
		codeHoldUndoing, codeYAMLWord,
		"row-never-wins", "table-not-checked",
	}
}
