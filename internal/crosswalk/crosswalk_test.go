package crosswalk_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/crosswalk"
)

func mappings() map[string][]catalog.Mapping {
	mapping := func(version, source string, confidence catalog.Confidence, ids ...string) catalog.Mapping {
		return catalog.Mapping{
			Framework: "Rules", Version: version, Identifiers: ids, Source: source, Confidence: confidence,
		}
	}
	equal := mapping("v1", "Z", catalog.ConfidenceHigh, "R-1")
	equal.Relationship = catalog.RelationshipEqual
	other := mapping("v1", "Another framework", catalog.ConfidenceHigh, "R-1")
	other.Framework = "Laws"
	return map[string][]catalog.Mapping{
		"firewall": {
			other, mapping("v2", "Newer", catalog.ConfidenceMedium, "R-1"), mapping("v1", "A table", catalog.ConfidenceMedium,
				"R-1", "R-2"),
			mapping("v1", "A guess", catalog.ConfidenceLow, "R-1"),
		},
		"rule":   {equal},
		"backup": {mapping("v2", "Newer", catalog.ConfidenceHigh, "R-1"), mapping("v1", "A table", catalog.ConfidenceLow, "R-1")},
	}
}

func made() *crosswalk.Crosswalk {
	return crosswalk.Make(mappings(), crosswalk.Asked{
		Framework: "Rules", Version: "v1", Least: catalog.ConfidenceMedium, Titles: map[string]string{"R-1": "Walls"},
		Groups:  map[string][]string{"R-1": {"firewall", "rule", "backup"}, "R-2": {"firewall"}},
		Profile: "Rules v1 strict", Undocumented: []string{"R-3", "R-4"},
		OtherVersions: map[string][]string{"R-3": {"v0", "v2"}},
	})
}

// Of several mappings the surest counts, and of equally sure ones that of the version.
func TestMake(t *testing.T) {
	t.Parallel()
	c := made()
	want := map[string]string{
		"firewall": "medium confidence, by A table; by the catalogue it intersects with R-1 of v1",
		"rule":     "high confidence, by Z; by the catalogue it is equal to R-1 of v1",
		"backup":   "high confidence, by Newer; by the catalogue it intersects with R-1 of v2",
		"nowhere":  "",
	}
	for control, basis := range want {
		if got := c.Basis("R-1", control); got != basis {
			t.Errorf("%s: got %q, want %q", control, got, basis)
		}
	}
	if got := c.Identifiers["R-1"].Heading(); got != "Rules v1 R-1: Walls" {
		t.Errorf("got %q", got)
	}
	if got := c.Identifiers["R-2"].Heading(); got != "Rules v1 R-2" {
		t.Errorf("got %q", got)
	}
	if diff := cmp.Diff([]string{"A table", "Newer", "Z"}, c.Sources); diff != "" {
		t.Error(diff)
	}
	var none *crosswalk.Crosswalk
	if none.Of(map[string][]string{"R-1": {"rule"}}) != nil || none.Basis("R-1", "rule") != "" {
		t.Error("no crosswalk says something")
	}
}

// What is said of other groups and members is left out, with its sources.
func TestOf(t *testing.T) {
	t.Parallel()
	c := made().Of(map[string][]string{"R-1": {"rule", "own"}, "Ours": {"firewall"}})
	if err := c.Problem(); err != nil {
		t.Fatal(err)
	}
	const basis = "high confidence, by Z; by the catalogue it is equal to R-1 of v1"
	if len(c.Identifiers) != 1 || c.Basis("R-1", "rule") != basis || len(c.Sources) != 1 {
		t.Errorf("got %+v", c)
	}
	if c := made().Of(map[string][]string{"Ours": {"firewall"}}); c != nil {
		t.Errorf("got %+v of no identifier", c)
	}
}

// What a requirement does not ask for, or no control speaks to, is said, and once only, also
// where a part is taken again.
func TestOf_profile(t *testing.T) {
	t.Parallel()
	groups := map[string][]string{"R-1": {"rule"}, "R-4": {"own"}}
	c := made().Of(groups)
	want := &crosswalk.Profile{
		Title: "Rules v1 strict", Unasked: map[string]string{"R-2": ""}, Undocumented: map[string]string{"R-3": ""},
		OtherVersions: map[string]string{"R-3": "v0, v2"},
	}
	if diff := cmp.Diff(want, c.Profile); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(c, c.Of(groups)); diff != "" {
		t.Error(diff)
	}
	if err := c.Problem(); err != nil {
		t.Error(err)
	}
	many := made()
	many.Profile.Undocumented = map[string]string{}
	for i := range 5001 {
		many.Profile.Undocumented[fmt.Sprintf("X-%d", i)] = ""
	}
	if err := many.Problem(); err == nil || !strings.Contains(err.Error(), "5001 identifiers") {
		t.Errorf("got %v", err)
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	text, err := made().Encode()
	if err != nil {
		t.Fatal(err)
	}
	c, err := crosswalk.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(made(), c); diff != "" {
		t.Error(diff)
	}
	for name, tt := range map[string]struct{ old, replacement, want string }{
		"nothing":                  {text, "", "not the JSON of a crosswalk"},
		"space":                    {`"schema":`, `"schema": `, "canonical"},
		"another key":              {`{"identifiers"`, `{"extra":1,"identifiers"`, "unknown field"},
		"another schema":           {"/crosswalk/v1", "/crosswalk/v2", "expected"},
		"a blank framework":        {`"framework":"Rules"`, `"framework":" "`, "has a blank framework"},
		"a member that is no id":   {`"backup":{`, `"Backup!":{`, "expected the id of a control"},
		"another confidence":       {`"confidence":"high"`, `"confidence":"sure"`, `expected one of "low", "medium", "high"`},
		"another relationship":     {`"relationship":"equal"`, `"relationship":"same"`, `expected one of "equal"`},
		"a source that is not one": {`"source":2`, `"source":3`, "has the source 3 of 3"},
		"a source of nothing":      {`"sources":[`, `"sources":["0",`, "nothing refers to"},
		"other versions of a group": {
			`"other_versions":{"R-3"`, `"other_versions":{"R-1"`, `other versions of "R-1", which is not undocumented`,
		},
		"other versions that are none": {`"v0, v2"`, `" "`, "or none"},
		"a profile without a title":    {`"Rules v1 strict"`, `" "`, "blank title"},
		"a blank identifier":           {`"R-3":""`, `" ":""`, "blank identifier"},
		"a group that is no group":     {`"R-3":""`, `"R-2":""`, `has "R-2" twice`},
		"an identifier in both lists":  {`"undocumented":`, `"unasked":{"R-3":""},"undocumented":`, `has "R-3" twice`},
		"no identifiers": {
			text, `{"identifiers":{},"schema":"` + crosswalk.Schema + `","sources":[]}`, "no identifiers",
		},
		"no members": {
			text, `{"identifiers":{"R-1":{"framework":"F","identifier":"R-1","members":{}}},"schema":"` + crosswalk.Schema +
				`","sources":[]}`, "no members",
		},
	} {
		t.Run(name, func(t *testing.T) {
			edited := strings.Replace(text, tt.old, tt.replacement, 1)
			if edited == text {
				t.Fatal("nothing is replaced")
			}
			if _, err := crosswalk.Parse(edited); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}
