package provider_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/security-controls/terraform-provider-controls/internal/acctest"
)

// Each argument that a requirement may have is refused beside an assessment, which has it.
func TestRequirementSchema_besideAnAssessment(t *testing.T) {
	server, err := acctest.Factories()["controls"]()
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	conflicts := readFile(t, filepath.Join("testdata", "requirement", "declared", "conflicts.txt"))
	beside := []string{"assessment_wo", "configuration_wo", "enforcement"}
	for _, attribute := range schemas.ResourceSchemas["controls_requirement"].Block.Attributes {
		refused := strings.Contains(conflicts, "\n"+attribute.Name+" and assessment_wo are both set.")
		if attribute.Optional && refused == slices.Contains(beside, attribute.Name) {
			t.Errorf("%s is refused beside an assessment: %t", attribute.Name, refused)
		}
	}
}

// The data source takes and gives what the resource does, down to the nested attributes.
func TestRequirementSchema_sameInDataSource(t *testing.T) {
	server, err := acctest.Factories()["controls"]()
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	resource, data := schemas.ResourceSchemas["controls_requirement"], schemas.DataSourceSchemas["controls_assessment"]
	byName := map[string]*tfprotov6.SchemaAttribute{}
	for _, attribute := range data.Block.Attributes {
		byName[attribute.Name] = attribute
	}
	for _, attribute := range resource.Block.Attributes {
		name := attribute.Name
		if name == "assessment_wo" {
			continue // the data source makes what it takes
		}
		if name == "configuration_wo" || name == "crosswalk_wo" {
			name = strings.TrimSuffix(name, "_wo") // a data source has no write-only attributes
		}
		same, ok := byName[name]
		switch {
		case !ok:
			t.Errorf("the data source has no %s", name)
		case !same.ValueType().Equal(attribute.ValueType()):
			t.Errorf("%s is %s in the data source and %s in the resource", name, same.ValueType(), attribute.ValueType())
		case same.Required != attribute.Required || same.Optional != attribute.Optional || same.Computed != attribute.Computed:
			t.Errorf("%s of the data source is not required, optional and computed as that of the resource is", name)
		}
		delete(byName, name)
	}
	for name := range byName {
		t.Errorf("the resource has no %s", name)
	}
}
