package oscal_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/sample"
	"github.com/security-controls/terraform-provider-controls/internal/oscaldoc"
)

// foreign is a component definition of somebody else's, with every field of OSCAL that
// is passed over. The first implemented requirement is on line 51.
const foreign = `{
  "$schema": "https://example.com/oscal.json",
  "component-definition": {
    "uuid": "1",
    "metadata": {
      "title": "Controls of the ledger", "published": "2025-03-01T23:30:00-02:00", "last-modified": "2025-04-01T00:00:00Z",
      "version": "3", "oscal-version": "1.1.2", "revisions": [], "document-ids": [], "props": [], "links": [], "roles": [],
      "locations": [], "responsible-parties": [], "actions": [], "remarks": "None.",
      "parties": [
        {"uuid": "2", "type": "organization", "name": "Contoso Ltd", "short-name": "C", "remarks": "x"},
        {"uuid": "3", "type": "person", "name": "Ann"}
      ]
    },
    "components": [
      {"uuid": "4", "type": "validation", "title": "A scan", "description": "It says nothing of a control."},
      {
        "uuid": "5",
        "type": "service",
        "title": "Contoso Ledger",
        "description": "A ledger.", "purpose": "To keep books.",
        "props": [{"name": "vendor-name", "value": "Contoso", "uuid": "6", "class": "x", "group": "y",
          "ns": "https://example.com"}],
        "links": [],
        "responsible-roles": [],
        "protocols": [],
        "remarks": "x",
        "control-implementations": [
          {
            "uuid": "7",
            "source": "https://example.com/profile",
            "description": "Of our profile.",
            "props": [],
            "links": [],
            "set-parameters": [],
            "implemented-requirements": [
              {
                "uuid": "8", "control-id": "alpha", "description": "All of\nit.",
                "props": [{"name": "implementation-status", "value": "implemented"}],
                "set-parameters": [], "responsible-roles": [], "remarks": "x",
                "links": [
                  {"href": "https://example.com/how", "text": "How to", "rel": "reference", "media-type": "text/html"},
                  {"href": "https://example.com/bare"},
                  {"href": "#1234"}
                ],
                "statements": [{"statement-id": "alpha_a", "uuid": "9", "description": "Part a.",
                  "props": [{"name": "implementation-status", "value": "implemented"}], "remarks": "x"}]
              },
              {"uuid": "10", "control-id": "Beta support", "description": "In part.", "props": [
                {"name": "implementation-status", "ns": "http://csrc.nist.gov/ns/oscal", "value":
                 "partial", "remarks": "Premium tier only"}]},
              {"uuid": "11", "control-id": "local", "description": "Soon.", "props": [
                {"name": "implementation-status", "value": "planned"},
                {"name": "implementation-status", "ns": "https://example.com", "value": "x"}]}
            ]
          },
          {
            "uuid": "12", "source": "https://example.com/other", "description": "Of another profile.",
            "implemented-requirements": [{"uuid": "13", "control-id": "local", "description": "Not here.", "props": [
              {"name": "implementation-status", "value": "not-applicable"}]}]
          }
        ]
      }
    ],
    "back-matter": {"resources": [{"uuid": "14", "title": "A page", "rlinks": [], "props": [{"name": "x", "value": "y"}]}]}
  }
}
`

func TestForeignComponentDefinition(t *testing.T) {
	t.Parallel()
	c := sample.Load(t, sample.Write(t, sample.Controls), sample.WriteNamed(t, "ledger.json", foreign))
	s, err := c.Service("contoso-ledger")
	if err != nil {
		t.Fatal(err)
	}
	sample.Equal(t, s.Summary, catalog.Summary{ID: "contoso-ledger", Name: "Contoso Ledger", Cloud: "own"})
	want := []*catalog.Document{
		{ID: "contoso-ledger-2025-03-02", Statements: []*catalog.Statement{
			{
				Control: "alpha", Status: catalog.StatusYes, Notes: "All of it.", References: []catalog.Reference{
					{Title: "How to", URL: "https://example.com/how"},
					{Title: "https://example.com/bare", URL: "https://example.com/bare"},
				},
			},
			{
				Control: "beta", Label: "Beta support", Status: catalog.StatusConditional, Condition: "Premium tier only",
				Notes: "In part.",
			},
			{Control: "local", Status: catalog.StatusNo, Planned: true, Notes: "Soon."},
		}},
		{
			ID:         "contoso-ledger-2025-03-02-2",
			Statements: []*catalog.Statement{{Control: "local", Status: catalog.StatusNotApplicable, Notes: "Not here."}},
		},
	}
	for i, doc := range want {
		doc.Series, doc.Title = "OSCAL component definition", "Controls of the ledger"
		doc.Publisher, doc.Published = "Contoso Ltd", "2025-03-02"
		got := *s.Documents[i]
		sample.Equal(t, got.Statements, doc.Statements)
		got.Statements, doc.Statements = nil, nil
		sample.Equal(t, &got, doc)
	}
	// Of two statements of one date, the stricter counts: of an adverse control, "N/A" is
	// less than a "No".
	b, err := c.Baseline("contoso-ledger", "")
	if err != nil {
		t.Fatal(err)
	}
	if got := b.Controls["local"].Status; got != catalog.StatusNotApplicable {
		t.Errorf("got %q", got)
	}
}

// A service that an earlier source has stays what it is there; without a date of its
// own a document has that of its last change; YAML is read like JSON.
func TestForeignComponentOfKnownService(t *testing.T) {
	t.Parallel()
	earlier := sample.Write(t,
		sample.Services(sample.Service("contoso-ledger", "name: The Ledger, resource_types: [contoso_ledger]",
			sample.Document("a", "2020-01-01", "alpha: no"))))
	text := strings.Replace(foreign, `"published": "2025-03-01T23:30:00-02:00", `, "", 1)
	text = strings.Replace(text, `"type": "person"`, `"type": "organization"`, 1)
	c := sample.Load(t, sample.Write(t, sample.Controls), earlier, sample.WriteNamed(t, "ledger.yaml", text))
	s, err := c.Service("contoso-ledger")
	if err != nil {
		t.Fatal(err)
	}
	if s.Name != "The Ledger" || s.Cloud != "azure" || len(s.ResourceTypes) != 1 {
		t.Errorf("got %+v", s.Summary)
	}
	if doc := s.Documents[1]; doc.Published != "2025-04-01" || doc.Publisher != "not stated" {
		t.Errorf("got %s by %s, want the last change, and no publisher where two might be it", doc.Published, doc.Publisher)
	}
}

// The definitions that labels need may stand in the same source.
func TestForeignComponentInDirectory(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	sample.WriteFile(t, dir+"/ledger.json", foreign)
	sample.WriteFile(t, dir+"/controls.yaml", sample.Controls)
	c := sample.Load(t, loader.Source{Path: dir})
	if b, err := c.Baseline("contoso-ledger", ""); err != nil || b.Controls["beta"].Status != catalog.StatusConditional {
		t.Errorf("got %+v, %v", b, err)
	}
}

func TestForeignComponentErrors(t *testing.T) {
	t.Parallel()
	const implemented = `"props": [{"name": "implementation-status", "value": "implemented"}],
                "set-parameters"`
	for name, tt := range map[string]struct{ old, replacement, want string }{
		"no status of a requirement whose part has one": {
			implemented, `"set-parameters"`,
			`ledger.json:45: the statement "alpha_a" has an implementation-status and its requirement has none, expected the ` +
				`requirement's: a catalogue does not know which parts make up a control`,
		},
		"another status": {
			`"value": "planned"`, `"value": "maybe"`,
			`ledger.json:52: the implementation-status is "maybe", expected one of "implemented", "partial", "alternative", ` +
				`"planned", "not-applicable"`,
		},
		"a field with another status": {
			`"control-id": "local", "description": "Soon.",`,
			`"control-id": "local", "description": "Soon.", "implementation-status": {"state": "planned", "colour": "red"},`,
			`ledger.json:51: implementation-status has no key "colour", expected one of remarks, state`,
		},
		"a field beside the property": {
			`"control-id": "local", "description": "Soon.",`,
			`"control-id": "local", "description": "Soon.", "implementation-status": {"state": "planned"},`,
			`ledger.json:52: the implemented requirement has two of the property "implementation-status", expected one`,
		},
		"two of other namespaces": {
			`{"name": "implementation-status", "value": "planned"}`,
			`{"name": "implementation-status", "ns": "https://example.org", "value": "planned"}`,
			`ledger.json:53: the implemented requirement has two of the property "implementation-status", expected one`,
		},
		"a blank description": {
			`"description": "Soon."`, `"description": ""`, `ledger.json:51: description is blank, expected text`,
		},
		"partial with blank remarks": {
			`"remarks": "Premium tier only"`, `"remarks": " "`, `ledger.json:50: remarks is blank, expected text`,
		},
		"two of them": {
			`{"name": "implementation-status", "ns": "https://example.com", "value": "x"}`,
			`{"name": "implementation-status", "value": "implemented"}`,
			`ledger.json:53: the implemented requirement has two of the property "implementation-status", expected one`,
		},
		"a part with another status": {
			`"props": [{"name": "implementation-status", "value": "implemented"}], "remarks"`,
			`"props": [{"name": "implementation-status", "value": "planned"}], "remarks"`,
			`ledger.json:46: the statement "alpha_a" has the implementation-status "planned" and its requirement ` +
				`"implemented", expected the same: a requirement has one status`,
		},
		"a control that nobody defines": {
			`"control-id": "alpha"`, `"control-id": "ac-2.1"`,
			`ledger.json:36: control-id: the catalogue has no control "ac-2.1"; ` +
				`expected the id or a label of a control of the catalogue, or of "definitions" in an earlier source, ` +
				`as other requirements of the control implementation have`,
		},
		"a control with a nearby id": {
			`"control-id": "alpha"`, `"control-id": "alphas"`,
			`ledger.json:36: control-id: the catalogue has no control "alphas"; did you mean "alpha"?; ` +
				`expected the id or a label of a control of the catalogue, or of "definitions" in an earlier source, ` +
				`as other requirements of the control implementation have`,
		},
		"a field that OSCAL does not have": {
			`"purpose": "To keep books."`, `"statement": "no"`,
			`ledger.json:20: a component has no key "statement", expected one of control-implementations, description, links, ` +
				`props, protocols, purpose, remarks, responsible-roles, title, type, uuid`,
		},
		"capabilities": {
			`"back-matter":`, "\"capabilities\": [{}],\n\"back-matter\":",
			`ledger.json:64: capabilities speak of several components together, expected components alone`,
		},
		"a component that is no service": {
			`"type": "service"`, `"type": "guidance"`,
			`ledger.json:18: the type of the component is "guidance", which no workload chooses as a service, ` +
				`expected one of "service", "software", "hardware"`,
		},
		"a version without these fields": {
			`"1.1.2"`, `"2.0.0"`, `ledger.json:7: oscal-version is "2.0.0", expected 1.0, 1.1 or 1.2`,
		},
		"a time without a zone": {
			`"2025-03-01T23:30:00-02:00"`, `"2025-03-01"`,
			`ledger.json:6: published is "2025-03-01", expected a time with its zone, such as "2026-01-31T12:00:00Z"`,
		},
		"a title in other letters": {
			`"title": "Contoso Ledger"`, `"title": "Книга"`,
			`ledger.json:19: the title "Книга" makes no id of a service, expected one in Latin letters and digits, ` +
				`at most 100 characters`,
		},
		"a long title": {
			`"title": "Contoso Ledger"`, `"title": "` + strings.Repeat("x", 95) + `"`,
			`ledger.json:19: the id "` + strings.Repeat("x", 95) +
				`-2025…" of a document has 106 characters, expected at most 100: the title is too long`,
		},
		"tomorrow": {
			`"2025-03-01T23:30:00-02:00"`, `"2030-03-01T00:00:00Z"`,
			`ledger.json:6: document "contoso-ledger-2030-03-01" is dated 2030-03-01, ` +
				`expected a date not after today (2026-06-30)`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(foreign, tt.old, tt.replacement, 1)
			if text == foreign {
				t.Fatal("nothing is replaced")
			}
			_, err := loader.Catalog(loader.Options{
				Sources: []loader.Source{sample.Write(t, sample.Controls), sample.WriteNamed(t, "ledger.json", text)},
				Today:   sample.Today,
			})
			if err == nil {
				t.Fatal("no error")
			}
			first, _, _ := strings.Cut(err.Error(), "\n")
			if _, message, _ := strings.Cut(first, "ledger.json:"); "ledger.json:"+message != tt.want {
				t.Errorf("got\n%s\nwant\n%s", err, tt.want)
			}
		})
	}
}

// own is a component definition in the words of a catalogue, as render_baseline writes it.
const own = `{"component-definition": {"uuid": "1",
 "metadata": {"title": "T", "last-modified": "2025-03-01T00:00:00Z", "version": "1", "oscal-version": "1.1.3"},
 "components": [{"uuid": "2", "type": "service", "title": "Shop", "description": "D.", "props": [
   {"name": "service", "ns": "NS", "value": "shop"}, {"name": "name", "ns": "NS", "value": "Shop"},
   {"name": "cloud", "ns": "NS", "value": "azure"}],
  "control-implementations": [{"uuid": "3", "source": "", "description": "D.", "props": [
    {"name": "document", "ns": "NS", "value": "shop-2025"}, {"name": "series", "ns": "NS", "value": "S"},
    {"name": "title", "ns": "NS", "value": "T"},
    {"name": "publisher", "ns": "NS", "value": "P"}, {"name": "published", "ns": "NS", "value": "2025-01-31"}],
   "implemented-requirements": [{"uuid": "4", "control-id": "alpha", "description": "D.", "props": [
     {"name": "status", "ns": "NS", "value": "yes"}]}]}]}]}}
`

func TestOwnComponentErrors(t *testing.T) {
	t.Parallel()
	text := strings.ReplaceAll(own, "NS", oscaldoc.Namespace)
	sample.Load(t, sample.Write(t, sample.Controls), sample.WriteNamed(t, "shop.json", text))
	prop := func(name, class, value string) string {
		return `{"name": "` + name + `", "ns": "` + oscaldoc.Namespace + `", "class": "` + class + `", "value": "` + value + `"}`
	}
	const cloud = `{"name": "cloud", "ns": "` + oscaldoc.Namespace + `", "value": "azure"}`
	for name, tt := range map[string]struct{ old, replacement, want string }{
		"no cloud": {",\n   " + cloud, "", `shop.json:3: a service lacks the key "cloud"`},
		"another status": {
			`"value": "yes"`, `"value": "maybe"`,
			`shop.json:11: status is "maybe", expected one of "yes", "conditional", "no", "not_applicable"`,
		},
		"no condition": {
			`"value": "yes"`, `"value": "conditional"`,
			`shop.json:10: a statement with the status "conditional" lacks its condition, expected what restricts the "Yes"`,
		},
		"an unknown word": {
			cloud, cloud + ", " + prop("colour", "", "red"),
			`shop.json:5: the property "colour" of the class "" is not known, expected one of alias, category, cloud, ` +
				`former-name, name, service`,
		},
		"an unknown class": {
			cloud, cloud + ", " + prop("x", "colours", "red"),
			`shop.json:5: the class of a property is "colours", expected none, or lifecycle, ` +
				`or one that begins with resource-type- or notice-`,
		},
		"half a type": {
			cloud, cloud + ", " + prop("attribute", "resource-type-1", "kind"),
			`shop.json:3: an entry of resource_types lacks the key "type"`,
		},
		"a lifecycle without source": {
			cloud, cloud + ", " + prop("retired-on", "lifecycle", "2027-01-31"),
			`shop.json:3: lifecycle lacks the key "source", expected where retired_on, successor and notice were read`,
		},
		"twice": {cloud, cloud + ", " + cloud, `shop.json:5: a service has the key "cloud" twice, first on line 5`},
		"a control that is no id": {
			`"control-id": "alpha"`, `"control-id": "Alpha support"`,
			`shop.json:10: control "Alpha support" is malformed, expected lower-case letters, digits and single hyphens, ` +
				`such as "vnet-injection"`,
		},
		"a source that is no link": {
			`"source": ""`, `"source": "javascript:alert(1)"`,
			`shop.json:6: url "javascript:alert(1)" is not a link, expected an absolute http or https URL`,
		},
		"a boolean that is none": {
			`"value": "yes"}`, `"value": "no"}, ` + prop("planned", "", "perhaps"),
			`shop.json:11: planned is text, expected true or false`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			broken := strings.Replace(text, tt.old, tt.replacement, 1)
			if broken == text {
				t.Fatal("nothing is replaced")
			}
			_, err := loader.Catalog(loader.Options{
				Sources: []loader.Source{sample.Write(t, sample.Controls), sample.WriteNamed(t, "shop.json", broken)},
				Today:   sample.Today,
			})
			if err == nil {
				t.Fatal("no error")
			}
			if !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got\n%s\nwant\n%s", err, tt.want)
			}
		})
	}
}

// What has no statement is no error, and listed: a vendor publishes such files by the
// hundred.
func TestComponentDefinitionWithoutStatements(t *testing.T) {
	t.Parallel()
	head, _, _ := strings.Cut(own, ",\n \"components\"")
	for name, tt := range map[string]struct{ rest, want string }{
		"no components": {"", "shop.json:1: the component definition has no implemented requirements"},
		"components alone": {
			`, "components": [{"uuid": "2", "type": "software", "title": "Shop", "description": "D."}]`,
			"shop.json:1: the component definition has no implemented requirements",
		},
		"imports": {
			`, "import-component-definitions": [{"href": "#1"}, {"href": "other.json"}]`,
			"shop.json:2: the component definition imports 2 others, which are sources of their own",
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := sample.Load(t, sample.Write(t, sample.Controls), sample.WriteNamed(t, "shop.json", head+tt.rest+"}}"))
			sample.Equal(t, silent(c), []string{tt.want})
			if ids := c.ServiceIDs(); len(ids) > 0 {
				t.Errorf("got the services %q", ids)
			}
		})
	}
	want := `shop.json:1: the component definition lacks the key "metadata"`
	if got := sample.LoadError(t, sample.WriteNamed(t, "shop.json", `{"component-definition": {"uuid": "1"}}`)); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// silent lists what was not taken, without the directories of files.
func silent(c *catalog.Catalog) []string {
	var places []string
	for _, s := range c.Silences() {
		for _, place := range s.Places {
			path, rest, _ := strings.Cut(place, ":")
			places = append(places, filepath.Base(path)+":"+rest)
		}
	}
	return places
}
