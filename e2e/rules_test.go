package e2e_test

import (
	"fmt"
	"testing"
)

// turnsPerRun makes workflows continue as new runs all the time.
const turnsPerRun = 5

// TestTheRulesOfTheTurn holds the rules of architecture.md against a real server and database, which
// all situations share.
func TestTheRulesOfTheTurn(t *testing.T) {
	t.Parallel()
	s := newSite(t, fmt.Sprintf("WAYBILL_TURNS_PER_RUN=%d", turnsPerRun))
	for _, situation := range []struct {
		name string
		hold func(*desk)
	}{
		{"a new instance begins where it was asked for", aNewInstance},
		{"a new instance that must wait for its first turn is not lost", aNewInstanceThatMustWait},
		{"a workflow that is reset does nothing twice", aWorkflowThatIsReset},
		{"a workflow that is terminated comes back with the next poke", aWorkflowThatIsTerminated},
		{"a row that is set back goes on from there", aRowThatIsSetBack},
		{"a row that is set back after its workflow has ended goes on from there", aRowThatIsSetBackAfterTheEnd},
		{"a cancel in Temporal undoes and ends", aCancelInTemporal},
		{"what arrives during the last turn is answered", whatArrivesDuringTheLastTurn},
		{"a child outlives the runs of its parent's workflow", aChildAcrossRuns},
		{"no poke is lost between runs", pokesAcrossRuns},
		{"two instances that want the same rows in opposite order both end", rowsInOppositeOrder},
		{"an instance that waits for a row holds no other", aRowThatSomebodyHolds},
		{"a message and its wait never miss each other", aMessageAgainstItsWait},
		{"a row of the inbox that fails is refused alone", aRowOfTheInboxThatFails},
		{"no text of the business reaches Temporal", noTextInTemporal},
		{"a time of a schedule is one instance", aTimeOfASchedule},
		{"verify finds a history that was changed", aHistoryThatIsChanged},
		{"the doctor finds an open row without a workflow", anOpenRowWithoutAWorkflow},
		{"the doctor finds a workflow without a row", aWorkflowWithoutARow},
		{"the doctor finds an inbox that stays unread", anInboxThatStaysUnread},
		{"the doctor finds a deadline that passed unheard", aDeadlineThatPassedUnheard},
		{"the doctor finds a schedule that is gone", aScheduleThatIsGone},
		{"the doctor finds a call that nobody makes, and those that were made since a backup", aCallThatNobodyMakes},
		{"the doctor finds a child without its report", aChildWithoutItsReport},
	} {
		t.Run(situation.name, func(t *testing.T) {
			t.Parallel()
			situation.hold(s.at(t))
		})
	}
}
