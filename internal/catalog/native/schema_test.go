package native_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/fault"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/native"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/sample"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/strict"
	"github.com/security-controls/terraform-provider-controls/internal/weblink"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// compileSchema compiles the schema, formats included, as editors check them too.
func compileSchema(tb testing.TB) *jsonschema.Schema {
	tb.Helper()
	data, err := os.ReadFile("catalog.schema.json")
	if err != nil {
		tb.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		tb.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("catalog.schema.json", doc); err != nil {
		tb.Fatal(err)
	}
	schema, err := compiler.Compile("catalog.schema.json")
	if err != nil {
		tb.Fatal(err)
	}
	return schema
}

// instance is a YAML or JSON document as a schema sees it: a date is text.
func instance(n *yaml.Node) any {
	switch n.Kind {
	case yaml.MappingNode:
		m := map[string]any{}
		for i := 0; i < len(n.Content); i += 2 {
			m[n.Content[i].Value] = instance(n.Content[i+1])
		}
		return m
	case yaml.SequenceNode:
		list := []any{}
		for _, item := range n.Content {
			list = append(list, instance(item))
		}
		return list
	}
	switch n.ShortTag() {
	case "!!null":
		return nil
	case "!!bool":
		return strings.EqualFold(n.Value, "true")
	case "!!int", "!!float":
		return json.Number("1")
	}
	return n.Value
}

func parse(tb testing.TB, name, content string) any {
	tb.Helper()
	r := strict.NewReader(name)
	root := r.Parse([]byte(content), native.Expected)
	if root == nil {
		tb.Fatal(fault.Join(r.Errors()))
	}
	return instance(root)
}

// embeddedData has the files of the embedded catalogue.
var embeddedData = filepath.Join("..", "embedded", "data")

func TestSchemaAcceptsEmbedded(t *testing.T) {
	t.Parallel()
	schema := compileSchema(t)
	data := os.DirFS(embeddedData)
	err := fs.WalkDir(data, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || path.Ext(name) != ".yaml" {
			return err
		}
		content, err := fs.ReadFile(data, name)
		if err != nil {
			return err
		}
		if err := schema.Validate(parse(t, name, string(content))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestSchemaRefusesTheSame holds the schema against the loader: both accept the sample, and
// refuse it after the same edits.
func TestSchemaRefusesTheSame(t *testing.T) {
	t.Parallel()
	schema := compileSchema(t)
	if err := schema.Validate(parse(t, "sample", sample.Full)); err != nil {
		t.Fatal(err)
	}
	sample.Load(t, sample.Write(t, sample.Full))
	for _, e := range slices.Concat(edits, settingEdits) {
		if e.unseen != "" {
			continue
		}
		t.Run(e.name, func(t *testing.T) {
			if schema.Validate(parse(t, "edit", e.broken())) == nil {
				t.Error("the schema accepts what the loader refuses")
			}
		})
	}
	for name, content := range map[string]string{
		"no entries": "services: []\n",
		"nothing":    "{}\n",
		"text":       "services\n",
		"list":       "- services\n",
	} {
		t.Run(name, func(t *testing.T) {
			if schema.Validate(parse(t, "file", content)) == nil {
				t.Error("the schema accepts what the loader refuses")
			}
		})
	}
}

// TestSchemaSharesForms finds a form or a limit that was changed in one place alone.
func TestSchemaSharesForms(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("catalog.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	type form struct {
		Pattern   string
		MaxLength int
		Enum      []string
		AnyOf     []form
	}
	var schema struct {
		ID   string `json:"$id"`
		Defs map[string]struct {
			form
			Properties map[string]form
		} `json:"$defs"`
	}
	if err := json.Unmarshal(data, &schema); err != nil {
		t.Fatal(err)
	}
	const want = "https://raw.githubusercontent.com/security-controls/terraform-provider-controls/main/" +
		"internal/catalog/native/catalog.schema.json"
	if schema.ID != want {
		t.Errorf("$id is %s, want %s", schema.ID, want)
	}
	for name, want := range map[string]form{
		"id":         {Pattern: catalog.IDPattern, MaxLength: catalog.MaxID},
		"identifier": {MaxLength: catalog.MaxID},
		"title":      {MaxLength: catalog.MaxTitle},
		"text":       {MaxLength: catalog.MaxText},
		"link":       {Pattern: schema.Defs["link"].Pattern, MaxLength: weblink.MaxLength}, // see TestSchemaSharesLinks
		"date":       {Pattern: catalog.DatePattern},
		"argument":   {Pattern: catalog.ArgumentPattern, MaxLength: catalog.MaxTitle},
		"typePrefix": {Pattern: catalog.PrefixPattern, MaxLength: catalog.MaxID},
	} {
		if got := schema.Defs[name]; got.Pattern != want.Pattern || got.MaxLength != want.MaxLength {
			t.Errorf("%s: got %q, at most %d; want %q, at most %d", name, got.Pattern, got.MaxLength, want.Pattern,
				want.MaxLength)
		}
	}
	settings := schema.Defs["setting"].Properties
	if provider, versions := settings["provider"].Pattern, settings["versions"].Pattern; provider != catalog.ProviderPattern ||
		versions != catalog.VersionsPattern {
		t.Errorf("the provider of settings has the form %q, its versions %q", provider, versions)
	}
	if got := schema.Defs["dateOrMonth"].AnyOf[1].Pattern; got != strict.MonthPattern {
		t.Errorf("dateOrMonth: got %q, want %q", got, strict.MonthPattern)
	}
	for def, enums := range map[string]map[string]string{
		"definition": {"polarity": words.Quoted(catalog.Polarities)},
		"mapping":    {"confidence": words.Quoted(catalog.Confidences), "relationship": words.Quoted(catalog.Relationships)},
		"notice":     {"stage": words.Quoted(catalog.NoticeStages)},
		"settingWay": {"role": words.Quoted(catalog.SettingRoles)},
		"settingRow": {"blocks": words.Quoted(catalog.SettingBlockRules)},
		"statement":  {"status": words.Quoted(catalog.Statuses), "responsibility": words.Quoted(catalog.Responsibilities)},
	} {
		for property, want := range enums {
			if got := words.Quoted(schema.Defs[def].Properties[property].Enum); got != want {
				t.Errorf("%s of a %s: got %s, want %s", property, def, got, want)
			}
		}
	}
}

// TestSchemaSharesLinks holds the schema's form of a link against what counts as one.
func TestSchemaSharesLinks(t *testing.T) {
	t.Parallel()
	schema := compileSchema(t)
	for _, link := range []string{
		"https://example.com", "HTTP://example.com/a?b=c&d=(e)#f", "https://example.com/gr\u00f6\u00dfe", "https://[::1]/a",
		"https://example.com:8080/%7B", "https://", "https:///a", "//example.com", "ftp://example.com", "https://us@example.com",
		"https://example.com/a b", "https://example.com/{a}|b", "https://example.com/<a>", `https://example.com/"`,
		"https://example.com/\\", "https://example.com/^`", "https://example.com/\u202eb",
	} {
		text := strings.Replace(sample.Full, "url: https://example.com/store", fmt.Sprintf("url: %q", link), 1)
		err := schema.Validate(parse(t, "sample", text))
		if got, want := err == nil, weblink.Valid(link); got != want {
			t.Errorf("%q: the schema says %t, the loader %t: %v", link, got, want, err)
		}
	}
}
