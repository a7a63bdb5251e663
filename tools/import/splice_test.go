package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const handWritten = `# About the file.
services:
  # About the service.
  - id: azure-example
    name: Azure Example # as it was
    cloud: azure
    resource_types:
      - azurerm_gone
    # About the documents.
    documents:
      - id: azure-example-security-baseline-2020-01-01
        series: Microsoft cloud security benchmark v1
        title: Azure security baseline for Example
        publisher: Microsoft
        published: 2020-01-01
        url: https://example.com/gone
        statements:
          - {control: gone, status: no}
      # About the article.
      - id: azure-example-security-controls-2019-01-01
        series: Security controls
        title: Security controls for Azure Example
        publisher: Microsoft
        published: 2019-01-01
        url: https://example.com/kept
        statements:
          - control:   kept   # oddly written
            status: "yes"
`

const spliced = `# About the file.
services:
  # About the service.
  - id: azure-example
    name: Azure Example # as it was
    cloud: azure
    categories: [Web]
    former_names: [Azure Sample]
    resource_types:
      - azurerm_example
      - {type: azurerm_shared, attribute: kind, value: "a,b"}
    lifecycle:
      retired_on: 2030-01-01
      successor: Azure Other (azure-other)
      source: {title: "Retirement: Example", url: https://example.com/end}
      notices:
        - {scope: a tier, stage: retiring, date: "2029-06", ` +
	`source: {title: Tiers, published: 2028-01-01, url: https://example.com/tiers}}
    # About the documents.
    documents:
      # About the article.
      - id: azure-example-security-controls-2019-01-01
        series: Security controls
        title: Security controls for Azure Example
        publisher: Microsoft
        published: 2019-01-01
        url: https://example.com/kept
        statements:
          - control:   kept   # oddly written
            status: "yes"
      - id: azure-example-security-baseline-2022-01-01
        series: Microsoft cloud security benchmark v1
        title: Azure security baseline for Example
        publisher: Microsoft
        published: 2022-01-01
        url: https://example.com/new
        license: CC-BY-4.0
        statements:
          - {control: new, status: yes}
`

var example = service{
	id: "azure-example", cloud: "azure", series: []string{benchmarkSeries},
	name:       names{"Azure Example", []string{"Azure Sample"}},
	categories: []string{"Web"},
	types:      []resourceType{{typ: "azurerm_example"}, {"azurerm_shared", "kind", "a,b"}},
	life: &lifecycle{
		retiredOn: "2030-01-01", successor: "Azure Other (azure-other)",
		source: source{"Retirement: Example", "https://example.com/end", ""},
		notices: []notice{
			{"a tier", "retiring", "2029-06", "", source{"Tiers", "https://example.com/tiers", "2028-01-01"}},
		},
	},
	documents: []document{{
		id: "azure-example-security-baseline-2022-01-01", series: benchmarkSeries, publisher: "Microsoft", license: "CC-BY-4.0",
		title: "Azure security baseline for Example", published: "2022-01-01", url: "https://example.com/new",
		statements: []statement{{control: "new", status: "yes"}},
	}},
}

func TestSplice(t *testing.T) {
	t.Parallel()
	made, remarks, err := example.splice([]byte(handWritten))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(spliced, string(made)); diff != "" {
		t.Errorf("the file (-want +got):\n%s", diff)
	}
	if len(remarks) > 0 {
		t.Errorf("unexpected remarks %q", remarks)
	}
	again, _, err := example.splice(made)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(spliced, string(again)); diff != "" {
		t.Errorf("a second time (-want +got):\n%s", diff)
	}
}

func TestSpliceNames(t *testing.T) {
	t.Parallel()
	const names = "name: Azure Beispiel\n    former_names:\n      - Azure Ejemplo"
	renamed := strings.Replace(handWritten, "name: Azure Example # as it was", names, 1)
	made, remarks, err := example.splice([]byte(renamed))
	if err != nil {
		t.Fatal(err)
	}
	if want := "    former_names: [Azure Ejemplo, Azure Example, Azure Sample]\n"; !strings.Contains(string(made), want) {
		t.Errorf("expected %q in\n%s", want, made)
	}
	if len(remarks) != 1 || !strings.Contains(remarks[0], "Azure Beispiel") {
		t.Errorf("expected a remark on the name, got %q", remarks)
	}
}

func TestSpliceRefuses(t *testing.T) {
	t.Parallel()
	only := example
	only.documents = nil
	withoutArticle, _, _ := strings.Cut(handWritten, "      # About the article.")
	replaced := func(old, with string) string { return strings.ReplaceAll(handWritten, old, with) }
	for name, c := range map[string]struct {
		service service
		text    string
		want    string
	}{
		"another service": {
			example, replaced("id: azure-example\n", "id: azure-other\n"),
			`expected the service azure-example, found "azure-other"`,
		},
		"no id": {
			example, replaced("id: azure-example\n", "ids: azure-example\n"),
			`expected the service azure-example, found ""`,
		},
		"two services": {
			example, handWritten + "  - id: b\n",
			"expected one service",
		},
		"more than service": {
			example, handWritten + "definitions: []\n",
			`expected "services" and nothing else`,
		},
		"flow style": {
			example, "services: [{id: azure-example}]\n",
			"a key a line",
		},
		"other indentation": {
			example, replaced("\n    cloud", "\n      cloud"),
			"did not find expected key",
		},
		"odd service": {
			example, strings.ReplaceAll(replaced("\n    ", "\n     "), "- id: azure-example\n", "-  id: azure-example\n"),
			"indented by four spaces",
		},
		"odd documents": {
			example, replaced("\n      ", "\n       "),
			"indented by six spaces",
		},
		"no documents": {
			example, "services:\n  - id: azure-example\n    name: Azure Example\n",
			"no documents",
		},
		"nothing left": {
			only, withoutArticle,
			"no document is left",
		},
		"not YAML": {
			example, "services: [",
			"did not find",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, _, err := c.service.splice([]byte(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("expected an error with %q, got %v", c.want, err)
			}
		})
	}
}
