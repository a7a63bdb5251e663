package report_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"terraform-provider-controls/internal/catalog"
	"terraform-provider-controls/internal/report"
)

// farAhead is a day after every document of the embedded catalogue.
const farAhead catalog.Date = "2999-12-31"

// ids lists the services of the test's catalogue.
var ids = []string{"aws-store", "azure-old", "azure-relay", "azure-vault"}

func TestRenderBaseline_golden(t *testing.T) {
	c := loadCatalog(t)
	for _, format := range report.BaselineFormats {
		text, err := report.RenderBaseline(c, ids, format)
		if err != nil {
			t.Fatal(err)
		}
		if extension(format) == "json" {
			text = indented(t, text)
		}
		golden(t, "baseline-"+format+"."+extension(format), strings.ReplaceAll(text, "\r\n", "\n"))
	}
}

func TestRenderBaseline_errors(t *testing.T) {
	c := loadCatalog(t)
	for want, call := range map[string]func() (string, error){
		"no service":           func() (string, error) { return report.RenderBaseline(c, nil, "csv") },
		`the format is "html"`: func() (string, error) { return report.RenderBaseline(c, ids, "html") },
		"azure-valt":           func() (string, error) { return report.RenderBaseline(c, []string{"azure-valt"}, "csv") },
	} {
		if _, err := call(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, expected an error with %q", err, want)
		}
	}
}

// TestRenderBaseline_withoutLoss reads catalogues back from their component definitions:
// the test's, and every service of the embedded one.
func TestRenderBaseline_withoutLoss(t *testing.T) {
	embedded, err := catalog.Load(catalog.Options{Embedded: true, Today: farAhead})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]*catalog.Catalog{"embedded": embedded, "test": loadCatalog(t)} {
		text, err := report.RenderBaseline(c, c.ServiceIDs(), report.FormatOSCALComponent)
		if err != nil {
			t.Fatal(err)
		}
		back := readBack(t, text)
		for _, id := range c.ServiceIDs() {
			want, err := c.Service(id)
			if err != nil {
				t.Fatal(err)
			}
			got, err := back.Service(id)
			if err != nil {
				t.Fatal(err)
			}
			if a, b := plain(t, want), plain(t, got); a != b {
				t.Errorf("%s, %s:\n%s\nbecame\n%s", name, id, a, b)
			}
			for _, doc := range want.Documents {
				for _, st := range doc.Statements {
					a, _ := c.Definition(st.Control)
					if b, ok := back.Definition(st.Control); !ok || !reflect.DeepEqual(a, b) {
						t.Errorf("%s: %+v became %+v", name, a, b)
					}
				}
			}
		}
	}
}

// plain writes a service for comparison. A list that is empty or absent says the same.
func plain(t *testing.T, s *catalog.Service) string {
	t.Helper()
	text, err := json.MarshalIndent(s, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), ": []", ": null")
}

type object = map[string]any

// props returns the properties of an OSCAL object by name, of one class.
func props(o object, class string) map[string][]string {
	out := map[string][]string{}
	list, _ := o["props"].([]any)
	for _, item := range list {
		p, _ := item.(object)
		if c, _ := p["class"].(string); c == class {
			name, value := p["name"].(string), p["value"].(string) //nolint:forcetypeassert // a test may panic
			out[name] = append(out[name], value)
		}
	}
	return out
}

func set(to object, key string, values []string) {
	if len(values) > 0 {
		to[key] = values[0]
	}
}

func list(o object, key string) []object {
	var out []object
	items, _ := o[key].([]any)
	for _, item := range items {
		out = append(out, item.(object)) //nolint:forcetypeassert // a test may panic
	}
	return out
}

// readBack makes a catalogue file of a component definition, and loads it.
func readBack(t *testing.T, text string) *catalog.Catalog {
	t.Helper()
	var doc object
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	root, _ := doc["component-definition"].(object)
	back, _ := root["back-matter"].(object)
	file := object{}
	var definitions, services []object
	defined := map[string]bool{}
	for _, r := range list(back, "resources") {
		p := props(r, "")
		defined[p["control"][0]] = true
		definitions = append(definitions, object{
			"id": p["control"][0], "title": r["title"], "description": p["description"][0], "category": p["category"][0],
			"polarity": p["polarity"][0], "labels": nonNil(p["label"]), "related": nonNil(p["related"]),
		})
	}
	for _, def := range definitions { // related controls that no statement is about
		for _, id := range def["related"].([]string) { //nolint:forcetypeassert // a test may panic
			if !defined[id] {
				defined[id] = true
				definitions = append(definitions, object{"id": id, "title": id, "description": id, "category": "none"})
			}
		}
	}
	for _, c := range list(root, "components") {
		services = append(services, readComponent(c))
	}
	file["definitions"], file["services"] = definitions, services
	data, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "back.json")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := catalog.Load(catalog.Options{Sources: []catalog.PathSource{{Path: path}}, Today: farAhead})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func nonNil(s []string) []string { return append([]string{}, s...) }

func readComponent(c object) object {
	p := props(c, "")
	s := object{
		"id": p["service"][0], "name": c["title"], "cloud": p["cloud"][0],
		"categories": nonNil(p["category"]), "former_names": nonNil(p["former-name"]), "aliases": nonNil(p["alias"]),
	}
	types := []any{}
	notices := []any{}
	for i := 1; ; i++ {
		rt, n := props(c, "resource-type-"+strconv.Itoa(i)), props(c, "notice-"+strconv.Itoa(i))
		if len(rt) == 0 && len(n) == 0 {
			break
		}
		if len(rt["attribute"]) > 0 {
			types = append(types, object{"type": rt["resource-type"][0], "attribute": rt["attribute"][0], "value": rt["value"][0]})
		} else if len(rt) > 0 {
			types = append(types, rt["resource-type"][0])
		}
		if len(n) > 0 {
			notice := object{"source": readSource(n)}
			for _, key := range []string{"scope", "stage", "date", "successor"} {
				set(notice, key, n[key])
			}
			notices = append(notices, notice)
		}
	}
	s["resource_types"] = types
	life := object{}
	l := props(c, "lifecycle")
	set(life, "retired_on", l["retired-on"])
	set(life, "successor", l["successor"])
	set(life, "notice", l["notice"])
	if len(l["source-title"]) > 0 {
		life["source"] = readSource(l)
	}
	if len(notices) > 0 {
		life["notices"] = notices
	}
	if len(life) > 0 {
		s["lifecycle"] = life
	}
	var documents []object
	for _, impl := range list(c, "control-implementations") {
		p := props(impl, "")
		doc := object{"id": p["document"][0], "url": impl["source"]}
		for _, key := range []string{"series", "title", "publisher", "published", "license"} {
			set(doc, key, p[key])
		}
		var statements []object
		for _, r := range list(impl, "implemented-requirements") {
			statements = append(statements, readStatement(r))
		}
		doc["statements"] = statements
		documents = append(documents, doc)
	}
	s["documents"] = documents
	return s
}

func readSource(p map[string][]string) object {
	source := object{}
	set(source, "title", p["source-title"])
	set(source, "published", p["source-published"])
	set(source, "url", p["source-url"])
	return source
}

func readStatement(r object) object {
	p := props(r, "")
	st := object{"control": r["control-id"]}
	for _, key := range []string{"control", "status", "condition", "responsibility", "label", "notes"} {
		set(st, key, p[key])
	}
	if len(p["planned"]) > 0 {
		st["planned"] = true
	}
	if enabled := p["enabled-by-default"]; len(enabled) > 0 {
		st["enabled_by_default"] = enabled[0] == "true"
	}
	refs := []object{}
	for _, l := range list(r, "links") {
		refs = append(refs, object{"title": l["text"], "url": l["href"]})
	}
	st["references"] = refs
	return st
}
