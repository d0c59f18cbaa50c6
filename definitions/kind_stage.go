package definitions

func readStage(c *compiler, k *keys, s *Step) Spec {
	k.take(string(KindStage))
	stage := &Stage{Due: c.span(k.take("due")), Assign: c.people(k.take("assign"), onePerson), Only: c.only(k)}
	outer, mark := c.stage, len(c.flow.writes)
	c.stage.assign = c.stage.assign || stage.Assign != nil
	c.stage.only = outer.only.and(stage.Only)
	k.need("steps")
	ran := c.flow.try(func() { stage.Steps = c.steps(k, "steps", s.ID) })
	writes := append([]write(nil), c.flow.writes[mark:]...)
	var ways []way
	stage.Events, ways = c.events(k.list("events"), ran, stage.Steps, writes, s.ID)
	c.stage = outer
	c.flow.join(ways...)
	if !s.Named {
		return nil
	}
	return stage
}
