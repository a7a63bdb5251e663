package catalog

import (
	"cmp"
	"slices"
)

// The crosswalk: which controls speak to which identifiers of a framework.

// Mapping connects a control with requirements of a framework, by identifier alone.
type Mapping struct {
	Control     string
	Framework   string
	Version     string // of the framework, as its publisher writes it
	Identifiers []string
	Source      string // the document that says so
	Confidence  Confidence
	// Relationship is that of the control to each of the identifiers; "" stands for
	// RelationshipIntersects, which is all that most documents show.
	Relationship Relationship
}

// Related is the relationship of the control to each of the identifiers.
func (m Mapping) Related() Relationship { return cmp.Or(m.Relationship, RelationshipIntersects) }

// Relationship says in the terms of NIST IR 8477, section 4.3, how what a control does and
// what an identifier of a framework asks for relate as sets.
type Relationship string

// The relationships.
const (
	RelationshipEqual      Relationship = "equal"
	RelationshipSubset     Relationship = "subset of"   // the control does a part of what the identifier asks for
	RelationshipSuperset   Relationship = "superset of" // the control does more
	RelationshipIntersects Relationship = "intersects with"
)

// Relationships lists every Relationship.
var Relationships = []Relationship{
	RelationshipEqual, RelationshipSubset, RelationshipSuperset, RelationshipIntersects,
}

// Verb is the relationship as it follows the name of a control: "intersects with", "is a subset of".
func (r Relationship) Verb() string {
	switch r {
	case RelationshipEqual:
		return "is equal to"
	case RelationshipSubset, RelationshipSuperset:
		return "is a " + string(r)
	case RelationshipIntersects:
	}
	return string(r)
}

// Confidence says how sure a Mapping is.
type Confidence string

// The confidences, least first.
const (
	// ConfidenceLow is what comes by way of another framework, or what an assessor would hardly
	// accept alone.
	ConfidenceLow Confidence = "low"
	// ConfidenceMedium is what a publisher says of part of what it has about the feature, or for
	// another vendor's services, or what a catalogue's author reads in the framework's text.
	ConfidenceMedium Confidence = "medium"
	// ConfidenceHigh is what a publisher says of most of what it has about the very feature.
	ConfidenceHigh Confidence = "high"
)

// Confidences lists every Confidence, least first.
var Confidences = []Confidence{ConfidenceLow, ConfidenceMedium, ConfidenceHigh}

// AtLeast reports whether c is as sure as least or surer.
func (c Confidence) AtLeast(least Confidence) bool {
	return slices.Index(Confidences, c) >= slices.Index(Confidences, least)
}
