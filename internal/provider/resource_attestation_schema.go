package provider

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/security-controls/terraform-provider-controls/internal/attest"
)

const (
	defaultValidityHours = 720
	// maxValidityHours is ten years.
	maxValidityHours = 87_600
)

func attestationSchema() schema.Schema {
	attributes := statementAttributes()
	maps.Copy(attributes, validityAttributes())
	maps.Copy(attributes, signingKeyAttributes())
	maps.Copy(attributes, issuedAttributes())
	return schema.Schema{
		MarkdownDescription: "Attests to assessments, so that others can verify later what was required, " +
			"what the documentation said and who accepted what: " +
			"four in-toto statements, and with a key the same in signed DSSE envelopes and Sigstore bundles.\n\n" +
			"The attestation is issued when it is created, when an argument other than `early_renewal_hours` changes, " +
			"when it is to be renewed, and when the state no longer has what was issued, which every plan finds out. " +
			"An assessment with gaps, in warn mode, is attested with the verdict `FAILED`. " +
			"A plan that fails later does not revoke what was issued: choose `validity_period_hours` accordingly.\n\n" +
			"The resource lives in the state alone. " +
			"The key never does: it is write-only, so Terraform 1.11 or OpenTofu 1.11 is needed.",
		Attributes: attributes,
	}
}

// statementAttributes are what goes into the statements.
func statementAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"assessments": schema.ListAttribute{
			Required: true, ElementType: types.StringType,
			MarkdownDescription: "Assessments, as `controls_requirement.<name>.assessment` gives them. " +
				"Each is read strictly, and evaluated anew where it is by the catalogue of this provider; " +
				"one that was edited or made up, or that no longer holds today, is an error. One by another catalogue is " +
				"decided again from what it quotes, with a warning. " +
				"Each is a subject of the statements, by the SHA-256 digest of its text.",
			Validators: []validator.List{listvalidator.SizeAtLeast(1)},
		},
		"subjects": schema.ListNestedAttribute{
			Optional: true,
			MarkdownDescription: "Further subjects to attest to, such as a commit or a file with a saved plan. " +
				"Verifiers match subjects by a digest. Default: the assessments alone.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"name": requiredText(notBlank(), "Name of the subject, different from every other one."),
				"uri":  optionalText(isURI(), "URI of the subject. Default: none."),
				"digest": schema.MapAttribute{
					Required: true, ElementType: types.StringType,
					MarkdownDescription: "Digests by algorithm, in lower-case hexadecimal digits: " +
						"`sha256`, `sha512`, `gitCommit` or another name of in-toto's DigestSet.",
					Validators: []validator.Map{mapvalidator.SizeAtLeast(1)},
				},
			}},
		},
		"registers": schema.ListNestedAttribute{
			Optional: true,
			MarkdownDescription: "The registers that exceptions and evidence of the assessments are from, to carry along with " +
				"their signatures: so verifiers hold them against approvers of their own (`exception_approvers`) instead of " +
				"believing the workspace. All of them, or none. Default: none.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"content": requiredText(notBlank(), "The register, byte for byte: `file(\"registers/board.yaml\")`."),
				"signatures": schema.ListAttribute{
					Required: true, ElementType: types.StringType,
					MarkdownDescription: "The files with its signatures: `[file(\"registers/board.yaml.sig\")]`. May be empty.",
				},
				"file": optionalText(notBlank(), "Its name; one that ends in `.json` is read as JSON. Default: one in YAML."),
			}},
		},
		"issuer": schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString(attest.DefaultIssuer),
			MarkdownDescription: "URI of who attests, `verifier.id` in the statements. " +
				"Whoever verifies expects it. Default: `" + attest.DefaultIssuer + "`.",
			Validators: []validator.String{isURI()},
		},
		"resource_uri": optionalText(isURI(), "URI of what is attested to, `resourceUri` in the statements. "+
			"Default: a URI with the digest of the assessment, or of the list of them."),
		"policy_uri": optionalText(isURI(), "URI of the policy, `policy.uri` in the statements. "+
			"Default: a URI with the digest of the assessments' requirements."),
	}
}

// validityAttributes are how long the attestation holds.
func validityAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"validity_period_hours": schema.Int64Attribute{
			Optional: true, Computed: true, Default: int64default.StaticInt64(defaultValidityHours),
			MarkdownDescription: "How many hours after its issue the attestation ends, 1 to 87600. " +
				"It ends earlier where an exception expires, a document grows too old or a service is retired before. " +
				"Default: `720`, thirty days.",
			Validators: []validator.Int64{int64validator.Between(1, maxValidityHours)},
		},
		"early_renewal_hours": schema.Int64Attribute{
			Optional: true, Computed: true, Default: int64default.StaticInt64(0),
			MarkdownDescription: "How many hours before its end a plan renews the attestation, " +
				"less than `validity_period_hours`. Nothing renews it without a plan and an apply. " +
				"Default: `0`, so a plan renews it once it has ended.",
			Validators: []validator.Int64{int64validator.AtLeast(0)},
		},
	}
}

// signingKeyAttributes are the key, and what tells one from another.
func signingKeyAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"signing_key_wo": schema.StringAttribute{
			Optional: true, WriteOnly: true, Sensitive: true,
			MarkdownDescription: "Private key that signs, in PEM: ECDSA on P-256 or P-384, Ed25519, " +
				"or RSA of 3072 bits and more, as PKCS #8, SEC 1 or PKCS #1, or a password-protected key of cosign's. " +
				"Write-only: never in plan or state. Goes with `signing_key_wo_version`. " +
				"Default: no key, and statements without a signature.",
		},
		"signing_key_wo_version": schema.Int64Attribute{
			Optional: true,
			MarkdownDescription: "Version of the key: a change issues the attestation anew, with the key as it is then. " +
				"With a version and a null key, a plan or an apply that issues fails. Default: no signature.",
		},
		"signing_key_password_wo": schema.StringAttribute{
			Optional: true, WriteOnly: true, Sensitive: true,
			MarkdownDescription: "Password of a key of cosign's. " +
				"Write-only: never in plan or state. Default: the key has none.",
		},
	}
}

// issuedAttributes are the results.
func issuedAttributes() map[string]schema.Attribute {
	const byKind = "Keys: `controls` (this provider's own predicate, with every finding), " +
		"`vsa` (SLSA Verification Summary Attestation v1), `svr` (Simple Verification Result v0.2) and " +
		"`summary` (this provider's own, what a roll-up over many workloads needs)."
	const oneLine = " Nothing in them is secret: they are sensitive only so that plans print one line for them; " +
		"outputs of them say `sensitive = true`."
	return map[string]schema.Attribute{
		"statements": schema.MapAttribute{
			Computed: true, ElementType: types.StringType, Sensitive: true,
			MarkdownDescription: "The in-toto Statements v1 as canonical JSON. " + byKind + oneLine,
		},
		"envelopes": schema.MapAttribute{
			Computed: true, ElementType: types.StringType, Sensitive: true,
			MarkdownDescription: "The statements signed, as DSSE envelopes in JSON; null without a key. " + byKind + oneLine,
		},
		"bundles": schema.MapAttribute{
			Computed: true, ElementType: types.StringType, Sensitive: true,
			MarkdownDescription: "The statements signed, as Sigstore bundles v0.3 in JSON; null without a key. " +
				byKind + oneLine,
		},
		"issued_at": schema.StringAttribute{
			Computed: true, MarkdownDescription: "When the attestation was issued, in RFC 3339, UTC.",
		},
		"expires_at": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "The first moment at which the attestation no longer holds, in RFC 3339, UTC.",
		},
		"ready_for_renewal": schema.BoolAttribute{
			Computed: true,
			MarkdownDescription: "Whether the next plan renews the attestation. " +
				"True after a refresh only: an apply renews it.",
		},
		"key_id": schema.StringAttribute{
			Computed: true,
			MarkdownDescription: "Fingerprint of the public key in the form of OpenSSH, `SHA256:` and base64; " +
				"null without a key.",
		},
		"public_key_pem": schema.StringAttribute{
			Computed: true, MarkdownDescription: "Public key that verifies the signatures, in PEM; null without a key.",
		},
	}
}

// isURI accepts a URI with a scheme.
func isURI() validator.String {
	return stringRule{"must be a URI with a scheme", "Malformed URI", attest.URIProblem}
}
