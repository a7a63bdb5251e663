package oscal_test

import (
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/profile"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/sample"
)

// Small documents of the forms in which publishers have them.

const trestle = "https://oscal-compass.github.io/compliance-trestle/schemas/oscal/cd"

// published is a component definition with one requirement, and what is put in its place.
func published(replacements ...string) string {
	const text = `{"component-definition": {"uuid": "1",
 "metadata": {"title":"Team Queue", "last-modified": "2026-03-31T19:45:48.254399+00:00", "version":"1", "oscal-version": "1.2.1"},
 "components": [{"uuid": "2", "type": "service", "title": "Team Queue", "description": "A queue.",
  "control-implementations": [{"uuid": "3", "source": "#catalogue", "description": "What it has.",
   "implemented-requirements": [{"uuid": "4", "control-id": "alpha", "description": "TLS.",
    "props": [{"name": "implementation-status", "value": "implemented"}]}]}]}]}}
`
	return strings.NewReplacer(replacements...).Replace(text)
}

const noStatus = `,
    "props": [{"name": "implementation-status", "value": "implemented"}]`

func loadPublished(t *testing.T, text string, status catalog.Status) *catalog.Catalog {
	t.Helper()
	source := sample.WriteNamed(t, "cd.json", text)
	source.DefaultStatus = status
	return sample.Load(t, sample.Write(t, sample.Controls), source)
}

func TestStatusOfOthers(t *testing.T) {
	t.Parallel()
	const implemented = `{"name": "implementation-status", "value": "implemented"}`
	for name, tt := range map[string]struct {
		replacements []string
		want         catalog.Statement
	}{
		"OSCAL 1.2": {want: catalog.Statement{Status: catalog.StatusYes}},
		"OSCAL 1.0": {[]string{"1.2.1", "1.0.0"}, catalog.Statement{Status: catalog.StatusYes}},
		"another case": {
			[]string{`"type": "service"`, `"type": "Service"`, `"implemented"`, `"Implemented"`},
			catalog.Statement{Status: catalog.StatusYes},
		},
		"compliance-trestle's namespace": {
			[]string{`"name": "implementation-status"`, `"name": "implementation-status", "ns": "` + trestle + `"`},
			catalog.Statement{Status: catalog.StatusYes},
		},
		"any other namespace": {
			[]string{implemented, `{"name": "implementation-status", "ns": "https://example.com/ns", "value": "planned"}`},
			catalog.Statement{Status: catalog.StatusNo, Planned: true},
		},
		"the field": {
			[]string{
				`"props": [` + implemented + `]`,
				`"implementation-status": {"state": "partial", "remarks": "Two\nregions."}`,
			},
			catalog.Statement{Status: catalog.StatusConditional, Condition: "Two regions."},
		},
		"partial without remarks": {
			[]string{`"implemented"`, `"partial"`},
			catalog.Statement{
				Status: catalog.StatusConditional, Condition: "implemented in part; the document does not say which part",
			},
		},
		"alternative": {
			[]string{`"implemented"`, `"alternative"`},
			catalog.Statement{
				Status: catalog.StatusConditional, Condition: "implemented in another way than the control describes",
			},
		},
		"alternative with remarks": {
			[]string{`"value": "implemented"`, `"value": "alternative", "remarks": "By a proxy."`},
			catalog.Statement{
				Status:    catalog.StatusConditional,
				Condition: "implemented in another way than the control describes: By a proxy.",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := loadPublished(t, published(tt.replacements...), "")
			b, err := c.Baseline("team-queue", "")
			if err != nil {
				t.Fatal(err)
			}
			tt.want.Control, tt.want.Notes = "alpha", "TLS."
			sample.Equal(t, b.Controls["alpha"].Statement, &tt.want)
		})
	}
}

// Whoever names the source decides what no status means, and not the document.
func TestDefaultStatus(t *testing.T) {
	t.Parallel()
	text := published(noStatus, "")
	c := loadPublished(t, text, "")
	sample.Equal(t, silent(c), []string{`cd.json:5: the requirement "alpha" of "Team Queue" has no implementation-status`})
	if ids := c.ServiceIDs(); len(ids) > 0 {
		t.Errorf("got the services %q, want none: nothing is said of one", ids)
	}
	read := loadPublished(t, text, catalog.StatusYes)
	b, err := read.Baseline("team-queue", "")
	if err != nil {
		t.Fatal(err)
	}
	if st := b.Controls["alpha"]; st.Status != catalog.StatusYes || st.Document.DefaultStatus != catalog.StatusYes {
		t.Errorf(
			"got %q by a document of the default status %q, want a yes that says whose",
			st.Status,
			st.Document.DefaultStatus,
		)
	}
	if len(read.Silences()) > 0 || read.Digest() == c.Digest() {
		t.Error("the same digest for another reading")
	}
	stated, err := loadPublished(t, published(), catalog.StatusYes).Baseline("team-queue", "")
	if err != nil {
		t.Fatal(err)
	}
	if got := stated.Controls["alpha"].Document.DefaultStatus; got != "" {
		t.Errorf("got the default status %q of a document that needs none", got)
	}
	native := sample.Write(t, sample.Controls)
	native.DefaultStatus = catalog.StatusYes
	const want = "has no OSCAL component definition, expected no default_status for it"
	if _, err := loader.Catalog(loader.Options{Sources: []loader.Source{native}, Today: sample.Today}); err == nil ||
		!strings.HasSuffix(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}

// What checks a service, or rules it, is none.
func TestComponentsThatAreNoServices(t *testing.T) {
	t.Parallel()
	const other = `"components": [{"uuid": "5", "type": "TYPE", "title": "A scan", "description": "D.", "props": [PROP],
  "control-implementations": [{"uuid": "6", "source": "#catalogue", "description": "D.",
   "implemented-requirements": [{"uuid": "7", "control-id": "nowhere", "description": "D."}]}]}, {`
	for name, replace := range map[string][]string{
		"validation": {"TYPE", "Validation", "PROP", ""},
		"policy":     {"TYPE", "policy", "PROP", ""},
		"inspection": {"TYPE", "software", "PROP", `{"name": "asset-type", "value": "automated-inspection"}`},
	} {
		t.Run(name, func(t *testing.T) {
			c := loadPublished(t, published(`"components": [{`, strings.NewReplacer(replace...).Replace(other)), "")
			sample.Equal(t, c.ServiceIDs(), []string{"team-queue"})
			if places := silent(c); len(places) > 0 {
				t.Errorf("got %q", places)
			}
		})
	}
}

// Ids of a framework are statements about its identifiers, which the crosswalk has as
// members of their groups.
func TestIdentifiersOfAFramework(t *testing.T) {
	t.Parallel()
	const resource = `"back-matter": {"resources": [{"uuid": "9", "title": "NIST Special Publication 800-53 Revision 5",
  "rlinks": [{"href": "catalog.json"}]}, {"uuid": "10", "title": "House Rules"}]}, "metadata"`
	for name, tt := range map[string]struct {
		source, id string
		want       catalog.Definition
		mapping    catalog.Mapping
	}{
		"NIST by a resource": {
			"#9", "ac-2.1",
			catalog.Definition{
				ID: "nist-sp-800-53-rev5-ac-2-1", Title: "NIST SP 800-53 rev5 AC-2(1): Automated System Account Management",
			},
			catalog.Mapping{Framework: "NIST SP 800-53", Version: "rev5", Identifiers: []string{"AC-2(1)"}},
		},
		"NIST by an address": {
			"https://example.com/SP800-53/rev4/json/NIST_SP-800-53_rev4_catalog.json", "zz-1",
			catalog.Definition{ID: "nist-sp-800-53-rev4-zz-1", Title: "NIST SP 800-53 rev4 ZZ-1"},
			catalog.Mapping{Framework: "NIST SP 800-53", Version: "rev4", Identifiers: []string{"ZZ-1"}},
		},
		"FedRAMP": {
			"profiles/fedramp_rev5_high/profile.json", "ac-1",
			catalog.Definition{ID: "nist-sp-800-53-rev5-ac-1", Title: "NIST SP 800-53 rev5 AC-1: Policy and Procedures"},
			catalog.Mapping{Framework: "NIST SP 800-53", Version: "rev5", Identifiers: []string{"AC-1"}},
		},
		"a catalogue of others": {
			"#10", "Rule 1.2",
			catalog.Definition{ID: "house-rules-rule-1-2", Title: "House Rules Rule 1.2"},
			catalog.Mapping{Framework: "House Rules", Identifiers: []string{"Rule 1.2"}},
		},
		"a profile of compliance-trestle": {
			"trestle://profiles/rhel10-anssi-minimal/profile.json", "r30",
			catalog.Definition{ID: "rhel10-anssi-minimal-r30", Title: "rhel10-anssi-minimal r30"},
			catalog.Mapping{Framework: "rhel10-anssi-minimal", Identifiers: []string{"r30"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := loadPublished(t, published(`"metadata"`, resource, "#catalogue", tt.source, `"alpha"`, `"`+tt.id+`"`), "")
			def, ok := c.Definition(tt.want.ID)
			if !ok {
				t.Fatalf("got the controls %q", c.DefinitionIDs())
			}
			if def.Title != tt.want.Title || def.Category != "framework-identifiers" {
				t.Errorf("got %q of the category %q, want %q", def.Title, def.Category, tt.want.Title)
			}
			b, err := c.Baseline("team-queue", "")
			if err != nil {
				t.Fatal(err)
			}
			if st := b.Controls[tt.want.ID]; st.Status != catalog.StatusYes || st.Label != tt.id || len(b.Controls) != 1 {
				t.Errorf("got %+v, want the document's word for it, and for no feature", b.Controls)
			}
			mappings, err := c.Mappings()
			if err != nil {
				t.Fatal(err)
			}
			tt.mapping.Control, tt.mapping.Confidence = tt.want.ID, catalog.ConfidenceHigh
			tt.mapping.Source, tt.mapping.Relationship = mappings[tt.want.ID][0].Source, catalog.RelationshipEqual
			sample.Equal(t, mappings[tt.want.ID], []catalog.Mapping{tt.mapping})
			covered, err := profile.Cover(c, profile.Asked{Framework: tt.mapping.Framework}, tt.mapping.Identifiers)
			if err != nil {
				t.Fatal(err)
			}
			sample.Equal(t, covered.Groups, map[string][]string{tt.mapping.Identifiers[0]: {tt.want.ID}})
		})
	}
}

// Without a framework's name an id is one of the catalogue's controls, or an error.
func TestIdentifierOfNoFramework(t *testing.T) {
	t.Parallel()
	const want = `cd.json:5: control-id: the catalogue has no control "ac-2"; expected the id or a label of a control of the ` +
		`catalogue, or of "definitions" in an earlier source, or a source that names the framework whose id it is: ` +
		`an address, or a resource of the back matter`
	if got := sample.LoadError(t, sample.WriteNamed(t, "cd.json", published(`"alpha"`, `"ac-2"`))); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	const letters = `cd.json:5: control-id: "Ж" of "Правила" makes no id of a control, expected one in Latin letters and digits`
	text := published(`"alpha"`, `"Ж"`, "#catalogue", "https://example.com/Правила.json")
	if got := sample.LoadError(t, sample.WriteNamed(t, "cd.json", text)); got != letters {
		t.Errorf("got\n%s\nwant\n%s", got, letters)
	}
}

// One service may stand in several files, and its documents are told apart.
func TestServiceInSeveralFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	sample.WriteFile(t, dir+"/a.json", published("#catalogue", "https://example.com/house.json", `"alpha"`, `"r1"`))
	sample.WriteFile(t, dir+"/b.json", published("#catalogue", "https://example.com/house.json", `"alpha"`, `"r2"`))
	sample.WriteFile(t, dir+"/c.json", published("#catalogue", "https://example.com/garden.json", `"alpha"`, `"r1"`))
	c := sample.Load(t, loader.Source{Path: dir})
	s, err := c.Service("team-queue")
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, doc := range s.Documents {
		ids = append(ids, doc.ID)
	}
	sample.Equal(t, ids, []string{
		"team-queue-2026-03-31-house", "team-queue-2026-03-31-house-2", "team-queue-2026-03-31-garden",
	})
	sample.Equal(t, c.DefinitionIDs(), []string{"garden-r1", "house-r1", "house-r2"})
}
