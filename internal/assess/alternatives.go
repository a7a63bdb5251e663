package assess

import (
	"cmp"
	"slices"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
)

// alternative is a service that satisfies a requirement by its documentation alone.
type alternative struct {
	catalog.Summary
	stage catalog.Stage
}

// Satisfying lists the ids of the services that pass every check of a requirement
// without exception or evidence, and are not retired, sorted. Only services of the
// given clouds are looked at; none means all. A requirement that asks for nothing is
// passed by all of them.
func Satisfying(c *catalog.Catalog, r Requirement, clouds []string, today catalog.Date) ([]string, error) {
	r.Exceptions, r.Evidence, r.Scope = nil, nil, nil
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
	result, err := Evaluate(c, r, today)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(r.Services, func(id string) bool { return !result.Assessment.Services[id].Compliant }), nil
}

// rank puts the services nearest to the given one first: of the same cloud, sharing a
// category of product, active before retiring.
func rank(c *catalog.Catalog, candidates []string, service string, today catalog.Date) []string {
	wanted, _ := c.Summary(service)
	var near []alternative
	for _, id := range candidates {
		s, _ := c.Summary(id)
		if id != service && s.Cloud == wanted.Cloud {
			near = append(near, alternative{s, s.Lifecycle.StageOn(today)})
		}
	}
	shared := func(a alternative) int {
		n := 0
		for _, category := range a.Categories {
			if slices.Contains(wanted.Categories, category) {
				n++
			}
		}
		return n
	}
	slices.SortFunc(near, func(a, b alternative) int {
		return cmp.Or(
			cmp.Compare(min(1, shared(b)), min(1, shared(a))),
			cmp.Compare(slices.Index(catalog.Stages, a.stage), slices.Index(catalog.Stages, b.stage)),
			cmp.Compare(shared(b), shared(a)),
			cmp.Compare(a.ID, b.ID))
	})
	ids := make([]string, len(near))
	for i, a := range near {
		ids[i] = a.ID
	}
	return ids
}
