package diagram

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// titleSize is the font of the title above the picture.
const titleSize = 16.0

// style is the picture's own style sheet. The colours of text on their grounds have a contrast of at least
// 4.5 to 1 in both schemes.
const style = `
.waybill{--ground:#ffffff;--text:#1f1f1f;--soft:#595959;--line:#737373;--box:#fafafa;--edge:#bfbfbf;--task:#ffffff;--person:#e6f4ff;--accent:#0958d9;--start:#f6ffed;--starting:#237804;--end:#f5f5f5;--ending:#434343;--bad:#fff1f0;--failing:#a8071a;--time:#fffbe6;--timing:#874d00;--gate:#f9f0ff;--gating:#531dab;
font-family:system-ui,-apple-system,"Segoe UI","PingFang SC","Microsoft YaHei","Noto Sans CJK SC","DejaVu Sans",sans-serif;background:var(--ground)}
@media(prefers-color-scheme:dark){.waybill{--ground:#141414;--text:#e8e8e8;--soft:#b0b0b0;--line:#8c8c8c;--box:#1b1b1b;--edge:#4d4d4d;--task:#242424;--person:#112a45;--accent:#69b1ff;--start:#162312;--starting:#95de64;--end:#262626;--ending:#bfbfbf;--bad:#2a1215;--failing:#ff9c96;--time:#2b2111;--timing:#ffc53d;--gate:#1a1325;--gating:#b99af0}}
.waybill .ground{fill:var(--ground)}
.waybill text{fill:var(--text);font-size:12px}
.waybill .heading{font-size:16px;font-weight:600}
.waybill .name{font-weight:600}
.waybill .detail,.waybill .label{font-size:11px;fill:var(--soft)}
.waybill .box>rect{fill:var(--box);stroke:var(--edge);stroke-width:1.2}
.waybill .event-box>rect{stroke:var(--line);stroke-dasharray:2 4;stroke-linecap:round}
.waybill .task>rect{fill:var(--task);stroke:var(--line);stroke-width:1.4}
.waybill .person>rect{fill:var(--person);stroke:var(--accent)}
.waybill .call>rect{stroke-width:3}
.waybill .gate>path{fill:var(--gate);stroke:var(--gating);stroke-width:1.4}
.waybill .gate .sign{fill:none;stroke:var(--gating);stroke-width:2.4;stroke-linecap:round}
.waybill .event circle{fill:var(--end);stroke:var(--ending);stroke-width:1.4}
.waybill .event.begin circle{fill:var(--start);stroke:var(--starting)}
.waybill .event.finish circle{stroke-width:3}
.waybill .event.timer circle{fill:var(--time);stroke:var(--timing)}
.waybill .event.error circle,.waybill .event.compensate circle{fill:var(--bad);stroke:var(--failing)}
.waybill .event circle.inner{fill:none;stroke-width:1.1}
.waybill .event.beside circle{stroke-dasharray:4 2.6}
.waybill .sign,.waybill .icon{fill:none;stroke:var(--ending);stroke-width:1.3;stroke-linejoin:round;stroke-linecap:round}
.waybill .icon{stroke:var(--soft)}
.waybill .person .icon{stroke:var(--accent)}
.waybill .begin .sign{stroke:var(--starting)}
.waybill .timer .sign{stroke:var(--timing)}
.waybill .error .sign,.waybill .compensate .sign{stroke:var(--failing)}
.waybill .event .full{fill:var(--ending)}
.waybill .error .full,.waybill .compensate .full{fill:var(--failing)}
.waybill .flow{fill:none;stroke:var(--line);stroke-width:1.4}
.waybill .binding{stroke-dasharray:2 4;stroke-linecap:round}
.waybill .head{fill:var(--line)}
.waybill .slash{stroke:var(--line);stroke-width:1.4}
`

// svg writes a picture.
type svg struct {
	*bufio.Writer
	of *Diagram
	id string // before the ids of this picture, so that several may stand in one page
}

// WriteSVG writes the picture as an SVG that needs nothing else: it follows the reader's light or dark
// scheme, names its elements in data-element-id, and tells a screen reader its steps in their order.
func (d *Diagram) WriteSVG(w io.Writer) error {
	s := &svg{Writer: bufio.NewWriter(w), of: d, id: "waybill-" + xmlName(d.Process)}
	s.opening()
	for _, shape := range d.Shapes {
		if shape.Element == SubProcess {
			s.box(shape)
		}
	}
	for _, f := range d.Flows {
		s.flow(f)
	}
	for _, shape := range d.Shapes {
		switch {
		case shape.Element == SubProcess:
		case shape.Element.Event():
			s.event(shape)
		case shape.Element.Gateway():
			s.gateway(shape)
		default:
			s.task(shape)
		}
	}
	for _, f := range d.Flows {
		s.label(f.Label)
	}
	s.put("</svg>\n")
	return s.Flush()
}

func (s *svg) put(format string, args ...any) { fmt.Fprintf(s, format, args...) }

func (s *svg) opening() {
	d := s.of
	lang := ""
	if d.Lang != "" {
		lang = ` lang="` + escaped(d.Lang) + `"`
	}
	s.put(`<svg xmlns="http://www.w3.org/2000/svg" class="waybill" width="%s" height="%s" viewBox="0 0 %[1]s %[2]s" role="img" aria-labelledby="%[3]s-title %[3]s-desc"%[4]s>`+"\n",
		number(d.Width), number(d.Height), s.id, lang)
	s.put(`<title id="%s-title">%s</title>`+"\n", s.id, escaped(d.Title))
	s.put(`<desc id="%s-desc">%s</desc>`+"\n", s.id, escaped(d.told()))
	s.put("<style>%s</style>\n", style)
	s.put(`<defs><marker id="%s-head" viewBox="0 0 10 10" refX="9.5" refY="5" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path class="head" d="M0 1.2L10 5L0 8.8z"/></marker></defs>`+"\n", s.id)
	s.put(`<rect class="ground" width="%s" height="%s"/>`+"\n", number(d.Width), number(d.Height))
	s.put(`<text class="heading" x="%s" y="%s">%s</text>`+"\n", number(margin), number(margin+titleSize), escaped(d.Title))
}

// told lists the names of the activities and events in the order of the definition.
func (d *Diagram) told() string {
	var names []string
	for _, s := range d.Shapes {
		if s.Name != "" && !s.Element.Gateway() && s.Element != BoundaryEvent {
			names = append(names, s.Name)
		}
	}
	return strings.Join(names, "; ")
}

// group opens a group for a shape.
func (s *svg) group(class string, shape *Shape) {
	s.put(`<g class="%s" data-element-id="%s"`, class, escaped(shape.ID))
	if shape.Step != "" {
		s.put(` data-step="%s"`, escaped(shape.Step))
	}
	s.put(">")
	hint := shape.Name
	if shape.Note != "" {
		hint = strings.TrimPrefix(hint+"\n"+shape.Note, "\n")
	}
	if hint != "" {
		s.put("<title>%s</title>", escaped(hint))
	}
}

func (s *svg) box(shape *Shape) {
	class := "box"
	if shape.Triggered {
		class = "box event-box"
	}
	s.group(class, shape)
	b := shape.Box
	s.rect(b, 8)
	y := b.Y + 6
	for _, line := range shape.Lines {
		s.put(`<text class="name" x="%s" y="%s">%s</text>`, number(b.X+12), number(y+nameSize), escaped(line))
		y += nameLine
	}
	for _, line := range shape.Detail {
		s.put(`<text class="detail" x="%s" y="%s">%s</text>`, number(b.X+12), number(y+labelSize), escaped(line))
		y += labelLine
	}
	s.markers(shape)
	s.put("</g>\n")
}

func (s *svg) rect(b Rect, round float64) {
	s.put(`<rect x="%s" y="%s" width="%s" height="%s" rx="%s"/>`, number(b.X), number(b.Y), number(b.W), number(b.H), number(round))
}

func (s *svg) task(shape *Shape) {
	class := "task"
	switch shape.Element {
	case UserTask:
		class = "task person"
	case CallActivity:
		class = "task call"
	}
	s.group(class, shape)
	b := shape.Box
	s.rect(b, 6)
	s.icon(taskIcon(shape.Element), b.X+6, b.Y+5)
	high := float64(len(shape.Lines))*nameLine + float64(len(shape.Detail))*labelLine
	room := b.H
	if shape.marked() {
		room -= markerRoom
	}
	if shape.edged && s.of.Direction != Down {
		room -= edgeRoom
	}
	y := b.Y + max(iconRoom-1, (room-high)/2)
	for _, line := range shape.Lines {
		s.put(`<text x="%s" y="%s" text-anchor="middle">%s</text>`, number(b.X+b.W/2), number(y+nameSize-1), escaped(line))
		y += nameLine
	}
	for _, line := range shape.Detail {
		s.put(`<text class="detail" x="%s" y="%s" text-anchor="middle">%s</text>`, number(b.X+b.W/2), number(y+labelSize), escaped(line))
		y += labelLine
	}
	s.markers(shape)
	s.put("</g>\n")
}

// marked tells whether signs stand at the bottom of a box.
func (s *Shape) marked() bool { return s.Marker != Once || s.Undone || s.Element == CallActivity }

// markers draws the signs at the bottom of a box, side by side.
func (s *svg) markers(shape *Shape) {
	var signs []string
	switch shape.Marker {
	case Loop:
		signs = append(signs, "M9.5 4.5A4.5 4.5 0 1 1 5 2.2M5 2.2L2.6 1M5 2.2L3.6 4.6")
	case InTurn:
		signs = append(signs, "M1 2.5H11M1 6H11M1 9.5H11")
	case SideBySide:
		signs = append(signs, "M2.5 1V11M6 1V11M9.5 1V11")
	}
	if shape.Undone {
		signs = append(signs, "M6 2.5L1.5 6L6 9.5zM10.5 2.5L6 6L10.5 9.5z")
	}
	if shape.Element == CallActivity {
		signs = append(signs, "M1 1H11V11H1zM6 3.4V8.6M3.4 6H8.6")
	}
	x := shape.Box.X + shape.Box.W/2 - float64(len(signs))*8 + 2
	for _, sign := range signs {
		s.icon(sign, x, shape.Box.Bottom()-16)
		x += 16
	}
}

func (s *svg) icon(path string, x, y float64) {
	if path != "" {
		s.put(`<path class="icon" transform="translate(%s %s)" d="%s"/>`, number(x), number(y), path)
	}
}

func (s *svg) gateway(shape *Shape) {
	s.group("gate", shape)
	b := shape.Box
	x, y, half := b.X+b.W/2, b.Y+b.H/2, b.W/2
	s.put(`<path d="M%s %sL%s %sL%s %sL%s %sz"/>`, number(x), number(y-half), number(x+half), number(y), number(x), number(y+half), number(x-half), number(y))
	s.put(`<path class="sign" transform="translate(%s %s)" d="%s"/>`, number(x), number(y), gatewaySign(shape.Element))
	s.put("</g>\n")
	s.label(shape.Label)
}

func (s *svg) event(shape *Shape) {
	class := "event"
	switch shape.Element {
	case StartEvent:
		class += " begin"
	case EndEvent:
		class += " finish"
	}
	if shape.Event != NoKind {
		class += " " + string(shape.Event)
	}
	if !shape.Interrupting && (shape.Element == BoundaryEvent && shape.Event != Compensate || shape.Element == StartEvent && shape.Parent != nil && shape.Parent.Triggered) {
		class += " beside"
	}
	s.group(class, shape)
	b := shape.Box
	x, y, r := b.X+b.W/2, b.Y+b.H/2, b.W/2
	s.put(`<circle cx="%s" cy="%s" r="%s"/>`, number(x), number(y), number(r-1))
	if shape.Element == CatchEvent || shape.Element == ThrowEvent || shape.Element == BoundaryEvent {
		s.put(`<circle class="inner" cx="%s" cy="%s" r="%s"/>`, number(x), number(y), number(r-4))
	}
	if sign := eventSign(shape.Event); sign != "" {
		class := "sign"
		if shape.Element == ThrowEvent || shape.Element == EndEvent {
			class = "sign full"
		}
		s.put(`<path class="%s" transform="translate(%s %s)" d="%s"/>`, class, number(x), number(y), sign)
	}
	s.put("</g>\n")
	s.label(shape.Label)
}

func (s *svg) flow(f *Flow) {
	class, head := "flow", fmt.Sprintf(` marker-end="url(#%s-head)"`, s.id)
	if f.Association {
		class, head = "flow binding", ""
	}
	s.put(`<path class="%s" data-element-id="%s"%s d="%s"/>`, class, escaped(f.ID), head, rounded(f.Points))
	if f.From.Default == f && f.From.Element != EventBasedGateway {
		s.slash(f.Points[0], f.Points[1])
	}
	s.put("\n")
}

// slash crosses the beginning of the flow that is taken where no condition holds.
func (s *svg) slash(from, to Point) {
	x, y := from.X+8*sign(to.X-from.X), from.Y+8*sign(to.Y-from.Y)
	s.put(`<path class="slash" d="M%s %sL%s %s"/>`, number(x-4), number(y+5), number(x+4), number(y-5))
}

func sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return 0
}

// rounded returns the path of a line with soft corners.
func rounded(points []Point) string {
	const radius = 6.0
	var path strings.Builder
	fmt.Fprintf(&path, "M%s %s", number(points[0].X), number(points[0].Y))
	for i := 1; i < len(points)-1; i++ {
		a, b, c := points[i-1], points[i], points[i+1]
		r := min(radius, distance(a, b)/2, distance(b, c)/2)
		fmt.Fprintf(&path, "L%s %sQ%s %s %s %s", number(b.X-r*sign(b.X-a.X)), number(b.Y-r*sign(b.Y-a.Y)),
			number(b.X), number(b.Y), number(b.X+r*sign(c.X-b.X)), number(b.Y+r*sign(c.Y-b.Y)))
	}
	last := points[len(points)-1]
	fmt.Fprintf(&path, "L%s %s", number(last.X), number(last.Y))
	return path.String()
}

// distance is that between two points of a line that runs along an axis.
func distance(a, b Point) float64 { return max(a.X-b.X, b.X-a.X) + max(a.Y-b.Y, b.Y-a.Y) }

func (s *svg) label(l *Label) {
	if l == nil {
		return
	}
	for i, line := range l.Lines {
		s.put(`<text class="label" x="%s" y="%s" text-anchor="middle">%s</text>`+"\n",
			number(l.Box.X+l.Box.W/2), number(l.Box.Y+float64(i)*labelLine+labelSize), escaped(line))
	}
}

// number writes a length as short as it goes.
func number(x float64) string {
	return strconv.FormatFloat(float64(int64(x*10+0.5*sign(x)))/10, 'f', -1, 64)
}

func escaped(text string) string {
	var out strings.Builder
	// A strings.Builder takes everything.
	_ = xml.EscapeText(&out, []byte(text))
	return strings.NewReplacer("&#39;", "'", "&#34;", "&quot;").Replace(out.String())
}
