package catalog

import (
	"maps"
	"slices"
)

// CloudsOfServices lists the ids of the clouds that the services are of, sorted.
func (c *Catalog) CloudsOfServices() []string {
	clouds := map[string]bool{}
	for _, e := range c.services {
		clouds[e.summary.Cloud] = true
	}
	return slices.Sorted(maps.Keys(clouds))
}

// Spoken lists, by cloud, the controls that a document of one of its services speaks of,
// sorted; whatever the document says, and whenever it was published. What is missing no
// document of the cloud ever speaks of. The error is that of Service. The caller must not
// change what is returned.
func (c *Catalog) Spoken() (map[string][]string, error) { return c.spoken() }

// spokenOf takes the controls of lazy services from their layer, which knows them without
// reading the services, as long as each of them is still of the layer's making and of the
// same cloud. Where a later source replaced one or moved it to another cloud, all are read:
// rare, and better slow than wrong.
func spokenOf(services map[string]*entry, parts map[string][]part, layers []*Layer) (map[string][]string, error) {
	spoken := map[string]map[string]bool{}
	add := func(cloud string, control string) {
		if spoken[cloud] == nil {
			spoken[cloud] = map[string]bool{}
		}
		spoken[cloud][control] = true
	}
	known := map[int]bool{} // layers that know for all of their services
	for i, l := range layers {
		known[i] = len(l.Spoken) > 0 && !slices.ContainsFunc(l.Lazy, func(s LazyService) bool {
			id := s.Summary.ID
			return services[id].summary.Cloud != s.Summary.Cloud ||
				!slices.ContainsFunc(parts[id], func(p part) bool { return p.layer == i })
		})
		if known[i] {
			for cloud, controls := range l.Spoken {
				for _, control := range controls {
					add(cloud, control)
				}
			}
		}
	}
	for id, stack := range parts {
		for _, p := range stack {
			if known[p.layer] {
				continue
			}
			s, err := p.load()
			if err != nil {
				return nil, err
			}
			for _, doc := range s.Documents {
				for _, st := range doc.Statements {
					add(services[id].summary.Cloud, st.Control)
				}
			}
		}
	}
	sorted := make(map[string][]string, len(spoken))
	for cloud, controls := range spoken {
		sorted[cloud] = slices.Sorted(maps.Keys(controls))
	}
	return sorted, nil
}
