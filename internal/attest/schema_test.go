package attest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/attest"
)

// predicateSchema is a schema with what it is of.
type predicateSchema struct {
	file    string
	kind    attest.Kind
	of      reflect.Type
	section string // of the guide on the format
	formed  map[string][]string
	outcome bool // whether it says of every outcome that it is one
}

var predicateSchemas = []predicateSchema{
	{"predicate.schema.json", attest.Controls, reflect.TypeFor[attest.Predicate](), "The predicate", formed, true},
	{"summary.schema.json", attest.SummaryKind, reflect.TypeFor[attest.Summary](), "The summary", summaryFormed, false},
}

func eachSchema(t *testing.T, test func(*testing.T, predicateSchema)) {
	t.Helper()
	for _, s := range predicateSchemas {
		t.Run(s.file, func(t *testing.T) { test(t, s) })
	}
}

// The schema takes what is issued, and nothing of what one change makes of it: a field
// that is always there taken out, a value of another type, a text of another form.
func TestPredicateSchema(t *testing.T) {
	t.Parallel()
	eachSchema(t, func(t *testing.T, schema predicateSchema) {
		compiler := jsonschema.NewCompiler()
		compiler.AssertFormat()
		if err := compiler.AddResource(schema.file, schema.read(t)); err != nil {
			t.Fatal(err)
		}
		compiled, err := compiler.Compile(schema.file)
		if err != nil {
			t.Fatal(err)
		}
		for name, r := range map[string]attest.Request{
			"documented": request(t, plain()), "exceptions": request(t, full()),
			"gaps": request(t, gaps()), "several": request(t, plain(), full()),
			"tolerated": request(t, ratcheted()), "in force": request(t, enabled()),
			"registers": carriedRequest(t), "own settings": withOwnSettings(t, func(*assess.Requirement) {}),
		} {
			t.Run(name, func(t *testing.T) { schema.mutate(t, compiled, issue(t, r).Statements[schema.kind]) })
		}
	})
}

// mutate holds a statement and what changes make of it against the schema.
func (p predicateSchema) mutate(t *testing.T, compiled *jsonschema.Schema, statement string) {
	t.Helper()
	var s struct{ Predicate map[string]any }
	if err := json.Unmarshal([]byte(statement), &s); err != nil {
		t.Fatal(err)
	}
	if err := compiled.Validate(s.Predicate); err != nil {
		t.Error(err)
	}
	m := mutation{t: t, valid: func() bool { return compiled.Validate(s.Predicate) == nil }, formed: p.formed}
	m.object("predicate", s.Predicate)
	for field, list := range map[string][]any{"assessments": {}, "properties": {"A", "A"}} {
		value, there := s.Predicate[field]
		if !there {
			continue
		}
		s.Predicate[field] = list
		m.refused(fmt.Sprint(field, " = ", list))
		s.Predicate[field] = value
	}
	if m.tried < 50 {
		t.Errorf("tried %d mutations alone", m.tried)
	}
}

// mutation changes a predicate in one place at a time, and expects it to be refused.
type mutation struct {
	t     *testing.T
	valid func() bool
	tried int
	// formed are fields whose text has a form, each with texts that do not have it.
	formed map[string][]string
}

func (m *mutation) refused(what string) {
	m.t.Helper()
	m.tried++
	if m.valid() {
		m.t.Errorf("valid with %s", what)
	}
}

// optional are the fields that may be absent: the guide says so of each.
var optional = []string{
	"adverse", "approver", "compensatingControls", "condition", "corrections", "corrects", "document", "documented", "evidence",
	"exceptionId",
	"exceptions", "gaps", "groups", "holds", "inForce", "settingsFrom", "labels", "lifecycle", "notices", "planned", "reason",
	"retiresOn",
	"scope", "source",
	"successor", "ticket", "weakened", "workload", "register", "registers", "signers",
}

// formed are fields whose text has a form, each with texts that do not have it.
var formed = map[string][]string{
	"timeVerified": {
		"2026-06-15T12:00:00+00:00", "2026-06-15", "soon",
	},
	"validUntil":         {"2026-06-15T12:00:00", ""},
	"expiresAt":          {"2027-01-01"},
	"publishedOn":        {"2026-01-01T00:00:00Z", "01/01/2026"},
	"retiredOn":          {"2027"},
	"retiresOn":          {"2027", "2027-1"},
	"sha256":             {"ab", strings.Repeat("AB", 32), "sha256:" + strings.Repeat("ab", 32)},
	"uri":                {""},
	"resourceUri":        {"", "shop"},
	"verificationResult": {"passed", ""},
	"outcome":            {"splendid", ""},
	"reason":             {"because"},
	"documented":         {"maybe"},
	"inForce":            {"hearsay", ""},
}

// summaryFormed are those of the summary, which does not list reasons.
var summaryFormed = map[string][]string{
	"timeVerified":       formed["timeVerified"],
	"validUntil":         formed["validUntil"],
	"expiresAt":          formed["expiresAt"],
	"sha256":             formed["sha256"],
	"resourceUri":        formed["resourceUri"],
	"verificationResult": formed["verificationResult"],
	"reason":             {"Not so", ""},
	"workload":           {""},
}

func (m *mutation) object(where string, o map[string]any) {
	for name, value := range o {
		at := where + "." + name
		// Outcomes are not fields, and none of them is always there.
		if !slices.Contains(optional, name) && !strings.HasSuffix(where, ".outcomes") {
			delete(o, name)
			m.refused("no " + at)
			o[name] = value
		}
		another := any(json.Number("1"))
		if _, isNumber := value.(float64); isNumber {
			another = "1"
		}
		for _, other := range []any{nil, another, false} {
			o[name] = other
			m.refused(at + " of another type")
			o[name] = value
		}
		// The URI of a document or a notice is as its source has it.
		for _, text := range m.formed[name] {
			if name == "uri" && (strings.Contains(where, "documents") || strings.Contains(where, "notices")) {
				continue
			}
			o[name] = text
			m.refused(at + " = " + text)
			o[name] = value
		}
		m.value(at, value)
	}
}

func (m *mutation) value(where string, value any) {
	switch v := value.(type) {
	case map[string]any:
		m.object(where, v)
	case []any:
		for i, element := range v {
			v[i] = json.Number("1")
			m.refused(where + " with an element of another type")
			v[i] = element
			m.value(where, element)
		}
	}
}

// What readers of statements take for a field of a known name are all fields of the
// schema, and those of the statement around it.
func TestPredicateSchema_namesOfFields(t *testing.T) {
	t.Parallel()
	want := []string{"_type", "predicate", "predicateType", "subject"}
	for _, schema := range predicateSchemas {
		want = append(want, fieldNames(schema.read(t))...)
	}
	for _, name := range want {
		if name != "sha256" && !slices.Contains(attest.StatementNames, name) {
			t.Errorf("%s is read also in another case", name)
		}
	}
	for _, name := range attest.StatementNames {
		if !slices.Contains(want, name) {
			t.Errorf("%s is the name of no field", name)
		}
	}
}

// The guide specifies every field, and in the same words whether it is always there.
func TestPredicateSchema_guide(t *testing.T) {
	t.Parallel()
	guide := string(must(os.ReadFile(filepath.Join("..", "..", "templates", "guides", "attestation-format.md"))))
	eachSchema(t, func(t *testing.T, schema predicateSchema) {
		_, section, _ := strings.Cut(guide, "\n## "+schema.section+"\n")
		section, _, _ = strings.Cut(section, "\n## ")
		inTables := map[string]bool{}
		for _, line := range strings.Split(section, "\n") {
			if !strings.HasPrefix(line, "| `") {
				continue
			}
			cells := strings.Split(line, " | ")
			for _, name := range strings.FieldsFunc(
				line, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) },
			) {
				inTables[name] = true
			}
			for _, path := range strings.Split(cells[0], ",") {
				name := path[strings.LastIndexAny(strings.TrimRight(path, "[]`"), ".`")+1:]
				name = strings.Trim(name, "[]` ")
				if isOptional := slices.Contains(optional, name); isOptional != (cells[1] == "no") {
					t.Errorf("the guide says required = %s of %s", cells[1], name)
				}
			}
		}
		for _, name := range fieldNames(schema.read(t)) {
			if name != "sha256" && !inTables[name] {
				t.Errorf("the guide does not specify %s", name)
			}
		}
	})
}

// fieldNames lists the names of all fields in a schema.
func fieldNames(schema map[string]any) []string {
	var names []string
	for _, key := range []string{"properties", "$defs"} {
		parts, _ := schema[key].(map[string]any)
		for name, part := range parts {
			if key == "properties" {
				names = append(names, name)
			}
			names = append(names, fieldNames(part.(map[string]any))...) //nolint:forcetypeassert // else the test fails
		}
	}
	if items, ok := schema["items"].(map[string]any); ok {
		names = append(names, fieldNames(items)...)
	}
	return names
}

// The schema has exactly the fields that the type has, and requires those always there.
func TestPredicateSchema_isTheType(t *testing.T) {
	t.Parallel()
	eachSchema(t, isTheType)
}

//nolint:cyclop // it follows a type as it nests, with a check at each step
func isTheType(t *testing.T, p predicateSchema) {
	t.Helper()
	schema := p.read(t)
	definitions := schema["$defs"].(map[string]any) //nolint:forcetypeassert // else the test fails
	var compareTo func(where string, schema map[string]any, typ reflect.Type)
	compareTo = func(where string, schema map[string]any, typ reflect.Type) {
		if ref, ok := schema["$ref"].(string); ok {
			schema, _ = definitions[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any)
		}
		for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice {
			typ = typ.Elem()
			if items, ok := schema["items"].(map[string]any); ok {
				compareTo(where+"[]", items, typ)
				return
			}
		}
		if typ.Kind() != reflect.Struct {
			return
		}
		properties, _ := schema["properties"].(map[string]any)
		var have, always, required []string
		for i := range typ.NumField() {
			name, options, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
			have = append(have, name)
			if options == "" {
				always = append(always, name)
			}
			property, ok := properties[name].(map[string]any)
			if !ok {
				t.Errorf("%s.%s is not in the schema", where, name)
				continue
			}
			if property["description"] == nil {
				t.Errorf("%s.%s has no description", where, name)
			}
			compareTo(where+"."+name, property, typ.Field(i).Type)
		}
		for name := range properties {
			if !slices.Contains(have, name) {
				t.Errorf("%s.%s is in the schema alone", where, name)
			}
		}
		list, _ := schema["required"].([]any)
		for _, name := range list {
			required = append(required, name.(string)) //nolint:forcetypeassert // else the test fails
		}
		slices.Sort(always)
		slices.Sort(required)
		if !slices.Equal(always, required) {
			t.Errorf("%s requires %q, expected %q", where, required, always)
		}
	}
	compareTo("predicate", schema, p.of)
	if !p.outcome {
		return
	}
	for _, outcome := range []assess.Outcome{
		assess.Satisfied, assess.Evidenced, assess.NotApplicable, assess.Excepted,
		assess.Gap,
	} {
		if text := string(must(json.Marshal(schema))); !strings.Contains(text, `"`+string(outcome)+`"`) {
			t.Errorf("the schema lacks the outcome %s", outcome)
		}
	}
}

func (p predicateSchema) read(t *testing.T) map[string]any {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(must(os.ReadFile(p.file))))
	if err != nil {
		t.Fatal(err)
	}
	schema, ok := doc.(map[string]any)
	if !ok {
		t.Fatal("the schema is not an object")
	}
	return schema
}
