package definitions

import (
	"io/fs"
	"strings"
	"time"

	"waybill/definitions/calendar"
	"waybill/definitions/value"
)

// readPack reads pack.yaml, and the packs in fsys that it uses. Its settings are read by readSettings,
// once the types are known.
func (l *loader) readPack(n *node, fsys fs.FS) {
	k := keysOf(n, "a pack", l.found)
	p := l.pack
	if name := k.need("name"); name != nil {
		if p.Name = k.scalar("name", name); !value.IsName(p.Name) {
			l.found.badName(name, "name for a pack")
		}
	}
	p.Industry, p.Title = k.text("industry"), k.title("title")
	if currency := k.take("currency"); currency != nil {
		p.Currency = k.scalar("currency", currency)
		if _, err := value.ParseMoney("1", p.Currency); err != nil {
			l.found.add(currency.pos(), codeWrongValue, "%q is no currency; write three capital letters such as CNY", clip(p.Currency))
		}
	}
	if n := k.take("calendar"); n != nil {
		l.readCalendar(n)
	}
	for _, e := range k.entries("roles") {
		if value.IsName(e.key.text) {
			p.Roles = append(p.Roles, Role{ID: e.key.text, Title: titleOf(e.value, e.key.text, l.found)})
			continue
		}
		l.found.badName(e.key, "name for a role")
	}
	k.entries("settings")
	if l.prefix == "" {
		l.around = []string{p.Name}
	}
	l.readUses(k.oneOrMore("uses"), fsys)
	k.done()
	l.defaults = value.Defaults{Currency: p.Currency, Zone: p.Calendar.Zone()}
}

// readSettings reads the analyst's numbers with their values.
func (l *loader) readSettings() {
	l.settings = &value.Type{Kind: value.Record, Name: "settings"}
	settings := l.files[packFile].get("settings")
	if settings == nil || settings.kind != mapping {
		return
	}
	l.pack.Settings = l.types.fields(settings.pairs, fieldOfCall)
	l.settings.Fields = l.pack.Settings
	for _, f := range l.pack.Settings {
		if written := settings.get(f.Name); f.Default == nil && !f.Type.Optional && written.get("default") == nil {
			l.found.add(written.pos(), codeMissingKey, "the setting %s needs its value: {type: %s, default: ...}", f.Name, f.Type)
		}
	}
}

// readCalendar reads the time zone, the working hours and the holidays.
func (l *loader) readCalendar(n *node) {
	k := keysOf(n, "a calendar", l.found)
	c := calendar.Config{Zone: k.text("zone"), Hours: map[time.Weekday][]calendar.Range{}}
	for _, e := range k.entries("hours") {
		days, ok := weekdays(e.key.text)
		if !ok {
			l.found.add(e.key.pos(), codeWrongValue, "%q is no day of the week; write monday, or monday-friday", clip(e.key.text))
			continue
		}
		ranges := l.hours(e.value)
		for _, day := range days {
			c.Hours[day] = append(c.Hours[day], ranges...)
		}
	}
	c.Holidays, c.WorkOn = l.dates(k.list("holidays")), l.dates(k.list("work_on"))
	k.done()
	made, err := calendar.New(c)
	if err != nil {
		at := n.pos()
		if zone := n.get("zone"); zone != nil && strings.Contains(err.Error(), "zone") {
			at = zone.pos()
		}
		l.found.add(at, codeWrongValue, "this calendar does not hold: %v", err)
		return
	}
	l.pack.Calendar = made
}

// hours reads 09:00-12:00, or a list of such; several may stand in one text, parted by commas.
func (l *loader) hours(n *node) []calendar.Range {
	texts := []*node{n}
	if n.kind == sequence {
		texts = n.items
	}
	var out []calendar.Range
	for _, t := range texts {
		if t.kind != scalar {
			l.found.add(t.pos(), codeWrongShape, "working hours are a text such as 09:00-17:00, not %s", t.kind)
			continue
		}
		for part := range strings.SplitSeq(t.text, ",") {
			from, to, ok := strings.Cut(strings.TrimSpace(part), "-")
			if !ok && !t.missing {
				l.found.add(t.pos(), codeWrongValue, "working hours are written as 09:00-17:00, not %q", clip(t.text))
				continue
			}
			out = append(out, calendar.Range{From: strings.TrimSpace(from), To: strings.TrimSpace(to)})
		}
	}
	return out
}

func (l *loader) dates(items []*node) []string {
	var out []string
	for _, n := range items {
		if _, err := value.ParseDate(n.text); err != nil || n.kind != scalar {
			l.found.add(n.pos(), codeWrongValue, "%q is no date; write it as 2026-03-02", clip(n.text))
			continue
		}
		out = append(out, n.text)
	}
	return out
}

// weekdays reads monday, mon, or monday-friday.
func weekdays(text string) ([]time.Weekday, bool) {
	first, last, ranged := strings.Cut(text, "-")
	from, ok := weekday(first)
	if !ok || !ranged {
		return []time.Weekday{from}, ok
	}
	to, ok := weekday(last)
	days := []time.Weekday{from}
	for day := from; day != to && ok; {
		day = (day + 1) % 7
		days = append(days, day)
	}
	return days, ok
}

func weekday(text string) (time.Weekday, bool) {
	text = strings.ToLower(strings.TrimSpace(text))
	for day := time.Sunday; day <= time.Saturday; day++ {
		name := strings.ToLower(day.String())
		if text == name || text == name[:3] {
			return day, true
		}
	}
	return 0, false
}
