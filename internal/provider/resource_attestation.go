package provider

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/security-controls/terraform-provider-controls/internal/attest"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

var (
	_ resource.ResourceWithConfigure      = (*attestationResource)(nil)
	_ resource.ResourceWithValidateConfig = (*attestationResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*attestationResource)(nil)
)

func newAttestationResource() resource.Resource { return &attestationResource{} }

// attestationResource lives in the state alone. It is issued when it is created, when
// any of its arguments changes, and when it is time to renew it; never in between, so
// that what was handed out stays what the state says.
type attestationResource struct {
	configured
}

func (r *attestationResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_attestation"
}

func (r *attestationResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = attestationSchema()
}

func (r *attestationResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.configure(req.ProviderData, &resp.Diagnostics)
}

// ValidateConfig reports what is wrong whatever the assessments. That a version has no
// key is left to the plan, and to those plans that issue: others, such as one that looks
// for drift or destroys, have to do without the key.
func (r *attestationResource) ValidateConfig(
	ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse,
) {
	var config attestationModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	validity, early := config.ValidityPeriodHours, config.EarlyRenewalHours
	if validity.IsNull() {
		validity = types.Int64Value(defaultValidityHours)
	}
	if !validity.IsUnknown() && !early.IsUnknown() && early.ValueInt64() >= validity.ValueInt64() {
		resp.Diagnostics.AddAttributeError(
			path.Root("early_renewal_hours"),
			"Renewal without end",
			fmt.Sprintf(
				"early_renewal_hours is %d and validity_period_hours is %d: every plan would renew the attestation. Set "+
					"early_renewal_hours to less than validity_period_hours.",
				early.ValueInt64(), validity.ValueInt64(),
			),
		)
	}
	resp.Diagnostics.Append(config.checkPairs()...)
}

// ModifyPlan leaves an attestation alone that needs no renewal. Otherwise what derives
// from the time of issue is unknown, and all that can be checked before is checked now.
func (r *attestationResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || r.data == nil {
		return
	}
	var config, plan attestationModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !req.State.Raw.IsNull() {
		var state attestationModel
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
		if resp.Diagnostics.HasError() {
			return
		}
		if plan.asksFor(&state) {
			state.EarlyRenewalHours = plan.EarlyRenewalHours
			if !state.renew(r.data.clock()) && r.isAsIssued(ctx, &state, &resp.Diagnostics) {
				state.ReadyForRenewal = types.BoolValue(false)
				resp.Diagnostics.Append(resp.Plan.Set(ctx, &state)...)
				return
			}
		}
	}
	config.ValidityPeriodHours = plan.ValidityPeriodHours // with its default
	r.rehearse(ctx, &config, &resp.Diagnostics)
	plan.setUnknown()
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

// isAsIssued warns of an attestation that was changed in the state. The state is a file
// that more people can write than can change the configuration, and outputs hand on what
// it says.
func (r *attestationResource) isAsIssued(ctx context.Context, state *attestationModel, diags *diag.Diagnostics) bool {
	request, _ := state.request(ctx, r.data, diags)
	request.Signed = !state.SigningKeyWOVersion.IsNull()
	stored, more := state.stored(ctx)
	diags.Append(more...)
	if diags.HasError() {
		return false
	}
	err := stored.Compare(request)
	if err == nil {
		return true
	}
	var changed *attest.InputError
	if errors.As(err, &changed) {
		diags.AddAttributeWarning(path.Root(changed.Argument), changed.Summary, changed.Detail)
	} else {
		diags.AddError("Attestation cannot be compared", err.Error())
	}
	return false
}

// rehearse reports what would keep the attestation from being issued, as far as it is
// known.
func (r *attestationResource) rehearse(ctx context.Context, config *attestationModel, diags *diag.Diagnostics) {
	request, known := config.request(ctx, r.data, diags)
	if diags.HasError() {
		return
	}
	// The key first: it is checked also while the assessments are not known.
	key := config.signer(diags)
	if diags.HasError() {
		return
	}
	if !r.data.unknown { // else the apply evaluates anew
		if request.Catalog = r.catalog(diags); request.Catalog == nil {
			return
		}
	}
	if known {
		request.Key = key
		if a, err := attest.Issue(request); err != nil {
			addAttestError(diags, err)
		} else if !r.data.unknown {
			addBelieved(diags, a.Believed)
		}
		return
	}
	for i, text := range config.knownAssessments() {
		if _, err := attest.ParseAssessment(text, request.Catalog, r.data.clock()); err != nil {
			addAttestError(
				diags,
				&attest.InputError{
					Argument: "assessments", Nth: i + 1, Summary: "Assessment refused", Detail: words.Sentence(err.Error()),
				},
			)
		}
	}
}

// catalog is the provider's, by which assessments are evaluated anew; nil with an error.
func (r *attestationResource) catalog(diags *diag.Diagnostics) *catalog.Catalog {
	c, err := r.data.catalog()
	if err != nil {
		addCatalogError(diags, r.data, err)
		return nil
	}
	return c
}

// addBelieved warns of assessments, numbered from 1, that nobody has evaluated anew.
func addBelieved(diags *diag.Diagnostics, nths []int) {
	for _, nth := range nths {
		diags.AddAttributeWarning(path.Root("assessments").AtListIndex(nth-1), "Assessment is not evaluated anew",
			"The assessment is by another catalogue than that of this provider, so what it quotes of documents is believed, and "+
				"attested to. Give controls_attestation the provider that made it: the same version, include_embedded_catalog "+
				"and catalog_sources. Whoever verifies the attestation sees what its own catalogue does not say.")
	}
}

func (r *attestationResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	r.issue(ctx, req.Config, req.Plan, &resp.State, &resp.Diagnostics)
}

// Read looks at the clock, so that a refresh shows that a renewal is due.
func (r *attestationResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state attestationModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() || r.data == nil {
		return
	}
	state.ReadyForRenewal = types.BoolValue(state.renew(r.data.clock()))
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
}

// Update issues anew, unless the plan keeps what was issued and another time for its
// renewal is all that changes.
func (r *attestationResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var issuedAt types.String
	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, path.Root("issued_at"), &issuedAt)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !issuedAt.IsUnknown() {
		resp.State.Raw = req.Plan.Raw
		return
	}
	r.issue(ctx, req.Config, req.Plan, &resp.State, &resp.Diagnostics)
}

// Delete leaves it to the framework to remove the state. What was handed out remains
// valid until it ends.
func (r *attestationResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {
}

// issue makes the attestation, and stores it only when it is as it was asked for.
func (r *attestationResource) issue(
	ctx context.Context, rawConfig tfsdk.Config, rawPlan tfsdk.Plan, state *tfsdk.State, diags *diag.Diagnostics,
) {
	var config, plan attestationModel
	diags.Append(rawConfig.Get(ctx, &config)...)
	diags.Append(rawPlan.Get(ctx, &plan)...)
	if diags.HasError() {
		return
	}
	request, _ := plan.request(ctx, r.data, diags)
	if request.Catalog = r.catalog(diags); request.Catalog == nil {
		return
	}
	// Write-only values are in the configuration alone. It may lack the key although the
	// plan had it: an ephemeral variable is given to plan and apply separately.
	diags.Append(config.checkPairs()...)
	if diags.HasError() {
		return
	}
	request.Key = config.signer(diags)
	if diags.HasError() {
		return
	}
	// Whatever the reason that there is no key now: the plan promised a signature.
	request.Signed = !plan.SigningKeyWOVersion.IsNull()
	a, err := attest.Issue(request)
	if err != nil {
		addAttestError(diags, err)
		return
	}
	plan.setResults(a, request.Key)
	diags.Append(state.Set(ctx, &plan)...)
}

// addAttestError reports what is wrong with an attestation at the argument to blame.
func addAttestError(diags *diag.Diagnostics, err error) {
	for _, e := range unjoin(err) {
		input, ok := e.(*attest.InputError) //nolint:errorlint // never wrapped
		if !ok {
			diags.AddError("Attestation cannot be made", e.Error())
			continue
		}
		p := path.Root(input.Argument)
		if input.Nth > 0 {
			p = p.AtListIndex(input.Nth - 1)
		}
		diags.AddAttributeError(p, input.Summary, input.Detail)
	}
}
