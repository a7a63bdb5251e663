// Package explain says in words what an assessment comes to: why a finding came out as it
// did, what to do about a gap, what the verdict is. Diagnostics and all reports take their
// words from here, so that the same reason is called the same everywhere.
package explain

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
