package inforce

import (
	"maps"
	"slices"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
)

// Shown is what settings show, as the document of a configuration has it.
type Shown struct {
	// Settings are by service and control, Conditions by service, control and condition; what
	// no setting applies to is in neither.
	Settings   map[string]map[string]configuration.Setting
	Conditions map[string]map[string]map[string]configuration.Setting
	// Secret are root variables that would make some of it certain, and are declared sensitive or
	// ephemeral, so that their values cannot be given; sorted.
	Secret []string
}

// Document is what the settings of the services of a configuration show. The error is a limit
// of the evaluation, or one of reading the embedded catalogue.
func (c *Configuration) Document(from *catalog.Catalog, services map[string][]configuration.Place) (*Shown, error) {
	all := &Shown{
		Settings:   map[string]map[string]configuration.Setting{},
		Conditions: map[string]map[string]map[string]configuration.Setting{},
	}
	// Sorted, since what was asked before can decide what a limit leaves unknown.
	for _, id := range slices.Sorted(maps.Keys(services)) {
		settings, err := from.Settings(id)
		if err != nil {
			return nil, err
		}
		results, err := c.all(settings, services[id])
		if err != nil {
			return nil, err
		}
		for of, r := range results {
			if r.State != None {
				all.add(id, of, r.setting())
				all.keepSecret(r)
			}
		}
	}
	return all, nil
}

func (s *Shown) keepSecret(r Result) {
	for _, d := range r.Deciders {
		for _, name := range d.Secret {
			if at, found := slices.BinarySearch(s.Secret, name); !found {
				s.Secret = slices.Insert(s.Secret, at, name)
			}
		}
	}
}

func (s *Shown) add(service string, of subject, setting configuration.Setting) {
	if of.condition == "" {
		if s.Settings[service] == nil {
			s.Settings[service] = map[string]configuration.Setting{}
		}
		s.Settings[service][of.control] = setting
		return
	}
	if s.Conditions[service] == nil {
		s.Conditions[service] = map[string]map[string]configuration.Setting{}
	}
	if s.Conditions[service][of.control] == nil {
		s.Conditions[service][of.control] = map[string]configuration.Setting{}
	}
	s.Conditions[service][of.control][of.condition] = setting
}

// maxShown is how many arguments a document lists for a control: who switches one on wants to
// see each that is off, and some examples of what else there is. Of a large configuration that
// is in order, those that are on are most of the document, and a megabyte costs a plan half a
// second.
var maxShown = map[State]int{None: 0, Off: 1000, On: configuration.MaxExamples, Unknown: 10}

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
		s.By = append(s.By, configuration.Decider{
			Address: d.Address, Argument: d.Argument, File: d.File, Line: d.Line, Why: d.Why,
			Variables: slices.Clone(d.Variables),
		})
	}
	return s
}
