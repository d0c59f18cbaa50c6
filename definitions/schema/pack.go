package schema

func packMaps() []Map {
	return []Map{
		{Name: "pack", What: "a pack", Doc: "What a pack is called and what its processes share.", Keys: []Key{
			needed("name", "Name", "The pack's name: letters, digits and _. Other packs that use this one name its parts with it.", defines(Pack), "manufacturing"),
			key("industry", "Industry", "The industry that the pack is made for.", text(), "manufacturing"),
			key("title", "Title", "What people see, as one text or by language.", title(), "Manufacturing", "{en: Manufacturing, zh-CN: 制造业}"),
			key("currency", "Currency", "The currency of amounts that are written without one: three capital letters.", text(), "CNY", "EUR"),
			key("calendar", "Calendar", "Time zone, working hours and holidays. Work hours and work days run on it.", a("calendar"), "{zone: Asia/Shanghai, hours: {monday-friday: 09:00-17:00}}"),
			key("roles", "Roles", "The groups of staff that tasks are offered to, with their titles.", declares(Role, title()), "{sales: {en: Sales, zh-CN: 销售}}"),
			key("settings", "Settings", "The numbers of the business, with their values. They may be changed while the system runs; a formula reads settings.name.", fields(Setting), "{controller_limit: {type: money, default: 50000}}"),
			key("uses", "Packs that it uses", "Packs in folders beside this one. Their processes, tables and types are named with the pack in front: common.credit.", list(names(Pack)), "[common]"),
		}},
		{Name: "calendar", What: "a calendar", Doc: "The working calendar of the pack.", Keys: []Key{
			key("zone", "Time zone", "The time zone, by its name in the time zone database.", text(), "Asia/Shanghai", "Europe/Berlin"),
			key("hours", "Working hours", "The working hours of each day of the week, or of several days in a row.", entries(NoSymbol, oneOrMore(text())), "{monday-friday: 09:00-17:00}", "{friday: [09:00-12:00, 13:00-16:00]}"),
			key("holidays", "Holidays", "Days on which nobody works.", list(moment()), "[2026-10-01, 2026-10-02]"),
			key("work_on", "Worked holidays", "Days that are worked although they would be free.", list(moment()), "[2026-10-10]"),
		}},
	}
}

func typeMaps() []Map {
	return []Map{
		{Name: "types", What: "a file of types", Doc: "Records and messages that the processes of a pack share.", Keys: []Key{
			key("types", "Types", "Records with their fields, and names for other types.", types(), "{Line: {sku: ref stock.product, ordered: quantity}}", "{Grade: A | B | C}"),
			key("messages", "Messages", "The messages that processes wait for and send, with what they bring.", declares(Message, a("message")), "{goods.arrived: {with: {receipt: Receipt}, keep: 30d}}"),
		}},
		{Name: "message", What: "a message", Doc: "A message.", Keys: []Key{
			key("with", "Body", "The fields that the message brings.", fields(Field), "{receipt: Receipt, at: moment}"),
			key("keep", "Kept for", "How long a message is kept that nobody waits for yet: a duration, forever or none.", either(word("forever", "none"), duration()), "30d", "forever"),
			key("from", "Comes from", "Where the message comes from, if no process sends it: outside.", word("outside"), "outside"),
			key("to", "Goes to", "Whom the message is for, if no process waits for it: subscribers outside.", word("outside"), "outside"),
		}},
		{Name: "field", What: "a field", Doc: "A field with more than its type.", Keys: []Key{
			needed("type", "Type", "What the field holds.", typeText(), "text", "optional list of Line", "A | B | C"),
			key("title", "Title", "What people see, as one text or by language.", title(), "{en: Note, zh-CN: 备注}"),
			key("help", "Help", "A sentence that helps who fills the field in.", title(), "{en: As on the delivery note, zh-CN: 见送货单}"),
			key("default", "Default", "The value where none is given.", plain(), "0", "18 %"),
			key("personal", "Personal data", "The field holds personal data: masked, encrypted in the history, gone when the person is erased.", flag(), "true"),
			key("only", "Only for", "The roles for which the field exists; for others it is not there.", roles(), "[sales]"),
		}},
	}
}

func types() Shape {
	return declares(Record, either(typeText(), fields(Field)))
}

func decisionMaps() []Map {
	return []Map{
		{Name: "decision", What: "a decision table", Doc: "A decision table.", Keys: []Key{
			needed("decision", "Name", "The table's name; a step calls it with decide.", defines(Table), "credit"),
			key("title", "Title", "What people see, as one text or by language.", title(), "{en: Credit, zh-CN: 信用}"),
			needed("inputs", "Inputs", "What the rules look at, with its types.", fields(Input), "{grade: A | B | C | D, exposure: percent}"),
			needed("outputs", "Outputs", "What a row gives, with its types.", fields(Field), "{result: pass | review | block, reason: text}"),
			key("hit", "Which row wins", "unique: at most one row matches. first: the first that matches. any: all that match say the same. priority: the one whose output stands first in order. collect: all of them, gathered as collect says.", word("unique", "first", "any", "priority", "collect"), "first"),
			key("order", "Order of results", "With hit: priority, the values of the first output, the strongest first.", list(text()), "[high, medium, low]"),
			key("collect", "Gathered as", "With hit: collect, what becomes of the rows that match: a list of each output, their sum, the least, the greatest, or how many rows there are.", word("list", "sum", "min", "max", "count"), "sum"),
			key("rules", "Rules", "One row a rule, in a text block. The first line repeats the names, || comes before the outputs. A cell is - (any), a value, A, B, not A, a comparison or a range. Without this key the rules stand in the CSV beside the file.", Shape{Form: Rules}, "|\n  grade || result\n  A     || pass\n  -     || review\n"),
		}},
	}
}
