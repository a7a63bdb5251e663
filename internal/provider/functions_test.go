package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/security-controls/terraform-provider-controls/internal/acctest"
)

// withFunctions are the versions that know functions of providers.
var withFunctions = []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_8_0)}

// calls is a configuration whose output is a call of a function of the provider. What
// requires the provider is added by the test's framework.
func calls(expression string) string {
	return "output \"result\" {\n  value = provider::controls::" + expression + "\n}\n"
}

func TestAccFunctionResolveControl(t *testing.T) {
	var steps []resource.TestStep
	for label, id := range map[string]string{
		"VNet injection support":   "vnet-injection",
		"VNET  Injection-support!": "vnet-injection",
		"vnet-injection":           "vnet-injection",
		"Server-side encryption at rest: customer-managed keys (BYOK)":         "encryption-at-rest-customer-keys",
		"Configuration management support (versioning of configuration, etc.)": "configuration-management",
	} {
		steps = append(steps, resource.TestStep{
			Config:            calls(fmt.Sprintf("resolve_control(%q)", label)),
			ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("result", knownvalue.StringExact(id))},
		})
	}
	for label, says := range map[string]string{
		"VNet injektion support": `Did you mean "vnet-injection"?`,
		"Coffee":                 `no control "Coffee"`,
		"":                       `no control ""`,
	} {
		steps = append(steps, resource.TestStep{
			Config:      calls(fmt.Sprintf("resolve_control(%q)", label)),
			ExpectError: acctest.Says(says),
		})
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		TerraformVersionChecks:   withFunctions,
		Steps:                    steps,
	})
}

// ledgerArticle is an article in the dialect of the series.
const ledgerArticle = `---
title: Security controls
ms.date: 04/16/2019
---
# Security controls for Contoso Ledger

> [!IMPORTANT]
> Contoso Ledger retires on 2031-03-31.

## Network

| Security&nbsp;control | Yes/No | Notes | Documentation
|---|---|--|
| VNet injection support| No | Support is planned. |
| Service endpoint support| Yes (Premium tier only) | Every ledger; "all" of them. | ` +
	`[Endpoints](https://contoso.example/endpoints), [Rules](rules.md)
| Forced tunneling support| N/A | . |

### Data protection

Security Attribute | Yes/no
---|---
Encryption in transit (such as ExpressRoute encryption, in VNet encryption, and VNet-VNet encryption)| Yes
`

func TestAccFunctionParseDocument(t *testing.T) {
	path := acctest.Catalog(t, map[string]string{
		"ledger.md": ledgerArticle,
		"crlf.md":   "\ufeff" + strings.ReplaceAll(ledgerArticle, "\n", "\r\n"),
	})
	statement := func(pairs ...string) knownvalue.Check {
		values := map[string]knownvalue.Check{}
		for i := 0; i < len(pairs); i += 2 {
			values[pairs[i]] = knownvalue.StringExact(pairs[i+1])
		}
		return knownvalue.ObjectExact(values)
	}
	ledger := knownvalue.ObjectExact(map[string]knownvalue.Check{
		"id":    knownvalue.StringExact("contoso-ledger"),
		"name":  knownvalue.StringExact("Contoso Ledger"),
		"cloud": knownvalue.StringExact("own"),
		"lifecycle": knownvalue.ObjectExact(map[string]knownvalue.Check{
			"notice": knownvalue.StringExact("Contoso Ledger retires on 2031-03-31."),
			"source": statement("title", "Security controls for Contoso Ledger", "published", "2019-04-16"),
		}),
		"documents": knownvalue.TupleExact([]knownvalue.Check{knownvalue.ObjectExact(map[string]knownvalue.Check{
			"id":        knownvalue.StringExact("contoso-ledger-2019-04-16"),
			"series":    knownvalue.StringExact("Security controls"),
			"title":     knownvalue.StringExact("Security controls for Contoso Ledger"),
			"publisher": knownvalue.StringExact("not stated"),
			"published": knownvalue.StringExact("2019-04-16"),
			"statements": knownvalue.TupleExact([]knownvalue.Check{
				knownvalue.ObjectExact(map[string]knownvalue.Check{
					"control": knownvalue.StringExact("vnet-injection"),
					"label":   knownvalue.StringExact("VNet injection support"),
					"status":  knownvalue.StringExact("no"),
					"planned": knownvalue.Bool(true),
					"notes":   knownvalue.StringExact("Support is planned."),
				}),
				knownvalue.ObjectExact(map[string]knownvalue.Check{
					"control":   knownvalue.StringExact("service-endpoints"),
					"label":     knownvalue.StringExact("Service endpoint support"),
					"status":    knownvalue.StringExact("conditional"),
					"condition": knownvalue.StringExact("Premium tier only"),
					"notes":     knownvalue.StringExact(`Every ledger; "all" of them. Endpoints, Rules`),
					"references": knownvalue.TupleExact([]knownvalue.Check{
						statement("title", "Endpoints", "url", "https://contoso.example/endpoints"),
					}),
				}),
				statement("control", "forced-tunneling", "label", "Forced tunneling support", "status", "not_applicable"),
				statement("control", "encryption-in-transit", "status", "yes", "label",
					"Encryption in transit (such as ExpressRoute encryption, in VNet encryption, and VNet-VNet encryption)"),
			}),
		})}),
	})
	want := knownvalue.ObjectExact(map[string]knownvalue.Check{"services": knownvalue.TupleExact([]knownvalue.Check{ledger})})
	var steps []resource.TestStep
	for _, name := range []string{"ledger.md", "crlf.md"} {
		steps = append(steps, resource.TestStep{
			Config:            calls(fmt.Sprintf("parse_document(file(%q))", path+"/"+name)),
			ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("result", want)},
		})
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		TerraformVersionChecks:   withFunctions,
		Steps:                    steps,
	})
}

func TestAccFunctionParseDocument_errors(t *testing.T) {
	edit := func(old, replacement string) string { return strings.Replace(ledgerArticle, old, replacement, 1) }
	files := map[string]string{
		"empty.md":   "",
		"label.md":   edit("VNet injection support", "VNet injektion support"),
		"status.md":  edit("| Yes (Premium", "| Oui (Premium"),
		"date.md":    edit("04/16/2019", "09/042/2019"),
		"undated.md": edit("ms.date: 04/16/2019\n", ""),
		"title.md":   edit("# Security controls for Contoso Ledger", "# Overview"),
	}
	path := acctest.Catalog(t, files)
	var steps []resource.TestStep
	for name, says := range map[string][]string{
		"empty.md":   {"content:", "the document has no title", "catalog_sources of the provider"},
		"label.md":   {"content:14:", `the label "VNet injektion support" is not known`, "vnet-injection"},
		"status.md":  {"content:15:", `the status is "Oui (Premium tier only)"`},
		"date.md":    {"content:3:", `ms.date is "09/042/2019"`},
		"undated.md": {"content:1:", "the article has no date"},
		"title.md":   {"content:", "names no service"},
	} {
		steps = append(steps, resource.TestStep{
			Config:      calls(fmt.Sprintf("parse_document(file(%q))", path+"/"+name)),
			ExpectError: acctest.Says(says...),
		})
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		TerraformVersionChecks:   withFunctions,
		Steps:                    steps,
	})
}

// A catalogue file made of an article says what the article itself says.
func TestAccFunctionParseDocument_asCatalog(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorkspace(t, `
output "yaml" { value = yamlencode(provider::controls::parse_document(file("ledger.md"))) }
`)
	w.Write("ledger.md", ledgerArticle)
	w.Run(0, "apply", "-auto-approve")
	w.Write("catalog/ledger.yaml", w.RunRaw(0, "output", "-raw", "yaml"))

	baseline := func(path string) string {
		w.Write("main.tf", acctest.RequiredProviders+fmt.Sprintf(`
provider "controls" {
  catalog_sources = [{ path = %q }]
}
data "controls_baseline" "ledger" { service = "contoso-ledger" }
output "baseline" { value = data.controls_baseline.ledger }
`, path))
		w.Run(0, "apply", "-auto-approve")
		return w.RunRaw(0, "output", "-json", "baseline")
	}
	article, catalog := baseline("ledger.md"), baseline("catalog")
	if article != catalog {
		t.Errorf("the article says\n%s\nthe catalogue file made of it\n%s", article, catalog)
	}
	expectText(t, article, "Premium tier only", "vnet-injection", "Contoso Ledger retires on 2031-03-31.")
}

// A null within a list is told in words of Terraform, not of the provider's language.
func TestAccFunctions_nullElements(t *testing.T) {
	var steps []resource.TestStep
	for _, call := range []string{`render_report(["x", null], "csv")`, `render_baseline(["azure-key-vault", null], "csv")`} {
		steps = append(steps, resource.TestStep{Config: calls(call), ExpectError: acctest.Says("Element 1 is null.")})
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		TerraformVersionChecks:   withFunctions,
		Steps:                    steps,
	})
}
