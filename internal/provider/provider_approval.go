package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/security-controls/terraform-provider-controls/internal/approve"
	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/source/remote"
	"github.com/security-controls/terraform-provider-controls/internal/oci"
)

// approvalModel are the arguments that say who may accept a gap.
type approvalModel struct {
	ExceptionRegisters types.List   `tfsdk:"exception_registers"`
	Approvers          types.String `tfsdk:"approvers"`
	RevokedKeys        types.String `tfsdk:"revoked_keys"`
	ExceptionPolicy    types.Object `tfsdk:"exception_policy"`
}

type registerSourceModel struct {
	Path types.String `tfsdk:"path"`
	OCI  types.String `tfsdk:"oci"`
}

type policyModel struct {
	MaxDays            types.Int64  `tfsdk:"max_days"`
	RequireTicket      types.Bool   `tfsdk:"require_ticket"`
	RequireApprover    types.Bool   `tfsdk:"require_approver"`
	Inline             types.String `tfsdk:"inline"`
	Never              types.Set    `tfsdk:"never"`
	MinApprovers       types.Int64  `tfsdk:"min_approvers"`
	MaxRegisterAgeDays types.Int64  `tfsdk:"max_register_age_days"`
	Workloads          types.Map    `tfsdk:"workloads"`
}

// approvalAttributes say who may accept a gap, and for how long.
func approvalAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"exception_registers": schema.ListNestedAttribute{
			Optional: true,
			MarkdownDescription: "Registers: files of exceptions and evidence for many workloads, kept by those who may " +
				"accept a gap. What one says for the `workload` of a requirement counts as if it stood there. Default: none.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"path": schema.StringAttribute{
					Optional: true,
					MarkdownDescription: "A register (YAML or JSON), or a directory of which every `.yaml`, `.yml` and " +
						"`.json` file, also in directories below, is a register. Relative paths start at the working " +
						"directory. Default: none, and `oci` is set.",
					Validators: []validator.String{notBlank()},
				},
				"oci": schema.StringAttribute{
					Optional: true,
					MarkdownDescription: "An artifact in an OCI registry whose layers are registers and their signatures, as " +
						"`oras push` writes them: `registry.example/platform/exceptions@sha256:…`, or with a tag, " +
						"`registry.example/platform/exceptions:current`. A tag is looked up in every run, and is accepted only " +
						"with `approvers` and `max_register_age_days`, so that nobody is served an old register, or " +
						"another's. Default: none, and `path` is set.",
					Validators: []validator.String{isArtifact(remote.Artifact{})},
				},
			}},
			Validators: []validator.List{eachPathOrOCI{}},
		},
		"approvers": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "The text of an `allowed_signers` file of OpenSSH's: only registers count that one of these " +
				"keys has signed, by a file `NAME.yaml.sig` or `NAME.yaml.WHO.sig` beside the register. The guide *Approving " +
				"exceptions* says how to sign, and what is read more strictly than OpenSSH does. Default: registers need no " +
				"signature.",
		},
		"revoked_keys": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Public keys, one to a line as in a `.pub` file, by which nothing counts as signed. " +
				"A list without a key is an error. Default: none.",
		},
		"exception_policy": schema.SingleNestedAttribute{
			Optional: true,
			MarkdownDescription: "Rules for exceptions, which no requirement can relax. They are recorded in assessments, " +
				"with the approvers and their keys. An exception that they refuse covers no gap. Default: none.",
			Attributes: policyAttributes(),
		},
	}
}

func policyAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"max_days": schema.Int64Attribute{
			Optional: true,
			MarkdownDescription: fmt.Sprintf("How many days an exception may last: one of a register from the day of its issue, "+
				"one of a requirement itself from today. From 1 to %d. Default: ten years.", assess.MaxPolicyDays),
			Validators: []validator.Int64{int64validator.Between(1, assess.MaxPolicyDays)},
		},
		"require_ticket": schema.BoolAttribute{
			Optional: true, MarkdownDescription: "Whether exceptions have to name a ticket. Default: `false`.",
		},
		"require_approver": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether exceptions have to name who approved them; who signed a register did. " +
				"Default: `false`.",
		},
		"inline": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Whether exceptions of requirements themselves count, `allow`, or those of registers alone, " +
				"`deny`. Default: `allow`.",
			Validators: []validator.String{stringvalidator.OneOf(assess.Allow, assess.Deny)},
		},
		"never": schema.SetAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Ids of controls, or names of groups, for which no exception counts; nor does one for a " +
				"group that such a control is a member of. Default: none.",
			Validators: []validator.Set{setvalidator.ValueStringsAre(notBlank())},
		},
		"min_approvers": schema.Int64Attribute{
			Optional: true,
			MarkdownDescription: fmt.Sprintf(
				"How many approvers have to have signed a register, each with a key of their own that "+
					"is valid. From 1 to %d. Default: `1` with `approvers`.",
				assess.MaxApprovers,
			),
			Validators: []validator.Int64{int64validator.Between(1, assess.MaxApprovers)},
		},
		"max_register_age_days": schema.Int64Attribute{
			Optional: true,
			MarkdownDescription: fmt.Sprintf(
				"How many days after its issue a register counts: then it has to be issued and signed "+
					"anew. From 1 to %d. Default: any time.",
				assess.MaxPolicyDays,
			),
			Validators: []validator.Int64{int64validator.Between(1, assess.MaxPolicyDays)},
		},
		"workloads": schema.MapAttribute{
			Optional: true, ElementType: types.SetType{ElemType: types.StringType},
			MarkdownDescription: "For which workloads each principal of `approvers` may approve: names or patterns such as " +
				"`shop-*`. A principal that is not named may approve for none. Default: each for all.",
			Validators: []validator.Map{
				mapvalidator.SizeAtLeast(1),
				mapvalidator.KeysAre(notBlank()),
				mapvalidator.ValueSetsAre(setvalidator.ValueStringsAre(isWorkloadPattern())),
			},
		},
	}
}

// isWorkloadPattern accepts the name of a workload, or a pattern of such names.
func isWorkloadPattern() validator.String {
	return stringRule{"must be the name of a workload or a pattern", "Malformed pattern", assess.PatternProblem}
}

// registerNoTag says why a tag does not name a register.
const registerNoTag = "by a tag, an old register could be served, or one by anybody, unless the provider has both approvers " +
	"and max_register_age_days of exception_policy"

// approval is what the provider says of exceptions, read on first use.
type approval struct {
	// unknown names the arguments that are not known yet.
	unknown []string
	// book reads the registers; nil where there is nothing to read and no policy.
	book   func() (*approve.Book, error)
	policy assess.Policy
}

// read returns what registers say, or nil where the provider has neither registers nor a
// policy.
func (a *approval) read() (*assess.Approval, error) {
	if a == nil || a.book == nil {
		return nil, nil // there is none, which is no error
	}
	book, err := a.book()
	if err != nil {
		return nil, err
	}
	return book.Approval(a.policy), nil
}

// approval reads the arguments, but no file.
func (m *approvalModel) approval(ctx context.Context, registry func() *oci.Client, diags *diag.Diagnostics) *approval {
	a := &approval{}
	var opts approve.Options
	for _, argument := range []struct {
		name  string
		value attr.Value
	}{
		{"exception_registers", m.ExceptionRegisters},
		{"approvers", m.Approvers},
		{"revoked_keys", m.RevokedKeys},
		{"exception_policy", m.ExceptionPolicy},
	} {
		if hasUnknown(ctx, argument.value) {
			a.unknown = append(a.unknown, "the provider's "+argument.name)
		}
	}
	if m.ExceptionRegisters.IsNull() && m.Approvers.IsNull() && m.RevokedKeys.IsNull() && m.ExceptionPolicy.IsNull() ||
		len(a.unknown) > 0 {
		return a
	}
	var sources []registerSourceModel
	diags.Append(m.ExceptionRegisters.ElementsAs(ctx, &sources, false)...)
	opts.Approvers, opts.Revoked = m.Approvers.ValueStringPointer(), m.RevokedKeys.ValueStringPointer()
	if !m.ExceptionPolicy.IsNull() {
		var p policyModel
		diags.Append(m.ExceptionPolicy.As(ctx, &p, objectAsOptions)...)
		a.policy = p.policy(ctx, diags)
	}
	noTag := registerNoTag
	if opts.Approvers != nil && a.policy.MaxRegisterAgeDays != nil {
		noTag = ""
	}
	for _, s := range sources {
		if s.OCI.IsNull() {
			opts.Paths = append(opts.Paths, s.Path.ValueString())
			continue
		}
		opts.Artifacts = append(opts.Artifacts, &remote.Artifact{Client: registry, Reference: s.OCI.ValueString(), NoTag: noTag})
	}
	a.book = sync.OnceValues(func() (*approve.Book, error) { return approve.Load(opts) })
	return a
}

// hasUnknown reports whether a value is not known, or a part of it is not.
func hasUnknown(ctx context.Context, value attr.Value) bool {
	v, err := value.ToTerraformValue(ctx)
	return err != nil || !v.IsFullyKnown()
}

func (m *policyModel) policy(ctx context.Context, diags *diag.Diagnostics) assess.Policy {
	p := assess.Policy{
		MaxDays: m.MaxDays.ValueInt64Pointer(), MaxRegisterAgeDays: m.MaxRegisterAgeDays.ValueInt64Pointer(),
		MinApprovers: m.MinApprovers.ValueInt64(), RequireApprover: m.RequireApprover.ValueBool(),
		RequireTicket: m.RequireTicket.ValueBool(),
	}
	if m.Inline.ValueString() == assess.Deny {
		p.Inline = assess.Deny
	}
	diags.Append(m.Never.ElementsAs(ctx, &p.Never, false)...)
	slices.Sort(p.Never)
	if m.Workloads.IsNull() {
		return p
	}
	mandates := map[string][]string{}
	diags.Append(m.Workloads.ElementsAs(ctx, &mandates, false)...)
	for principal, patterns := range mandates {
		if patterns == nil {
			patterns = []string{}
		}
		slices.Sort(patterns)
		p.Workloads = append(p.Workloads, assess.Mandate{Principal: principal, Workloads: patterns})
	}
	slices.SortFunc(p.Workloads, func(x, y assess.Mandate) int { return strings.Compare(x.Principal, y.Principal) })
	return p
}

// addRegisterError reports why registers cannot be read.
func addRegisterError(diags *diag.Diagnostics, err error) {
	diags.AddError("Registers of exceptions cannot be read",
		"  "+strings.ReplaceAll(err.Error(), "\n", "\n  ")+"\n\n"+
			"Correct what is named above: the files or the registry under exception_registers of the provider, or the "+
			"texts of approvers and revoked_keys. Nothing is taken from registers that are only partly in order.\n\n"+
			"To destroy all the same: terraform destroy -refresh=false")
}
