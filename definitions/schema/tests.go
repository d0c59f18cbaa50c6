package schema

func testMaps() []Map {
	return []Map{
		{Name: "tests", What: "a file of tests", Doc: "The scenario tests of one process.", Keys: []Key{
			needed("tests", "Process", "The process that is tested.", names(Process), "make_to_order"),
			needed("cases", "Cases", "One story each.", list(a("case")), "[{name: the usual way, expect: {outcome: delivered}}]"),
		}},
		{Name: "case", What: "a case", Doc: "One story that the process must go through.", Keys: []Key{
			needed("name", "Name", "The story in a sentence.", text(), "a short item is produced"),
			key("at", "At", "What the clock says at the start.", moment(), "2026-03-02T09:00+08:00"),
			key("started_by", "Started by", "That this may start the process: a role, a message, or clock.", either(word("clock"), names(Role), names(Message)), "sales", "order.placed", "clock"),
			key("settings", "Settings", "Settings with other values than the pack's.", entries(Setting, plain()), "{controller_limit: 50000}"),
			key("given", "Given", "Actions that run before the process starts, where actions run on a real database.", list(entries(Action, plain())), "[{crm.save_customer: {number: C-1}}]"),
			key("start", "Input", "What the instance is given; what the story does not need may be missing.", entries(Input, plain()), "{order: {number: SO-1}}"),
			key("taken", "Locks taken", "Locks that other instances hold at first.", oneOrMore(text()), "oven 3", "[truck, ramp]"),
			key("stub", "Stubs", "What actions, processes and objects answer in this story: the first call gets the first answer, the last one all others. An answer is a result, {error: code} or {failure: text}.", entries(Answer, either(list(plain()), plain())), "{stock.reserve: [{shortages: []}]}"),
			key("story", "Story", "What happens, act by act.", list(a("act")), "[{complete: confirm_date, as: li.wei, with: {outcome: accepted}}]"),
			needed("expect", "Expected at the end", "What must hold after the story.", a("expectation"), "{outcome: delivered, path: [credit, ship]}"),
		}},
		{Name: "expectation", What: "what is expected", Doc: "What must hold after the story.", Keys: []Key{
			key("outcome", "Outcome", "The outcome that the process ended with.", names(Outcome), "delivered"),
			key("error", "Error", "The code of the business error that ended it.", text(), "credit.refused"),
			key("path", "Path", "Steps and actions in this order; others may stand between.", list(names(Place)), "[credit, confirm_date, ship]"),
			key("never", "Never", "Steps and actions that were never reached.", list(names(Place)), "[late_cancel]"),
			key("undone", "Undone", "Whether the end undid what had finished.", flag(), "true"),
			key("called", "Called", "Actions and processes that were called with these inputs, of which some may be left out: a map, or a list for several calls.", entries(Answer, either(list(plain()), plain())), "{notify.customer: {customer: C-1}}"),
			key("detached", "Detached", "The processes that were started to run on by themselves.", oneOrMore(names(Process)), "[collect]"),
			key("sent", "Sent", "The messages that were sent, in this order.", list(either(names(Message), entries(Message, a("sent message")))), "[order.ready]", "[{order.ready: {key: SO-1}}]"),
			key("told", "Told", "The notices about tasks that people had, in this order.", list(a("notice")), "[{task: call, why: reminder, to: service}]"),
			key("data", "Data", "Process data: a value, or a condition over value after =.", entries(Data, value()), "{margin: = value > 18}"),
			key("decided", "Rule rows", "For each table the rows that won at least once, counted from 1, and outputs that it gave.", entries(Table, either(list(either(count(), entries(Field, plain()))), entries(Field, plain()))), "{credit: [5]}", "{credit: {result: pass}}"),
		}},
		{Name: "notice", What: "a notice", Doc: "A notice about a task.", Keys: []Key{
			needed("task", "Task", "Its id.", names(Step), "call"),
			key("why", "Why", "What the notice is for.", word("reminder", "escalation", "withdrawn"), "reminder"),
			key("to", "To", "A role, a person or superior.", either(word("superior"), names(Role), names(Person)), "service", "superior"),
		}},
	}
}

func actMaps() []Map {
	which := key("where", "Which", "Which of several open tasks is meant: by what it shows, or by its role.", entries(NoSymbol, plain()), "{sku: BK-1}")
	return []Map{
		{Name: "act", What: "an act of a story", Doc: "One act: who does what, or what must be the case.", OneOf: []string{"expect", "claim", "release", "complete", "message", "advance", "cancel", "retry", "skip", "change", "take", "free", "pause", "resume"}, Keys: []Key{
			key("expect", "Expect a task", "Exactly one task like this is open.", a("expected task"), "{task: confirm_date, role: sales, due: 2026-03-04T09:00+08:00}"),
			key("claim", "Claim", "Somebody takes an open task.", names(Step), "confirm_date"),
			key("release", "Release", "Somebody puts a task back.", names(Step), "confirm_date"),
			key("complete", "Complete", "Somebody completes an open task.", names(Step), "confirm_date"),
			key("message", "Message", "A message comes.", entries(Message, a("sent message")), "{goods.arrived: {key: PO-1, with: {}}}"),
			key("advance", "Time passes", "So much time passes on the pack's calendar.", duration(), "3 work days"),
			key("cancel", "Cancel", "An operator cancels the instance, for this reason.", text(), "the customer is bankrupt"),
			key("retry", "Retry", "An operator retries the step that has an incident.", names(Place), "stock.reserve"),
			key("skip", "Skip", "An operator skips the step that has an incident; with gives what it would have yielded.", names(Place), "stock.reserve"),
			key("change", "Change data", "An operator changes the instance's data.", entries(Data, plain()), "{margin: 5}"),
			key("take", "Take a lock", "Another instance takes this lock.", text(), "oven 3"),
			key("free", "Free a lock", "Another instance gives this lock back.", text(), "oven 3"),
			key("pause", "Pause", "An operator pauses the instance.", text(), "for the holidays"),
			key("resume", "Resume", "An operator resumes the instance.", text(), "back again"),
			key("as", "As", "The person who acts.", names(Person), "li.wei"),
			key("with", "With", "What is filled in, outcome included.", entries(Field, plain()), "{outcome: accepted}"),
			which,
			key("refused", "Refused", "The act must be refused, for this reason.", text(), "not_by"),
		}},
		{Name: "expected task", What: "an expected task", Doc: "A task that must be open.", Keys: []Key{
			needed("task", "Task", "Its id.", names(Step), "confirm_date"),
			key("role", "Role", "The role that it is offered to.", names(Role), "sales"),
			key("assignee", "Assignee", "Who has it.", names(Person), "li.wei"),
			key("due", "Due", "When it is due.", moment(), "2026-03-04T09:00+08:00"),
			key("show", "Shows", "All that it shows.", list(text()), "[order.number, about]"),
			key("form", "Form", "All fields that it asks for.", list(names(Field)), "[note]"),
			key("outcomes", "Answers", "All answers that it offers.", list(text()), "[accepted, refused]"),
			which,
		}},
		{Name: "sent message", What: "a message", Doc: "A message that comes.", Keys: []Key{
			key("key", "Key", "Whom it is for.", text(), "PO-1"),
			key("with", "Body", "What it brings.", entries(Field, plain()), "{quantity: 5}"),
		}},
	}
}
