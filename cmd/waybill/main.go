// Command waybill is the one binary of Waybill: it runs the engine and speaks to it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the process at once
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(int(code))
}

// commands is the grammar of the command line, one field a command; each command's file has its Run.
type commands struct {
	JSON bool `name:"json" help:"Write JSON instead of text." env:"WAYBILL_JSON"`

	Up        upCommand        `cmd:"" group:"run" help:"Run everything: PostgreSQL, Temporal, the worker and the API."`
	Demo      demoCommand      `cmd:"" group:"run" help:"Play a day of orders of a made-up bicycle maker, and tell one order's story."`
	API       apiCommand       `cmd:"" name:"api" group:"run" help:"Run the API alone, on a database and a Temporal elsewhere."`
	Worker    workerCommand    `cmd:"" group:"run" help:"Run the worker alone, on a database and a Temporal elsewhere."`
	Validate  validateCommand  `cmd:"" group:"define" help:"Check a pack without running it."`
	Test      testCommand      `cmd:"" group:"define" help:"Run the scenario tests of a pack, without any server."`
	Diagram   diagramCommand   `cmd:"" group:"define" help:"Draw the processes of a pack."`
	Schema    schemaCommand    `cmd:"" group:"define" help:"Write the JSON Schema of a kind of file, for editors."`
	LSP       lspCommand       `cmd:"" name:"lsp" group:"define" help:"Be the language server of an editor, over standard input and output."`
	Actions   actionsCommand   `cmd:"" group:"define" help:"Show the actions a process may call."`
	Deploy    deployCommand    `cmd:"" group:"work" help:"Make a revision of a pack."`
	Proposal  proposalCommand  `cmd:"" group:"work" help:"Approve or reject what somebody else proposed to deploy."`
	Diff      diffCommand      `cmd:"" group:"work" help:"Show what differs between two revisions, in the words of the process."`
	Revisions revisionsCommand `cmd:"" group:"work" help:"List the revisions of a pack."`
	Setting   settingCommand   `cmd:"" group:"work" help:"List the settings of a pack, and change one."`
	Start     startCommand     `cmd:"" group:"work" help:"Start an instance of a process."`
	Task      taskCommand      `cmd:"" group:"work" help:"List, claim and complete tasks."`
	People    peopleCommand    `cmd:"" group:"work" help:"Say who has which role."`
	Message   messageCommand   `cmd:"" group:"work" help:"Send a message to whoever waits for it."`
	Instances instancesCommand `cmd:"" group:"work" help:"List instances, such as those that stand still."`
	Trace     traceCommand     `cmd:"" group:"work" help:"Tell where an instance stands, and its whole history."`
	Act       actCommand       `cmd:"" group:"operate" help:"Cancel, pause, resume, retry, skip, change or redirect a running instance."`
	Batch     batchCommand     `cmd:"" group:"operate" help:"Do the same act on many running instances."`
	Migrate   migrateCommand   `cmd:"" group:"operate" help:"Move running instances to another revision."`
	Verify    verifyCommand    `cmd:"" group:"operate" help:"Check the hash chains of the histories."`
	Doctor    doctorCommand    `cmd:"" group:"operate" help:"Compare the instances with Temporal and repair what stands still."`
	Import    importCommand    `cmd:"" group:"operate" help:"Take over master data, or a BPMN file, from elsewhere."`
	Version   versionCommand   `cmd:"" group:"operate" help:"Show the version."`
}

// run executes one command line and returns the exit code. Only it and the printer write anything.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) exitCode {
	var grammar commands
	out := newPrinter(stdout, stderr)
	parser := kong.Must(&grammar,
		kong.Name("waybill"),
		kong.Description("Waybill runs order-to-delivery processes: from lead to order, stock, production, purchasing, shipping, invoice and service.\n\n"+exitHelp),
		kong.Writers(stdout, stderr),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.ExplicitGroups([]kong.Group{
			{Key: "run", Title: "Run:"},
			{Key: "define", Title: "Define processes:"},
			{Key: "work", Title: "Work with instances:"},
			{Key: "operate", Title: "Operate:"},
		}),
		kong.Exit(func(code int) { panic(helpShown(code)) }),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(out),
	)
	return execute(parser, &grammar, args, out)
}

// helpShown is what kong's exit hook throws after it printed a help text.
type helpShown int

func execute(parser *kong.Kong, grammar *commands, args []string, out *printer) (code exitCode) {
	defer func() {
		if shown, ok := recover().(helpShown); ok {
			code = exitCode(shown)
		}
	}()
	if len(args) == 0 {
		args = []string{"--help"}
	}
	command, err := parser.Parse(args)
	if err != nil {
		out.fail(fmt.Errorf("%w (see %s --help)", err, commandOf(err)))
		return exitUsage
	}
	out.json = grammar.JSON
	if err := command.Run(); err != nil {
		var shown shownError
		switch {
		case errors.As(err, &shown):
		case exitCodeOf(err) == exitInterrupted:
			out.fail(errors.New("interrupted"))
		default:
			out.fail(err)
		}
		return exitCodeOf(err)
	}
	return exitOK
}

// commandOf is the command whose line could not be read, as far as it is known.
func commandOf(err error) string {
	wrong, ok := errors.AsType[*kong.ParseError](err)
	if !ok || wrong.Context == nil || wrong.Context.Selected() == nil {
		return "waybill"
	}
	return wrong.Context.Selected().FullPath()
}
