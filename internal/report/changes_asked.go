package report

import (
	"cmp"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// What two assessments are, and what makes them differ apart from what is documented: another
// question, or another catalogue. Assessments have neither the version of the program nor a
// revision of the configuration.

// identity names the assessments and their catalogues.
func (c *changes) identity() []fact {
	var facts []fact
	add := func(name string, s *section) {
		facts = append(
			facts,
			fact{"", "Assessment " + name, s.digest},
			fact{"", "Catalogue " + name, plaintext.Line(s.Catalog.Digest)},
		)
	}
	switch {
	case c.before == nil:
		add("after", c.after)
	case c.before.Catalog.Digest == c.after.Catalog.Digest:
		facts = append(
			facts,
			fact{"", "Assessment before", c.before.digest}, fact{"", "Assessment after", c.after.digest},
			fact{"", "Catalogue of both", plaintext.Line(c.after.Catalog.Digest)},
		)
	default:
		add("before", c.before)
		add("after", c.after)
	}
	return facts
}

// asked lists what is asked otherwise, where both ask for it: settings, rules and members of groups.
func (c *changes) asked(old, now *section) {
	list := changeList{heading: "What is asked otherwise", heads: [4]string{"Argument", "Before", "After", "For"}, short: true}
	before, after := old.settings(), now.settings()
	for _, name := range slices.Sorted(maps.Keys(after)) {
		if was, is := before[name], after[name]; was != is {
			list.rows = append(list.rows, [4]string{name, was, is, "every finding"})
		}
	}
	if !reflect.DeepEqual(old.Policy, now.Policy) {
		was, is := old.policyWord(), now.policyWord()
		if was == is {
			is += "; other keys, workloads or registers"
		}
		list.rows = append(list.rows, [4]string{"exception_policy", was, is, "every exception"})
	}
	list.rows = append(list.rows, otherGroups(old.Requirement, now.Requirement)...)
	c.lists = append(c.lists, list)
}

// otherGroups are the groups of both requirements that have other members, or another rule.
func otherGroups(old, now assess.Requirement) (rows [][4]string) {
	rules := map[[2]assess.GroupRule][]string{} // names of groups by the rules before and after
	var other []string                          // names of those with other members
	for name, members := range now.Groups() {
		was, oldRule, ok := old.Group(name)
		if !ok {
			continue
		}
		_, rule, _ := now.Group(name)
		if rule != oldRule {
			key := [2]assess.GroupRule{oldRule, rule}
			rules[key] = append(rules[key], name)
		}
		if !slices.Equal(was, members) {
			other = append(other, name)
		}
	}
	slices.SortFunc(other, inOrder)
	for i, name := range other {
		if i == fewChanges { // what many groups have is longer than all that follows from it
			rows = append(rows, [4]string{"members of groups", "others", "others", strings.Join(other[i:], ", ")})
			break
		}
		was, _, _ := old.Group(name)
		is, _, _ := now.Group(name)
		rows = append(rows, [4]string{"members of groups", strings.Join(was, ", "), strings.Join(is, ", "), name})
	}
	for _, was := range assess.GroupRules() {
		for _, is := range assess.GroupRules() {
			if names := rules[[2]assess.GroupRule{was, is}]; len(names) > 0 {
				slices.SortFunc(names, inOrder)
				rows = append(rows, [4]string{
					"rule of groups", string(was), string(is),
					words.Count(len(names), "group") + ": " + strings.Join(names, ", "),
				})
			}
		}
	}
	return rows
}

// policyWord says which exceptions count.
func (s *section) policyWord() string {
	if s.Policy == nil {
		return "none"
	}
	return cmp.Or(s.policy(), "all count")
}

// settings are the arguments of the requirement that are no lists, by name.
func (s *section) settings() map[string]string {
	values := map[string]string{"as_of": string(s.Requirement.AsOf), "workload": plaintext.Line(s.Requirement.Workload)}
	for _, setting := range assess.Settings() {
		values[setting.Name] = setting.Value(s.Requirement)
	}
	for name, value := range values {
		if value == "" {
			values[name] = "not set"
		}
	}
	return values
}

// catalogue lists the sources of the catalogue that differ.
func (c *changes) catalogue(old, now *section) {
	list := changeList{heading: "Catalogue", heads: [4]string{"Source", "Before", "After", "Change"}}
	before := map[string]string{}
	for _, source := range old.Catalog.Sources {
		before[source.Name] = source.Digest
	}
	after := map[string]bool{}
	for _, source := range now.Catalog.Sources {
		was, ok := before[source.Name]
		after[source.Name] = true
		switch {
		case !ok:
			list.rows = append(list.rows, [4]string{plaintext.Line(source.Name), "none", source.Digest, "new"})
		case was != source.Digest:
			list.rows = append(list.rows, [4]string{plaintext.Line(source.Name), was, source.Digest, "other contents"})
		}
	}
	for _, source := range old.Catalog.Sources {
		if !after[source.Name] {
			list.rows = append(list.rows, [4]string{plaintext.Line(source.Name), source.Digest, "none", "gone"})
		}
	}
	c.lists = append(c.lists, list)
}
