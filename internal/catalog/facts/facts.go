// Package facts is what a reader of any format hands on: what a file says, and on which
// lines. It is where formats and loading meet, so that neither has to know the other.
package facts

import (
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
)

// File is what one catalogue file says.
type File struct {
	Name        string
	Definitions []At[*catalog.Definition]
	Services    []At[*catalog.Service]
	Mappings    []At[catalog.Mapping]
	Types       []At[catalog.TypeRule]
	Clouds      []At[catalog.Cloud]
	Settings    []At[*catalog.Setting]

	// The lines on which statements and documents begin, and those of the dates of documents,
	// where these have one.
	StatementLines map[*catalog.Statement]int
	DocumentLines  map[*catalog.Document]int
	DateLines      map[*catalog.Document]int

	// Excerpt says that the file is one of a catalogue: it repeats definitions that other
	// files of the same source have too, and need not define what they relate to.
	Excerpt bool
	// Foreign are services in the words of others: the catalogue may know a better name,
	// and ids of the controls that their statements name by a label. A statement of theirs
	// without a status has none in its document.
	Foreign []*catalog.Service
	// Frameworks are those whose ids the statements of a document of theirs may have.
	Frameworks map[*catalog.Document]Framework
	// Silent lists what says nothing of a control by its own words, and is not taken.
	Silent []At[string]
}

// Framework is one that a document refers to. Its name is "" where the document does not
// tell, and its version where the name has it or the document does not tell.
type Framework struct{ Name, Version string }

// String is the name with the version.
func (f Framework) String() string { return strings.TrimSpace(f.Name + " " + f.Version) }

// At is a value and the line that it starts on, 1 for the first.
type At[T any] struct {
	Value T
	Line  int
}

// New returns a file that says nothing yet.
func New(name string) *File {
	return &File{
		Name: name, StatementLines: map[*catalog.Statement]int{}, DocumentLines: map[*catalog.Document]int{},
		DateLines:  map[*catalog.Document]int{},
		Frameworks: map[*catalog.Document]Framework{},
	}
}

// Values are the values without their lines.
func Values[T any](list []At[T]) []T {
	values := make([]T, len(list))
	for i, at := range list {
		values[i] = at.Value
	}
	return values
}
