package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"waybill/api"
	"waybill/definitions"
	"waybill/engine"
)

// words tells facts of a history in a language.
type words map[engine.Fact]string

// wordsIn returns the words of the language; what is not Chinese is English.
func wordsIn(l languageFlag) words {
	if l.chinese() {
		return chinese()
	}
	return english()
}

func english() words {
	return words{
		engine.FactStarted: "starts", engine.FactEnded: "ends", engine.FactUndoing: "undoes what it did",
		engine.FactPaused: "is paused", engine.FactResumed: "goes on", engine.FactCancelled: "is cancelled",
		engine.FactChanged: "data changed by an operator", engine.FactBegan: "begins", engine.FactFinished: "done",
		engine.FactSkipped: "not needed", engine.FactWithdrawn: "withdrawn", engine.FactUndone: "undone",
		engine.FactDecided: "decided", engine.FactChose: "takes the branch", engine.FactWon: "this came first",
		engine.FactFailed: "an attempt failed", engine.FactLookedUp: "looked up", engine.FactRaised: "error",
		engine.FactCaught: "error handled", engine.FactOpened: "task opened", engine.FactClaimed: "task claimed",
		engine.FactReleased: "task given back", engine.FactCompleted: "task completed", engine.FactReminded: "reminded",
		engine.FactEscalated: "escalated", engine.FactLate: "late", engine.FactMessage: "message",
		engine.FactTimer: "time is up", engine.FactIncident: "INCIDENT: stands still", engine.FactRetried: "tried again by an operator",
		engine.FactSkippedOver: "skipped by an operator", engine.FactMigrated: "moved to another revision by an operator",
		engine.FactMoved: "an operator lets it go on here", engine.FactLeftOut: "left out by an operator",
		engine.FactRepeated: "run again by an operator", engine.FactAside: "over, the rest runs on",
		engine.FactSent: "message sent", engine.FactMet: "the condition holds", engine.FactAcquired: "holds the lock",
		engine.FactFreed: "frees the lock", engine.FactHeld: "stands still", engine.FactUnheld: "goes on",
	}
}

func chinese() words {
	return words{
		engine.FactStarted: "开始", engine.FactEnded: "结束", engine.FactUndoing: "撤销已完成的步骤",
		engine.FactPaused: "暂停", engine.FactResumed: "继续", engine.FactCancelled: "取消",
		engine.FactChanged: "管理员修改数据", engine.FactBegan: "开始", engine.FactFinished: "完成",
		engine.FactSkipped: "无需执行", engine.FactWithdrawn: "撤回", engine.FactUndone: "已撤销",
		engine.FactDecided: "决策", engine.FactChose: "走分支", engine.FactWon: "最先发生",
		engine.FactFailed: "一次尝试失败", engine.FactLookedUp: "查询", engine.FactRaised: "业务错误",
		engine.FactCaught: "错误已处理", engine.FactOpened: "任务打开", engine.FactClaimed: "任务认领",
		engine.FactReleased: "任务退回", engine.FactCompleted: "任务完成", engine.FactReminded: "提醒",
		engine.FactEscalated: "升级", engine.FactLate: "超期", engine.FactMessage: "消息",
		engine.FactTimer: "时间到", engine.FactIncident: "故障: 停止等待", engine.FactRetried: "管理员重试",
		engine.FactSkippedOver: "管理员跳过", engine.FactMigrated: "管理员迁移到另一版本",
		engine.FactMoved: "管理员改从此处继续", engine.FactLeftOut: "管理员略过", engine.FactRepeated: "管理员要求重做",
		engine.FactAside: "已结束，其余继续", engine.FactSent: "发出消息", engine.FactMet: "条件成立", engine.FactAcquired: "持有锁",
		engine.FactFreed: "释放锁", engine.FactHeld: "暂停等待", engine.FactUnheld: "继续进行",
	}
}

// quiet tells whether an entry says nothing that another does not say for people.
func (words) quiet(e *api.TracedEntry) bool {
	switch engine.Fact(e.What) {
	case engine.FactLookedUp, engine.FactSkipped:
		return true
	case engine.FactBegan:
		return len(e.Title) == 0 && len(dataOf(e)) == 0
	case engine.FactFinished:
		told := e.Kind == string(definitions.KindTask) || e.Kind == string(definitions.KindEnd) // as what was done, as the end
		return told || len(e.Title) == 0 && len(dataOf(e)) == 0
	}
	return false
}

// tell says what happened in one line: the step, the fact, and the data that matter.
func (w words) tell(l languageFlag, e *api.TracedEntry) string {
	fact, known := w[engine.Fact(e.What)]
	if !known {
		fact = e.What
	}
	data := dataOf(e)
	name := l.stepName(e.StepName, e.Step)
	if action, ok := data["action"].(string); ok && len(e.Title) == 0 {
		name = action
	}
	if name != "" {
		fact = name + ": " + fact
	}
	if detail := detailOf(l, data); detail != "" {
		fact += "  " + detail
	}
	return fact
}

func dataOf(e *api.TracedEntry) map[string]any {
	var data map[string]any
	decoder := json.NewDecoder(strings.NewReader(string(e.Data)))
	decoder.UseNumber()
	// A history's data is always a record; anything else has nothing to tell.
	_ = decoder.Decode(&data)
	return data
}

// mostDetail is how much of its data a line shows.
const mostDetail = 100

// told are the members of an entry's data that a line shows, in this order.
func told() []string {
	return []string{
		"outcome", "branch", "arm", "table", "rows", "outputs", "result", "form", "message", "key", "with", "code", "text",
		"process", "to", "set", "data", "reason", "due", "locks",
	}
}

// detailOf writes the data of an entry shortly.
func detailOf(l languageFlag, data map[string]any) string {
	var parts []string
	_, hasResult := data["result"]
	for _, name := range told() {
		v, there := data[name]
		if !there || v == nil || v == "" || name == "with" && hasResult {
			continue
		}
		text := shortly(v)
		if text == "" {
			continue
		}
		switch name {
		case "branch", "arm":
			parts = append(parts, ordinal(text[strings.LastIndex(text, "/")+1:]))
		case "outcome", "result", "form", "outputs", "with", "set", "message", "code", "process", "table", "text":
			parts = append(parts, text)
		default:
			parts = append(parts, l.say(name)+" "+text)
		}
	}
	return cut(strings.Join(parts, " "), mostDetail)
}

func shortly(v any) string {
	switch v := v.(type) {
	case map[string]any:
		if amount, ok := v["amount"]; ok && len(v) == 2 && v["currency"] != nil {
			return fmt.Sprintf("%v %v", amount, v["currency"])
		}
		var parts []string
		for _, name := range sortedNames(v) {
			if text := shortly(v[name]); text != "" {
				parts = append(parts, name+"="+text)
			}
		}
		return strings.Join(parts, " ")
	case []any:
		if len(v) == 0 {
			return ""
		}
		var parts []string
		for _, item := range v {
			parts = append(parts, shortly(item))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case nil:
		return ""
	case string:
		if at, err := time.Parse(time.RFC3339, v); err == nil {
			return at.Local().Format(minute)
		}
	}
	return fmt.Sprint(v)
}

// ordinal counts the arms of a step as people do: the one at place 0 is the first.
func ordinal(place string) string {
	n, err := strconv.Atoi(place)
	if err != nil {
		return place
	}
	return "#" + strconv.Itoa(n+1)
}

func sortedNames(m map[string]any) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// cut shortens a text to that many columns of a terminal.
func cut(text string, most int) string {
	if columns(text) <= most {
		return text
	}
	return prefix(text, most-1) + "…"
}
