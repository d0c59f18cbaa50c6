package schema

import (
	"slices"

	"waybill/definitions"
)

// stepMaps describes a step and each of its kinds. The kinds that hold blocks are in blockMaps, those for
// people in peopleMaps.
func stepMaps() []Map {
	maps := []Map{{Name: "step", What: "a step", Doc: "A step: one key says what it does, the others stand beside it.", Variants: kinds()}}
	return append(maps,
		kind(definitions.KindDo, "Calls an action of the catalogue.",
			needed("do", "Action", "The action, as area.name. `waybill actions` lists them.", names(Action), "stock.reserve"),
			key("with", "Inputs", "What the action is given.", with(), "{order: = order.number, lines: = order.lines}"),
			resultKey(),
			key("retry", "Retry", "How often a technical failure is tried again, and at what distances.", a("retry"), "{times: 3, first: 10s, up_to: 5m}"),
			key("timeout", "Time limit", "How long a remote action may take.", duration(), "30s"),
		),
		Map{Name: "retry", What: "retry", Doc: "How a technical failure is retried.", Keys: []Key{
			key("times", "Times", "How often.", count(), "3"),
			key("first", "First distance", "How long after the first failure; then twice as long each time.", duration(), "10s"),
			key("up_to", "Longest distance", "The longest distance between two tries.", duration(), "5m"),
		}},
		kind(definitions.KindDecide, "Looks into a decision table; what the row gives is process data under the step's id.",
			needed("decide", "Table", "The decision table.", names(Table), "credit"),
			key("with", "Inputs", "What the table looks at. An input that is not given is read from process data of its name.", with(), "{grade: = order.customer.grade}"),
		),
		kind(definitions.KindSet, "Sets process data.",
			needed("set", "Values", "Data and their new values. All formulas read the data as they were before the step.", entries(Data, value()), "{received: = received + 1}"),
		),
		kind(definitions.KindWait, "Waits for a time, a condition, a message or steps beside it.",
			needed("wait", "What for", "A duration, a moment, a condition after =, {message: ...} or {steps: [...]}.", either(time(), formula(), a("wait for")), "2 work days", "= open <= 0", "{message: goods.arrived, key: = order.number, result: arrived}"),
		),
		Map{Name: "wait for", What: "a wait", Doc: "A message, or steps of branches beside this one.", OneOf: []string{"message", "steps"}, Keys: []Key{
			key("message", "Message", "The message that is waited for.", names(Message), "goods.arrived"),
			key("key", "Key of the message", "Only a message with this key counts.", value(), "= order.number"),
			key("result", "Name of the result", "The name under which what it brings is process data from here on.", defines(Data), "arrived"),
			key("steps", "Steps", "Lasts until each of these steps has finished or can no longer come.", list(names(Step)), "[pick, pack]"),
		}},
		kind(definitions.KindSend, "Sends a message to other instances, and to subscribers outside.",
			needed("send", "Message", "The message.", names(Message), "goods.arrived"),
			key("key", "Key of the message", "Tells whom it is for: those who wait with this key.", value(), "= order.number"),
			key("with", "Body", "What the message brings.", with(), "{receipt: = receipt}"),
		),
		kind(definitions.KindRun, "Runs a process as a part of this one; its outcome and data are process data under the step's id.",
			needed("run", "Process", "The process.", names(Process), "produce_part", "common.credit"),
			key("with", "Input", "What the process is given.", with(), "{order: = order.number}"),
			key("revision", "Revision", "same: that of this instance. latest: the newest when it starts.", word("same", "latest"), "latest"),
			key("detached", "Detached", "true: it runs on by itself, and nothing of it comes back.", flag(), "true"),
		),
		kind(definitions.KindBackTo, "Leaves to an earlier step of the same block or of one around it, and goes on from there.",
			needed("back_to", "Step", "The step to go back to.", names(Step), "check_order"),
			needed("at_most", "At most", "How often; beyond it the error too_many_rounds is raised.", count(), "3"),
		),
		kind(definitions.KindCancel, "Withdraws what still runs in other steps; one not yet reached is skipped when it is.",
			needed("cancel", "Steps", "The steps, by their ids.", oneOrMore(names(Step)), "[produce, ship]"),
		),
		kind(definitions.KindRaise, "Raises a business error.",
			needed("raise", "Code", "The error's code, by which on_error catches it.", defines(Error), "credit.refused"),
			key("text", "Text", "What people read.", value(), "Nothing left of {{ order.number }}"),
			key("with", "Data", "Data that the handler reads as error.with.", entries(NoSymbol, value()), "{days: = len(order.lines)}"),
		),
		kind(definitions.KindEnd, "Stops what still runs in the instance, and ends it.",
			needed("end", "Outcome", "One of the process's outcomes.", names(Outcome), "delivered"),
		),
	)
}

// kinds tells a step's map by its kind.
func kinds() []Variant {
	all := []definitions.Kind{
		definitions.KindStage, definitions.KindTask, definitions.KindApprove, definitions.KindDo, definitions.KindDecide,
		definitions.KindSet, definitions.KindChoose, definitions.KindParallel, definitions.KindEach, definitions.KindRepeat,
		definitions.KindWait, definitions.KindFirstOf, definitions.KindSend, definitions.KindRun, definitions.KindLock,
		definitions.KindBackTo, definitions.KindCancel, definitions.KindRaise, definitions.KindEnd,
	}
	out := make([]Variant, len(all))
	for i, k := range all {
		out[i] = Variant{Key: string(k), Map: string(k)}
	}
	return out
}

// kind is the map of a kind of step: its own keys, and those of every step.
func kind(k definitions.Kind, doc string, own ...Key) Map {
	own[0].Doc = doc + " " + own[0].Doc
	return Map{Name: string(k), What: article(string(k)), Doc: doc, Keys: slices.Concat(own, stepKeys())}
}

func article(word string) string {
	if slices.Contains([]byte("aeiou"), word[0]) {
		return "an " + word
	}
	return "a " + word
}

// stepKeys are the keys of every step.
func stepKeys() []Key {
	return []Key{
		key("id", "Id", "A name of its own for the step, unique in the process: letters, digits and _.", defines(Step), "check_again"),
		key("title", "Title", "What people see, as one text or by language.", title(), "{en: Check stock, zh-CN: 检查库存}"),
		key("when", "Only if", "The step is skipped, and recorded as skipped, where this is false.", condition(), `credit.result != "pass"`),
		key("while", "Only while", "As when; turning false later withdraws the step, and the process goes on after it.", condition(), "order.open > 0"),
		key("undo", "Undo", "Whether what has finished is undone: with while, what finished in the step that it withdraws; with rest: cancel, what finished in the rest; with back_to, what finished since its target began; with cancel, what finished in those steps.", flag(), "true", "false"),
		key("compensation", "Undone by", "The steps that undo this one, with the data it had when it finished. Catalogue actions undo themselves where they have an inverse.", steps(), "[{do: stock.release, with: {order: = order.number}}]"),
		key("on_error", "On errors", "What is done on a business error of this step, by its code; any takes every one. The process goes on after the step.", handlers(), "{stock.short: [{run: purchase}]}"),
		key("note", "Note", "A remark for those who read the process.", text(), "Undone by stock.release"),
	}
}

func holdKey() Key {
	return key("hold", "On hold while", "While true, nothing inside begins or completes, and due, reminders and after stand still.", condition(), "order.on_hold")
}

func resultKey() Key {
	return key("result", "Name of the result", "The name under which the result is process data from here on.", defines(Data), "reservation")
}
