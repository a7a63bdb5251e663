// Package approve reads registers of exceptions, which those keep who may accept a gap, and
// the SSH signatures over them. It decides who signed and from when to when a key is good;
// what that does to a requirement is the matter of package assess.
package approve

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/strict"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// Bounds of one register, beside those of its file.
const (
	// MaxPairs is how many pairs of a service and a control all entries of a register may be for.
	MaxPairs     = 20000
	maxWorkloads = 1000
)

// Register is a file of exceptions and evidence for workloads.
type Register struct {
	Name       string
	Issued     catalog.Date
	Workloads  []string // names and patterns, at least one
	Exceptions []assess.RegisterException
	Evidence   []assess.RegisterEvidence

	File string // as errors name it
	Data []byte // its bytes, which are what is signed
}

// For reports whether the register speaks for a workload.
func (r *Register) For(workload string) bool { return assess.AnyMatchesWorkload(r.Workloads, workload) }

// ParseRegister reads a register; the errors are for fault.Join. The file is JSON if its
// name ends in .json, else YAML.
func ParseRegister(file string, data []byte) (*Register, []error) {
	r := &registerReader{strict.NewReader(file), &Register{File: file, Data: data}, 0}
	root := r.Parse(data, `the key "name"`)
	if root == nil {
		return nil, r.Errors()
	}
	r.read(root)
	return r.register, r.Errors()
}

type registerReader struct {
	*strict.Reader
	register *Register
	pairs    int
}

func (r *registerReader) read(root *strict.Node) {
	reg := r.register
	r.Object(root, "the register", map[string]strict.Field{
		"$schema":  r.Any("$schema"), // for editors
		"name":     strict.Required(r.ID(&reg.Name, "the register's name")),
		"issued":   strict.Required(r.date(&reg.Issued, "issued")),
		"workload": strict.Required(strict.Field{Read: r.workloads}),
		"exceptions": {Read: func(n *strict.Node) {
			r.List(n, "exceptions", func(item *strict.Node) { reg.Exceptions = append(reg.Exceptions, r.exception(item)) })
		}},
		"evidence": {Read: func(n *strict.Node) {
			r.List(n, "evidence", func(item *strict.Node) { reg.Evidence = append(reg.Evidence, r.evidence(item)) })
		}},
	})
	if strict.IsMapping(root) && !strict.Has(root, "exceptions") && !strict.Has(root, "evidence") {
		r.Fail(root.Line, `the register has neither "exceptions" nor "evidence", expected one of them at least; `+
			`a register that accepts nothing any more has "exceptions: []"`)
	}
	r.checkEnds()
	if r.pairs > MaxPairs {
		r.Fail(root.Line, "the entries are for %d pairs of a service and a control, expected at most %d: "+
			"make several registers of it", r.pairs, MaxPairs)
	}
}

// checkEnds refuses what is accepted for good: what is longer than a register may accept is a
// change of the requirement.
func (r *registerReader) checkEnds() {
	if r.register.Issued == "" {
		return
	}
	if err := assess.PlausibleDay(r.register.Issued); err != nil {
		r.Fail(0, "issued: %s", err)
		return
	}
	latest := r.register.Issued.AddYears(assess.MaxExceptionYears)
	for _, ex := range r.register.Exceptions {
		if ex.Expires > latest {
			r.Fail(ex.Line, "expires is %s, expected at most %d years after issued, %s", ex.Expires, assess.MaxExceptionYears,
				latest)
		}
	}
}

// date is the field of a date in quotes. Readers of YAML other than this one make a point in
// time of a date without them.
func (r *registerReader) date(dst *catalog.Date, what string) strict.Field {
	return strict.Field{Read: func(n *strict.Node) {
		if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!timestamp" && n.Style&yaml.TaggedStyle == 0 {
			r.Fail(n.Line, "%s is %s, which YAML makes a point in time of, expected the date in quotes: \"%s\"", what,
				words.Clip(n.Value, maxQuoted), words.Clip(strings.SplitN(n.Value, "T", 2)[0], maxQuoted))
			return
		}
		*dst = r.ReadDate(n, what)
	}}
}

// workloads reads a name or pattern, or a list of them.
func (r *registerReader) workloads(n *strict.Node) {
	one := func(item *strict.Node, what string) {
		pattern := r.ReadText(item, what, catalog.MaxTitle)
		switch problem := assess.PatternProblem(pattern); {
		case pattern == "":
		case problem != "":
			r.Fail(item.Line, "%s %s", what, problem)
		default:
			r.register.Workloads = append(r.register.Workloads, pattern)
		}
	}
	if n.Kind != yaml.SequenceNode {
		one(n, "workload")
		return
	}
	if len(n.Content) > maxWorkloads {
		r.Fail(n.Line, "workload has %d entries, expected at most %d", len(n.Content), maxWorkloads)
		return
	}
	r.Filled(n, "workload", "name or pattern", func(item *strict.Node) { one(item, "an entry of workload") })
}

func (r *registerReader) exception(n *strict.Node) assess.RegisterException {
	ex := assess.RegisterException{Line: n.Line}
	fields := r.subjects(&ex.Services, &ex.Controls, func(item *strict.Node, what string) string {
		name := r.ReadText(item, what, catalog.MaxTitle)
		if name != "" && !catalog.ValidID(name) && !assess.ValidGroupName(name) {
			r.Fail(item.Line, "%s %q is neither the id of a control nor the name of a group", what, words.Clip(name, maxQuoted))
			return ""
		}
		return name
	})
	fields["justification"] = strict.Required(r.Text(&ex.Justification, "justification", catalog.MaxText))
	fields["ticket"] = r.Text(&ex.Ticket, "ticket", catalog.MaxTitle)
	fields["approved_by"] = r.Text(&ex.ApprovedBy, "approved_by", catalog.MaxTitle)
	fields["compensating_controls"] = r.Texts(&ex.CompensatingControls, "compensating_controls")
	fields["expires"] = strict.Required(r.date(&ex.Expires, "expires"))
	r.entry(n, "an exception", fields, &ex.Services, &ex.Controls)
	return ex
}

func (r *registerReader) evidence(n *strict.Node) assess.RegisterEvidence {
	ev := assess.RegisterEvidence{Line: n.Line}
	fields := r.subjects(&ev.Services, &ev.Controls, r.ReadID)
	fields["condition"] = strict.Required(r.Text(&ev.Condition, "condition", catalog.MaxText))
	fields["reference"] = strict.Required(r.Text(&ev.Reference, "reference", catalog.MaxText))
	fields["approved_by"] = r.Text(&ev.ApprovedBy, "approved_by", catalog.MaxTitle)
	r.entry(n, "evidence", fields, &ev.Services, &ev.Controls)
	return ev
}

// subjects are the fields that say what an entry is for: each of two things in the singular
// or the plural.
func (r *registerReader) subjects(
	services, controls *[]string, control func(*strict.Node, string) string,
) map[string]strict.Field {
	one := func(dst *[]string, what string, read func(*strict.Node, string) string) strict.Field {
		return strict.Field{Read: func(n *strict.Node) {
			if id := read(n, what); id != "" {
				*dst = append(*dst, id)
			}
		}}
	}
	several := func(dst *[]string, what string, read func(*strict.Node, string) string) strict.Field {
		return strict.Field{Read: func(n *strict.Node) {
			r.Filled(n, what, "entry", func(item *strict.Node) {
				switch id := read(item, "an entry of "+what); {
				case id == "":
				case slices.Contains(*dst, id):
					r.Fail(item.Line, "an entry of %s is there twice: %q", what, words.Clip(id, maxQuoted))
				default:
					*dst = append(*dst, id)
				}
			})
		}}
	}
	return map[string]strict.Field{
		"service": one(services, "service", r.ReadID), "services": several(services, "services", r.ReadID),
		"control": one(controls, "control", control), "controls": several(controls, "controls", control),
	}
}

// entry reads an entry, which has to have the singular or the plural of each of two things.
func (r *registerReader) entry(n *strict.Node, what string, fields map[string]strict.Field, services, controls *[]string) {
	r.Object(n, what, fields)
	if !strict.IsMapping(n) {
		return
	}
	for _, singular := range []string{"service", "control"} {
		one, several := strict.Has(n, singular), strict.Has(n, singular+"s")
		switch {
		case one && several:
			r.Fail(n.Line, "%s has both %q and %q, expected one of them", what, singular, singular+"s")
		case !one && !several:
			r.Fail(n.Line, "%s lacks the key %q (or %q)", what, singular, singular+"s")
		}
	}
	r.pairs += len(*services) * len(*controls)
}
