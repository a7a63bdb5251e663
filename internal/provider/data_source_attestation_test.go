package provider_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/security-controls/terraform-provider-controls/internal/acctest"
	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/attest"
	"github.com/security-controls/terraform-provider-controls/internal/canonicaljson"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
)

// workspace is another configuration, which has attested on acctest.Today.
type workspace struct {
	assessment string
	*attest.Attestation
}

// otherWorkspace attests by the first of the test keys.
func otherWorkspace(t *testing.T, r assess.Requirement, at time.Time) workspace {
	t.Helper()
	dir := acctest.Catalog(t, map[string]string{
		"definitions.yaml": acctest.Definitions("alpha", "beta"),
		"store.yaml": acctest.Service("my-store", "2026-01-01", acctest.Statement{Control: "alpha", Status: "yes"},
			acctest.Statement{Control: "beta", Status: "no"}),
	})
	today := catalog.DateOf(at)
	c, err := loader.Catalog(loader.Options{Sources: []loader.Source{{Path: dir}}, Today: today})
	if err != nil {
		t.Fatal(err)
	}
	result, err := assess.Evaluate(c, r, today)
	if err != nil {
		t.Fatal(err)
	}
	text, _, err := result.Assessment.Encode()
	if err != nil {
		t.Fatal(err)
	}
	key, err := attest.ParsePrivateKey(signingKeys()[0].pem, nil)
	if err != nil {
		t.Fatal(err)
	}
	a, err := attest.Issue(
		attest.Request{Assessments: []string{text}, Version: "test", Validity: 240 * time.Hour, Key: key, Now: at},
	)
	if err != nil {
		t.Fatal(err)
	}
	return workspace{text, a}
}

// verification is a data source with arguments.
func verification(arguments map[string]string) (string, config.Variables) {
	variables := config.Variables{}
	var b strings.Builder
	for _, name := range []string{"envelope", "bundle", "key", "assessment", "subject_digest"} {
		if value, ok := arguments[name]; ok {
			fmt.Fprintf(&b, "variable %q { type = string }\n", name)
			variables[name] = config.StringVariable(value)
		}
	}
	b.WriteString("data \"controls_attestation\" \"this\" {\n  public_keys = [var.key]\n")
	for _, name := range []string{"envelope", "bundle", "assessment", "subject_digest"} {
		if _, ok := arguments[name]; ok {
			fmt.Fprintf(&b, "  %[1]s = var.%[1]s\n", name)
		}
	}
	b.WriteString(arguments["more"] + "\n}\n")
	return b.String(), variables
}

var noon = must(time.Parse(time.RFC3339, acctest.Today+"T12:00:00Z"))

func alpha() assess.Requirement {
	return assess.Requirement{Services: []string{"my-store"}, Controls: []string{"alpha"}}
}

func TestAccDataSourceAttestation_verifies(t *testing.T) {
	w := otherWorkspace(t, alpha(), noon)
	excepted := alpha()
	excepted.Controls = []string{"alpha", "beta"}
	excepted.Exceptions = []assess.Exception{
		{Service: "my-store", Control: "beta", Justification: "because", Expires: "2026-12-31"},
	}
	wExcepted := otherWorkspace(t, excepted, noon)
	digest := canonicaljson.Digest([]byte(w.assessment))
	key := signingKeys()[0].public
	envelope, bundle := w.Envelopes[attest.Controls], w.Bundles[attest.Controls]
	cases := map[string]map[string]string{
		"envelope": {"envelope": envelope, "key": key, "subject_digest": digest},
		"bundle":   {"bundle": bundle, "key": key, "assessment": w.assessment},
		"marks": {
			"bundle": "\ufeff" + bundle + "\r\n", "key": "\ufeff" + strings.ReplaceAll(key, "\n", "\r\n"),
			"assessment": w.assessment,
		},
		"all": {
			"bundle": bundle, "key": key, "assessment": w.assessment,
			"more": `max_age_hours = 1` + "\n" + `require_controls = ["alpha"]` + "\n" +
				`issuer = "https://github.com/security-controls/terraform-provider-controls"`,
		},
		"exceptions": {
			"envelope": wExcepted.Envelopes[attest.Controls], "key": key, "assessment": wExcepted.assessment,
			"more": "allow_exceptions = true\nrequire_controls = [\"beta\"]",
		},
	}
	const source = "data.controls_attestation.this"
	for name, arguments := range cases {
		t.Run(name, func(t *testing.T) {
			body, variables := verification(arguments)
			checks := []statecheck.StateCheck{
				statecheck.ExpectKnownValue(source, tfjsonpath.New("issued_at"), knownvalue.StringExact("2026-06-15T12:00:00Z")),
				statecheck.ExpectKnownValue(source, tfjsonpath.New("expires_at"), knownvalue.StringExact("2026-06-25T12:00:00Z")),
				statecheck.ExpectKnownValue(source, tfjsonpath.New("key_id"), knownvalue.NotNull()),
				statecheck.ExpectKnownValue(source, tfjsonpath.New("subjects"), knownvalue.ListSizeExact(1)),
			}
			if name != "exceptions" {
				checks = append(
					checks,
					statecheck.ExpectKnownValue(
						source, tfjsonpath.New("statement"), knownvalue.StringExact(w.Statements[attest.Controls]),
					),
					statecheck.ExpectKnownValue(source, tfjsonpath.New("properties"), knownvalue.ListExact([]knownvalue.Check{
						knownvalue.StringExact(
							"CONTROLS_ALL_DOCUMENTED",
						),
						knownvalue.StringExact("CONTROLS_REQUIRED_ALPHA_DOCUMENTED"),
					})),
					statecheck.ExpectKnownValue(
						source,
						tfjsonpath.New("subjects"),
						knownvalue.ListExact([]knownvalue.Check{knownvalue.ObjectExact(map[string]knownvalue.Check{
							"name": knownvalue.StringExact("assessment-" + digest[7:19] + ".json"),
							"uri":  knownvalue.Null(),
							"digest": knownvalue.MapExact(
								map[string]knownvalue.Check{"sha256": knownvalue.StringExact(digest[7:])},
							),
						})}),
					),
				)
			}
			resource.ParallelTest(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Factories(),
				Steps: []resource.TestStep{
					{Config: body, ConfigVariables: variables, ConfigStateChecks: checks},
					{Config: body, ConfigVariables: variables, ConfigPlanChecks: emptyPlan},
				},
			})
		})
	}
}

func TestAccDataSourceAttestation_refuses(t *testing.T) {
	w := otherWorkspace(t, alpha(), noon)
	gaps := alpha()
	gaps.Controls, gaps.Enforcement = []string{"alpha", "beta"}, assess.EnforcementWarn
	failed := otherWorkspace(t, gaps, noon)
	gaps.Exceptions = []assess.Exception{{Service: "my-store", Control: "beta", Justification: "because", Expires: "2026-12-31"}}
	excepted := otherWorkspace(t, gaps, noon)
	// Of the same workspace, from when its requirement was another one.
	earlier := alpha()
	earlier.NotApplicable = assess.Deny
	old := otherWorkspace(t, earlier, noon.AddDate(0, 0, -1))
	aged := otherWorkspace(t, alpha(), noon.AddDate(0, 0, -2))
	future := otherWorkspace(t, alpha(), noon.AddDate(0, 0, 1))
	expired := otherWorkspace(t, alpha(), noon.AddDate(0, 0, -10))
	digest := canonicaljson.Digest([]byte(w.assessment))
	key, otherKey := signingKeys()[0].public, signingKeys()[2].public
	envelope, bundle := w.Envelopes[attest.Controls], w.Bundles[attest.Controls]
	good := map[string]string{"envelope": envelope, "key": key, "subject_digest": digest}
	with := func(name, value string) map[string]string {
		arguments := map[string]string{}
		for k, v := range good {
			arguments[k] = v
		}
		arguments[name] = value
		return arguments
	}
	flip := func(s string, i int) string { return s[:i] + string(s[i]^1) + s[i+1:] }
	cases := map[string]struct {
		arguments map[string]string
		words     []string
	}{
		"verdict": {
			map[string]string{
				"envelope": failed.Envelopes[attest.Controls], "key": key,
				"subject_digest": canonicaljson.Digest([]byte(failed.assessment)),
			},
			[]string{"Verdict is not PASSED", "my-store/beta"},
		},
		"other_workspace": {with("envelope", excepted.Envelopes[attest.Controls]), []string{"Another subject"}},
		"old_of_same":     {with("envelope", old.Envelopes[attest.Controls]), []string{"Another subject", "earlier one"}},
		"aged": {
			map[string]string{
				"envelope": aged.Envelopes[attest.Controls], "key": key, "assessment": aged.assessment,
				"more": "max_age_hours = 47",
			},
			[]string{"Attestation is too old", "48h0m0s ago"},
		},
		"expired": {
			map[string]string{"envelope": expired.Envelopes[attest.Controls], "key": key, "assessment": expired.assessment},
			[]string{"Attestation has expired"},
		},
		"exceptions": {
			map[string]string{"envelope": excepted.Envelopes[attest.Controls], "key": key, "assessment": excepted.assessment},
			[]string{"Attestation has exceptions", "my-store/beta", "allow_exceptions = true"},
		},
		"key": {with("key", otherKey), []string{"Signature refused", "none of the public keys"}},
		"private_key": {
			with("key", signingKeys()[0].pem), []string{"Public key refused", "private key, expected a public one"},
		},
		"kind": {
			with("envelope", w.Envelopes[attest.VSA]), []string{"Statement refused", `under the key "controls"`},
		},
		"statement": {
			with("envelope", w.Statements[attest.Controls]), []string{"Signature refused", "not a DSSE envelope"},
		},
		"byte_of_payload":   {with("envelope", flip(envelope, 40)), []string{"Signature refused"}},
		"byte_of_signature": {with("envelope", flip(envelope, len(envelope)-20)), []string{"Signature refused"}},
		"assessment": {
			map[string]string{"envelope": envelope, "key": key, "assessment": flip(w.assessment, 30)},
			[]string{"Another subject"},
		},
		"issuer":  {with("more", `issuer = "https://ci.example.com"`), []string{"Another issuer"}},
		"control": {with("more", `require_controls = ["beta"]`), []string{"Required control is not attested", "beta"}},
		"not_in_force": {
			with("more", `require_in_force = ["alpha"]`), []string{"Control is not shown to be in force", "alpha of"},
		},
		"null_control":   {with("more", `require_controls = [null]`), []string{"Null Set Value"}},
		"both":           {with("bundle", bundle), []string{"Invalid Attribute Combination"}},
		"no_subject":     {map[string]string{"envelope": envelope, "key": key}, []string{"Missing Attribute Configuration"}},
		"no_algorithm":   {with("subject_digest", digest[7:]), []string{"Malformed digest", "such as sha256:…"}},
		"empty_subject":  {with("subject_digest", ""), []string{"Nothing to verify", "subject_digest is empty"}},
		"empty_envelope": {with("envelope", ""), []string{"Nothing to verify", "envelope is empty"}},
		"empty_bundle": {
			map[string]string{"bundle": "", "key": key, "subject_digest": digest},
			[]string{"Nothing to verify", "bundle is empty"},
		},
		"empty_assessment": {
			map[string]string{"envelope": envelope, "key": key, "assessment": ""},
			[]string{"Nothing to verify", "assessment is empty"},
		},
		"not_yet": {
			map[string]string{"envelope": future.Envelopes[attest.Controls], "key": key, "assessment": future.assessment},
			[]string{"Attestation is not valid yet", "2026-06-16T12:00:00Z"},
		},
		"two_ways_to_say_it": {with("assessment", w.assessment), []string{"Invalid Attribute Combination"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			body, variables := verification(c.arguments)
			resource.ParallelTest(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Factories(),
				Steps: []resource.TestStep{
					{Config: body, ConfigVariables: variables, PlanOnly: true, ExpectError: acctest.Says(c.words...)},
				},
			})
		})
	}
}

func TestAccDataSourceAttestation_noKeys(t *testing.T) {
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config: `data "controls_attestation" "this" {` +
					"\n  envelope = \"x\"\n  subject_digest = \"x\"\n  public_keys = []\n}\n",
				PlanOnly:    true,
				ExpectError: acctest.Says("must contain at least 1 elements"),
			},
		},
	})
}

// In one configuration the attestation is not known before the apply, and is verified
// then; afterwards, in every plan, also when it has ended.
func TestAccDataSourceAttestation_ofTheSameConfiguration(t *testing.T) {
	base := attestedCatalog(t) + keyVariables + attested(signedArguments+"validity_period_hours = 24") + `
data "controls_attestation" "this" {
  bundle      = controls_attestation.this.bundles["controls"]
  assessment  = controls_requirement.this.assessment
  public_keys = [controls_attestation.this.public_key_pem]
}
resource "terraform_data" "deployed" { input = data.controls_attestation.this.properties }
`
	variables := signingKeys()[0].variables()
	resource.ParallelTest(t, resource.TestCase{
		TerraformVersionChecks: writeOnly,
		Steps: []resource.TestStep{
			{
				Config: base, ConfigVariables: variables, ProtoV6ProviderFactories: acctest.Factories(),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectUnknownValue("terraform_data.deployed", tfjsonpath.New("output")),
				}},
			},
			{
				Config:                   base,
				ConfigVariables:          variables,
				ProtoV6ProviderFactories: acctest.Factories(),
				ConfigPlanChecks:         emptyPlan,
			},
			// A day later the plan renews first, and verifies what it renewed.
			{
				Config:                   base,
				ConfigVariables:          variables,
				ProtoV6ProviderFactories: acctest.FactoriesOn("2026-06-16"),
				ConfigPlanChecks:         reissued,
			},
		},
	})
}

// A verdict about nothing passes whatever is required, and what its neighbour in the same
// envelope has is no answer for it.
func TestAccDataSourceAttestation_ofNothing(t *testing.T) {
	body := func(more string) string {
		return attestedCatalog(t) + keyVariables + `
resource "controls_requirement" "full" {
  services = ["my-store"]
  controls = ["alpha"]
}
resource "controls_requirement" "none" {
  services          = []
  allow_no_services = true
  controls          = ["alpha"]
}
resource "controls_attestation" "two" {
  assessments            = [controls_requirement.full.assessment, controls_requirement.none.assessment]
  signing_key_wo         = var.key
  signing_key_wo_version = 1
}
data "controls_attestation" "this" {
  envelope    = controls_attestation.two.envelopes["controls"]
  public_keys = [controls_attestation.two.public_key_pem]
  assessment  = controls_requirement.none.assessment
  ` + more + "\n}\n"
	}
	step := func(more string, words ...string) resource.TestStep {
		s := resource.TestStep{Config: body(more), ConfigVariables: signingKeys()[0].variables()}
		if len(words) > 0 {
			s.ExpectError = acctest.Says(words...)
		}
		return s
	}
	passes := step("allow_no_services = true")
	passes.ConfigStateChecks = []statecheck.StateCheck{
		statecheck.ExpectKnownValue("data.controls_attestation.this", tfjsonpath.New("properties"), knownvalue.ListSizeExact(0)),
	}
	resource.ParallelTest(t, resource.TestCase{
		TerraformVersionChecks:   writeOnly,
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			step(`require_controls = ["alpha"]`, "Attestation of no service", "is about no service", "allow_no_services = true"),
			step("", "Attestation of no service"),
			step(
				"require_controls = [\"alpha\"]\n  allow_no_services = true", "Required control is not attested",
				"It has no properties",
			),
			passes,
		},
	})
}
