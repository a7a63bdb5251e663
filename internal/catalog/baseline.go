package catalog

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Baseline is, for one service, the statement that counts for each control on a date.
type Baseline struct {
	Service *Service
	// AsOf is the date after which no document counts; "" for none.
	AsOf Date
	// Documents are those that count, oldest first.
	Documents []*Document
	// Controls holds the newest statement by control id.
	Controls map[string]DocumentedStatement
}

// DocumentedStatement is a statement with the document that makes it.
type DocumentedStatement struct {
	*Statement
	Document *Document
}

// Baseline returns the baseline of a service, made of the documents not newer than
// asOf ("" for all). A service without such a document has a baseline without controls:
// nothing is documented of it. The error is that of Service.
func (c *Catalog) Baseline(service string, asOf Date) (*Baseline, error) {
	s, err := c.Service(service)
	if err != nil {
		return nil, err
	}
	b := &Baseline{Service: s, AsOf: asOf, Controls: map[string]DocumentedStatement{}}
	for _, doc := range s.Documents {
		if asOf != "" && doc.Published > asOf {
			continue
		}
		b.Documents = append(b.Documents, doc)
		for _, st := range doc.Statements {
			c.count(b.Controls, DocumentedStatement{st, doc})
		}
	}
	return b, nil
}

// count takes a statement into those that count, by control.
func (c *Catalog) count(counting map[string]DocumentedStatement, next DocumentedStatement) {
	if current, ok := counting[next.Control]; ok {
		next = c.counting(current, next)
	}
	counting[next.Control] = next
}

// counting returns which of two statements about a control counts. next comes from the
// same document as current or from one later in the order of Service.Documents.
func (c *Catalog) counting(current, next DocumentedStatement) DocumentedStatement {
	if current.Document.Published != next.Document.Published || current.Document.layer != next.Document.layer {
		return next // the newer document; of the same date, the later source
	}
	order := c.strictnessOf(current.Control)
	switch a, b := slices.Index(order, current.Status), slices.Index(order, next.Status); {
	case a > b:
		return current
	case b > a:
		return next
	}
	return DocumentedStatement{both(current.Statement, next.Statement), current.Document}
}

// adverseStrictness mirrors strictness: of an adverse control, "yes" is the bad news.
var adverseStrictness = []Status{StatusNo, StatusNotApplicable, StatusConditional, StatusYes}

// strictnessOf orders statuses by how bad news they are of a control, the best first.
func (c *Catalog) strictnessOf(control string) []Status {
	if def := c.definitions[control]; def != nil && def.Adverse() {
		return adverseStrictness
	}
	return strictness
}

// both joins two statements of the same status: every condition and every link counts.
func both(a, b *Statement) *Statement {
	joined := *a
	joined.Condition = JoinDistinct(a.Condition, b.Condition)
	joined.Notes = JoinDistinct(a.Notes, b.Notes)
	joined.Planned = a.Planned && b.Planned
	if joined.EnabledByDefault == nil || b.EnabledByDefault != nil && !*b.EnabledByDefault {
		joined.EnabledByDefault = b.EnabledByDefault // if one of them says that it is not, it is not
	}
	joined.Responsibility = cmp.Or(a.Responsibility, b.Responsibility)
	joined.References = union(a.References, b.References)
	return &joined
}

// JoinDistinct writes "a; b", without what a, itself perhaps joined, says already.
func JoinDistinct(a, b string) string {
	switch {
	case b == "" || slices.Contains(strings.Split(a, "; "), b):
		return a
	case a == "":
		return b
	}
	return a + "; " + b
}

// LabelOf is the label of a statement as documented.
func (c *Catalog) LabelOf(st *Statement) string {
	if st.Label != "" {
		return st.Label
	}
	if def := c.definitions[st.Control]; def != nil {
		if len(def.Labels) > 0 {
			return def.Labels[0]
		}
		return def.Title
	}
	return st.Control
}

// SameAs reports whether two entries cite the same document, whatever they say of their
// services.
func (d *Document) SameAs(other *Document) bool {
	return d.Title == other.Title && d.Publisher == other.Publisher && d.Published == other.Published && d.URL == other.URL
}

// Age is how many days old a document is on a day.
func (d *Document) Age(day Date) int { return d.Published.DaysUntil(day) }

// Citation names a document in a line: its title and date.
func (d *Document) Citation() string { return fmt.Sprintf("%s, %s", d.Title, d.Published) }
