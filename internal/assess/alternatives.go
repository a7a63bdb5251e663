package assess

import (
	"slices"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
)

// Satisfying lists the ids of the services that pass every check of a requirement
// without exception or evidence, and are not retired, sorted. What is in force is nothing
// that a service could show before it is chosen, so MustBe counts for nothing. Only services of the
// given clouds are looked at; none means all. A requirement that asks for nothing is
// passed by all of them.
func Satisfying(c *catalog.Catalog, r Requirement, clouds []string, today catalog.Date) ([]string, error) {
	r = r.withDefaults()
	r.Exceptions, r.Evidence, r.Approval, r.Configuration, r.MustBe = nil, nil, nil, nil, ""
	// What is not known yet must not excuse a candidate from a check.
	r.Open = Open{}
	r.Services, r.AllowNoServices = nil, true
	for _, id := range c.ServiceIDs() {
		s, _ := c.Summary(id)
		if (len(clouds) == 0 || slices.Contains(clouds, s.Cloud)) && s.Lifecycle.StageOn(today) != catalog.StageRetired {
			r.Services = append(r.Services, id)
		}
	}
	if r.Size() == 0 {
		return r.Services, nil
	}
	if err := check(c, r, today); err != nil {
		return nil, err
	}
	var out []string
	e := newEvaluation(c, newTerms(r.normalised(), nil, nil), r, today)
	for _, id := range r.Services {
		passes, err := e.passes(id)
		if err != nil {
			return nil, err
		}
		if passes {
			out = append(out, id)
		}
	}
	return out, nil
}
