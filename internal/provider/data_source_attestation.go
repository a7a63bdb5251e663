package provider

import (
	"context"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/security-controls/terraform-provider-controls/internal/attest"
)

var (
	_ datasource.DataSourceWithConfigure        = (*attestationDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*attestationDataSource)(nil)
)

func newAttestationDataSource() datasource.DataSource { return &attestationDataSource{} }

// attestationDataSource verifies an attestation, so that a plan can depend on what
// another configuration attested to.
type attestationDataSource struct {
	catalogDataSource
}

type attestationDataModel struct {
	Envelope         types.String `tfsdk:"envelope"`
	Bundle           types.String `tfsdk:"bundle"`
	PublicKeys       types.Set    `tfsdk:"public_keys"`
	Assessment       types.String `tfsdk:"assessment"`
	SubjectDigest    types.String `tfsdk:"subject_digest"`
	Issuer           types.String `tfsdk:"issuer"`
	MaxAgeHours      types.Int64  `tfsdk:"max_age_hours"`
	RequireControls  types.Set    `tfsdk:"require_controls"`
	RequireInForce   types.Set    `tfsdk:"require_in_force"`
	AllowExceptions  types.Bool   `tfsdk:"allow_exceptions"`
	AllowCorrections types.Bool   `tfsdk:"allow_corrections"`
	AllowNoServices  types.Bool   `tfsdk:"allow_no_services"`

	Workload           types.String `tfsdk:"workload"`
	ExceptionApprovers types.String `tfsdk:"exception_approvers"`
	MaxExceptionDays   types.Int64  `tfsdk:"max_exception_days"`
	AllowWeakened      types.Set    `tfsdk:"allow_weakened"`

	Statement  types.String `tfsdk:"statement"`
	Subjects   types.List   `tfsdk:"subjects"`
	Properties types.List   `tfsdk:"properties"`
	IssuedAt   types.String `tfsdk:"issued_at"`
	ExpiresAt  types.String `tfsdk:"expires_at"`
	KeyID      types.String `tfsdk:"key_id"`
	Believed   types.Map    `tfsdk:"believed"`
}

func (d *attestationDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_attestation"
}

func (d *attestationDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := verifiedAttributes()
	maps.Copy(attributes, expectedAttributes())
	maps.Copy(attributes, approvalExpectedAttributes())
	maps.Copy(attributes, attestedAttributes())
	resp.Schema = schema.Schema{
		MarkdownDescription: "Verifies a signed attestation of the type `" + attest.ControlsType + "`, and **fails** unless " +
			"its signature, type, subject, issuer, age, validity and verdict are as expected, and what it quotes is what the " +
			"catalogue of this provider says, where that is the one it names. " +
			"A plan can so depend on what another configuration attested to. Makes no network connection.",
		Attributes: attributes,
	}
}

// verifiedAttributes are what is verified, and by which keys.
func verifiedAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"envelope": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "The DSSE envelope, `envelopes.controls` of the resource. One of `envelope` and `bundle` " +
				"is required. Default: none.",
		},
		"bundle": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "The Sigstore bundle, `bundles.controls` of the resource. Default: none.",
		},
		"public_keys": schema.SetAttribute{
			Required:    true,
			ElementType: types.StringType,
			MarkdownDescription: "Public keys in PEM, of which one must have signed. They have to come from somewhere " +
				"else than the attestation: whoever can replace both can sign anything.",
			Validators: []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.NoNullValues()},
		},
		"assessment": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "The assessment that must have been attested to, as JSON. One of `assessment` and " +
				"`subject_digest` is required: without a subject, any attestation by the same key would do, " +
				"an old one or one of something else. It is evaluated anew where it is by the catalogue of this provider. " +
				"Default: none.",
		},
		"subject_digest": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Digest of the subject that must have been attested to, with its algorithm: `sha256:…`, " +
				"as `digest` of `controls_requirement` gives it, or `gitCommit:…`. Default: none.",
		},
	}
}

// expectedAttributes are what the attestation has to say.
func expectedAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"issuer": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "URI of who must have attested, `verifier.id`. Default: that of `issuer` of the " +
				"resource, `" + attest.DefaultIssuer + "`.",
			Validators: []validator.String{isURI()},
		},
		"max_age_hours": schema.Int64Attribute{
			Optional: true,
			MarkdownDescription: "How many hours ago the attestation may have been issued, 1 to 87600. Default: any time, " +
				"as long as it has not expired.",
			Validators: []validator.Int64{int64validator.Between(1, maxValidityHours)},
		},
		"require_controls": schema.SetAttribute{
			Optional:    true,
			ElementType: types.StringType,
			MarkdownDescription: "Ids of controls that must have been checked, and have passed, for every service of the " +
				"assessment that is asked for, or of all assessments of the attestation where another subject is asked for; " +
				"of adverse controls, that they were avoided. Default: none in particular.",
			Validators: []validator.Set{setvalidator.NoNullValues(), setvalidator.ValueStringsAre(isID("control"))},
		},
		"require_in_force": schema.SetAttribute{
			Optional:    true,
			ElementType: types.StringType,
			MarkdownDescription: "Ids of controls that must be in force, and not only documented, for every service of the " +
				"assessment that is asked for: switched on by the settings of the configuration, or by evidence for " +
				"`switched on`, or documented as on by default; of adverse controls, that they were avoided without an " +
				"exception. What was not required with `must_be = \"enabled\"` is missing. What settings of another catalogue " +
				"than this provider's show is named in `believed`, and refused by `allow_weakened = []`. " +
				"Default: none in particular.",
			Validators: []validator.Set{setvalidator.NoNullValues(), setvalidator.ValueStringsAre(isID("control"))},
		},
		"allow_exceptions": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "Whether a gap passes that an exception accepts. Default: `false`.",
		},
		"allow_corrections": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether a verdict passes by a catalogue of which a source speaks " +
				"in the name of an earlier one (`corrects = true` of `catalog_sources`). Default: `false`.",
		},
		"allow_no_services": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether a verdict about no service passes. " +
				"Controls that `require_controls` names are then missing all the same. Default: `false`.",
		},
	}
}

// attestedAttributes are what it says.
func attestedAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"statement": computedString(
			"The signed statement, as JSON. For example `jsondecode(…).predicate.assessments[0].exceptions`.",
		),
		"properties": computedStrings(
			"Properties of the assessment that is asked for, or of all assessments of the attestation where another " +
				"subject is asked for, sorted. The guide on the format says what each means.",
		),
		"issued_at":  computedString("When the attestation was issued, in RFC 3339, UTC."),
		"expires_at": computedString("The first moment at which the attestation no longer holds, in RFC 3339, UTC."),
		"key_id":     computedString("Fingerprint of the public key that verified the signature, in the form of OpenSSH."),
		"believed": schema.MapAttribute{
			Computed: true, ElementType: types.ListType{ElemType: types.StringType},
			MarkdownDescription: "Checks that pass, as `service/control` and sorted, of which something was believed and not " +
				"evaluated here, by what: `configuration`, its settings, which are not at hand; `evidence`, which none of " +
				"`exception_approvers` has signed; `own_documents`, documents of sources that this provider does not have; " +
				"`other_catalog`, what its catalogue does not say. Empty where all was evaluated by the catalogue of this " +
				"provider.",
		},
		"subjects": schema.ListNestedAttribute{
			Computed:            true,
			MarkdownDescription: "What the attestation is about.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"name": computedString("Name of the subject."),
				"uri":  computedString("URI of the subject; null for none."),
				"digest": schema.MapAttribute{
					Computed: true, ElementType: types.StringType,
					MarkdownDescription: "Digests by algorithm.",
				},
			}},
		},
	}
}

func (d *attestationDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{
		datasourcevalidator.ExactlyOneOf(path.MatchRoot("envelope"), path.MatchRoot("bundle")),
		datasourcevalidator.ExactlyOneOf(path.MatchRoot("assessment"), path.MatchRoot("subject_digest")),
	}
}

func (d *attestationDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model attestationDataModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	v := model.verification(ctx, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if v.Catalog = d.load(&resp.Diagnostics); v.Catalog == nil {
		return
	}
	v.Now = d.data.clock()
	verified, err := attest.Verify(v)
	if err != nil {
		addAttestError(&resp.Diagnostics, err)
		return
	}
	resp.Diagnostics.Append(model.setResults(ctx, verified)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

// verification is what the model expects.
func (m *attestationDataModel) verification(ctx context.Context, diags *diag.Diagnostics) attest.Verification {
	v := attest.Verification{
		Envelope:         m.Envelope.ValueString(),
		Bundle:           m.Bundle.ValueString(),
		Assessment:       m.Assessment.ValueString(),
		SubjectDigest:    m.SubjectDigest.ValueString(),
		Issuer:           m.Issuer.ValueString(),
		MaxAge:           hours(m.MaxAgeHours),
		AllowExceptions:  m.AllowExceptions.ValueBool(),
		AllowCorrections: m.AllowCorrections.ValueBool(),
		AllowNoServices:  m.AllowNoServices.ValueBool(),
	}
	// Said here, since for the package an empty text is one that was not given.
	for _, given := range []struct {
		name  string
		value types.String
	}{{"envelope", m.Envelope}, {"bundle", m.Bundle}, {"assessment", m.Assessment}, {"subject_digest", m.SubjectDigest}} {
		if !given.value.IsNull() && given.value.ValueString() == "" {
			diags.AddAttributeError(path.Root(given.name), "Nothing to verify",
				given.name+" is empty, as a file is that nothing was written to. Expected the text just as it was handed over.")
		}
	}
	m.approval(ctx, &v, diags)
	var keys []string
	diags.Append(m.PublicKeys.ElementsAs(ctx, &keys, false)...)
	diags.Append(m.RequireControls.ElementsAs(ctx, &v.RequireControls, false)...)
	diags.Append(m.RequireInForce.ElementsAs(ctx, &v.RequireInForce, false)...)
	for _, text := range keys {
		key, err := attest.ParsePublicKey(text)
		if err != nil {
			diags.AddAttributeError(
				path.Root("public_keys"), "Public key refused", "A public key cannot be used: "+err.Error()+".",
			)
			continue
		}
		v.Keys = append(v.Keys, key)
	}
	return v
}

func (m *attestationDataModel) setResults(ctx context.Context, verified *attest.Verified) diag.Diagnostics {
	subjects := make([]attestationSubjectModel, len(verified.Subjects))
	var all diag.Diagnostics
	for i, s := range verified.Subjects {
		digest, diags := types.MapValueFrom(ctx, types.StringType, s.Digest)
		all.Append(diags...)
		subjects[i] = attestationSubjectModel{Name: types.StringValue(s.Name), URI: textOrNull(s.URI), Digest: digest}
	}
	var diags diag.Diagnostics
	m.Subjects, diags = types.ListValueFrom(ctx, attestationSubjectType(), subjects)
	all.Append(diags...)
	m.Properties, diags = types.ListValueFrom(ctx, types.StringType, verified.Properties)
	all.Append(diags...)
	m.Statement = types.StringValue(verified.Statement)
	m.IssuedAt = types.StringValue(verified.IssuedAt.Format(time.RFC3339))
	m.ExpiresAt = types.StringValue(verified.ExpiresAt.Format(time.RFC3339))
	m.KeyID = types.StringValue(verified.KeyID)
	believed := map[string][]string{} // never null
	maps.Copy(believed, verified.Believed)
	m.Believed, diags = types.MapValueFrom(ctx, types.ListType{ElemType: types.StringType}, believed)
	all.Append(diags...)
	return all
}
