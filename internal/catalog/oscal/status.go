package oscal

import (
	"maps"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/strict"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// statusName is what OSCAL calls the status of a requirement: a property, in OSCAL's own
// namespace or, as publishers have it, in theirs; or a field, as system security plans
// have it.
const statusName = "implementation-status"

// What a catalogue says where a document only says that there is something else, or less.
const (
	partialCondition     = "implemented in part; the document does not say which part"
	alternativeCondition = "implemented in another way than the control describes"
)

// status is an implementation-status.
type status struct {
	value   string
	remarks *strict.Node // nil for none
	line    int          // of the value
	begins  int          // of the whole
}

// statuses are all that a requirement has, or a part of one.
type statuses struct {
	props []prop
	field *status
	parts map[string]*status // by statement-id
}

// isStatus reports whether the property is a status, in whichever namespace, and whether
// in OSCAL's own.
func (p prop) isStatus() (status, oscals bool) {
	return p.name == statusName, p.ns == "" || p.ns == "http://csrc.nist.gov/ns/oscal"
}

// statusField reads the field of that name.
func (r *reader) statusField(n *strict.Node) *status {
	found := &status{line: n.Line, begins: n.Line}
	r.Object(n, statusName, map[string]strict.Field{
		"state": strict.Required(strict.Field{Read: func(n *strict.Node) {
			found.value, found.line = r.ReadText(n, "state", catalog.MaxTitle), n.Line
		}}),
		"remarks": {Read: func(n *strict.Node) { found.remarks = n }},
	})
	return found
}

// one returns the status that counts, nil for none: OSCAL's own before those of other
// namespaces. Two that could count are an error.
func (r *reader) one(q *statuses) *status {
	var own, others []*status
	if q.field != nil {
		own = append(own, q.field)
	}
	for _, p := range q.props {
		is, oscals := p.isStatus()
		s := &status{value: p.value.Value, remarks: p.remarks, line: p.value.Line, begins: p.line}
		switch {
		case is && oscals:
			own = append(own, s)
		case is:
			others = append(others, s)
		}
	}
	count := own
	if len(own) == 0 {
		count = others
	}
	switch len(count) {
	case 0:
		return nil
	case 1:
		return count[0]
	}
	r.Fail(count[1].begins, "the implemented requirement has two of the property %q, expected one", statusName)
	return nil
}

// decide gives a statement the status that counts, none where the requirement has none.
func (r *reader) decide(q *statuses, st *catalog.Statement) {
	before := r.Count()
	found := r.one(q)
	if r.Count() > before {
		return
	}
	for _, part := range slices.Sorted(maps.Keys(q.parts)) {
		switch p := q.parts[part]; {
		case found == nil:
			r.Fail(
				p.line,
				"the statement %q has an implementation-status and its requirement has none, expected the requirement's: "+
					"a catalogue does not know which parts make up a control",
				quote(part),
			)
			return
		case !strings.EqualFold(p.value, found.value):
			r.Fail(p.line, "the statement %q has the implementation-status %q and its requirement %q, expected the same: "+
				"a requirement has one status", quote(part), quote(p.value), quote(found.value))
			return
		}
	}
	if found == nil {
		return
	}
	switch strings.ToLower(found.value) {
	case "implemented":
		st.Status = catalog.StatusYes
	case "planned":
		st.Status, st.Planned = catalog.StatusNo, true
	case "not-applicable":
		st.Status = catalog.StatusNotApplicable
	case "partial":
		st.Status, st.Condition = catalog.StatusConditional, r.remarks(found)
		if st.Condition == "" {
			st.Condition = partialCondition
		}
	case "alternative": // it does something else instead, and whether that will do is not for a catalogue to say
		st.Status, st.Condition = catalog.StatusConditional, alternativeCondition
		if remarks := r.remarks(found); remarks != "" {
			st.Condition = words.Clip(alternativeCondition+": "+remarks, catalog.MaxText-1)
		}
	default:
		r.Fail(found.line, "the implementation-status is %q, expected one of \"implemented\", \"partial\", \"alternative\", "+
			"\"planned\", \"not-applicable\"", quote(found.value))
	}
}

// remarks are the words of a status, "" where it has none.
func (r *reader) remarks(s *status) string {
	if s.remarks == nil {
		return ""
	}
	return r.ReadText(s.remarks, "remarks", catalog.MaxText)
}
