package schema

func processMaps() []Map {
	return []Map{
		{Name: "process", What: "a process", Doc: "One process.", Keys: []Key{
			needed("process", "Name", "The process's name: letters, digits and _. Other processes run it by this name.", defines(Process), "make_to_order"),
			key("title", "Title", "What people see, as one text or by language.", title(), "{en: Make to order, zh-CN: 按单生产}"),
			key("key", "Business key", "What tells the running instances apart. A start message whose key already runs goes to that instance.", value(), "= order.number"),
			key("start", "How it starts", "What starts an instance: people, a message, or the clock.", list(a("start")), "[{message: order.placed}]", "[{manual: {roles: [sales]}}]"),
			key("input", "Input", "What an instance is given when it starts.", fields(Data), "{order: Order}"),
			key("outcomes", "Ends", "The ends of the process, and whether reaching one keeps what was done or undoes it. Running off the last step is the first of them.", declares(Outcome, either(word("keep", "undo"), a("outcome"))), "{delivered: keep, refused: undo}", "{delivered: {ends: keep, title: {en: Delivered, zh-CN: 已交付}}}"),
			key("data", "Data", "What the process remembers beside its input and the results of its steps.", fields(Data), "{margin: {type: percent, default: 0}}"),
			key("types", "Types", "Records that only this process uses.", types(), "{Line: {sku: ref stock.product, ordered: quantity}}"),
			key("only", "Only for", "The roles for which the process exists; for others it is not there.", roles(), "[finance_manager]"),
			key("events", "Events", "What may happen at any time while the process runs, and what is done then.", list(a("event")), "[{message: order.cancel_requested, key: = order.number, steps: []}]"),
			key("on_error", "On errors", "What is done on a business error that nothing inside catches, by its code; any takes every one.", handlers(), "{stock.short: [{end: refused}]}"),
			needed("steps", "Steps", "The steps, in the order in which they happen.", steps(), "[{task: pick, role: warehouse}]"),
		}},
		{Name: "outcome", What: "an outcome", Doc: "An end of the process with its title.", Keys: []Key{
			needed("ends", "Ends", "Whether reaching it keeps what was done or undoes it.", word("keep", "undo"), "keep"),
			key("title", "Title", "What people see, as one text or by language.", title(), "{en: Delivered, zh-CN: 已交付}"),
		}},
		{Name: "start", What: "a start", Doc: "One way in which an instance starts: one of these keys.", OneOf: []string{"manual", "message", "every"}, Keys: []Key{
			key("manual", "By hand", "People start it.", a("manual"), "{roles: [sales]}"),
			key("message", "By a message", "A message starts it; its body is the input.", names(Message), "order.placed"),
			key("every", "By the clock", "A schedule on the pack's calendar, or a cron text of five fields.", text(), "work day at 16:00", "monday at 9:00", "0 6 1 * *"),
		}},
		{Name: "manual", What: "a manual start", Doc: "Who may start it by hand.", Keys: []Key{
			key("roles", "Roles", "The roles that may start it; without the key, everybody who may start processes.", roles(), "[sales]"),
		}},
		{Name: "event", What: "an event", Doc: "What may happen while the process or the stage around it runs. It has one trigger: message, after, becomes or cancel.", OneOf: []string{"message", "after", "becomes", "cancel"}, Keys: append(triggerKeys(),
			key("cancel", "When cancelled", "Happens when somebody asks to cancel the instance, before that is done.", word("requested"), "requested"),
			key("id", "Id", "A name by which tests and the history know the event.", defines(Step), "customer_cancels"),
			key("title", "Title", "What people see, as one text or by language.", title(), "{en: Cancelled by the customer, zh-CN: 客户取消}"),
			key("when", "Only if", "Tested when the block begins: where it is false, the event is not there.", condition(), "order.total > 5000"),
			key("interrupts", "Instead of the block", "true: the event withdraws what still runs in the block, and the process goes on after the block. Otherwise it runs beside it.", flag(), "true"),
			key("undo", "Undo", "With interrupts: whether what has finished in the block is undone.", flag(), "true"),
			needed("steps", "Steps", "What is done when it happens.", steps(), "[{end: cancelled}]"),
		)},
	}
}

// triggerKeys are the keys of what may happen, in events and first_of.
func triggerKeys() []Key {
	return []Key{
		key("message", "Message", "Happens when this message comes.", names(Message), "order.cancel_requested"),
		key("key", "Key of the message", "Only a message with this key counts.", value(), "= order.number"),
		key("result", "Name of the result", "The name under which what it brings is process data from here on.", defines(Data), "request"),
		key("after", "After a time", "Happens after a duration, or at a moment; of a list, at each.", oneOrMore(time()), "2 work days", "[10d, 20 work days]", "= contract.ends"),
		key("becomes", "A condition turns true", "Happens when the condition turns true, or is true at the start. It must not read now or today.", condition(), "order.total > settings.controller_limit"),
	}
}
