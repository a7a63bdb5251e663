package provider_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/security-controls/terraform-provider-controls/internal/acctest"
)

// Every mistake is found by the plan.
func TestAccResourceAttestation_refuses(t *testing.T) {
	cases := map[string]struct {
		arguments string
		words     []string
	}{
		"no_assessments":    {`assessments = []`, []string{"must contain at least 1"}},
		"null_assessment":   {`assessments = [null]`, []string{"Null element", "compact()"}},
		"not_an_assessment": {`assessments = ["{}"]`, []string{"Assessment refused", "expected"}},
		"edited_assessment": {
			`assessments = [replace(data.controls_assessment.gaps.assessment, "\"compliant\":false", "\"compliant\":true")]`,
			[]string{"Assessment refused", "contradict"},
		},
		"pretty_assessment": {
			`assessments = ["${data.controls_assessment.gaps.assessment} "]`, []string{"Assessment refused", "canonical"},
		},
		"twice": {
			`assessments = [data.controls_assessment.gaps.assessment, data.controls_assessment.gaps.assessment]`,
			[]string{"Assessment given twice"},
		},
		"issuer": {`issuer = "me"`, []string{"Malformed URI", `"me" is not a URI`}},
		"digest": {
			`subjects = [{ name = "x", digest = { sha256 = "abc" } }]`, []string{"Malformed subject", "64 lower-case"},
		},
		"no_digest": {`subjects = [{ name = "x", digest = {} }]`, []string{"at least 1"}},
		"null_digest": {
			`subjects = [{ name = "x", digest = { sha256 = null } }]`, []string{"Null element", "digest is null"},
		},
		"null_subject":         {`subjects = [null]`, []string{"Must set a configuration value"}},
		"no_validity":          {`validity_period_hours = 0`, []string{"between 1 and 87600"}},
		"renewal_without_end":  {`early_renewal_hours = 720`, []string{"Renewal without end"}},
		"key_without_version":  {`signing_key_wo = "x"`, []string{"Signing key without a version"}},
		"version_without_key":  {`signing_key_wo_version = 1`, []string{"Signing key is missing", "leave out the version"}},
		"password_without_key": {`signing_key_password_wo = "x"`, []string{"Password without a signing key"}},
	}
	base := attestedCatalog(t) + `
data "controls_assessment" "gaps" {
  services = ["my-store"]
  controls = ["alpha", "beta"]
}
`
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			arguments := c.arguments
			if !strings.HasPrefix(arguments, "assessments") {
				arguments += "\n  assessments = [data.controls_assessment.gaps.assessment]"
			}
			resource.ParallelTest(t, resource.TestCase{
				TerraformVersionChecks:   writeOnly,
				ProtoV6ProviderFactories: acctest.Factories(),
				Steps: []resource.TestStep{{
					Config:   base + "resource \"controls_attestation\" \"this\" {\n  " + arguments + "\n}\n",
					PlanOnly: true, ExpectError: acctest.Says(c.words...),
				}},
			})
		})
	}
}

// Bad keys are found by the plan, and what is said of them shows nothing of them.
func TestAccResourceAttestation_badKeys(t *testing.T) {
	keys := signingKeys()
	short := must(rsa.GenerateKey(rand.Reader, 2048))
	cosign := keys[4]
	cases := map[string]struct {
		pem, password, words string
	}{
		"public": {keys[0].public, "", "this is a public key, expected the private key"},
		"two":    {keys[0].pem + keys[1].pem, "", "more than one PEM block"},
		"too_short": {
			pemBlock("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(short)), "", "the RSA key has 2048 bits, expected 3072",
		},
		"garbage":      {"garbage", "", "not one private key in PEM"},
		"empty":        {"", "", "the private key is empty"},
		"no_password":  {cosign.pem, "", "the key is encrypted, and there is no password"},
		"bad_password": {cosign.pem, "not-the-password", "the password in signing_key_password_wo is wrong"},
	}
	base := attestedCatalog(t) + keyVariables + attested(signedArguments)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			variables := signingKey{pem: c.pem, password: c.password}.variables()
			resource.ParallelTest(t, resource.TestCase{
				TerraformVersionChecks:   writeOnly,
				ProtoV6ProviderFactories: acctest.Factories(),
				Steps: []resource.TestStep{
					{
						Config: base, ConfigVariables: variables, PlanOnly: true,
						ExpectError: acctest.Says("Signing key refused", c.words),
					},
				},
			})
		})
	}
}

// What an assessment said when it was made does not count once it is over.
func TestAccResourceAttestation_overtakenAssessment(t *testing.T) {
	base := attestedCatalog(t) + `
data "controls_assessment" "this" {
  services   = ["my-store"]
  controls   = ["alpha", "beta"]
  exceptions = [{ service = "my-store", control = "beta", justification = "because", expires = "2026-06-20" }]
}
resource "terraform_data" "kept" {
  input = data.controls_assessment.this.assessment
  lifecycle { ignore_changes = [input] }
}
resource "controls_attestation" "this" { assessments = [terraform_data.kept.output] }
`
	resource.ParallelTest(t, resource.TestCase{Steps: []resource.TestStep{
		{Config: base, ProtoV6ProviderFactories: acctest.Factories()},
		{Config: base, ProtoV6ProviderFactories: acctest.FactoriesOn("2026-06-20"), ConfigPlanChecks: emptyPlan},
		{
			Config: base, ProtoV6ProviderFactories: acctest.FactoriesOn("2026-06-21"),
			ExpectError: acctest.Says("Assessment refused", "held until 2026-06-20"),
		},
	}})
}

// The key is there for the plan, and not for the apply.
func TestAccResourceAttestation_keyForgottenAtApply(t *testing.T) {
	base := attestedCatalog(
		t,
	) + keyVariables + attested(
		"signing_key_wo = terraform.applying ? null : var.key\nsigning_key_wo_version = 1",
	)
	resource.ParallelTest(t, resource.TestCase{
		TerraformVersionChecks:   writeOnly,
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{Config: base, ConfigVariables: signingKeys()[0].variables(), PlanOnly: true, ExpectNonEmptyPlan: true},
			{
				Config: base, ConfigVariables: signingKeys()[0].variables(),
				ExpectError: acctest.Says("Signing key is missing", "given both to the plan and to the apply"),
			},
		},
	})
}

// A key that becomes known during the apply only is checked there.
func TestAccResourceAttestation_versionKnownLate(t *testing.T) {
	base := attestedCatalog(t) + keyVariables + `
resource "terraform_data" "version" { input = 1 }
` + attested("signing_key_wo = var.key\nsigning_key_wo_version = terraform_data.version.output")
	resource.ParallelTest(t, resource.TestCase{
		TerraformVersionChecks:   writeOnly,
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{Config: base, ConfigVariables: config.Variables{}, ExpectError: acctest.Says("Signing key is missing")},
			{Config: base, ConfigVariables: signingKeys()[0].variables()},
		},
	})
}
