package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/assess/explain"
	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// DraftRegister drafts, in YAML, a register with an entry for each gap of an assessment that
// an exception could cover, and evidence for each condition that it could answer. Every "" is
// to be filled in, and refused until it is.
func DraftRegister(a *assess.Assessment, workload string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Draft of a register, to be reviewed and filled in: an empty value is refused.\n"+
		"# Leave out what is not to be accepted, and have the whole file signed:\n#   %sFILE\n"+
		"name: \"\" # the same in every issue, such as security-board\nissued: \"\" # the day of this issue, YYYY-MM-DD\n"+
		"workload: %s\n", explain.SigningCommand, strconv.Quote(workload))
	exceptions, evidence := draftedEntries(a)
	b.WriteString("exceptions:")
	if len(exceptions) == 0 {
		b.WriteString(" []")
	}
	b.WriteString("\n" + strings.Join(exceptions, ""))
	if len(evidence) > 0 {
		b.WriteString("evidence:\n" + strings.Join(evidence, ""))
	}
	return b.String()
}

// draftedEntries are the entries for all gaps, by check: of services for which the same is
// documented one entry.
func draftedEntries(a *assess.Assessment) (exceptions, evidence []string) {
	type gap struct{ check, says, condition string }
	services := map[gap][]string{}
	for _, id := range slices.Sorted(maps.Keys(a.Services)) {
		s := a.Services[id]
		for control, f := range s.Controls {
			if !f.Outcome.Passes() {
				g := gap{control, string(f.Reason), explain.Question(f)}
				services[g] = append(services[g], id)
			}
		}
		for name, group := range s.Groups {
			if !group.Outcome.Passes() {
				g := gap{check: name, says: string(group.Reason)}
				services[g] = append(services[g], id)
			}
		}
	}
	order := slices.SortedFunc(maps.Keys(services), func(x, y gap) int {
		return cmp.Or(inOrder(x.check, y.check), cmp.Compare(x.says, y.says), cmp.Compare(x.condition, y.condition))
	})
	for _, g := range order {
		says := strings.ReplaceAll(g.says, "_", " ")
		if title := plaintext.Line(a.Controls[g.check].Title); title != "" {
			says = title + ": " + says
		}
		head := fmt.Sprintf("  # %s, of %s\n  - services: [%s]\n    control: %s\n", says,
			words.Count(len(services[g]), "service"), strings.Join(services[g], ", "), strconv.Quote(g.check))
		if g.condition != "" {
			evidence = append(evidence, head+fmt.Sprintf("    condition: %s\n    reference: \"\"\n", yamlText(g.condition)))
			continue
		}
		exceptions = append(exceptions, head+"    justification: \"\"\n    ticket: \"\"\n    expires: \"\"\n")
	}
	return exceptions, evidence
}

// yamlText is a text in double quotes, which YAML and Go write alike for plain text.
func yamlText(s string) string { return strconv.Quote(plaintext.Line(s)) }
