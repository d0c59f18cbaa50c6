package engine

// Datum returns the process data called name as the open step with that wait id sees it, and whether
// it is there: rounds and events have data of their own.
func (s State) Datum(wait NodeID, name string) (any, bool) {
	for n := s.node(wait); n != nil; n = s.node(n.Parent) {
		if v, there := n.Data.Get(name); there {
			return v, true
		}
	}
	return nil, false
}
