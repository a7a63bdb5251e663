package assess

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// laxer is a statement by which a correction may let more pass than what it corrects.
type laxer struct {
	catalog.Change
	service, source string
}

// corrections lists what sources say in the name of earlier ones, as far as it bears on
// the requirement, and which of that may let more pass.
func (e *evaluation) corrections() ([]Correction, []laxer, error) {
	var list []Correction
	var lax []laxer
	required := e.requirement.named()
	for _, id := range e.requirement.Services {
		s, err := e.catalog.Service(id)
		if err != nil {
			return nil, nil, err
		}
		for _, doc := range s.Documents {
			if doc.Corrects() == nil || e.requirement.AsOf != "" && doc.Published > e.requirement.AsOf {
				continue
			}
			c := Correction{Document: doc.ID, Service: id, Source: doc.Source()}
			for _, change := range e.catalog.Laxer(doc) {
				if slices.Contains(required, change.Control) {
					c.Laxer = append(c.Laxer, change.Control)
					lax = append(lax, laxer{change, id, doc.Source()})
				}
			}
			list = append(list, c)
		}
	}
	for _, c := range e.catalog.Corrections() {
		elsewhere := c.Service != "" && !slices.Contains(e.requirement.Services, c.Service)
		if elsewhere || c.Control != "" && !slices.Contains(required, c.Control) {
			continue
		}
		list = append(list, Correction{Control: c.Control, From: c.From, Service: c.Service, Source: c.Source, Type: c.Type})
	}
	return list, lax, nil
}

// maxLaxer is how many statements a warning names.
const maxLaxer = 10

// correctionWarning says, a line each, what may let more pass than earlier sources would;
// "" where nothing does.
func (e *evaluation) correctionWarning() string {
	var lines []string
	for _, l := range e.laxer {
		was := "nothing"
		if l.Was != "" {
			was = words.Sprintf("%q", l.Was.Documented())
		}
		lines = append(lines, words.Sprintf("  - %s of %s: %q by %s, in place of %s", l.Control, l.service, l.Is.Documented(),
			l.source, was))
	}
	for _, c := range e.corrected {
		switch {
		case c.Document != "":
		case c.Control != "":
			lines = append(lines, fmt.Sprintf("  - %s: its polarity is turned by %s", c.Control, c.Source))
		case c.Service != "":
			lines = append(lines, fmt.Sprintf("  - the end of %s is moved by %s", c.Service, c.Source))
		}
	}
	if len(lines) == 0 {
		return ""
	}
	if more := len(lines) - maxLaxer; more > 0 {
		lines = append(lines[:maxLaxer], fmt.Sprintf("  - and %d more", more))
	}
	return "Sources with corrects = true speak in the name of earlier ones, and may let more pass than those would:\n\n" +
		strings.Join(lines, "\n") +
		"\n\nThe assessment and what is made of it name these corrections. Where they are the publisher's own news, add " +
		"them as a document of its own instead."
}

// inOrder reports whether a correction is about one thing, and its lists are sorted.
func (c Correction) inOrder() bool {
	about := 0
	for _, what := range []string{c.Control, cmp.Or(c.Document, c.Service), c.Type} {
		if what != "" {
			about++
		}
	}
	return about == 1 && (c.Document == "" || c.Service != "") && slices.IsSorted(c.Laxer) && slices.IsSorted(c.From)
}

// verifyCorrections refuses corrections and documents of sources that the catalogue does
// not have.
func (a *Assessment) verifyCorrections() error {
	known := func(source string) bool {
		return slices.ContainsFunc(a.Catalog.Sources, func(s SourceRef) bool { return s.Name == source })
	}
	for _, c := range a.Catalog.Corrections {
		if !c.inOrder() || !known(c.Source) {
			return words.Errorf("the assessment has a correction by the source %q that is none", c.Source)
		}
	}
	for id, doc := range a.Documents {
		if doc.Source != "" && !known(doc.Source) || doc.Corrects && doc.Source == "" {
			return words.Errorf("document %q is from the source %q, expected one of the catalogue", id, doc.Source)
		}
		if doc.DefaultStatus != "" && (doc.DefaultStatus != catalog.StatusYes || doc.Source == "") {
			return words.Errorf("document %q has the default_status %q, expected %q of a source of the user's, or none", id,
				doc.DefaultStatus, catalog.StatusYes)
		}
	}
	return nil
}
