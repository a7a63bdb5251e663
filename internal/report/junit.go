package report

import (
	"encoding/xml"
	"fmt"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/assess/explain"
)

// FormatJUnit is for the test reports of pipelines.
const FormatJUnit = "junit"

// writeJUnit writes a test suite per service and a test case per check: a gap is a
// failure; an accepted one is skipped, and so is what does not apply. Attributes are those that both the schemas of
// Ant and of Jenkins know; durations are left out, since there are none.
func writeJUnit(r *report) (string, error) {
	var b strings.Builder
	b.Grow(r.total.findings*200 + 512)
	x := &xmlWriter{&b}
	b.WriteString(xml.Header)
	x.open("testsuites", "name", "Security controls", "tests", fmt.Sprint(r.total.findings),
		"failures", fmt.Sprint(r.total.Gaps), "errors", "0")
	b.WriteString("\n")
	for _, section := range r.sections {
		for i, s := range section.services {
			x.suite(r, section, s, i == 0)
		}
	}
	b.WriteString("</testsuites>\n")
	return b.String(), nil
}

// suite writes the suite of a service. What the requirement did not look at stands with
// its first one: JUnit has nothing that is of several suites.
func (x *xmlWriter) suite(r *report, section *section, s *service, first bool) {
	name := s.name
	if len(r.sections) > 1 {
		name = fmt.Sprintf("%s (requirement %d)", name, section.number)
	}
	x.b.WriteString("  ")
	x.open(
		"testsuite",
		"name",
		name,
		"package",
		s.cloud,
		"tests",
		fmt.Sprint(s.total.findings),
		"failures",
		fmt.Sprint(s.total.Gaps),
		"errors",
		"0",
		"skipped",
		fmt.Sprint(s.total.Exceptions+s.total.outcomes[assess.NotApplicable]),
	)
	x.b.WriteString("\n    <properties>\n")
	x.property("service", s.id)
	x.property("assessment", section.digest)
	if first {
		for _, fact := range r.identity() {
			x.property(fact.key, fact.value)
		}
		for _, c := range section.crosswalk() {
			x.property("mapping: "+c.identifier, c.control+" ("+c.id+"): "+c.basis)
		}
		for _, part := range section.notLookedAt() {
			x.property("not looked at: "+part.key, part.value())
		}
		for _, part := range section.extent() {
			x.property(strings.ReplaceAll(part.key, "-", " "), part.text())
		}
	}
	for _, n := range s.notices {
		x.property("to be retired", explain.Notice(n))
	}
	for _, l := range s.places {
		x.property("location", position(l)+" "+chooser(l))
	}
	x.b.WriteString("    </properties>\n")
	for _, f := range s.findings {
		x.testCase(f)
	}
	x.b.WriteString("  </testsuite>\n")
}

func (x *xmlWriter) property(name, value string) {
	x.b.WriteString("      ")
	x.open("property", "name", name, "value", value)
	x.b.WriteString("</property>\n")
}

func (x *xmlWriter) testCase(f *finding) {
	x.b.WriteString("    ")
	x.open("testcase", "classname", f.service.cloud+"."+f.service.id, "name", f.check.name())
	switch f.outcome {
	case assess.Gap:
		x.explained(f, "failure", "type", string(f.reason), "message", f.headline())
	case assess.Excepted, assess.NotApplicable:
		// As text: the older of the schemas in use know no message here.
		x.explained(f, "skipped")
	case assess.Evidenced, assess.Configured:
		x.explained(f, "system-out")
	case assess.Satisfied:
		// A case that says nothing has passed.
	default:
		x.explained(f, "failure", "type", string(f.outcome), "message", f.headline())
	}
	x.b.WriteString("</testcase>\n")
}

// explained writes an element of a test case that says what became of it.
func (x *xmlWriter) explained(f *finding, element string, attributes ...string) {
	x.open(element, attributes...)
	if f.outcome == assess.NotApplicable {
		x.text("Not applicable: ")
	}
	x.text(f.full())
	if f.isExcepted() && f.exception != nil {
		x.text(" Written: " + f.section.origin(f.exception) + ".")
	}
	if cited := f.citations(); cited != "" {
		x.text("\n" + cited)
	}
	x.b.WriteString("</" + element + ">")
}

// xmlWriter writes elements. encoding/xml replaces characters that XML does not allow.
type xmlWriter struct{ b *strings.Builder }

func (x *xmlWriter) open(name string, attributes ...string) {
	x.b.WriteString("<" + name)
	for i := 0; i < len(attributes); i += 2 {
		x.b.WriteString(" " + attributes[i] + `="`)
		x.text(attributes[i+1])
		x.b.WriteByte('"')
	}
	x.b.WriteByte('>')
}

func (x *xmlWriter) text(s string) {
	// A strings.Builder never fails.
	_ = xml.EscapeText(x.b, []byte(s))
}
