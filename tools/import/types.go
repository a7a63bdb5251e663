package main

import (
	"bytes"
	"cmp"
	"encoding/csv"
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

// resourceTypes sorts the types to the services they choose, and lists those that
// choose none as a table of type and reason.
//
// An ARM type below another one is left out where it would say what the nearest type
// above it says already: a look-up falls back to that.
func (f *facts) resourceTypes() (map[string][]resourceType, []byte, error) {
	chosen := map[string][]choice{}
	for _, c := range f.choices {
		key := strings.ToLower(c.typ)
		chosen[key] = append(chosen[key], c)
	}
	azurerm := map[string]bool{}
	type arm struct {
		name     string
		services map[string]bool
		reason   string
	}
	arms := map[string]*arm{}
	for _, row := range f.types {
		if azurerm[row.azurerm] {
			return nil, nil, fmt.Errorf("resource-types.csv has %s twice", row.azurerm)
		}
		azurerm[row.azurerm] = true
		if row.arm == "" {
			continue
		}
		key := strings.ToLower(row.arm)
		if arms[key] == nil {
			arms[key] = &arm{name: row.arm, services: map[string]bool{}}
		}
		if row.service != "" {
			arms[key].services[row.service] = true
		}
		arms[key].reason = cmp.Or(arms[key].reason, row.reason)
	}
	for key, choices := range chosen {
		if !azurerm[choices[0].typ] && arms[key] == nil {
			return nil, nil, fmt.Errorf("type-choices.csv has %s, which resource-types.csv lacks", choices[0].typ)
		}
	}

	types := map[string][]resourceType{}
	none := map[string]string{}
	place := func(name, service, reason string) error {
		if choices := chosen[strings.ToLower(name)]; len(choices) > 0 {
			for _, c := range choices {
				switch {
				case c.service != "":
					types[c.service] = append(types[c.service], resourceType{name, c.attribute, c.value})
				case c.reason == attachedReason:
					none[name] = c.reason
				case c.reason != parentReason:
					return fmt.Errorf("type-choices.csv gives %s neither a service nor a known reason", name)
				}
			}
			return nil
		}
		if service == "" {
			if reason == "" {
				return fmt.Errorf("resource-types.csv gives %s neither a service nor a reason", name)
			}
			none[name] = reason
			return nil
		}
		types[service] = append(types[service], resourceType{typ: name})
		return nil
	}
	for _, row := range f.types {
		if err := place(row.azurerm, row.service, row.reason); err != nil {
			return nil, nil, err
		}
	}
	// sole is the one service that an ARM type chooses by itself, "" if it takes more.
	sole := func(key string) string {
		if choices := chosen[key]; len(choices) > 0 {
			if choices[0].attribute != "" {
				return ""
			}
			return choices[0].service
		}
		if len(arms[key].services) != 1 {
			return ""
		}
		return slices.Collect(maps.Keys(arms[key].services))[0]
	}
	for key, a := range arms {
		if len(chosen[key]) == 0 && len(a.services) > 1 {
			return nil, nil, fmt.Errorf("%s belongs to %s: expected a row of type-choices.csv that decides",
				a.name, strings.Join(slices.Sorted(maps.Keys(a.services)), " and "))
		}
		above := parentType(key)
		for above != "" && arms[above] == nil {
			above = parentType(above)
		}
		if own := sole(key); above != "" && own != "" && own == sole(above) {
			continue
		}
		if err := place(a.name, sole(key), a.reason); err != nil {
			return nil, nil, err
		}
	}
	for _, list := range types {
		slices.SortFunc(list, func(a, b resourceType) int {
			return cmp.Or(strings.Compare(strings.ToLower(a.typ), strings.ToLower(b.typ)),
				strings.Compare(a.attribute, b.attribute), strings.Compare(a.value, b.value))
		})
	}

	var table bytes.Buffer
	w := csv.NewWriter(&table)
	rows := [][]string{{"type", "reason"}}
	for _, name := range slices.SortedFunc(maps.Keys(none), func(a, b string) int {
		return strings.Compare(strings.ToLower(a), strings.ToLower(b))
	}) {
		rows = append(rows, []string{name, none[name]})
	}
	if err := w.WriteAll(rows); err != nil {
		return nil, nil, err
	}
	return types, table.Bytes(), nil
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
