package report

import (
	"sync"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/embedded"
)

// definitions are those that are part of the program, by id. An assessment has the titles of
// its controls alone, and a report is made of assessments: so it takes what they mean from
// what is the same for every reader.
var definitions = sync.OnceValue(func() map[string]*catalog.Definition {
	byID := map[string]*catalog.Definition{}
	layer, err := embedded.Layer()
	if err != nil {
		return byID // a broken build, of which loading a catalogue speaks
	}
	for _, def := range layer.Definitions {
		byID[def.ID] = def
	}
	return byID
})

// definition is what a control means, nil for one of a catalogue of somebody's own, also
// where that took the id of another.
func (c *check) definition() *catalog.Definition {
	switch c.kind {
	case kindControl, kindAvoid, kindMember:
		if def := definitions()[c.id]; def != nil && def.Title == c.title {
			return def
		}
	case kindGroup, kindEvery, kindLifecycle:
	}
	return nil
}
