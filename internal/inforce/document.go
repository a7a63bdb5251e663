package inforce

import (
	"maps"
	"slices"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
)

// Document is what the settings of the services of a configuration show, by service and
// control. Controls to which no setting applies are not in it. The error is a limit of the
// evaluation, or one of reading the embedded catalogue.
func (c *Configuration) Document(
	from *catalog.Catalog, services map[string][]configuration.Place,
) (map[string]map[string]configuration.Setting, error) {
	all := map[string]map[string]configuration.Setting{}
	// Sorted, since what was asked before can decide what a limit leaves unknown.
	for _, id := range slices.Sorted(maps.Keys(services)) {
		settings, err := from.Settings(id)
		if err != nil {
			return nil, err
		}
		results, err := c.Service(settings, services[id])
		if err != nil {
			return nil, err
		}
		shown := map[string]configuration.Setting{}
		for control, r := range results {
			if r.State != None {
				shown[control] = r.setting()
			}
		}
		if len(shown) > 0 {
			all[id] = shown
		}
	}
	return all, nil
}

// maxShown is how many arguments a document lists for a control: who switches one on wants to
// see each that is off, and an example of what else there is.
var maxShown = map[State]int{Off: 1000, On: 20, Unknown: 20}

func (r Result) setting() configuration.Setting {
	s := configuration.Setting{State: r.State.String(), By: []configuration.Decider{}}
	asked := map[string]bool{}
	for _, d := range r.Deciders {
		asks := slices.ContainsFunc(d.Variables, func(name string) bool { return !asked[name] })
		if len(s.By) >= maxShown[r.State] && !asks {
			s.More++
			continue
		}
		for _, name := range d.Variables {
			asked[name] = true
		}
		by := configuration.Decider{
			Address: d.Address, Argument: d.Argument, File: d.File, Line: d.Line, Why: d.Why, Variables: []string{},
		}
		by.Variables = append(by.Variables, d.Variables...)
		s.By = append(s.By, by)
	}
	return s
}
