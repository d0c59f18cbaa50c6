package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"waybill/definitions"
	"waybill/engine/scenario"
)

// Played is one case that was played.
type Played struct {
	Pack    string
	Process *definitions.Process
	Result  scenario.Result
	Took    time.Duration
}

// Unread is a pack whose tests did not run, because of what was found in its files.
type Unread struct {
	Pack     string
	Findings []definitions.Finding
}

// The elements of JUnit XML, as build servers read them: there is no standard but what they all take.
type (
	junitSuites struct {
		XMLName  xml.Name      `xml:"testsuites"`
		Name     string        `xml:"name,attr"`
		Tests    int           `xml:"tests,attr"`
		Failures int           `xml:"failures,attr"`
		Errors   int           `xml:"errors,attr"`
		Time     string        `xml:"time,attr"`
		Suites   []*junitSuite `xml:"testsuite"`

		took time.Duration
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Time     string      `xml:"time,attr"`
		Cases    []junitCase `xml:"testcase"`

		took time.Duration
	}
	junitCase struct {
		Class   string     `xml:"classname,attr"`
		Name    string     `xml:"name,attr"`
		File    string     `xml:"file,attr,omitempty"`
		Line    int        `xml:"line,attr,omitempty"`
		Time    string     `xml:"time,attr"`
		Failure *junitText `xml:"failure,omitempty"`
		Error   *junitText `xml:"error,omitempty"`
	}
	junitText struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",cdata"`
	}
)

// JUnit writes the outcome of all cases as JUnit XML: a suite for each process of each pack, in the order
// of the cases. A case that failed holds its story. A pack that could not be read is an error of its own.
func JUnit(w io.Writer, played []Played, unread []Unread) error {
	all := junitSuites{Name: "waybill test"}
	suites := map[string]*junitSuite{}
	suite := func(name string) *junitSuite {
		if suites[name] == nil {
			suites[name] = &junitSuite{Name: name}
			all.Suites = append(all.Suites, suites[name])
		}
		return suites[name]
	}
	for _, p := range played {
		s := suite(p.Pack + "." + p.Process.ID)
		s.add(p.junit())
		s.took += p.Took
		all.took += p.Took
	}
	for _, u := range unread {
		suite(u.Pack).add(u.junit())
	}
	for _, s := range all.Suites {
		s.Time = seconds(s.took)
		all.Tests += s.Tests
		all.Failures += s.Failures
		all.Errors += s.Errors
	}
	all.Time = seconds(all.took)
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (s *junitSuite) add(c junitCase) {
	s.Tests++
	if c.Failure != nil {
		s.Failures++
	}
	if c.Error != nil {
		s.Errors++
	}
	s.Cases = append(s.Cases, c)
}

func (p Played) junit() junitCase {
	c := p.Result.Case
	out := junitCase{Class: p.Pack + "." + p.Process.ID, Name: c.Name, File: c.Pos.File, Line: c.Pos.Line, Time: seconds(p.Took)}
	if failures := p.Result.Failures; len(failures) > 0 {
		first := failures[0]
		out.Failure = &junitText{
			Message: fmt.Sprintf("%s: expected %s; happened: %s", first.Pos, first.Expected, first.Happened),
			Type:    "expectation",
			Text:    "\n" + strings.Join(Plain(p.Process.Pack.Calendar.Zone()).Story(p.Result), "\n") + "\n",
		}
	}
	return out
}

func (u Unread) junit() junitCase {
	var lines []string
	for _, f := range u.Findings {
		if f.Severity == definitions.Error {
			lines = append(lines, f.String())
		}
	}
	out := junitCase{Class: u.Pack, Name: "validate", Time: seconds(0), Error: &junitText{Type: "finding", Text: strings.Join(lines, "\n")}}
	if len(lines) > 0 {
		out.Error.Message = lines[0]
	}
	return out
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.6f", d.Seconds()) }
