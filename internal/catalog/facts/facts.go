// Package facts is what a reader of any format hands on: what a file says, and on which
// lines. It is where formats and loading meet, so that neither has to know the other.
package facts

import "github.com/security-controls/terraform-provider-controls/internal/catalog"

// File is what one catalogue file says.
type File struct {
	Name        string
	Definitions []At[*catalog.Definition]
	Services    []At[*catalog.Service]
	Mappings    []At[catalog.Mapping]
	Types       []At[catalog.TypeRule]
	Clouds      []At[catalog.Cloud]
	Settings    []At[*catalog.Setting]

	// The lines on which statements and documents begin.
	StatementLines map[*catalog.Statement]int
	DocumentLines  map[*catalog.Document]int

	// Excerpt says that the file is one of a catalogue: it repeats definitions that other
	// files of the same source have too, and need not define what they relate to.
	Excerpt bool
	// Foreign are services in the words of others: the catalogue may know a better name,
	// and ids of the controls that their statements name by a label.
	Foreign []*catalog.Service
}

// At is a value and the line that it starts on, 1 for the first.
type At[T any] struct {
	Value T
	Line  int
}

// New returns a file that says nothing yet.
func New(name string) *File {
	return &File{Name: name, StatementLines: map[*catalog.Statement]int{}, DocumentLines: map[*catalog.Document]int{}}
}

// Values are the values without their lines.
func Values[T any](list []At[T]) []T {
	values := make([]T, len(list))
	for i, at := range list {
		values[i] = at.Value
	}
	return values
}
