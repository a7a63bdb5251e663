package oscal_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/security-controls/terraform-provider-controls/internal/catalog/oscal"
)

// aCatalog has a withdrawn control, and controls within one.
const aCatalog = `{"catalog": {"metadata": {"title": "Any"}, "groups": [{"id": "ac", "controls": [
	{"id": "ac-1", "title": "One"},
	{"id": "ac-2", "controls": [{"id": "ac-2.1"}, {"id": "ac-2.2", "controls": [{"id": "ac-2.2.1"}]}]},
	{"id": "ac-3", "props": [{"name": "status", "value": "withdrawn"}]}]}]}}`

// aProfile has the given imports.
func aProfile(imports string) string {
	return `{"profile": {"uuid": "0", "metadata": {"title": "A profile"}, "imports": [` + imports + `],
		"merge": {"as-is": true}, "back-matter": {"resources": [
			{"uuid": "here", "rlinks": [{"href": "https://example.com/catalog.json"}, {"href": "catalog.json"}]},
			{"uuid": "away", "rlinks": [{"href": "https://example.com/catalog.json"}]}]}}}`
}

func TestReadProfile(t *testing.T) {
	t.Parallel()
	const one = `{"href": "#away", "include-controls": [{"with-ids": ["ac-1"]}]}`
	for name, test := range map[string]struct {
		imports string
		want    string // the ids, or a part of the error
	}{
		"by id, of what is elsewhere": {one, "[ac-1]"},
		"by id, in several imports, once each": {
			one + `, {"href": "https://example.com/other.json", "include-controls": [{"with-ids": ["sc-7", "ac-1"]}, ` +
				`{"with-ids": ["sc-8"]}]}`,
			"[ac-1 sc-7 sc-8]",
		},
		"all but the withdrawn ones": {`{"href": "#here", "include-all": {}}`, "[ac-1 ac-2 ac-2.1 ac-2.2 ac-2.2.1]"},
		"all of a file, but some": {
			`{"href": "catalog.json", "include-all": {}, "exclude-controls": [{"with-ids": ["ac-1"]}]}`,
			"[ac-2 ac-2.1 ac-2.2 ac-2.2.1]",
		},
		"with what is within": {
			`{"href": "#here", "include-controls": [{"with-ids": ["ac-2"], "with-child-controls": "yes"}]}`,
			"[ac-2 ac-2.1 ac-2.2 ac-2.2.1]",
		},
		"without what is within": {
			`{"href": "#here", "include-all": {},
				"exclude-controls": [{"with-ids": ["ac-2"], "with-child-controls": "yes"}]}`, "[ac-1]",
		},
		"of another profile": {`{"href": "sub/low.json", "include-all": {}}`, "[ac-2 ac-2.1]"},
		"of another profile, by id": {
			`{"href": "sub/low.json", "include-controls": [{"with-ids": ["ac-2"], "with-child-controls": "yes"}]}`,
			"[ac-2 ac-2.1]",
		},

		"all of what is elsewhere": {
			`{"href": "#away", "include-all": {}}`,
			`p.json: import 1: include-all needs what it imports: what "#away" refers to (https://example.com/catalog.json) ` +
				`is not a file beside the profile. Put the file beside the profile`,
		},
		"what is within, of what is elsewhere": {
			`{"href": "none.json", "include-controls": [{"with-ids": ["ac-2"], "with-child-controls": "yes"}]}`,
			`with-child-controls needs what it imports: "none.json" is not a file beside the profile`,
		},
		"an id that is not there": {
			`{"href": "catalog.json", "include-controls": [{"with-ids": ["ac-9"]}]}`,
			`p.json: import 1: with-ids has "ac-9", which what it imports does not have`,
		},
		"an id that another profile does not select": {
			`{"href": "sub/low.json", "include-controls": [{"with-ids": ["ac-1"]}]}`, `with-ids has "ac-1"`,
		},
		"by a pattern": {
			`{"href": "#away", "include-controls": [{"matching": [{"pattern": "ac-*"}]}]}`,
			"p.json: import 1: selects by a pattern (matching), expected with-ids: list the ids",
		},
		"neither all nor some": {`{"href": "#away"}`, "expected one of include-all and include-controls"},
		"all and some": {
			`{"href": "#here", "include-all": {}, "include-controls": [{"with-ids": ["ac-1"]}]}`, "expected one of",
		},
		"a field that OSCAL does not have": {
			`{"href": "#here", "include-all": {}, "exclude-control": [{"with-ids": ["ac-1"]}]}`, `unknown field ` +
				`"exclude-control"`,
		},
		"a resource that is not there": {
			`{"href": "#none", "include-all": {}}`, `p.json: the import "#none" names no resource of the back matter`,
		},
		"itself":               {`{"href": "p.json", "include-all": {}}`, "p.json: the profile imports itself: p.json -> p.json"},
		"itself, in two steps": {`{"href": "sub/loop.json", "include-all": {}}`, "imports itself: p.json -> sub/loop.json -> "},
		"a file above": {`{"href": "../secret.json", "include-all": {}}`, `"../secret.json" is not a file beside ` +
			`the profile or below it`},
		"a file that is no OSCAL": {
			`{"href": "sub/other.json", "include-all": {}}`,
			`sub/other.json: expected an OSCAL profile, an object with the key "profile"`,
		},
		"what is within, of a profile that lists by id": {
			`{"href": "sub/flat.json", "include-controls": [{"with-ids": ["ac-2"], "with-child-controls": "yes"}]}`,
			"with-child-controls needs the catalog behind the profile that it imports",
		},
		"nothing":        {`{"href": "#away", "include-controls": [{}]}`, "selects nothing, expected with-ids"},
		"an empty list":  {`{"href": "#away", "include-controls": [{"with-ids": []}]}`, "selects nothing, expected with-ids"},
		"the same twice": {`{"href": "#here", "include-all": {}, "include-all": {}}`, `the key "include-all" is given twice`},
		"another case": {
			`{"href": "#away", "Include-Controls": [{"with-ids": ["ac-1"]}]}`,
			`the key is "Include-Controls", expected "include-controls"`,
		},
		"an empty id": {`{"href": "#away", "include-controls": [{"with-ids": [""]}]}`, "with-ids has an empty id"},
		"no control": {
			`{"href": "catalog.json", "include-controls": [{"with-ids": ["ac-1"]}], "exclude-controls": [{"with-ids": ` +
				`["ac-1"]}]}`,
			"p.json: the profile selects no control",
		},
		"no import": {"", "p.json: the profile selects no control"},
		"child controls, neither yes nor no": {
			`{"href": "#here", "include-controls": [{"with-ids": ["ac-1"], "with-child-controls": "true"}]}`,
			`with-child-controls is "true", expected "yes" or "no"`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := fstest.MapFS{
				"p.json":         {Data: []byte(aProfile(test.imports))},
				"catalog.json":   {Data: []byte(aCatalog)},
				"sub/other.json": {Data: []byte(`{"component-definition": {}}`)},
				"sub/low.json": {Data: []byte(aProfile(
					`{"href": "below.json", "include-controls": [{"with-ids": ["ac-2", "ac-2.1"]}]}`))},
				"sub/flat.json": {Data: []byte(aProfile(
					`{"href": "#away", "include-controls": [{"with-ids": ["ac-2", "ac-2.1"]}]}`))},
				"sub/below.json": {Data: []byte(aCatalog)},
				"sub/loop.json":  {Data: []byte(aProfile(`{"href": "loop.json", "include-all": {}}`))},
			}
			p, err := oscal.ReadProfile(files, "p.json")
			if !strings.HasPrefix(test.want, "[") {
				if err == nil || !strings.Contains(err.Error(), test.want) {
					t.Errorf("got error %v, want %q", err, test.want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, fmt.Sprint(p.IDs)); diff != "" || p.Title != "A profile" || p.Tailored {
				t.Errorf("%q, tailored %t (-want +got):\n%s", p.Title, p.Tailored, diff)
			}
		})
	}
}

// What another file is taken for matters as well: a catalogue selects nothing, and what is
// tailored below is tailored here.
func TestReadProfile_file(t *testing.T) {
	t.Parallel()
	const modify = `, "modify": {"alters": [{"control-id": "ac-1"}]}, "back-matter"`
	files := fstest.MapFS{
		"catalog.json": {Data: []byte(aCatalog)},
		"p.json":       {Data: []byte(aProfile(`{"href": "tailored.json", "include-all": {}}`))},
		"tailored.json": {
			Data: []byte(
				strings.Replace(aProfile(`{"href": "catalog.json", "include-all": {}}`), `, "back-matter"`, modify, 1),
			),
		},
		"list.json":  {Data: []byte(`[]`)},
		"twice.json": {Data: []byte(`{"profile": {}, "profile": {}}`)},
	}
	for name, want := range map[string]string{
		"catalog.json": "catalog.json: is an OSCAL catalog, expected a profile, which selects controls of one",
		"list.json":    "list.json: expected an OSCAL profile in JSON: it ",
		"twice.json":   `twice.json: expected an OSCAL profile in JSON: the key "profile" is given twice`,
		"none.json":    "none.json cannot be read: file does not exist",
	} {
		if _, err := oscal.ReadProfile(files, name); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got error %v, want %q", err, want)
		}
	}
	p, err := oscal.ReadProfile(files, "p.json")
	if err != nil || !p.Tailored {
		t.Errorf("got %+v, %v, want a tailored profile", p, err)
	}
}
