// Package inforce tells which documented controls a configuration's settings certainly
// switch on, and which off: evaluated arguments before the catalogue's settings.
//
// The one thing that it must never say wrongly is "on". What is not certain is unknown,
// with the reason, and results hold addresses, arguments and reasons, and never a value.
package inforce

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
	"github.com/security-controls/terraform-provider-controls/internal/hclscan/eval"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// State is what settings show of a control of a service.
type State uint8

const (
	// None says that no setting applies to what the configuration declares.
	None State = iota

	// Unknown says that settings apply, and one is not certain.
	Unknown

	// Off says that a setting that applies is certainly off.
	Off

	// On says that settings apply, and all are certainly on.
	On
)

// String is the state in a word.
func (s State) String() string { return [...]string{"none", "unknown", "off", "on"}[s] }

// Result is what the settings of a control show, with what decides it.
type Result struct {
	State State
	// Deciders are the arguments that make it the state that it is, sorted by file and line.
	Deciders []Decider
}

// Decider is an argument that decides, and where it stands.
type Decider struct {
	Address  string // of the resource instance
	Argument string // its path; empty where no companion was found
	File     string // relative to the root module
	Line     int
	Why      string // why it is not certain; what a switched-off setting lacks; that it is on by default; else empty
	// Variables are the root variables that would make it certain, sorted.
	Variables []string
	// Secret are those that would as well, and are declared sensitive or ephemeral, so that their
	// values cannot be given; sorted.
	Secret []string
}

// Configuration is what settings are held against.
type Configuration struct {
	evaluation *eval.Evaluation
	byConfig   map[string][]*eval.Instance
	byType     map[string][]*eval.Instance
	references map[reference][]eval.Reference
	links      map[*catalog.Setting]*links
	sets       map[*catalog.Setting][][]catalog.SettingRow

	current   *eval.Instance            // that is looked at
	arguments map[string][]eval.Element // of it, by their paths
}

type reference struct {
	instance *eval.Instance
	argument string
}

// New prepares an evaluated configuration.
func New(e *eval.Evaluation) *Configuration {
	c := &Configuration{
		evaluation: e, byConfig: map[string][]*eval.Instance{}, byType: map[string][]*eval.Instance{},
		references: map[reference][]eval.Reference{}, links: map[*catalog.Setting]*links{},
		sets: map[*catalog.Setting][][]catalog.SettingRow{},
	}
	for _, i := range e.Instances() {
		c.byConfig[i.Config] = append(c.byConfig[i.Config], i)
		c.byType[i.Type] = append(c.byType[i.Type], i)
		if ofAzapi(i.Type) {
			arm := armType(i)
			c.byType[arm] = append(c.byType[arm], i)
		}
	}
	return c
}

// Service holds the settings of a service against the resources that choose it, at their
// places. The result has every control that the settings speak of, but those that are about
// a condition. The error is a limit of the evaluation.
func (c *Configuration) Service(settings []*catalog.Setting, places []configuration.Place) (map[string]Result, error) {
	results := map[string]Result{}
	all, err := c.all(settings, places)
	for of, r := range all {
		if of.condition == "" {
			results[of.control] = r
		}
	}
	return results, err
}

// subject is what settings speak of: a control, or a condition of it.
type subject struct{ control, condition string }

// all is Service with what is about conditions.
func (c *Configuration) all(settings []*catalog.Setting, places []configuration.Place) (map[subject]Result, error) {
	bySubject := map[subject][]*catalog.Setting{}
	for _, s := range settings {
		of := subject{s.Control, s.Condition}
		bySubject[of] = append(bySubject[of], s)
	}
	subjects := slices.SortedFunc(maps.Keys(bySubject), func(a, b subject) int {
		return cmp.Or(cmp.Compare(a.control, b.control), cmp.Compare(a.condition, b.condition))
	})
	ways := make([][]*catalog.Setting, 0, len(subjects)) // in their order, as are all results of a place
	for _, of := range subjects {
		ways = append(ways, bySubject[of])
	}
	all := make([]judged, 0, len(places))
	for _, place := range places {
		all = append(all, c.judge(ways, place))
	}
	between := sync.OnceValue(func() *ties { return c.tiesOf(all) })
	results := make(map[subject]Result, len(ways))
	for k, of := range subjects {
		found := make([]Result, 0, len(all))
		for _, j := range all {
			found = append(found, j.results[k]...)
		}
		together, passes := joined, On
		if ways[k][0].Role == catalog.SettingAdverse {
			together, passes = adverse, Off
		}
		r := together(found)
		if r.State == passes {
			if alone := untied(k, all, between); len(alone) > 0 {
				r = together(append(alone, found...))
			}
		}
		results[of] = c.unless(passes, sorted(r))
	}
	return results, c.evaluation.Err()
}

// judge holds the settings against the resources at one place.
func (c *Configuration) judge(ways [][]*catalog.Setting, place configuration.Place) judged {
	j := judged{place, make([][]Result, len(ways))}
	room := make([]Result, len(ways)) // most places are those of one resource
	for k := range ways {
		j.results[k] = room[k : k : k+1]
		if why := c.unevaluated(ways[k], place); why != "" {
			j.results[k] = append(j.results[k], decide(Unknown, Decider{
				Address: place.Address, File: place.File, Line: place.Line, Why: why,
			}))
		}
	}
	for _, instance := range c.byConfig[place.Address] {
		c.current, c.arguments = instance, map[string][]eval.Element{}
		for k := range ways {
			j.results[k] = append(j.results[k], c.instance(ways[k], place.Type, instance))
		}
	}
	c.current, c.arguments = nil, nil
	return j
}

// argument is what a path of a resource leads to. Many settings ask for the same ones of the
// resource that is looked at.
func (c *Configuration) argument(i *eval.Instance, path string) []eval.Element {
	if i != c.current {
		return i.Argument(path)
	}
	known, ok := c.arguments[path]
	if !ok {
		known = i.Argument(path)
		c.arguments[path] = known
	}
	return known
}

// unless takes a result that would pass for not certain where modules were not read, since
// they may declare more of the service.
func (c *Configuration) unless(passes State, r Result) Result {
	unread := c.evaluation.Unread()
	if r.State != passes || len(unread) == 0 {
		return r
	}
	d := r.Deciders[0]
	d.Variables, d.Secret = nil, nil
	d.Why = fmt.Sprintf("%s was not read and may declare more of the service", words.AtMost(unread, 3))
	return decide(Unknown, d)
}

// joined is what all resources of a service show together: one that is off decides, then
// one that is not certain.
func joined(results []Result) Result {
	if len(results) == 1 {
		return results[0]
	}
	for _, state := range []State{Off, Unknown, On} {
		deciders, there := 0, false
		for _, r := range results {
			if r.State == state {
				there = true
				deciders += len(r.Deciders)
			}
		}
		if !there {
			continue
		}
		all := Result{State: state, Deciders: make([]Decider, 0, deciders)}
		for _, r := range results {
			if r.State == state {
				all.Deciders = append(all.Deciders, r.Deciders...)
			}
		}
		return sorted(all)
	}
	return Result{State: None}
}

func sorted(all Result) Result {
	slices.SortFunc(all.Deciders, func(a, b Decider) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Address, b.Address), cmp.Compare(a.Argument, b.Argument))
	})
	all.Deciders = slices.CompactFunc(all.Deciders, func(a, b Decider) bool {
		return a.Address == b.Address && a.Argument == b.Argument && a.File == b.File && a.Line == b.Line && a.Why == b.Why
	})
	return all
}

// instance is what the settings of a control show of one resource, which is of the type of
// its place.
func (c *Configuration) instance(ways []*catalog.Setting, typ string, i *eval.Instance) Result {
	alternatives, needed, bad := c.byRole(ways, typ, i)
	var r Result
	switch {
	case len(bad) > 0:
		r = adverse(bad)
	case len(alternatives)+len(needed) > 0:
		r = desired(either(alternatives), needed)
	default:
		return Result{State: None}
	}
	if r.State == Unknown && len(r.Deciders) == 0 {
		r.Deciders = []Decider{{
			Address: i.Address, File: i.File, Line: i.Line,
			Why: "nothing that the catalogue knows shows it to be on by itself",
		}}
	}
	badNews := Off
	if len(bad) > 0 {
		badNews = On
	}
	if !i.Certain && r.State == badNews { // which says something only of a resource that is there
		return Result{State: Unknown, Deciders: []Decider{c.existence(i)}}
	}
	return r
}

// byRole is what the settings that apply to a resource show of it.
func (c *Configuration) byRole(ways []*catalog.Setting, typ string, i *eval.Instance) (alternatives, needed, bad []Result) {
	for _, s := range ways {
		if !concerns(s, typ) {
			continue
		}
		r := c.way(s, i)
		if r.State == None {
			continue
		}
		switch s.Role {
		case catalog.SettingAlternative:
			alternatives = append(alternatives, r)
		case catalog.SettingAdverse:
			bad = append(bad, r)
		case catalog.SettingPart, catalog.SettingVeto:
			needed = append(needed, r)
		}
	}
	return alternatives, needed, bad
}

// adverse is what settings show of a feature that one does not want: it is off only if all
// are off, and on if any is.
func adverse(results []Result) Result {
	for _, state := range []State{On, Unknown} {
		var r Result
		for _, one := range results {
			if one.State == state {
				r.State = state
				r.Deciders = append(r.Deciders, one.Deciders...)
			}
		}
		if r.State == state {
			return r
		}
	}
	return joined(results)
}

// concerns tells whether a setting speaks of resources of a type.
func concerns(s *catalog.Setting, typ string) bool {
	if s.Companion == nil {
		return sameType(s.Type, typ)
	}
	return slices.ContainsFunc(s.Companion.Protects, func(protected string) bool { return sameType(protected, typ) })
}

// desired combines the roles: a veto or part that is off makes the control off, and
// nothing makes it on while one of them is not certain.
func desired(alternatives Result, needed []Result) Result {
	for _, r := range needed {
		if r.State == Off {
			return joined(needed)
		}
	}
	if alternatives.State != On {
		return alternatives
	}
	for _, r := range needed {
		if r.State != On && r.State != None {
			return joined(needed)
		}
	}
	return alternatives
}

// either is what alternatives show: one that is on is enough.
func either(results []Result) Result {
	if len(results) == 0 {
		return Result{State: Unknown}
	}
	for _, r := range results {
		if r.State == On {
			return r
		}
	}
	var open Result
	for _, r := range results {
		if r.State == Unknown {
			open.State = Unknown
			open.Deciders = append(open.Deciders, r.Deciders...)
		}
	}
	if open.State == Unknown {
		return open
	}
	return joined(results)
}
