package catalog

import (
	"reflect"
	"slices"
	"strings"
)

// A later source may say something of its own: that is what sources are for. What it must
// not do unsaid is speak in the name of an earlier one: give a document of that one again
// with other words, or take a resource type out of the sight of the service that has it.
// Both are corrections, and the source has to say that it makes them.

// TypeCorrection is a resource type that a source takes from those who had it.
type TypeCorrection struct {
	Source string // the name of the source that takes it
	Type   string // as that source writes it: a type, a prefix of several, an ARM type
	// From are the ids of the services that had it, sorted; none where it could deploy
	// anything before, and is said to choose nothing.
	From []string
}

// TypeCorrections lists the types that later sources took from earlier ones, by source and
// type.
func (c *Catalog) TypeCorrections() []TypeCorrection { return slices.Clone(c.taken) }

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

// Laxer lists the controls, sorted, for which a document that corrects another says what
// may be easier to pass: a status less strict, one where the other is silent, another
// condition, and whatever can pass of a document that is dated later than the one it
// corrects. nil for a document that corrects nothing.
func (c *Catalog) Laxer(d *Document) []string {
	if d.corrects == nil {
		return nil
	}
	before := map[string]Documented{}
	for _, st := range d.corrects.Statements {
		c.count(before, Documented{st, d.corrects})
	}
	after := map[string]Documented{}
	for _, st := range d.Statements {
		c.count(after, Documented{st, d})
	}
	var laxer []string
	for control, now := range after {
		was, spoken := before[control]
		leniency := c.leniency(control, now.Status)
		switch {
		case leniency == 0: // it never passes
		case !spoken, leniency > c.leniency(control, was.Status), now.Condition != was.Condition && now.Status == was.Status,
			d.Published > d.corrects.Published:
			laxer = append(laxer, control)
		}
	}
	slices.SortFunc(laxer, strings.Compare)
	return laxer
}

// leniency ranks a status by how easily it passes: 0 for the one that never does.
func (c *Catalog) leniency(control string, status Status) int {
	order := c.strictnessOf(control)
	return len(order) - 1 - slices.Index(order, status)
}
