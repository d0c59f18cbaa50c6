package formula

import (
	"errors"
	"fmt"
	"sync"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/builtin"
	"github.com/expr-lang/expr/compiler"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"

	"waybill/definitions/calendar"
)

// The bounds of an evaluation.
const (
	maxSteps  = 1_000_000 // rounds of loops, items sorted, added up or searched
	maxMemory = 1_000_000 // items of lists and records made
	maxText   = 100_000   // bytes of a text
)

// frame is what the operations of one evaluation see.
type frame struct {
	*Scope
	steps int
}

// spend counts steps and reports ErrTooMuch when there were too many.
func (f *frame) spend(steps int) error {
	if f.steps += steps; f.steps > maxSteps {
		return fmt.Errorf("more than %d steps: %w", maxSteps, ErrTooMuch)
	}
	return nil
}

func (f *frame) calendar() *calendar.Calendar {
	if f.Calendar == nil {
		return calendar.UTC()
	}
	return f.Calendar
}

func compileProgram(source string, root ast.Node) (*vm.Program, error) {
	config := &conf.Config{ShortCircuit: true, Optimize: true, Functions: functions()}
	return compiler.Compile(&parser.Tree{Node: root, Source: file.NewSource(source)}, config)
}

// functions returns the operations as expr's compiler looks them up. It only reads them; made anew for each
// formula they were a quarter of what a pack costs to load.
var functions = sync.OnceValue(func() conf.FunctionsTable { //nolint:gochecknoglobals // a constant that Go cannot write as one
	table := conf.FunctionsTable{}
	for name, run := range operations() {
		table[name] = &builtin.Function{Name: name, Func: run}
	}
	return table
})

// machine runs one program, on virtual machines that it keeps.
type machine struct {
	program *vm.Program
	idle    sync.Pool
}

type runner struct {
	vm    vm.VM
	frame frame
}

func newMachine(p *vm.Program) *machine {
	m := &machine{program: p}
	m.idle.New = func() any { return &runner{vm: vm.VM{MemoryBudget: maxMemory}} }
	return m
}

func (m *machine) run(s *Scope) (any, error) {
	r := m.idle.Get().(*runner)
	r.frame = frame{Scope: s}
	v, err := r.vm.Run(m.program, &r.frame)
	r.frame = frame{}
	m.idle.Put(r)
	if err != nil {
		return nil, cause(err)
	}
	return v, nil
}

// cause takes expr's frame from an error of this package, and names what expr's machine found itself.
func cause(err error) error {
	var thrown *file.Error
	if !errors.As(err, &thrown) {
		return err
	}
	if inner := thrown.Unwrap(); inner != nil {
		var bug interface{ RuntimeError() }
		if errors.As(inner, &bug) {
			return fmt.Errorf("%s: %w", thrown.Message, ErrNothingThere)
		}
		return inner
	}
	if thrown.Message == "memory budget exceeded" {
		return fmt.Errorf("%s: %w", thrown.Message, ErrTooMuch)
	}
	return errors.New(thrown.Message)
}
