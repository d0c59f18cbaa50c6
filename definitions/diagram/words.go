package diagram

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"waybill/definitions"
	"waybill/definitions/calendar"
	"waybill/definitions/value"
)

// words are what the picture itself says, in one language.
type words struct {
	approved, rejected, otherwise, firstOf, eachOf, until, untilOpen, oneAtATime, atATime, cancelAsked, withdraw,
	due, remind, set, detached, byHand, lock, thenEach, every, whenever, then, any, none, count, add, reassign, notify, superior,
	holds, atMost, anyError string
}

func english() words {
	return words{
		approved: "approved", rejected: "rejected", otherwise: "otherwise", firstOf: "first of", eachOf: "each {} in {}",
		until: "until {}", untilOpen: "open until {}", oneAtATime: "one at a time", atATime: "{} at a time",
		cancelAsked: "cancel requested", withdraw: "Withdraw {}", due: "due {}", remind: "remind {}", set: "Set {}",
		detached: "goes on by itself", byHand: "started by {}", lock: "Only one at a time: {}", thenEach: "after each that finished",
		every: "after every {} that finished", whenever: "while {}", then: ", then ", any: "the first", none: "none awaited",
		count: "{} of them", add: "{}: also {}", reassign: "{}: hand to {}", notify: "{}: tell {}", superior: "superior",
		holds: "stands still while {}", atMost: "at most {} times", anyError: "any error",
	}
}

func chinese() words {
	return words{
		approved: "同意", rejected: "拒绝", otherwise: "否则", firstOf: "先到先得", eachOf: "逐项 {}：{}",
		until: "直到 {}", untilOpen: "开放直到 {}", oneAtATime: "逐个进行", atATime: "同时 {} 个",
		cancelAsked: "请求取消", withdraw: "撤回 {}", due: "期限 {}", remind: "提醒 {}", set: "设置 {}",
		detached: "独立运行", byHand: "由 {} 发起", lock: "互斥：{}", thenEach: "每完成一项后",
		every: "每完成 {} 项后", whenever: "仅当 {}", then: "，然后 ", any: "任一完成", none: "不等待",
		count: "完成 {} 个", add: "{}：加派 {}", reassign: "{}：转交 {}", notify: "{}：通知 {}", superior: "上级",
		holds: "暂停条件 {}", atMost: "最多 {} 次", anyError: "任何错误",
	}
}

func wordsOf(lang string) words {
	if value.BaseLanguage(lang) == "zh" {
		return chinese()
	}
	return english()
}

// fill puts texts into the places of a phrase.
func fill(phrase string, texts ...string) string {
	for _, text := range texts {
		phrase = strings.Replace(phrase, "{}", text, 1)
	}
	return phrase
}

// spoken makes words of a name: confirm_date is Confirm date.
func spoken(name string) string {
	text := strings.TrimSpace(strings.ReplaceAll(name, "_", " "))
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}

// named returns the title of a step, or else what may stand for it.
func (d *drawing) named(s *definitions.Step, otherwise string) string {
	if text := s.Title.In(d.options.Lang); text != "" {
		return text
	}
	if s.Named && otherwise == "" {
		return spoken(s.ID)
	}
	return otherwise
}

// role returns the title of a role, or its name in words.
func (d *drawing) role(id string) string {
	if id == "superior" {
		return d.words.superior
	}
	for _, r := range d.process.Pack.Roles {
		if r.ID == id {
			if text := r.Title.In(d.options.Lang); text != "" {
				return text
			}
		}
	}
	return strings.ReplaceAll(id, "_", " ")
}

func (d *drawing) roles(ids []string) string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = d.role(id)
	}
	return strings.Join(out, ", ")
}

// outcome returns the title of an end.
func (d *drawing) outcome(id string) string {
	for _, o := range d.process.Outcomes {
		if o.ID == id {
			if text := o.Title.In(d.options.Lang); text != "" {
				return text
			}
		}
	}
	return spoken(id)
}

// time tells a duration in words; other times stand as they are written.
func (d *drawing) time(s *definitions.Span) string {
	if s.Formula != nil {
		return s.Formula.Source()
	}
	unit := s.Duration.Unit
	if unit == "" { // of no time at all
		unit = calendar.Second
	}
	one, many := d.words.unit(unit)
	n := strconv.FormatInt(s.Duration.N, 10)
	if s.Duration.N == 1 || s.Duration.N == -1 {
		return n + " " + one
	}
	return n + " " + many
}

func (d *drawing) times(all []definitions.Span) string {
	out := make([]string, len(all))
	for i := range all {
		out[i] = d.time(&all[i])
	}
	return strings.Join(out, ", ")
}

// unit returns what one and several of a unit of time are called.
func (w *words) unit(u calendar.Unit) (one, many string) {
	if w.then == chinese().then {
		name := map[calendar.Unit]string{
			calendar.Second: "秒", calendar.Minute: "分钟", calendar.Hour: "小时", calendar.Day: "天", calendar.Month: "个月",
			calendar.Year: "年", calendar.WorkHour: "个工作小时", calendar.WorkDay: "个工作日",
		}[u]
		return name, name
	}
	name := map[calendar.Unit]string{
		calendar.Second: "second", calendar.Minute: "minute", calendar.Hour: "hour", calendar.Day: "day", calendar.Month: "month",
		calendar.Year: "year", calendar.WorkHour: "work hour", calendar.WorkDay: "work day",
	}[u]
	return name, name + "s"
}

// span returns a time as written.
func span(s *definitions.Span) string {
	if s.Formula != nil {
		return s.Formula.Source()
	}
	return s.Duration.String()
}

func spans(all []definitions.Span) string {
	out := make([]string, len(all))
	for i := range all {
		out[i] = span(&all[i])
	}
	return strings.Join(out, ", ")
}
