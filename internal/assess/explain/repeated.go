package explain

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
)

// minRepeated is how many services it takes to say of them once what no document says.
const minRepeated = 4

// repeated is a gap of several services of which the same is to be said, and no document to be
// cited.
type repeated struct {
	control, text string
	services      []string // sorted
}

// findRepeated collects, by control and text, the gaps that are explained once for all
// services that have them.
func (x *Explainer) findRepeated() {
	x.repeated = nil
	found := map[[2]string][]string{}
	for _, id := range x.failing() {
		f := &findingWriter{Explainer: x, service: id}
		for control, finding := range x.shown(id).Controls {
			if repeatable(finding) {
				key := [2]string{control, f.reason(control, finding)}
				found[key] = append(found[key], id)
			}
		}
	}
	for key, services := range found {
		if len(services) >= minRepeated {
			x.repeated = append(x.repeated, repeated{control: key[0], text: key[1], services: services})
		}
	}
	slices.SortFunc(x.repeated, func(a, b repeated) int {
		return cmp.Or(cmp.Compare(a.control, b.control), cmp.Compare(a.text, b.text))
	})
}

// repeatable reports whether nothing but its reason is to be said of a finding.
func repeatable(f assess.Finding) bool {
	return !f.Outcome.Passes() && f.Reason == assess.Undocumented && f.ExceptionExpired == ""
}

// own are the findings of a service that are explained with it alone.
func (x *Explainer) own(id string) assess.ServiceFindings {
	s := x.shown(id)
	if len(x.repeated) == 0 {
		return s
	}
	s.Controls = maps.Clone(s.Controls)
	for _, r := range x.repeated {
		if _, found := slices.BinarySearch(r.services, id); found {
			delete(s.Controls, r.control)
		}
	}
	s.Compliant = s.Passes()
	return s
}

// repeatedText names, for each such gap, the services that have it.
func (x *Explainer) repeatedText() string {
	lines := make([]string, len(x.repeated))
	for i, r := range x.repeated {
		lines[i] = fmt.Sprintf(
			"  - %s in %d services: %s\n    %s",
			r.control,
			len(r.services),
			r.text,
			strings.Join(r.services, ", "),
		)
	}
	return strings.Join(lines, "\n")
}
