package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/security-controls/terraform-provider-controls/internal/approve"
	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/attest"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// approvalExpectedAttributes are what the attestation has to say of who accepted what.
func approvalExpectedAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"workload": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Name of the workload that the assessment has to be about. Registers accept gaps by " +
				"workload, so `exception_approvers` needs it. Default: any.",
			Validators: []validator.String{isWorkload()},
		},
		"exception_approvers": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "The verifier's own `allowed_signers` text: every exception, and all evidence that a check " +
				"passes by, has to be in a register that the " +
				"attestation carries (`registers` of the resource) and that one of these keys has signed, for the workload " +
				"and in force today. What the attestation says of who signed is not believed. Exceptions need " +
				"`allow_exceptions = true` as well. Needs `workload`. Default: exceptions and evidence are believed.",
			Validators: []validator.String{stringvalidator.AlsoRequires(path.MatchRoot("workload"))},
		},
		"max_exception_days": schema.Int64Attribute{
			Optional: true,
			MarkdownDescription: fmt.Sprintf("How many days an exception may last: one of a register from the day of its issue, "+
				"another one from the attestation. From 1 to %d. Default: any number.", assess.MaxPolicyDays),
			Validators: []validator.Int64{int64validator.Between(1, assess.MaxPolicyDays)},
		},
		"allow_weakened": schema.SetAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "What may have lowered the bar: " + words.OrCode(attest.Weakenings()) + ". " +
				"`own_documents` is that a finding rests on a document of another source than the embedded catalogue; " +
				"`own_settings`, that one passes by settings of such a source, for a service that another one documents; " +
				"`other_catalog`, that one passes by what the catalogue of this provider does not say, or by settings of " +
				"another catalogue; `inline_evidence`, which only `exception_approvers` asks for, that one passes by evidence " +
				"which none of them has signed. " +
				"`allow_corrections = true` allows corrections as well. " +
				"Default: nothing with `exception_approvers`, anything without.",
			Validators: []validator.Set{setvalidator.ValueStringsAre(stringvalidator.OneOf(attest.Weakenings()...))},
		},
	}
}

// approval adds to a verification what is expected of who accepted what.
func (m *attestationDataModel) approval(ctx context.Context, v *attest.Verification, diags *diag.Diagnostics) {
	v.Workload, v.MaxExceptionDays = m.Workload.ValueString(), int(m.MaxExceptionDays.ValueInt64())
	if !m.AllowWeakened.IsNull() {
		v.AllowWeakened = []string{}
		diags.Append(m.AllowWeakened.ElementsAs(ctx, &v.AllowWeakened, false)...)
	}
	if m.ExceptionApprovers.IsNull() {
		return
	}
	approvers, err := approve.ParseApprovers("exception_approvers", m.ExceptionApprovers.ValueString())
	if err != nil {
		diags.AddAttributeError(path.Root("exception_approvers"), "Approvers refused", words.Sentence(err.Error()))
		return
	}
	v.ExceptionApprovers = approvers
}
