package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/canonicaljson"
)

var _ datasource.DataSourceWithConfigure = (*registerDataSource)(nil)

func newRegisterDataSource() datasource.DataSource { return &registerDataSource{} }

// registerDataSource lists what registers accept, for whoever keeps them.
type registerDataSource struct {
	catalogDataSource
}

type registerModel struct {
	Workload   types.String `tfsdk:"workload"`
	EndingDays types.Int64  `tfsdk:"ending_within_days"`

	Entries    types.String `tfsdk:"entries"`
	InForce    types.List   `tfsdk:"in_force"`
	Ending     types.List   `tfsdk:"ending"`
	Ended      types.List   `tfsdk:"ended"`
	NotCounted types.List   `tfsdk:"not_counted"`
}

func (d *registerDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_register"
}

func (d *registerDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	line := " One line of text each: what is accepted, until when, by which register, file and line, and who signed it."
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the exceptions in the registers of the provider (`exception_registers`) as they stand " +
			"today: in force, ending, ended, not counted. For whoever keeps them, and for outputs and `check` blocks.",
		Attributes: map[string]schema.Attribute{
			"workload": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Name of the workload of which to list the entries. Default: those for all workloads.",
				Validators:          []validator.String{isWorkload()},
			},
			"ending_within_days": schema.Int64Attribute{
				Optional: true,
				MarkdownDescription: fmt.Sprintf("How many days from now an entry may end to be listed under `ending`, 0 to %d. "+
					"Default: `%d`.", assess.MaxPolicyDays, assess.EndingSoonDays),
				Validators: []validator.Int64{int64validator.Between(0, assess.MaxPolicyDays)},
			},
			"entries": schema.StringAttribute{
				Computed: true,
				MarkdownDescription: "All entries as JSON, a list by register and line: `services`, `controls`, `workloads`, " +
					"`register`, `issued`, `file`, `line`, `signers`, `justification`, `ticket`, `expires`, `from` and " +
					"`until` (the days between which it counts), `state` (`in_force`, `ended`, `pending` or `not_counted`) " +
					"and `why` it does not count.",
			},
			"in_force":    computedStrings("Entries that count today." + line),
			"ending":      computedStrings("Those of `in_force` that end within `ending_within_days`." + line),
			"ended":       computedStrings("Entries that no longer count." + line),
			"not_counted": computedStrings("Entries that do not count, and why: on no day, or not yet." + line),
		},
	}
}

func (d *registerDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model registerModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if unknown := d.data.approval.unknown; len(unknown) > 0 {
		resp.Diagnostics.AddError("Arguments of the provider are not known yet",
			"Not known yet: "+strings.Join(unknown, ", ")+". "+
				"Give the provider values that do not depend on resources still to be created.")
		return
	}
	approval, err := d.data.approval.read()
	if err != nil {
		addRegisterError(&resp.Diagnostics, err)
		return
	}
	if approval == nil || !approval.Policy.Registers {
		resp.Diagnostics.AddError("No registers", "The provider has no exception_registers, so there is nothing to list. "+
			"Name the files or folders there.")
		return
	}
	days := int64(assess.EndingSoonDays)
	if !model.EndingDays.IsNull() {
		days = model.EndingDays.ValueInt64()
	}
	today := d.data.today()
	lists := map[*types.List][]string{&model.InForce: {}, &model.Ending: {}, &model.Ended: {}, &model.NotCounted: {}}
	entries := approval.Entries(model.Workload.ValueString(), today)
	for _, e := range entries {
		into := &model.NotCounted
		switch e.State {
		case assess.EntryInForce:
			into = &model.InForce
		case assess.EntryEnded:
			into = &model.Ended
		}
		lists[into] = append(lists[into], registerLine(e))
		if e.Ending(today, int(days)) {
			lists[&model.Ending] = append(lists[&model.Ending], registerLine(e))
		}
	}
	text, err := canonicaljson.Marshal(entries)
	if err != nil {
		resp.Diagnostics.AddError("Entries cannot be encoded", err.Error())
		return
	}
	model.Entries = types.StringValue(string(text))
	for into, lines := range lists {
		list, diags := types.ListValueFrom(ctx, types.StringType, lines)
		resp.Diagnostics.Append(diags...)
		*into = list
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

// registerLine is an entry in a line of text.
func registerLine(e assess.RegisterEntry) string {
	when := ""
	switch e.State {
	case assess.EntryPending:
		when = fmt.Sprintf("from %s until %s", e.From, e.Until)
	case assess.EntryRefused:
		when = "not counted, " + e.Why
	default:
		when = "until " + string(e.Until)
	}
	signed := ""
	if len(e.Signers) > 0 {
		signed = ", signed by " + strings.Join(e.Signers, ", ")
	}
	return fmt.Sprintf("%s of %s, %s: %s (%s:%d)%s", strings.Join(e.Controls, ", "), strings.Join(e.Services, ", "), when,
		e.Register, e.File, e.Line, signed)
}
