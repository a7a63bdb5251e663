package assess_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
)

// chooses is what a configuration with these services says.
func chooses(services ...string) *configuration.Document {
	d := &configuration.Document{
		Scope:    configuration.Scope{Opaque: []string{"helm_release"}},
		Services: map[string][]configuration.Place{},
	}
	for _, id := range services {
		d.Services[id] = []configuration.Place{{Address: "x." + id, File: "main.tf", Line: 1, Type: "x"}}
	}
	return d
}

func unread(d *configuration.Document, addresses ...string) *configuration.Document {
	for i, address := range addresses {
		m := configuration.UnreadModule{Address: address, File: "main.tf", Line: i + 1, Reason: "r"}
		d.Scope.UnreadModules = append(d.Scope.UnreadModules, m)
	}
	return d
}

// Which services are checked, and which of the configuration's are said not to be.
func TestEvaluateConfiguration(t *testing.T) {
	t.Parallel()
	yes := statements{vnet: "yes"}
	c := load(t, documented("a", yes), documented("b", yes), documented("d", yes))
	left := func(outOfScope ...string) *assess.Scope {
		return &assess.Scope{Opaque: []string{"helm_release"}, OutOfScope: outOfScope}
	}
	withVariables := func(d *configuration.Document, names ...string) *configuration.Document {
		d.Scope.Variables = names
		return d
	}
	for name, tc := range map[string]struct {
		services      []string
		configuration *configuration.Document
		allowNone     bool
		want          []string
		scope         *assess.Scope
	}{
		"all of it":   {nil, chooses("b", "a"), false, []string{"a", "b"}, left()},
		"some of it":  {[]string{"a"}, chooses("a", "b", "d"), false, []string{"a"}, left("b", "d")},
		"others":      {[]string{"d"}, chooses("a"), false, []string{"d"}, left("a")},
		"none of it":  {[]string{}, chooses("a"), true, []string{}, left("a")},
		"it has none": {nil, chooses(), true, []string{}, left()},
		"a module was not read": {
			nil, unread(chooses("a"), "module.b", "module.a", "module.b"), false,
			[]string{"a"},
			&assess.Scope{Opaque: []string{"helm_release"}, UnreadModules: []string{"module.a", "module.b"}},
		},
		"values of variables were given": {
			nil, withVariables(chooses("a"), "shared_keys"), false,
			[]string{"a"},
			&assess.Scope{Opaque: []string{"helm_release"}, Variables: []string{"shared_keys"}},
		},
		"it was not read": {[]string{"a"}, nil, false, []string{"a"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := assess.Requirement{
				Services: tc.services, Configuration: tc.configuration, AllowNoServices: tc.allowNone, Controls: []string{vnet},
			}
			a := evaluate(t, c, r).Assessment
			if diff := cmp.Diff(tc.want, a.Requirement.Services); diff != "" {
				t.Error(diff)
			}
			if s := tc.scope; s != nil {
				s.Ignored, s.Other, s.Undocumented = []string{}, []string{}, []string{}
			}
			if diff := cmp.Diff(tc.scope, a.Scope); diff != "" {
				t.Error(diff)
			}
			text := encode(t, a)
			if _, err := assess.Parse(text); err != nil {
				t.Error(err)
			}
			if got, want := strings.Contains(text, "out_of_scope"), tc.scope != nil && len(tc.scope.OutOfScope) > 0; got != want {
				t.Errorf("names out_of_scope: %t, want %t", got, want)
			}
		})
	}
}

func TestEvaluateConfiguration_ofNothing(t *testing.T) {
	t.Parallel()
	c := load(t, documented("a", statements{vnet: "yes"}))
	for name, tc := range map[string]struct {
		services      []string
		configuration *configuration.Document
		want          string
	}{
		"chooses nothing": {nil, chooses(), "The configuration chooses no service of the catalogue"},
		"read in part": {
			nil, unread(chooses(), "module.a", "module.b"), "not read, and may choose some: module.a, module.b.",
		},
		"empty set":               {[]string{}, chooses("a"), "services is empty"},
		"empty set, chooses none": {[]string{}, chooses(), "services is empty"},
		"neither":                 {nil, nil, "services is empty"},
		"unknown service":         {nil, chooses("a", "aa"), `The catalogue has no service "aa".`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := assess.Requirement{Services: tc.services, Configuration: tc.configuration, Controls: []string{vnet}}
			_, err := assess.Evaluate(c, r, today)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want it to say %q", err, tc.want)
			}
		})
	}
}

// A line that moves is no other assessment.
func TestEvaluateConfiguration_places(t *testing.T) {
	t.Parallel()
	c := load(t, documented("a", statements{vnet: "yes"}))
	moved := chooses("a")
	moved.Services["a"] = append(moved.Services["a"], configuration.Place{Address: "y.a", File: "other.tf", Line: 7, Type: "y"})
	moved.Services["a"][0].Line = 12
	var texts []string
	for _, d := range []*configuration.Document{chooses("a"), moved} {
		r := assess.Requirement{Configuration: d, Controls: []string{vnet}}
		texts = append(texts, encode(t, evaluate(t, c, r).Assessment))
	}
	if diff := cmp.Diff(texts[0], texts[1]); diff != "" {
		t.Error(diff)
	}
}

func TestParseRefusesScopesThatContradict(t *testing.T) {
	t.Parallel()
	c := load(t, documented("a", statements{vnet: "yes"}), documented("b", statements{vnet: "yes"}))
	r := assess.Requirement{Services: []string{"a"}, Configuration: chooses("a", "b"), Controls: []string{vnet}}
	text := encode(t, evaluate(t, c, r).Assessment)
	for old, by := range map[string]string{
		`"out_of_scope":["b"]`:   `"out_of_scope":["a"]`,
		`"out_of_scope":["b"],`:  `"out_of_scope":["B b"],`,
		`"out_of_scope": ["b"],`: `"out_of_scope":[],`,
	} {
		edited := strings.Replace(text, strings.ReplaceAll(old, ": ", ":"), by, 1)
		if edited == text {
			t.Fatalf("%s does not occur in %s", old, text)
		}
		if _, err := assess.Parse(edited); err == nil {
			t.Errorf("%s passes", by)
		}
	}
}
