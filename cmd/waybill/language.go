package main

import (
	"encoding/json"
	"strconv"
	"strings"

	"waybill/definitions/value"
)

// languageFlag chooses among the languages of a pack's titles.
type languageFlag struct {
	Lang string `help:"Language of titles, such as en or zh-CN. Default: that of the shell." default:"en" env:"WAYBILL_LANG,LC_ALL,LC_MESSAGES,LANG" placeholder:"LANG"`
}

// title reads a title in the language, or else in one that there is.
func (l languageFlag) title(t value.Title, otherwise string) string {
	return orElse(t.In(l.Lang), otherwise)
}

func (l languageFlag) titleJSON(text json.RawMessage, otherwise string) string {
	var t value.Title
	if json.Unmarshal(text, &t) != nil {
		return otherwise
	}
	return l.title(t, otherwise)
}

// tag is the language as BCP 47 writes it: zh-CN of zh_CN.UTF-8.
func (l languageFlag) tag() string {
	locale, _, _ := strings.Cut(l.Lang, ".")
	if locale == "" || locale == "C" || locale == "POSIX" {
		return "en"
	}
	return strings.ReplaceAll(locale, "_", "-")
}

func (l languageFlag) chinese() bool { return value.BaseLanguage(l.Lang) == "zh" }

// say is a text of the command line in the language.
func (l languageFlag) say(english string) string {
	if l.chinese() {
		return orElse(inChinese()[english], english)
	}
	return english
}

// headings are those of a table in the language.
func (l languageFlag) headings(english ...string) []string {
	said := make([]string, len(english))
	for i, text := range english {
		said[i] = l.say(text)
	}
	return said
}

func (l languageFlag) counted(n int, what string) string {
	if l.chinese() {
		return strconv.Itoa(n) + " " + l.say(what)
	}
	return counted(n, what)
}

// inChinese holds what the commands that show titles say beside them.
func inChinese() map[string]string {
	return map[string]string{
		"TASK": "任务", "TITLE": "标题", "PROCESS": "流程", "KEY": "业务键", "OFFERED TO": "角色", "WITH": "负责人", "DUE": "期限",
		"STATUS": "状态", "STARTED": "开始时间", "INSTANCE": "实例", "TIME": "时间", "WHAT": "事件", "WAITS FOR": "等待", "BY": "操作者",
		"NAME": "名称", "TYPE": "类型", "VALUE": "值", "changed": "已修改",
		"no open tasks": "没有待办任务", "no instance": "没有实例", "late": "超期", "never": "无", "nobody": "无人",
		"process": "流程", "step": "步骤", "offered to": "角色", "with": "负责人", "opened": "打开时间", "due": "期限",
		"completed": "完成", "withdrawn": "撤回", "outcomes": "结果", "Shows": "内容", "Form": "表单", "optional": "可选",
		"created": "已创建", "running": "运行中", "undoing": "撤销中", "paused": "已暂停", "ended": "已结束", "incident": "个故障",
		"held": "暂停等待",
		"key":  "业务键", "to": "至", "data": "数据", "reason": "原因", "locks": "锁",
		"task": "任务", "action": "动作", "call": "外部调用", "child": "子流程", "message": "消息", "time": "时间", "condition": "条件",
		"lock": "锁", "hold": "暂停", "operator": "管理员",
		"there is more than one trace shows; trace a sub-process by its id": "内容过多，未全部显示；请用编号查看子流程",
	}
}
