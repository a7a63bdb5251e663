package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// resourceType is a type that chooses a service, alone or by an attribute's value.
type resourceType struct{ typ, attribute, value string }

// Reasons of type-choices.csv for a type without a service of its own.
const (
	// attachedReason: the type adds to a resource of either of several services, which
	// is declared by another block; that one chooses.
	attachedReason = "attached"
	// parentReason: the parent's type says it all.
	parentReason = "parent"
)

// typeSorter sorts types to the services they choose. Types are compared without case:
// ARM's documentation spells one type in several ways.
type typeSorter struct {
	azurerm map[string]bool           // the types of the azurerm provider
	arms    map[string]*armType       // by type in lower case
	choices map[string][]choice       // by type in lower case; they count more than the rows
	chosen  map[string][]resourceType // by service
	none    map[string]string         // type -> why it chooses no service
}

// armType is what the rows of all azurerm types with the same ARM type say together.
type armType struct {
	name     string
	services map[string]bool
	reason   string // of the first row that has one
}

// resourceTypes sorts the types to the services they choose, and lists those that
// choose none as a table of type and reason.
//
// An ARM type below another one is left out where it would say what the nearest type
// above it says already: a look-up falls back to that.
func (f *facts) resourceTypes() (map[string][]resourceType, []byte, error) {
	s, err := f.typeSorter()
	if err != nil {
		return nil, nil, err
	}
	for _, row := range f.types {
		if row.azurerm == "" {
			continue // an ARM type alone
		}
		if err := s.place(row.azurerm, row.service, row.reason); err != nil {
			return nil, nil, err
		}
	}
	for _, key := range slices.Sorted(maps.Keys(s.arms)) {
		if err := s.placeARM(key); err != nil {
			return nil, nil, err
		}
	}
	for _, types := range s.chosen {
		slices.SortFunc(types, resourceType.compare)
	}
	table, err := s.withoutService()
	if err != nil {
		return nil, nil, err
	}
	return s.chosen, table, nil
}

// typeSorter reads the tables, and refuses those that contradict each other.
func (f *facts) typeSorter() (*typeSorter, error) {
	s := &typeSorter{
		azurerm: map[string]bool{}, arms: map[string]*armType{}, choices: map[string][]choice{},
		chosen: map[string][]resourceType{}, none: map[string]string{},
	}
	for _, row := range f.types {
		if row.azurerm != "" && s.azurerm[row.azurerm] {
			return nil, fmt.Errorf("the tables of types have %s twice", row.azurerm)
		}
		s.azurerm[row.azurerm] = true
		s.addARM(row)
	}
	for _, c := range f.choices {
		key := strings.ToLower(c.typ)
		if !s.azurerm[c.typ] && s.arms[key] == nil {
			return nil, fmt.Errorf("type-choices.csv has %s, which resource-types.csv lacks", c.typ)
		}
		s.choices[key] = append(s.choices[key], c)
	}
	return s, nil
}

func (s *typeSorter) addARM(row typeRow) {
	if row.arm == "" {
		return
	}
	key := strings.ToLower(row.arm)
	if s.arms[key] == nil {
		s.arms[key] = &armType{name: row.arm, services: map[string]bool{}}
	}
	if row.service != "" {
		s.arms[key].services[row.service] = true
	}
	s.arms[key].reason = cmp.Or(s.arms[key].reason, row.reason)
}

// place sorts a type to the services that its choices name, or else to the service, or
// to none for the reason.
func (s *typeSorter) place(name, service, reason string) error {
	choices := s.choices[strings.ToLower(name)]
	for _, c := range choices {
		switch {
		case c.service != "":
			s.chosen[c.service] = append(s.chosen[c.service], resourceType{name, c.attribute, c.value})
		case c.reason == attachedReason:
			s.none[name] = c.reason
		case c.reason != parentReason:
			return fmt.Errorf("type-choices.csv gives %s neither a service nor a known reason", name)
		}
	}
	switch {
	case len(choices) > 0:
	case service != "":
		s.chosen[service] = append(s.chosen[service], resourceType{typ: name})
	case reason != "":
		s.none[name] = reason
	default:
		return fmt.Errorf("resource-types.csv gives %s neither a service nor a reason", name)
	}
	return nil
}

// placeARM places an ARM type, unless the nearest type above it says the same.
func (s *typeSorter) placeARM(key string) error {
	arm := s.arms[key]
	if len(s.choices[key]) == 0 && len(arm.services) > 1 {
		return fmt.Errorf("%s belongs to %s: expected a row of type-choices.csv that decides",
			arm.name, strings.Join(slices.Sorted(maps.Keys(arm.services)), " and "))
	}
	above := parentType(key)
	for above != "" && s.arms[above] == nil {
		above = parentType(above)
	}
	own := s.sole(key)
	if above != "" && own != "" && own == s.sole(above) {
		return nil
	}
	return s.place(arm.name, own, arm.reason)
}

// sole is the one service that an ARM type chooses by itself, "" if it takes more.
func (s *typeSorter) sole(key string) string {
	if choices := s.choices[key]; len(choices) > 0 {
		if choices[0].attribute != "" {
			return ""
		}
		return choices[0].service
	}
	services := slices.Collect(maps.Keys(s.arms[key].services))
	if len(services) != 1 {
		return ""
	}
	return services[0]
}

// withoutService is the table of the types that choose no service.
func (s *typeSorter) withoutService() ([]byte, error) {
	rows := [][]string{{"type", "reason"}}
	for _, name := range slices.SortedFunc(maps.Keys(s.none), compareFolded) {
		rows = append(rows, []string{name, s.none[name]})
	}
	return csvOf(rows)
}

func (t resourceType) compare(other resourceType) int {
	return cmp.Or(compareFolded(t.typ, other.typ),
		strings.Compare(t.attribute, other.attribute), strings.Compare(t.value, other.value))
}

func compareFolded(a, b string) int {
	return strings.Compare(strings.ToLower(a), strings.ToLower(b))
}

// parentType is the ARM type above a nested one, "" above Microsoft.Storage/storageAccounts.
func parentType(arm string) string {
	i := strings.LastIndexByte(arm, '/')
	if i < 0 || !strings.Contains(arm[:i], "/") {
		return ""
	}
	return arm[:i]
}

func (t resourceType) yaml() string {
	if t.attribute == "" {
		return quote(t.typ)
	}
	m := mapping{}
	m.put("type", t.typ)
	m.put("attribute", t.attribute)
	m.put("value", t.value)
	return m.yaml()
}
