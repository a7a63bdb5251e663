package report

import (
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// identifiers says how each identifier stands, and what of the profile no verdict is about.
func (m *markdown) identifiers(s *section) {
	list := s.identifiers()
	if len(list) == 0 {
		return
	}
	m.fold("By identifier: "+md(s.covered()), func() {
		if s.Crosswalk != nil && s.Crosswalk.Profile != nil {
			m.printf("%s\n", md(s.Crosswalk.Profile.Title))
		}
		m.printf("| Identifier | How it stands |\n|---|---|")
		for i, one := range list {
			if i == maxRows || m.full() || !m.printf("| %s | %s |", md(one.check.title), md(one.says())) {
				m.printf("\n… and %s more.", words.Count(len(list)-i, "identifier"))
				break
			}
		}
		unasked, undocumented := s.notAsked()
		m.listed(notLookedAtWord+", since the requirement does not ask for them", unasked)
		m.listed(unmappedWord+" in this catalogue to a documented control", undocumented)
	})
}

// listed writes identifiers in a line, without their titles.
func (m *markdown) listed(what string, names []string) {
	if len(names) == 0 || m.full() {
		return
	}
	ids := make([]string, len(names))
	for i, name := range names {
		ids[i], _, _ = strings.Cut(name, ": ")
	}
	m.printf("\n%s: %s", what, md(strings.Join(ids, ", ")))
}

// crosswalk says what the groups are, and by whose mapping their members belong to them.
func (m *markdown) crosswalk(s *section) {
	list := s.crosswalk()
	if len(list) == 0 {
		return
	}
	m.fold("Identifiers of frameworks, and by whose mapping controls support them", func() {
		m.printf("%s\n", crosswalkNote)
		m.printf("| Identifier | Control | Relationship, confidence, source |\n|---|---|---|")
		for i, c := range list {
			if i == maxRows || m.full() {
				m.printf("\n… and %s more.", words.Count(len(list)-i, "row"))
				break
			}
			m.printf("| %s | %s (`%s`) | %s |", md(c.identifier), md(c.control), c.id, md(c.basis))
		}
	})
}
