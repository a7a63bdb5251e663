package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// identifiers says how each identifier stands, and what of the profile no verdict is about.
func (m *markdown) identifiers(s *section) {
	list := s.identifiers()
	if len(list) == 0 {
		return
	}
	m.fold("By identifier: "+md(s.covered()), func() {
		if m.full() {
			return
		}
		framework := s.framework()
		switch {
		case s.Crosswalk != nil && s.Crosswalk.Profile != nil:
			m.printf("%s\n", md(s.Crosswalk.Profile.Title))
		case framework != "":
			m.printf("Identifiers are those of %s.\n", md(framework))
		}
		m.head("| Identifier | How it stands |\n|---|---|")
		for i, one := range list {
			name := one.check.title
			if framework != "" && one.check.identifier != nil {
				name = plaintext.Line(one.check.identifier.Short())
			}
			if i == maxRows || m.full() || !m.printf("| %s | %s |", md(name), md(one.says())) {
				m.more("\n… and %s more.", words.Count(len(list)-i, "identifier"))
				break
			}
		}
		for _, left := range s.leftOut() {
			if !m.full() {
				m.printf("\n%s: %s", left.why, md(plaintext.Line(strings.Join(left.ids, ", "))))
			}
		}
	})
}

// crosswalk says by whose mapping the members of groups belong to them. Sources are numbered:
// many rows have the same, and each is long.
func (m *markdown) crosswalk(s *section) {
	groups := slices.DeleteFunc(slices.Clone(s.checks), func(c *check) bool { return c.identifier == nil })
	if len(groups) == 0 {
		return
	}
	slices.SortStableFunc(groups, func(a, b *check) int { return inOrder(a.id, b.id) })
	m.fold("Identifiers of frameworks, and by whose mapping controls support them", func() {
		if m.full() {
			return
		}
		m.printf("%s\n", crosswalkNote)
		m.head("| Identifier | Controls | Confidence, source, relationship |\n|---|---|---|")
		for i, c := range groups {
			if i == maxRows || m.full() {
				m.more("\n… and %s more.", words.Count(len(groups)-i, "identifier"))
				break
			}
			for _, by := range c.mappings() {
				basis := "no mapping: whoever wrote the requirement says so"
				if by.source >= 0 {
					basis = fmt.Sprintf("%s, by source %d; %s", by.basis, by.source+1, by.relates)
				}
				m.printf("| %s | %s | %s |", md(s.named(c)), mdControls(by.members), md(basis))
			}
		}
		m.printf("")
		for i, source := range s.Crosswalk.Sources {
			m.printf("%d. %s", i+1, md(plaintext.Line(source)))
		}
	})
}

// mdControls lists controls with their ids.
func mdControls(list []*check) string {
	parts := make([]string, len(list))
	for i, c := range list {
		parts[i] = md(c.title) + " (`" + c.id + "`)"
	}
	return strings.Join(parts, ", ")
}
