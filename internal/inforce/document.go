package inforce

import (
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
	for id, places := range services {
		settings, err := from.Settings(id)
		if err != nil {
			return nil, err
		}
		addresses := make([]string, 0, len(places))
		for _, p := range places {
			addresses = append(addresses, p.Address)
		}
		results, err := c.Service(settings, addresses)
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

func (r Result) setting() configuration.Setting {
	s := configuration.Setting{State: r.State.String(), By: []configuration.Decider{}}
	for _, d := range r.Deciders {
		by := configuration.Decider{
			Address: d.Address, Argument: d.Argument, File: d.File, Line: d.Line, Why: d.Why, Variables: []string{},
		}
		by.Variables = append(by.Variables, d.Variables...)
		s.By = append(s.By, by)
	}
	return s
}
