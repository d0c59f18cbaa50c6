package definitions

import (
	"slices"
	"strings"
)

// kindReader reads what is special to one kind of step.
type kindReader struct {
	// named says that the kind's value is the step's id, unless id: gives another.
	named bool
	read  func(c *compiler, k *keys, s *Step) Spec
}

// kinds is the one list of the kinds of steps; each has its reader in a file of its own.
func kinds() map[Kind]kindReader {
	return map[Kind]kindReader{
		KindStage:    {true, readStage},
		KindTask:     {true, readTask},
		KindApprove:  {true, readApprove},
		KindDo:       {false, readDo},
		KindDecide:   {true, readDecide},
		KindSet:      {false, readSet},
		KindChoose:   {false, readChoose},
		KindParallel: {false, readParallel},
		KindEach:     {false, readEach},
		KindRepeat:   {true, readRepeat},
		KindWait:     {false, readWait},
		KindFirstOf:  {false, readFirstOf},
		KindSend:     {false, readSend},
		KindRun:      {true, readRun},
		KindLock:     {false, readLock},
		KindBackTo:   {false, readBackTo},
		KindCancel:   {false, readCancel},
		KindRaise:    {false, readRaise},
		KindEnd:      {false, readEnd},
	}
}

// block reads steps that stand one after the other; prefix is the place of the block.
func (c *compiler) block(items []*node, prefix string) Block {
	out := make(Block, 0, len(items))
	dead := false
	c.inBlock(func() {
		for i, item := range items {
			if c.flow.dead && !dead {
				c.found.add(item.pos(), codeUnreachable, "this step can never run: the steps before it always leave")
				dead = true
			}
			c.flow.dead = false
			if c.isAim(item) {
				c.loosen(items[i:])
			}
			if s := c.step(item, place(prefix, index(i))); s != nil {
				out = append(out, s)
			}
		}
	})
	c.flow.dead = c.flow.dead || dead
	return out
}

// steps reads a key that holds a block, nil where it is not there.
func (c *compiler) steps(k *keys, name, prefix string) Block {
	items := k.list(name)
	if items == nil && k.n.get(name) == nil {
		return nil
	}
	return c.block(items, prefix)
}

// step reads one step. at is its place, which is its id where none is written.
func (c *compiler) step(n *node, at string) *Step {
	c.found.survey.noteReach(n, c.flow.names)
	k := keysOf(n, "a step", c.found)
	if n.kind != mapping {
		return nil
	}
	kind, ok := c.kindOf(n)
	if !ok {
		return nil
	}
	k.what = article(string(kind))
	return c.stepOf(k, kind, at)
}

// stepOf reads a step whose kind is known.
func (c *compiler) stepOf(k *keys, kind Kind, at string) *Step {
	s := &Step{ID: at, Pos: k.n.pos()}
	c.name(k, kind, s)
	s.Title, s.Note = k.title("title"), k.text("note")
	c.conditions(k, kind, s)
	handlers, compensation := k.entries("on_error"), k.list("compensation")
	c.conditional(k, s, func() {
		c.standIn(s)
		c.body(k, kind, s, handlers, compensation)
	})
	c.undoOfWhile(k, s)
	if k.has("compensation") && s.Compensation == nil {
		s.Compensation = Block{}
	}
	k.done()
	if s.Spec == nil {
		return nil
	}
	c.proc.Steps[s.ID] = s
	return s
}

// body reads the kind's own part, what undoes it once it has finished, and what handles its errors: a step
// that an error ended is not undone.
func (c *compiler) body(k *keys, kind Kind, s *Step, handlers []pair, compensation []*node) {
	read := func() {
		s.Spec = c.kinds[kind].read(c, k, s)
		s.Compensation = c.compensation(compensation, s)
	}
	if len(handlers) == 0 {
		read()
		return
	}
	ran := c.flow.try(read)
	if s.Spec == nil {
		c.flow.follow(ran)
		return
	}
	var ways []way
	s.OnError, ways = c.handlers(handlers, ran, c.raisedBy(s), s.ID)
	c.flow.join(append(ways, ran)...)
}

// kindOf finds the one key of a step that says what it does.
func (c *compiler) kindOf(n *node) (Kind, bool) {
	var found []string
	for _, p := range n.pairs {
		if _, ok := c.kinds[Kind(p.key.text)]; ok {
			found = append(found, p.key.text)
		}
	}
	switch len(found) {
	case 1:
		return Kind(found[0]), true
	case 0:
		c.unknownKind(n)
		return "", false
	}
	c.found.add(n.pos(), codeTwoKinds, "a step does one thing, but this one says %s", strings.Join(found, " and "))
	return "", false
}

// isAim reports whether some back_to leads to the step n.
func (c *compiler) isAim(n *node) bool {
	if len(c.aims) == 0 {
		return false
	}
	for _, p := range n.pairs {
		if reader, ok := c.kinds[Kind(p.key.text)]; (p.key.text == "id" || ok && reader.named) && c.aims[p.value.text] {
			return true
		}
	}
	return false
}

func (c *compiler) unknownKind(n *node) {
	known := make([]string, 0, len(c.kinds))
	for kind := range c.kinds {
		known = append(known, string(kind))
	}
	slices.Sort(known)
	for _, p := range n.pairs {
		if nearest(p.key.text, known) != "" {
			c.found.unknown(p.key, codeUnknownKind, known, "unknown step %q")
			return
		}
	}
	if len(n.pairs) > 0 {
		if meant := stepCalledElsewhere(n.pairs[0].key.text); meant != "" {
			c.found.add(n.pairs[0].key.pos(), codeUnknownKind, "unknown step %q; did you mean %q?", n.pairs[0].key.text, meant)
			return
		}
		c.found.add(n.pairs[0].key.pos(), codeUnknownKind, "unknown step %q; a step is one of %s", clip(n.pairs[0].key.text), oneOf(known))
		return
	}
	c.found.add(n.pos(), codeUnknownKind, "this step says nothing; a step is one of %s", oneOf(known))
}

// stepCalledElsewhere returns the kind of step that other notations call by a word, "" where it is none.
func stepCalledElsewhere(word string) Kind {
	switch strings.ToLower(word) {
	case "message", "receive", "timer", "delay":
		return KindWait
	case "if", "switch", "gateway":
		return KindChoose
	case "for", "foreach", "for_each":
		return KindEach
	case "loop":
		return KindRepeat
	case "action", "service":
		return KindDo
	case "call", "process", "subprocess", "sub_process":
		return KindRun
	case "goto":
		return KindBackTo
	}
	return ""
}

// name gives the step the id that is written, and checks that it is the only one of its name.
func (c *compiler) name(k *keys, kind Kind, s *Step) {
	id := k.take("id")
	if id == nil && c.kinds[kind].named {
		id = ownName(k.n.get(string(kind)), kind)
	}
	if id == nil || id.missing {
		return
	}
	if id.kind != scalar {
		if id == k.n.get(string(kind)) {
			c.found.add(id.pos(), codeWrongShape, "an id is a text, not %s; what belongs to a %s stands beside this word, not under it", id.kind, kind)
			return
		}
		c.found.add(id.pos(), codeWrongShape, "an id is a text, not %s", id.kind)
		return
	}
	if !checkName(id, c.found) {
		return
	}
	if c.seen[id.text] {
		c.found.add(id.pos(), codeDuplicateID, "the id %q stands twice; the first is in line %d", id.text, c.stepIDs[id.text].Line)
		return
	}
	c.seen[id.text] = true
	s.ID, s.Named = id.text, true
}

// ownName returns the id that the value of a kind gives its step: of a process or a table of another
// pack, such as common.credit, the part behind the dot.
func ownName(n *node, kind Kind) *node {
	if n == nil || kind != KindRun && kind != KindDecide {
		return n
	}
	pack, id, dotted := strings.Cut(n.text, ".")
	if !dotted {
		return n
	}
	named := *n
	named.text, named.col = id, n.col+len([]rune(pack))+1
	return &named
}

func noteFirst(places map[string]Position, n *node) {
	if n == nil || n.kind != scalar {
		return
	}
	if _, twice := places[n.text]; !twice {
		places[n.text] = n.pos()
	}
}

// collectIDs notes every id and every result below n, so that formulas may ask about steps that come
// later, and a name out of reach is told from one that is nowhere.
func (c *compiler) collectIDs(n *node) {
	for _, p := range n.pairs {
		id := ownName(p.value, Kind(p.key.text))
		if reader, ok := c.kinds[Kind(p.key.text)]; !ok || !reader.named {
			id = nil
		} else if written := n.get("id"); written != nil {
			id = written
		}
		if p.key.text == "id" {
			id = p.value
		}
		noteFirst(c.stepIDs, id)
		switch p.key.text {
		case "result", "into":
			noteFirst(c.set, p.value)
		case "open_until":
			_, list, _ := strings.Cut(n.get(string(KindEach)).textOrNone(), " in ")
			for name := range words(list) {
				c.stayOpen[name] = true
			}
		case string(KindBackTo):
			c.aims[p.value.text] = true
		case string(KindCancel):
			c.cut[p.value.text] = true
			for _, item := range p.value.items {
				c.cut[item.text] = true
			}
		}
		c.collectIDs(p.value)
	}
	for _, item := range n.items {
		c.collectIDs(item)
	}
}

// compensation reads the steps that undo s, with the data it has when it is finished.
func (c *compiler) compensation(items []*node, s *Step) Block {
	if items == nil {
		return nil
	}
	var out Block
	mark := len(c.flow.writes)
	around, undoing := c.blocks, c.undoing
	c.blocks, c.undoing = nil, true
	c.flow.try(func() { c.flow.inRound(func() { out = c.block(items, place(s.ID, "compensation")) }) })
	c.blocks, c.undoing = around, undoing
	c.flow.writes = c.flow.writes[:mark]
	return out
}

// handlers reads on_error: what catches the errors of a step, a stage or the process. ran is the way
// that the errors interrupt; raised are the errors that may come.
func (c *compiler) handlers(entries []pair, ran way, raised raisable, prefix string) ([]Handler, []way) {
	var out []Handler
	var ways []way
	for _, e := range entries {
		code := e.key.text
		if code != anyError && !raised.open && raised.codes[code] == nil {
			c.found.unknown(e.key, codeUnknownError, sortedKeys(raised.codes), "nothing in here raises %q")
		}
		if e.value.kind != sequence && !e.value.missing {
			c.found.add(e.value.pos(), codeWrongShape, "what to do on %s is a list of steps, not %s", clip(code), e.value.kind)
			continue
		}
		h := Handler{Pos: e.key.pos(), Code: code}
		ways = append(ways, c.flow.try(func() {
			c.flow.maybe(ran)
			var rest way
			h.Own, rest = c.flow.inRound(func() {
				c.flow.set("error", raised.errorType(code))
				h.Steps = c.block(present(e.value.items), place(prefix, "on_error", code))
			})
			c.flow.follow(rest)
		}))
		out = append(out, h)
	}
	return out, ways
}

func article(word string) string {
	if strings.ContainsRune("aeiou", rune(word[0])) {
		return "an " + word
	}
	return "a " + word
}
