package report

import (
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// The gaps in a comment: each in a line, several identifiers with the same reason in one.

// unspoken writes in a line the gaps of a service of which no document speaks, and counts them:
// one by one they would take the room of everything else.
func (m *markdown) unspoken(s *section, row *service) int {
	var parts []string
	for _, f := range row.findings {
		switch {
		case !f.isInList():
		case f.check.identifier == nil:
			parts = append(parts, f.check.title+" ("+strings.Join(titles(f.members), ", ")+")")
		default: // whose controls stand below
			parts = append(parts, s.named(f.check))
		}
	}
	slices.SortStableFunc(parts, inOrder)
	if len(parts) == 0 || !m.printf("- **not documented** in this catalogue, whether the service has a control of: %s",
		md(strings.Join(parts, ", "))) {
		return 0
	}
	return len(parts)
}

// mdGap is a gap as a comment has it, or those of several identifiers for the same reason.
type mdGap struct {
	what, why, cited string
	gaps             int
	// silent are the controls of every_documented_of that no document of the service speaks of.
	silent []string
}

func (g mdGap) line() string {
	why := g.why
	if len(g.silent) > 0 {
		why += " Not documented: " + md(strings.Join(g.silent, ", ")) + "."
	}
	return "- **" + g.what + "**" + why + g.cited
}

// of names what is no group, with the id that a requirement has it by.
func (g mdGap) of(c *check) mdGap {
	if c.kind == kindLifecycle {
		g.what = "retired"
		return g
	}
	g.what, g.why = md(c.title), " (`"+c.id+"`)"+g.why
	if c.kind == kindAvoid {
		g.what = "absence of " + g.what
	}
	return g
}

// mdGaps lists the gaps of a service that are told apart from those of which no document speaks.
func mdGaps(row *service, usual *document) []mdGap {
	var list []mdGap
	at := map[string]int{}
	for _, f := range row.findings {
		if !f.isGap() || f.isInList() {
			continue
		}
		one := mdGap{why: ": " + md(f.brief()), cited: mdCitations(f, usual), gaps: 1}
		if !f.check.isGroup() {
			list = append(list, one.of(f.check))
			continue
		}
		rule := words.LowerFirst(f.check.rule()) + " "
		name, key := md(f.section.named(f.check)), rule+one.why+one.cited
		i, known := at[key]
		if !known {
			i, at[key] = len(list), len(list)
			one.what = rule + name
			list = append(list, one)
		} else {
			list[i].what += ", " + name
			list[i].gaps++
		}
		for _, m := range f.members {
			if f.check.kind == kindEvery && m.isSilent() && !slices.Contains(list[i].silent, m.check.title) {
				list[i].silent = append(list[i].silent, m.check.title)
			}
		}
	}
	return list
}

// usualDocument is the one that most gaps of a service rest on which are told one by one, nil
// where no two do: it is named once.
func usualDocument(row *service) *document {
	var usual *document
	count := map[*document]int{}
	for _, f := range row.findings {
		docs := f.documents()
		if !f.isGap() || f.isInList() || len(docs) != 1 {
			continue
		}
		if count[docs[0]]++; count[docs[0]] > max(1, count[usual]) {
			usual = docs[0]
		}
	}
	return usual
}

// mdCitations names the documents behind a finding, unless that is the usual one alone.
func mdCitations(f *finding, usual *document) string {
	docs := f.documents()
	if len(docs) == 1 && docs[0] == usual {
		return ""
	}
	var parts []string
	for _, d := range docs {
		parts = append(parts, mdLink(d.cite(), d.url))
	}
	if len(parts) == 0 {
		return ""
	}
	return " " + strings.Join(parts, "; ")
}
