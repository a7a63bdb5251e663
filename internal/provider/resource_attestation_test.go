package provider_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/security-controls/terraform-provider-controls/internal/acctest"
)

const attestation = "controls_attestation.this"

// expect checks one attribute of the attestation.
func expectAttested(attribute string, check knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(attestation, tfjsonpath.New(attribute), check)
}

// threeKinds checks a map by kind whose values have a text.
func threeKinds(text string) knownvalue.Check {
	one := knownvalue.StringRegexp(regexp.MustCompile(regexp.QuoteMeta(text)))
	return knownvalue.MapExact(map[string]knownvalue.Check{"controls": one, "vsa": one, "svr": one, "summary": one})
}

func TestAccResourceAttestation_unsigned(t *testing.T) {
	base := attestedCatalog(t)
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config: base + attested(""),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectUnknownValue(attestation, tfjsonpath.New("statements")),
					plancheck.ExpectUnknownValue(attestation, tfjsonpath.New("issued_at")),
					plancheck.ExpectUnknownValue(attestation, tfjsonpath.New("expires_at")),
					plancheck.ExpectKnownValue(attestation, tfjsonpath.New("envelopes"), knownvalue.Null()),
					plancheck.ExpectKnownValue(attestation, tfjsonpath.New("bundles"), knownvalue.Null()),
				}},
				ConfigStateChecks: []statecheck.StateCheck{
					expectAttested("statements", threeKinds(`{"_type":"https://in-toto.io/Statement/v1"`)),
					expectAttested("envelopes", knownvalue.Null()),
					expectAttested("bundles", knownvalue.Null()),
					expectAttested("key_id", knownvalue.Null()),
					expectAttested("public_key_pem", knownvalue.Null()),
					expectAttested(
						"issuer", knownvalue.StringExact("https://github.com/security-controls/terraform-provider-controls"),
					),
					expectAttested("issued_at", knownvalue.StringExact("2026-06-15T12:00:00Z")),
					expectAttested("expires_at", knownvalue.StringExact("2026-07-15T12:00:00Z")),
					expectAttested("ready_for_renewal", knownvalue.Bool(false)),
				},
			},
			{Config: base + attested(""), ConfigPlanChecks: emptyPlan},
		},
	})
}

func TestAccResourceAttestation_signed(t *testing.T) {
	for _, key := range signingKeys() {
		t.Run(key.name, func(t *testing.T) {
			base := attestedCatalog(t) + keyVariables
			signed := base + attested(signedArguments)
			resource.ParallelTest(t, resource.TestCase{
				TerraformVersionChecks:   writeOnly,
				ProtoV6ProviderFactories: acctest.Factories(),
				Steps: []resource.TestStep{
					{
						Config: signed, ConfigVariables: key.variables(),
						ConfigStateChecks: []statecheck.StateCheck{
							expectAttested("statements", threeKinds(`"_type":"https://in-toto.io/Statement/v1"`)),
							expectAttested("envelopes", threeKinds(`"payloadType":"application/vnd.in-toto+json"`)),
							expectAttested("bundles", threeKinds(`"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json"`)),
							expectAttested("key_id", knownvalue.StringRegexp(regexp.MustCompile(`^SHA256:[A-Za-z0-9+/]{43}$`))),
							expectAttested("public_key_pem", knownvalue.StringExact(key.public)),
							expectAttested("signing_key_wo", knownvalue.Null()),
							expectAttested("signing_key_password_wo", knownvalue.Null()),
						},
					},
					{Config: signed, ConfigVariables: key.variables(), ConfigPlanChecks: emptyPlan},
					// A plan that does not issue does without the key: it looks for drift, say.
					{Config: signed, ConfigVariables: config.Variables{}, ConfigPlanChecks: emptyPlan},
				},
			})
		})
	}
}

func TestAccResourceAttestation_allArguments(t *testing.T) {
	var statement string
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{{
			Config: attestedCatalog(t) + attested(`
  issuer                = "https://ci.example.com/shop"
  resource_uri          = "https://example.com/shop"
  policy_uri            = "urn:example:policy"
  validity_period_hours = 24
  early_renewal_hours   = 23
  subjects = [
    { name = "commit", uri = "https://git.example.com/shop", digest = { gitCommit = sha1("a") } },
    { name = "plan", digest = { sha256 = sha256("plan"), sha512 = sha512("plan") } },
  ]`),
			ConfigStateChecks: []statecheck.StateCheck{
				expectAttested("expires_at", knownvalue.StringExact("2026-06-16T12:00:00Z")),
				expectAttested(
					"statements",
					knownvalue.MapPartial(map[string]knownvalue.Check{"controls": knownvalue.StringFunc(func(s string) error {
						statement = s
						return nil
					})}),
				),
			},
		}},
	})
	var got struct {
		Subject   []struct{ Name, URI string }
		Predicate struct {
			ResourceURI      string
			Policy, Verifier struct{ URI, ID, Version string }
		}
	}
	if err := json.Unmarshal([]byte(statement), &got); err != nil {
		t.Fatal(err)
	}
	p := got.Predicate
	if p.ResourceURI != "https://example.com/shop" || p.Policy.URI != "urn:example:policy" ||
		p.Verifier.ID != "https://ci.example.com/shop" ||
		p.Verifier.Version != "test" {
		t.Errorf("got %+v", p)
	}
	if len(got.Subject) != 3 || got.Subject[1].Name != "commit" || got.Subject[2].Name != "plan" {
		t.Errorf("got the subjects %+v", got.Subject)
	}
}

// reissued checks that the attestation is issued anew, in place.
var reissued = resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
	plancheck.ExpectResourceAction(attestation, plancheck.ResourceActionUpdate),
	plancheck.ExpectUnknownValue(attestation, tfjsonpath.New("statements")),
	plancheck.ExpectUnknownValue(attestation, tfjsonpath.New("issued_at")),
	plancheck.ExpectUnknownValue(attestation, tfjsonpath.New("expires_at")),
}}

func TestAccResourceAttestation_renewal(t *testing.T) {
	base := attestedCatalog(t) + attested("validity_period_hours = 240\nearly_renewal_hours = 48")
	step := func(day string, checks resource.ConfigPlanChecks, issued, expires string) resource.TestStep {
		return resource.TestStep{
			Config: base, ProtoV6ProviderFactories: acctest.FactoriesOn(day), ConfigPlanChecks: checks,
			ConfigStateChecks: []statecheck.StateCheck{
				expectAttested("issued_at", knownvalue.StringExact(issued+"T12:00:00Z")),
				expectAttested("expires_at", knownvalue.StringExact(expires+"T12:00:00Z")),
				expectAttested("ready_for_renewal", knownvalue.Bool(false)),
			},
		}
	}
	differ := statecheck.CompareValue(compare.ValuesDiffer())
	steps := []resource.TestStep{
		step("2026-06-15", resource.ConfigPlanChecks{}, "2026-06-15", "2026-06-25"),
		step("2026-06-22", emptyPlan, "2026-06-15", "2026-06-25"),
		step("2026-06-23", reissued, "2026-06-23", "2026-07-03"), // two days before its end
		step("2026-06-23", emptyPlan, "2026-06-23", "2026-07-03"),
		step("2026-08-01", reissued, "2026-08-01", "2026-08-11"), // long after
	}
	for _, i := range []int{0, 2, 4} {
		steps[i].ConfigStateChecks = append(
			steps[i].ConfigStateChecks, differ.AddStateValue(attestation, tfjsonpath.New("statements")),
		)
	}
	resource.ParallelTest(t, resource.TestCase{Steps: steps})
}

// A refresh, which every plan begins with, shows that a renewal is due.
func TestAccResourceAttestation_readyForRenewal(t *testing.T) {
	base := attestedCatalog(t) + attested("validity_period_hours = 24")
	resource.ParallelTest(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: base, ProtoV6ProviderFactories: acctest.Factories()},
		{
			Config: base, ProtoV6ProviderFactories: acctest.FactoriesOn("2026-06-16"),
			ConfigPlanChecks:  resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{refreshedAsReady{}}},
			ConfigStateChecks: []statecheck.StateCheck{expectAttested("ready_for_renewal", knownvalue.Bool(false))},
		},
	}})
}

// refreshedAsReady checks what a plan has made of the state before it changes it.
type refreshedAsReady struct{}

func (refreshedAsReady) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	for _, r := range req.Plan.PriorState.Values.RootModule.Resources {
		if r.Address == attestation && r.AttributeValues["ready_for_renewal"] == true {
			return
		}
	}
	resp.Error = errors.New("ready_for_renewal is not true after the refresh")
}

// An exception ends the attestation on its last day; to renew it before is of no use.
func TestAccResourceAttestation_exceptionEndsIt(t *testing.T) {
	base := attestedCatalog(t)
	until := func(day string) string {
		return base + attestedBy("my-store", fmt.Sprintf(`any_of = { other = ["beta"] }
  exceptions = [{ service = "my-store", control = "other", justification = "because", expires = %q }]`, day),
			"validity_period_hours = 240\nearly_renewal_hours = 72")
	}
	resource.ParallelTest(t, resource.TestCase{Steps: []resource.TestStep{
		{
			Config: until("2026-06-20"), ProtoV6ProviderFactories: acctest.Factories(),
			ConfigStateChecks: []statecheck.StateCheck{
				expectAttested("expires_at", knownvalue.StringExact("2026-06-21T00:00:00Z")),
				expectAttested("statements", knownvalue.MapPartial(map[string]knownvalue.Check{
					"svr": knownvalue.StringRegexp(regexp.MustCompile(`"CONTROLS_ALL_MET_WITH_EXCEPTIONS"`)),
				})),
			},
		},
		{Config: until("2026-06-20"), ProtoV6ProviderFactories: acctest.FactoriesOn("2026-06-20"), ConfigPlanChecks: emptyPlan},
		{
			Config:                   until("2026-12-31"),
			ProtoV6ProviderFactories: acctest.FactoriesOn("2026-06-20"),
			ConfigPlanChecks:         reissued,
			ConfigStateChecks: []statecheck.StateCheck{
				expectAttested("expires_at", knownvalue.StringExact("2026-06-30T12:00:00Z")),
			},
		},
	}})
}

func TestAccResourceAttestation_changesReissue(t *testing.T) {
	base := attestedCatalog(t) + keyVariables
	keys := signingKeys()
	one, two := keys[0], keys[2]
	differ := statecheck.CompareValue(compare.ValuesDiffer())
	version := func(v string) string { return strings.Replace(signedArguments, "= 1", "= "+v, 1) }
	step := func(
		body string, key signingKey, checks resource.ConfigPlanChecks, state ...statecheck.StateCheck,
	) resource.TestStep {
		return resource.TestStep{
			Config: base + body, ConfigVariables: key.variables(), ConfigPlanChecks: checks,
			ConfigStateChecks: append(state, differ.AddStateValue(attestation, tfjsonpath.New("statements"))),
		}
	}
	// Statements differ by issuer where nothing else changes them: the clock stands still.
	resource.ParallelTest(t, resource.TestCase{
		TerraformVersionChecks:   writeOnly,
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			step(
				attested(signedArguments), one, resource.ConfigPlanChecks{},
				expectAttested("public_key_pem", knownvalue.StringExact(one.public)),
			),
			step(attestedBy("my-vault", "", signedArguments), one, reissued),
			{ // another key under the same version: Terraform cannot see it
				Config: base + attestedBy(
					"my-vault", "", signedArguments,
				),
				ConfigVariables:  two.variables(),
				ConfigPlanChecks: emptyPlan,
			},
			step(
				attestedBy("my-vault", "", version("2")+"issuer = \"https://example.com\""), two, reissued,
				expectAttested("public_key_pem", knownvalue.StringExact(two.public)),
			),
			step(
				attestedBy("my-vault", "", ""), two, reissued, expectAttested("envelopes", knownvalue.Null()),
				expectAttested("public_key_pem", knownvalue.Null()),
			),
		},
	})
}

// When it is renewed is no part of an attestation: a change of that alone is kept, takes
// no key, and issues only what is due by it.
func TestAccResourceAttestation_earlyRenewalChanges(t *testing.T) {
	base := attestedCatalog(t) + keyVariables
	key := signingKeys()[0]
	same := statecheck.CompareValue(compare.ValuesSame())
	body := func(early int64) string {
		return base + attested(signedArguments+fmt.Sprintf("validity_period_hours = 48\nearly_renewal_hours = %d", early))
	}
	step := func(early int64, day string, checks resource.ConfigPlanChecks) resource.TestStep {
		return resource.TestStep{
			Config: body(
				early,
			),
			ConfigVariables:          key.variables(),
			ConfigPlanChecks:         checks,
			ProtoV6ProviderFactories: acctest.FactoriesOn(day),
			ConfigStateChecks: []statecheck.StateCheck{
				expectAttested("early_renewal_hours", knownvalue.Int64Exact(early)),
			},
		}
	}
	kept := func(s resource.TestStep) resource.TestStep {
		s.ConfigStateChecks = append(s.ConfigStateChecks, same.AddStateValue(attestation, tfjsonpath.New("bundles")))
		return s
	}
	update := resource.ConfigPlanChecks{
		PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(attestation, plancheck.ResourceActionUpdate)},
	}
	withoutKey := kept(step(3, "2026-06-16", update))
	withoutKey.ConfigVariables = nil
	resource.ParallelTest(t, resource.TestCase{
		TerraformVersionChecks: writeOnly,
		Steps: []resource.TestStep{
			kept(step(1, "2026-06-15", resource.ConfigPlanChecks{})),
			kept(step(2, "2026-06-15", update)),
			withoutKey,
			step(30, "2026-06-16", reissued), // due by the new time
		},
	})
}

func TestAccResourceAttestation_gaps(t *testing.T) {
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config: attestedCatalog(
					t,
				) + attestedBy(
					"my-store", "enforcement = \"warn\"\nany_of = { other = [\"beta\"] }", "",
				),
				ConfigStateChecks: []statecheck.StateCheck{
					expectAttested("statements", knownvalue.MapExact(map[string]knownvalue.Check{
						"controls": knownvalue.StringRegexp(regexp.MustCompile(`"verificationResult":"FAILED","verifier"`)),
						"vsa": knownvalue.StringRegexp(
							regexp.MustCompile(`"verificationResult":"FAILED","verifiedLevels":\["FAILED"\]`),
						),
						"summary": knownvalue.StringRegexp(
							regexp.MustCompile(`"gaps":\[\{"control":"other",.*"verificationResult":"FAILED"`),
						),
						"svr": knownvalue.StringRegexp(
							regexp.MustCompile(`"properties":\["CONTROLS_REQUIRED_ALPHA_DOCUMENTED"\]`),
						),
					})),
				},
			},
		},
	})
}

// What is not known in the plan may turn out in the apply to be what it was: then there
// is nothing to issue.
func TestAccResourceAttestation_unknownAndTheSame(t *testing.T) {
	base := attestedCatalog(t) + `
variable "run" { type = string }
resource "terraform_data" "later" {
  input            = "my-store"
  triggers_replace = var.run
}
resource "controls_requirement" "this" {
  services = [terraform_data.later.output]
  controls = ["alpha"]
}
resource "controls_attestation" "this" { assessments = [controls_requirement.this.assessment] }
`
	step := func(run, day string) resource.TestStep {
		return resource.TestStep{
			Config:                   base,
			ConfigVariables:          config.Variables{"run": config.StringVariable(run)},
			ProtoV6ProviderFactories: acctest.FactoriesOn(day),
			ConfigStateChecks: []statecheck.StateCheck{
				expectAttested("issued_at", knownvalue.StringExact("2026-06-15T12:00:00Z")),
			},
		}
	}
	resource.ParallelTest(
		t, resource.TestCase{Steps: []resource.TestStep{step("first", "2026-06-15"), step("second", "2026-06-16")}},
	)
}

func TestAccResourceAttestation_unknown(t *testing.T) {
	base := attestedCatalog(t) + `
resource "terraform_data" "later" { input = "my-store" }
resource "controls_requirement" "this" {
  services = [terraform_data.later.output]
  controls = ["alpha"]
}
resource "controls_attestation" "this" {
  assessments = [controls_requirement.this.assessment]
  subjects    = [{ name = "later", digest = { sha256 = sha256(terraform_data.later.id) } }]
}
`
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config: base,
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectUnknownValue(attestation, tfjsonpath.New("statements")),
				}},
				ConfigStateChecks: []statecheck.StateCheck{expectAttested("statements", threeKinds(`"name":"later"`))},
			},
			{Config: base, ConfigPlanChecks: emptyPlan},
		},
	})
}
