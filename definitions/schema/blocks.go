package schema

import "waybill/definitions"

// blockMaps describes the kinds that hold steps, and what stands in them.
func blockMaps() []Map {
	return []Map{
		kind(definitions.KindStage, "A named phase: what customers and sales see as progress.",
			needed("stage", "Id", "The stage's id.", defines(Step), "supply"),
			needed("steps", "Steps", "What is done in the stage.", steps(), "[{task: pick, role: warehouse}]"),
			key("due", "Due", "When the stage is late.", time(), "2 work days"),
			key("events", "Events", "What may happen while the stage runs.", list(a("event")), "[{after: 5 work days, steps: []}]"),
			key("assign", "Assigned to", "Who does its tasks where they do not say otherwise: data that name a person.", formula(), "order.entered_by"),
			key("only", "Only for", "The roles for which the stage exists; for others it is not there.", roles(), "[finance_manager]"),
			holdKey(),
		),
		kind(definitions.KindChoose, "Takes the first branch whose condition holds.",
			needed("choose", "Branches", "The branches, in order; the last may be else.", list(a("choice")), `[{when: credit.result == "pass", steps: []}, {else: [{end: refused}]}]`),
		),
		{Name: "choice", What: "a branch of choose", Doc: "A branch: when and steps, or else.", OneOf: []string{"when", "else"}, Keys: []Key{
			key("when", "Condition", "The branch is taken where this is the first that holds.", condition(), "len(reservation.shortages) > 0"),
			key("steps", "Steps", "What is done then.", steps(), "[{end: refused}]"),
			key("else", "Otherwise", "What is done where no branch before holds.", steps(), "[]"),
		}},
		kind(definitions.KindParallel, "Runs branches side by side.",
			needed("parallel", "Branches", "The branches.", list(a("branch")), "[{steps: []}, {when: order.urgent, steps: []}]"),
			untilKey("branches"), restKey(),
			key("at_once", "At once", "How many run at the same time; 1: in any order, one at a time.", either(word("all"), count()), "1", "2"),
			thenEachKey("branch"),
		),
		{Name: "branch", What: "a branch of parallel", Doc: "A branch of parallel.", Keys: []Key{
			key("id", "Id", "A name by which tests and the history know the branch.", defines(Step), "left"),
			key("title", "Title", "What people see, as one text or by language.", title(), "{en: Produce, zh-CN: 生产}"),
			key("when", "Only if", "The branch runs only where this holds.", condition(), "len(reservation.shortages) > 0"),
			needed("steps", "Steps", "What is done in the branch.", steps(), "[{task: pick, role: warehouse}]"),
		}},
		kind(definitions.KindEach, "Runs its steps for every item of a list.",
			needed("each", "Item and list", "A name for the item, in, and the list.", Shape{Form: EachIn}, "line in order.lines"),
			needed("steps", "Steps", "What is done for an item.", steps(), "[{run: produce_part, with: {sku: = line.sku}}]"),
			key("at_once", "At once", "How many items are worked on at the same time: one by default, a number, or all.", either(word("all"), count()), "5", "all"),
			untilKey("rounds"), restKey(),
			key("collect", "Collect", "Gathers a value of every finished round into a list, in the order of the items.", a("collect"), "{into: promised, value: = share.promised}"),
			thenEachKey("round"),
			key("open_until", "Open until", "When the list has run empty, waits for more items until this holds.", condition(), "order.closed"),
		),
		{Name: "collect", What: "collect", Doc: "What is gathered of every round.", Keys: []Key{
			needed("into", "Name", "The name of the list.", defines(Data), "promised"),
			needed("value", "Value", "What is gathered of a round.", value(), "= share.promised"),
		}},
		{Name: "then each", What: "then_each", Doc: "What is done after so many of them.", Keys: []Key{
			needed("every", "Every", "Once for so many, and once for those left over.", count(), "10"),
			needed("steps", "Steps", "What is done.", steps(), "[{do: notify.customer}]"),
		}},
	}
}

// loopMaps describes loops, what may happen first, and locks.
func loopMaps() []Map {
	return []Map{
		kind(definitions.KindRepeat, "Does its steps again until a condition holds.",
			needed("repeat", "Id", "The loop's id.", defines(Step), "shipments"),
			needed("steps", "Steps", "What is done in a round.", steps(), "[{do: shipping.next_shipment, result: next}]"),
			needed("until", "Until", "Tested after each round.", condition(), "next.open == 0"),
			key("at_most", "At most", "The most rounds; beyond it the error too_many_rounds is raised. Required where a round can pass without waiting.", count(), "20"),
		),
		kind(definitions.KindFirstOf, "Several things may happen: the first wins, the others are withdrawn.",
			needed("first_of", "What may happen", "Triggers (message, after, becomes), tasks, approvals and runs, each with the steps after it.", list(a("arm")), "[{message: goods.arrived}, {after: 10 work days, steps: [{end: refused}]}]"),
		),
		{Name: "arm", What: "an entry of first_of", Doc: "One thing that may happen, with the steps after it.", Variants: []Variant{
			{"task", "arm task"}, {"approve", "arm approve"}, {"run", "arm run"}, {"message", "arm trigger"}, {"after", "arm trigger"}, {"becomes", "arm trigger"},
		}},
		{Name: "arm trigger", What: "an entry of first_of", Doc: "A trigger, with the steps after it.", OneOf: []string{"message", "after", "becomes"}, Keys: append(triggerKeys(),
			key("id", "Id", "A name by which tests and the history know it.", defines(Step), "goods_came"),
			key("when", "Only if", "Tested at the start: where it is false, it is not there.", condition(), "order.total > 5000"),
			key("steps", "Steps", "What is done when it wins.", steps(), "[{end: refused}]"),
		)},
		kind(definitions.KindLock, "Only one instance at a time is in its steps.",
			needed("lock", "Name", "The lock's name, or several that are taken together; {{ }} fills in data.", oneOrMore(value()), "picking", "shelf {{ order.shelf }}", "[truck, ramp]"),
			needed("steps", "Steps", "What is done while holding it.", steps(), "[{do: stock.move}]"),
		),
	}
}

func untilKey(what string) Key {
	return key("until", "Until", "When it is over: all of the "+what+" (default), any, none (waits for nobody), a number of them, or a condition, which may read finished and total.",
		either(word("all", "any", "none"), count(), condition()), "any", "2", "finished > total / 2")
}

func restKey() Key {
	return key("rest", "The rest", "What becomes of those still running when it is over: withdrawn, or running on beside what follows.", word("cancel", "ignore"), "cancel")
}

func thenEachKey(what string) Key {
	return key("then_each", "After each", "Steps that run once for each "+what+" that finishes, or once for every so many.", either(steps(), a("then each")), "[{do: notify.customer}]", "{every: 10, steps: []}")
}
