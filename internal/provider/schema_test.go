package provider_test

import (
	"context"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	fwprovider "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/security-controls/terraform-provider-controls/internal/acctest"
	"github.com/security-controls/terraform-provider-controls/internal/provider"
)

// described is the schema of the provider, a resource or a data source. Terraform's
// framework has a Go package of schema types for each, alike in their field names.
type described struct {
	name     string
	schema   any
	validate func(context.Context) diag.Diagnostics
}

func schemas(t *testing.T) []described {
	t.Helper()
	ctx := t.Context()
	p := provider.New("test", time.Now)()
	var response fwprovider.SchemaResponse
	p.Schema(ctx, fwprovider.SchemaRequest{}, &response)
	all := []described{{"provider", response.Schema, response.Schema.ValidateImplementation}}
	for _, construct := range p.DataSources(ctx) {
		var meta datasource.MetadataResponse
		var response datasource.SchemaResponse
		construct().Metadata(ctx, datasource.MetadataRequest{ProviderTypeName: "controls"}, &meta)
		construct().Schema(ctx, datasource.SchemaRequest{}, &response)
		all = append(all, described{"data." + meta.TypeName, response.Schema, response.Schema.ValidateImplementation})
	}
	for _, construct := range p.Resources(ctx) {
		var meta resource.MetadataResponse
		var response resource.SchemaResponse
		construct().Metadata(ctx, resource.MetadataRequest{ProviderTypeName: "controls"}, &meta)
		construct().Schema(ctx, resource.SchemaRequest{}, &response)
		all = append(all, described{meta.TypeName, response.Schema, response.Schema.ValidateImplementation})
	}
	return all
}

func TestSchema_implementation(t *testing.T) {
	for _, d := range schemas(t) {
		for _, problem := range d.validate(t.Context()) {
			t.Errorf("%s: %s: %s", d.name, problem.Summary(), problem.Detail())
		}
	}
	server, err := acctest.Factories()["controls"]()
	if err != nil {
		t.Fatal(err)
	}
	response, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range response.Diagnostics {
		t.Errorf("GetProviderSchema: %s: %s", problem.Summary, problem.Detail)
	}
	if want, got := len(schemas(t)), 1+len(response.DataSourceSchemas)+len(response.ResourceSchemas); got != want {
		t.Errorf("GetProviderSchema has %d schemas, expected %d", got, want)
	}
}

// The reference is generated from the descriptions, so they have to be complete.
func TestSchema_descriptions(t *testing.T) {
	for _, d := range schemas(t) {
		if problem := problemOfText(reflect.ValueOf(d.schema).FieldByName("MarkdownDescription").String()); problem != "" {
			t.Errorf("%s: %s", d.name, problem)
		}
		eachAttribute(d.name, reflect.ValueOf(d.schema).FieldByName("Attributes"), func(path string, attribute reflect.Value) {
			text := attribute.FieldByName("MarkdownDescription").String()
			if problem := problemOfText(text); problem != "" {
				t.Errorf("%s: %s", path, problem)
			}
			if attribute.FieldByName("Optional").Bool() && !strings.Contains(text, "Default: ") {
				t.Errorf("%s is optional and does not say its default: %s", path, text)
			}
			if required := attribute.FieldByName("Required").Bool(); required && strings.Contains(text, "Default: ") {
				t.Errorf("%s is required and speaks of a default: %s", path, text)
			}
			for _, value := range closedList(t.Context(), attribute) {
				if !strings.Contains(text, "`"+value+"`") {
					t.Errorf("%s does not name the value %q: %s", path, value, text)
				}
			}
		})
	}
}

// The closed lists that there are, so that one which loses its validator is noticed.
func TestSchema_closedLists(t *testing.T) {
	want := []string{
		"provider.enforcement", "controls_requirement.enforcement", "controls_requirement.not_applicable",
		"controls_requirement.on_retired", "data.controls_assessment.enforcement", "data.controls_assessment.not_applicable",
		"data.controls_assessment.on_retired",
		"data.controls_definitions.min_confidence", "data.controls_services.lifecycle_stage",
	}
	var got []string
	for _, d := range schemas(t) {
		eachAttribute(d.name, reflect.ValueOf(d.schema).FieldByName("Attributes"), func(path string, attribute reflect.Value) {
			if len(closedList(t.Context(), attribute)) > 0 {
				got = append(got, path)
			}
		})
	}
	for _, path := range want {
		if !slices.Contains(got, path) {
			t.Errorf("%s accepts any value", path)
		}
	}
}

func problemOfText(text string) string {
	switch {
	case text == "":
		return "no description"
	case !strings.HasSuffix(text, "."):
		return "the description does not end with a full stop: " + text
	case strings.Contains(text, "  "), strings.TrimSpace(text) != text:
		return "the description has stray space: " + text
	}
	return ""
}

// eachAttribute visits the attributes of a schema and those nested in them.
func eachAttribute(parent string, attributes reflect.Value, visit func(path string, attribute reflect.Value)) {
	for _, key := range attributes.MapKeys() {
		path, attribute := fmt.Sprintf("%s.%s", parent, key), attributes.MapIndex(key).Elem()
		visit(path, attribute)
		if nested := attribute.FieldByName("NestedObject"); nested.IsValid() {
			eachAttribute(path, nested.FieldByName("Attributes"), visit)
		}
		if nested := attribute.FieldByName("Attributes"); nested.IsValid() {
			eachAttribute(path, nested, visit)
		}
	}
}

// oneOf is how the framework's validator describes itself.
var oneOf = regexp.MustCompile(`^value must be one of: \[(.*)\]$`)

// closedList lists the values that a validator of an attribute allows; none where any
// value may do.
func closedList(ctx context.Context, attribute reflect.Value) []string {
	validators := attribute.FieldByName("Validators")
	if !validators.IsValid() {
		return nil
	}
	var values []string
	for i := range validators.Len() {
		v, ok := validators.Index(i).Interface().(interface{ Description(context.Context) string })
		if !ok {
			continue
		}
		if m := oneOf.FindStringSubmatch(v.Description(ctx)); m != nil {
			values = append(values, strings.Split(strings.Trim(m[1], `"`), `" "`)...)
		}
	}
	return values
}
