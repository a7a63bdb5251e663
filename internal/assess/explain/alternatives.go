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

// rank returns those of the candidates that can stand in for a service: of the same cloud,
// and in every category that it is in. Active ones come before retiring ones, and those with
// the fewest other categories first. For a service of which no category is known there are
// none: any other could be something else altogether.
func rank(c *catalog.Catalog, candidates []string, service string, today catalog.Date) []string {
	wanted, _ := c.Summary(service)
	if len(wanted.Categories) == 0 {
		return nil
	}
	var near []alternative
	for _, id := range candidates {
		s, _ := c.Summary(id)
		if id != service && s.Cloud == wanted.Cloud && isInAll(s, wanted.Categories) {
			near = append(near, alternative{s, s.Lifecycle.StageOn(today)})
		}
	}
	slices.SortFunc(near, func(a, b alternative) int {
		return cmp.Or(
			cmp.Compare(slices.Index(catalog.Stages, a.stage), slices.Index(catalog.Stages, b.stage)),
			cmp.Compare(len(a.Categories), len(b.Categories)),
			cmp.Compare(a.ID, b.ID))
	})
	ids := make([]string, len(near))
	for i, a := range near {
		ids[i] = a.ID
	}
	return ids
}

// isInAll reports whether a service is in all of some categories.
func isInAll(s catalog.Summary, categories []string) bool {
	for _, category := range categories {
		if !s.In(category) {
			return false
		}
	}
	return true
}
