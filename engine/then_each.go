package engine

import "waybill/definitions"

func (r *run) thenEach(n *Node) *definitions.ThenEach {
	switch spec := r.step(n).Spec.(type) {
	case *definitions.Parallel:
		return spec.ThenEach
	case *definitions.Each:
		return spec.ThenEach
	}
	return nil
}

// follow runs what then_each says for a member that finished, or for every so many.
func (r *run) follow(n, member *Node) {
	then := r.thenEach(n)
	if then == nil || n.Fan.Finished-n.Fan.Told < then.Every {
		return
	}
	strand := r.tell(n, member.Index)
	if each, ok := r.step(n).Spec.(*definitions.Each); ok && then.Every <= 1 {
		strand.Data = Data{{Name: each.Item, Value: n.Fan.Items[member.Index].Value}}
	}
}

// followLast runs what then_each says for the members left over.
func (r *run) followLast(n *Node) {
	if r.thenEach(n) != nil && n.Fan.Told < n.Fan.Finished {
		r.tell(n, 0)
	}
}

func (r *run) tell(n *Node, index int) *Node {
	n.updateFan(func(f *Fan) {
		f.Told = f.Finished
		f.Thens++
	})
	strand := r.open(n, roleThen, n.Step, index)
	r.push(strand)
	return strand
}

// thenOver closes a strand of then_each; the block may have waited for it only.
func (r *run) thenOver(strand *Node) {
	n := r.parent(strand)
	r.close(strand)
	n.updateFan(func(f *Fan) { f.Thens-- })
	r.lookAgainAtFan(n)
}
