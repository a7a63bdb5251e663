package attest_test

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"terraform-provider-controls/internal/assess"
	"terraform-provider-controls/internal/attest"
)

func TestPredicateSchema(t *testing.T) {
	schema := jsonSchema(t)
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("predicate.schema.json", schema); err != nil {
		t.Fatal(err)
	}
	compiled, err := compiler.Compile("predicate.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	predicate := func(text string) map[string]any {
		var s struct{ Predicate map[string]any }
		if err := json.Unmarshal([]byte(text), &s); err != nil {
			t.Fatal(err)
		}
		return s.Predicate
	}
	for _, r := range []attest.Request{request(t, plain()), request(t, full()), request(t, gaps()), request(t, plain(), full())} {
		statement := issue(t, r).Statements[attest.Controls]
		if err := compiled.Validate(predicate(statement)); err != nil {
			t.Error(err)
		}
		for _, field := range []string{"verifier", "timeVerified", "validUntil", "resourceUri", "policy", "verificationResult", "properties", "assessments"} {
			p := predicate(statement)
			delete(p, field)
			if compiled.Validate(p) == nil {
				t.Errorf("valid without %s", field)
			}
		}
		if p := predicate(strings.ReplaceAll(statement, `"outcome":"satisfied"`, `"outcome":"splendid"`)); compiled.Validate(p) == nil {
			t.Error("valid with an outcome that does not exist")
		}
	}
}

// The schema has exactly the fields that the type has, and requires those always there.
func TestPredicateSchema_isTheType(t *testing.T) {
	schema := jsonSchema(t)
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
	compareTo("predicate", schema, reflect.TypeFor[attest.Predicate]())
	for _, outcome := range []assess.Outcome{assess.Satisfied, assess.Evidenced, assess.NotApplicable, assess.Excepted, assess.Gap} {
		if text := string(must(json.Marshal(schema))); !strings.Contains(text, `"`+string(outcome)+`"`) {
			t.Errorf("the schema lacks the outcome %s", outcome)
		}
	}
}

func jsonSchema(t *testing.T) map[string]any {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(must(os.ReadFile("predicate.schema.json"))))
	if err != nil {
		t.Fatal(err)
	}
	schema, ok := doc.(map[string]any)
	if !ok {
		t.Fatal("the schema is not an object")
	}
	return schema
}
