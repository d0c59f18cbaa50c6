package schema

import (
	"slices"

	"waybill/definitions"
)

// peopleMaps describes what people do: tasks, approvals, and those that stand in first_of.
func peopleMaps() []Map {
	task := kind(definitions.KindTask, "A person fills in a form; its fields, outcome, by and at are process data under the id.",
		slices.Concat([]Key{needed("task", "Id", "The task's id.", defines(Step), "confirm_date")}, taskKeys())...)
	approve := kind(definitions.KindApprove, "One or several people decide; outcome and votes are process data under the id.",
		slices.Concat([]Key{needed("approve", "Id", "The approval's id.", defines(Step), "credit_release")}, taskKeys(), approveKeys())...)
	after := key("steps", "Steps", "What is done when it wins.", steps(), "[{end: refused}]")
	wins := key("wins", "Wins when", "completed: when the task is completed. claimed: as soon as somebody starts it.", word("completed", "claimed"), "claimed")
	run := runMap()
	return []Map{
		task, approve,
		variant(task, "arm task", after, wins), variant(approve, "arm approve", after), variant(run, "arm run", after),
		{Name: "level", What: "a level", Doc: "One level of an approval.", OneOf: []string{"role", "superior_of"}, Keys: []Key{
			key("role", "Role", "The role that decides.", names(Role), "finance_manager"),
			key("superior_of", "Superior of", "The superior of this person decides.", formula(), "order.entered_by"),
			key("seats", "Seats", "How many people of the level decide; 1 where nothing is written.", count(), "2"),
			key("when", "Only if", "The level is asked only where this holds.", condition(), "order.total > settings.controller_limit"),
			key("due", "Due", "When the level is late.", time(), "4 work hours"),
			key("escalate", "Escalate", "What happens while the level has not decided.", list(a("escalation")), "[{after: 1 work day, to: superior, action: notify}]"),
			key("form", "Form", "What the level fills in.", fields(Field), "{reason: text}"),
		}},
		{Name: "escalation", What: "an escalation", Doc: "What happens while a task stays open.", Keys: []Key{
			needed("after", "After", "How long after opening; -1 work day: before due.", time(), "2 work days", "-1 work day"),
			needed("to", "To", "A role, or superior.", either(word("superior"), names(Role)), "superior", "sales_manager"),
			needed("action", "Action", "notify tells them. reassign gives them the task and starts its clock again. add offers it to them, too.", word("notify", "reassign", "add"), "reassign"),
		}},
	}
}

func runMap() Map {
	for _, m := range stepMaps() {
		if m.Name == string(definitions.KindRun) {
			return m
		}
	}
	return Map{}
}

// variant is a map with more keys under a name of its own.
func variant(m Map, name string, more ...Key) Map {
	m.Name, m.Keys = name, slices.Concat(m.Keys, more)
	return m
}

// taskKeys are the keys that tasks and approvals have in common.
func taskKeys() []Key {
	return []Key{
		key("role", "Role", "The role that it is offered to.", names(Role), "sales"),
		key("candidates", "Candidates", "The persons that it is offered to.", either(list(formula()), formula()), "'people(sales, skill: \"english\")'", "[order.entered_by]"),
		key("assign", "Assigned to", "The person who does it.", formula(), "order.entered_by"),
		key("show", "Shows", "The data that are shown with it.", list(formula()), "[order.number, order.total]"),
		key("form", "Form", "What is filled in.", fields(Field), "{note: {type: optional text, title: {en: Note, zh-CN: 备注}}}"),
		key("outcomes", "Answers", "The answers to choose from, as names or with their titles.", either(list(defines(NoSymbol)), entries(NoSymbol, title())), "[accepted, refused]", "{accepted: {en: Accepted, zh-CN: 接受}}"),
		key("due", "Due", "When it is late.", time(), "2 work days", "= order.wanted"),
		key("remind", "Remind", "When who has it is reminded, from opening; -1 work day: before due.", oneOrMore(time()), "[1 work day, -2 work hours]"),
		key("escalate", "Escalate", "What happens while it stays open.", list(a("escalation")), "[{after: 2 work days, to: superior, action: notify}]"),
		key("not_by", "Not by", "Who may not do it: data that name persons.", oneOrMore(formula()), "order.entered_by"),
		key("priority", "Priority", "A whole number; tasks with a smaller one come first.", value(), "1", "'= order.total > 5000 ? 1 : 2'"),
		holdKey(),
	}
}

func approveKeys() []Key {
	return []Key{
		key("by", "Levels", "Who decides, level by level.", list(a("level")), "[{role: credit_controller, due: 4 work hours}, {role: finance_manager, when: order.total > 50000}]"),
		key("mode", "Mode", "in_turn: one level after the other. all: all at the same time. any: one yes is enough. A number: so many yeses.", either(word("in_turn", "all", "any"), count()), "in_turn", "2"),
		key("on_reject", "On a no", "What is done on a no. It must leave (end or raise) unless the outcome is read later.", steps(), "[{end: refused}]"),
	}
}
