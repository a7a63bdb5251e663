package catalog

import (
	"maps"
	"reflect"
	"slices"
)

// A later source may say something of its own: that is what sources are for. What it must
// not do unsaid is speak in the name of an earlier one: give a document of that one again
// with other words, or take a resource type out of the sight of the service that has it.
// Both are corrections, and the source has to say that it makes them.

// Correction is what a source says in the name of an earlier one, apart from documents,
// which know themselves what they correct: a type that it takes, a control whose polarity
// it turns, or a service whose end it moves.
type Correction struct {
	Source string // the name of the source that corrects
	Type   string // as that source writes it: a type, a prefix of several, an ARM type
	// From are the ids of the services that had the type, sorted; none where it could deploy
	// anything before, and is said to choose nothing.
	From    []string
	Control string
	Service string
}

// Corrections lists them in the order of the sources, sorted within each.
func (c *Catalog) Corrections() []Correction { return slices.Clone(c.corrections) }

// correctionOf returns the latest correction of a type, by its key.
func (c *Catalog) correctionOf(key string) *Correction {
	for i := len(c.corrections) - 1; i >= 0; i-- {
		if c.corrections[i].Type != "" && typeKey(c.corrections[i].Type) == key {
			return &c.corrections[i]
		}
	}
	return nil
}

// Taken returns what would be taken from this catalogue by a service that claims a type.
// Services that share a type by the value of an attribute take nothing from each other.
func (c *Catalog) Taken(by string, rt ResourceType) (from []string) {
	for _, claim := range c.TypeClaims(rt.Type) {
		apart := claim.By != "" && claim.By == rt.By && claim.Value != rt.Value
		if claim.Service != by && !apart {
			from = append(from, claim.Service)
		}
	}
	return slices.Compact(from)
}

// Hidden returns what a rule would take from this catalogue, and whether it takes anything:
// services, or the notice of a type that can deploy anything.
func (c *Catalog) Hidden(r TypeRule) (from []string, hides bool) {
	found := c.LookUpType(r.Type)
	switch {
	case found.Rule == ChoosesAnything:
		return nil, r.Chooses == ChoosesNothing
	case found.Rule == ChoosesNothing || r.Chooses == ChoosesAnything:
		return nil, false // it is seen by more, not by fewer
	}
	for _, claim := range found.Claims {
		from = append(from, claim.Service)
	}
	from = slices.Compact(from)
	return from, len(from) > 0
}

// Repeats reports whether a document says just what another of the same id says, so that
// it corrects nothing.
func (d *Document) Repeats(other *Document) bool {
	a, b := *d, *other
	a.layer, b.layer = 0, 0
	a.source, b.source = "", ""
	a.corrects, b.corrects = nil, nil
	return reflect.DeepEqual(a, b)
}

// Change is what becomes of a statement about a control by a correction.
type Change struct {
	Control string
	Was     Status // "" where the corrected document is silent
	Is      Status
}

// Laxer lists, by control, the statements of a document that may be easier to pass than
// those which it corrects: a status less strict, one where the other document is silent,
// another condition, and whatever can pass of a document that is dated later than the one
// it corrects. nil for a document that corrects nothing.
func (c *Catalog) Laxer(d *Document) []Change {
	if d.corrects == nil {
		return nil
	}
	before, after := c.counted(d.corrects), c.counted(d)
	var laxer []Change
	for _, control := range slices.Sorted(maps.Keys(after)) {
		now, was := after[control], before[control]
		change := Change{Control: control, Is: now.Status}
		if was.Statement != nil {
			change.Was = was.Status
		}
		leniency := c.leniency(control, now.Status)
		switch {
		case leniency == 0: // it never passes
		case was.Statement == nil, leniency > c.leniency(control, was.Status),
			now.Condition != was.Condition && now.Status == was.Status,
			d.Published > d.corrects.Published:
			laxer = append(laxer, change)
		}
	}
	return laxer
}

// counted are the statements of one document that count, by control.
func (c *Catalog) counted(d *Document) map[string]DocumentedStatement {
	statements := map[string]DocumentedStatement{}
	for _, st := range d.Statements {
		c.count(statements, DocumentedStatement{st, d})
	}
	return statements
}

// leniency ranks a status by how easily it passes: 0 for the one that never does.
func (c *Catalog) leniency(control string, status Status) int {
	order := c.strictnessOf(control)
	return len(order) - 1 - slices.Index(order, status)
}
