package provider

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/security-controls/terraform-provider-controls/internal/fleet"
	"github.com/security-controls/terraform-provider-controls/internal/fleet/render"
	"github.com/security-controls/terraform-provider-controls/internal/oci"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

var (
	_ datasource.DataSourceWithConfigure        = (*fleetDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*fleetDataSource)(nil)
)

func newFleetDataSource() datasource.DataSource { return &fleetDataSource{} }

// fleetDataSource rolls up the verdicts of some workloads. That of many is for the command
// "fleet": their bundles would all be in the state.
type fleetDataSource struct {
	configured
}

type fleetModel struct {
	Bundles           types.Map    `tfsdk:"bundles"`
	OCI               types.String `tfsdk:"oci"`
	PublicKeys        types.Map    `tfsdk:"public_keys"`
	Workloads         types.Map    `tfsdk:"workloads"`
	ExpectedWorkloads types.Set    `tfsdk:"expected_workloads"`
	MaxAgeHours       types.Int64  `tfsdk:"max_age_hours"`
	FailOn            types.Set    `tfsdk:"fail_on"`

	Counts   types.Object         `tfsdk:"counts"`
	Failing  []fleetRowModel      `tfsdk:"failing"`
	Rejected []fleetRejectedModel `tfsdk:"rejected"`
	Digest   types.String         `tfsdk:"digest"`
}

// maxFleet is how many bundles, and how many workloads, the data source takes.
const maxFleet = 1000

// maxFleetLines is how many workloads and how many rejected bundles an error names.
const maxFleetLines = 20

func (d *fleetDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_fleet"
}

func (d *fleetDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := fleetSources()
	maps.Copy(attributes, fleetArguments())
	maps.Copy(attributes, fleetResults())
	resp.Schema = schema.Schema{
		MarkdownDescription: "Rolls up the signed verdicts of up to " + thousand + " workloads: verifies each, takes the " +
			"newest of each workload that a key signed which may speak for it, and **fails** where one has no verdict, or one " +
			"that does not pass or no longer holds. For more workloads, and for a page of them all, there is the command " +
			"`fleet` of the provider's binary, which the guide \"Many workloads\" explains. Makes a network connection for " +
			"`oci` alone.",
		Attributes: attributes,
	}
}

// ConfigValidators implements datasource.DataSourceWithConfigValidators.
func (d *fleetDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{datasourcevalidator.ExactlyOneOf(path.MatchRoot("bundles"), path.MatchRoot("oci"))}
}

func (d *fleetDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.configure(req.ProviderData, &resp.Diagnostics)
}

func (d *fleetDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model fleetModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	options := model.options(ctx, &resp.Diagnostics)
	failOn := fleet.Failures()
	if !model.FailOn.IsNull() {
		resp.Diagnostics.Append(model.FailOn.ElementsAs(ctx, &failOn, false)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	options.Now = d.data.clock()
	collector, err := fleet.NewCollector(options)
	if err != nil {
		resp.Diagnostics.AddError("Workloads cannot be rolled up", words.Sentence(err.Error()))
		return
	}
	at := path.Root("bundles")
	if model.OCI.IsNull() {
		model.addBundles(ctx, collector, &resp.Diagnostics)
	} else {
		at = path.Root("oci")
		d.addRepository(ctx, model.OCI.ValueString(), collector, &resp.Diagnostics)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	r := collector.RollUp()
	if n := r.Counts.Workloads; n > maxFleet {
		resp.Diagnostics.AddAttributeError(at, "Too many workloads", tooMany(n, "workloads", commandForBundles))
		return
	}
	if len(r.Found(failOn)) > 0 {
		resp.Diagnostics.AddAttributeError(at, "Workloads do not pass", fleetFailure(r, failOn))
		return
	}
	resp.Diagnostics.Append(model.setResults(r)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

// fewBundles refuses more bundles than maxFleet.
type fewBundles struct{}

func (fewBundles) Description(context.Context) string { return "must be at most " + thousand }

func (v fewBundles) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (fewBundles) ValidateMap(_ context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	if n := len(req.ConfigValue.Elements()); n > maxFleet {
		resp.Diagnostics.AddAttributeError(req.Path, "Too many bundles", tooMany(n, "bundles", commandForBundles))
	}
}

// What takes any number of workloads.
const (
	commandForBundles = "Write the bundles into a folder, and roll them up with the command of the provider's binary:\n\n" +
		"  terraform-provider-controls fleet --bundles DIR --keys DIR --workloads FILE"
	commandForRepository = "Roll them up with the command of the provider's binary:\n\n" +
		"  terraform-provider-controls fleet --oci REPOSITORY --keys DIR --workloads FILE"
)

// tooMany says what to do with more than the data source takes.
func tooMany(n int, what, command string) string {
	return fmt.Sprintf("There are %d %s, expected at most %s: a plan would wait for all of them, and have them in its state. "+
		"%s\n\nThe guide \"Many workloads\" explains it. Or divide the workloads between several of this data source.",
		n, what, thousand, command)
}

// remedies say what to do about each of fleet.Failures.
var remedies = map[string]string{
	string(fleet.Missing): "publish its verdict, or take it out of expected_workloads if it is gone",
	string(fleet.Failed):  "close or accept its gaps, and publish the new verdict",
	string(fleet.Expired): "publish a new verdict; an exception that is over has to be renewed first, or its gap closed",
	string(fleet.Stale):   "publish a new verdict",
	fleet.Rejections:      "correct the bundle or take it away; until then it counts for nothing",
}

// fleetFailure says which workloads fail the plan, and what to do about them.
func fleetFailure(r *fleet.RollUp, failOn []string) string {
	text := words.Sentence(render.Headline(r)) + "\n\n"
	if lines := r.Lines(maxFleetLines); len(lines) > 0 {
		text += "  " + strings.Join(lines, "\n  ") + "\n\n"
	}
	text += "What fails the plan:\n"
	found := r.Found(failOn)
	if slices.Contains(found, fleet.NoWorkload) {
		text += "\n  - " + fleet.NoWorkload + ": see that there are summaries, bundles[\"summary\"] of controls_attestation, " +
			"and that public_keys are of those who signed them"
		found = nil
	}
	for _, name := range fleet.Failures() {
		if of := r.Found([]string{name}); len(of) > 0 && slices.Contains(found, of[0]) {
			text += "\n  - " + of[0] + ": " + remedies[name]
		}
	}
	return text + "\n\nfail_on says what does: with fail_on = [] nothing, and failing and rejected list it all the same.\n\n" +
		"To destroy all the same: terraform destroy -refresh=false"
}

// options are what the roll-up goes by, but for the time.
func (m *fleetModel) options(ctx context.Context, diags *diag.Diagnostics) fleet.Options {
	o := fleet.Options{MaxAge: hours(m.MaxAgeHours)}
	var pems map[string]string
	var patterns map[string][]string
	diags.Append(m.PublicKeys.ElementsAs(ctx, &pems, false)...)
	diags.Append(m.Workloads.ElementsAs(ctx, &patterns, false)...)
	diags.Append(m.ExpectedWorkloads.ElementsAs(ctx, &o.Expected, false)...)
	if diags.HasError() {
		return o
	}
	if !m.ExpectedWorkloads.IsNull() && len(o.Expected) == 0 {
		diags.AddAttributeError(path.Root("expected_workloads"), "No workloads", "expected_workloads is empty, so that none "+
			"could be missing. Name the workloads that must have a verdict, or leave it out.")
	}
	var err error
	if o.Keys, err = fleet.Keys(pems, patterns); err != nil {
		at, summary := path.Root("public_keys"), "Public key refused"
		var wrong *fleet.PatternsError
		if errors.As(err, &wrong) {
			at, summary = path.Root("workloads"), "Workloads of the keys"
		}
		diags.AddAttributeError(at, summary, words.Sentence(err.Error()))
	}
	return o
}

// addBundles verifies the bundles side by side.
func (m *fleetModel) addBundles(ctx context.Context, c *fleet.Collector, diags *diag.Diagnostics) {
	var bundles map[string]string
	diags.Append(m.Bundles.ElementsAs(ctx, &bundles, false)...)
	if len(bundles) == 0 {
		diags.AddAttributeError(path.Root("bundles"), "No bundles", "bundles is empty, so there is nothing to roll up. "+
			"Where it is made with fileset, see whether folder and pattern are right.")
	}
	names := slices.Sorted(maps.Keys(bundles))
	workers := runtime.GOMAXPROCS(0)
	var wg sync.WaitGroup
	for first := range workers {
		wg.Go(func() {
			for i := first; i < len(names); i += workers {
				c.Add(names[i], bundles[names[i]])
			}
		})
	}
	wg.Wait()
}

// addRepository verifies the bundle of every tag of a repository. What a tag leads to that is no
// bundle is rejected; where the registry cannot be asked, there is no roll-up.
func (d *fleetDataSource) addRepository(ctx context.Context, name string, c *fleet.Collector, diags *diag.Diagnostics) {
	at := path.Root("oci")
	repository, err := oci.ParseRepository(name)
	if err != nil {
		diags.AddAttributeError(at, "Malformed repository", words.Sentence(err.Error()))
		return
	}
	tags := 0
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	err = d.data.registry.get().EachBundle(ctx, repository,
		func(n int) {
			if tags = n; n > maxFleet {
				cancel() // none of them is asked for
			}
		},
		func(tag, bundle string, err error) {
			if err != nil {
				c.Reject(tag, err.Error())
			} else {
				c.Add(tag, bundle)
			}
		})
	switch {
	case tags > maxFleet:
		diags.AddAttributeError(at, "Too many tags", tooMany(tags, "tags", commandForRepository))
	case err != nil:
		diags.AddAttributeError(at, "Repository cannot be read", repository.String()+": "+strings.TrimSuffix(err.Error(), ".")+
			". Without one of the verdicts there is no roll-up: it may be the one that fails.")
	case tags == 0:
		diags.AddAttributeError(at, "No verdicts", words.Sprintf("%s has no tags, so there is nothing to roll up: push a "+
			"summary under a tag for each workload.", repository))
	}
}

type fleetRowModel struct {
	Workload types.String      `tfsdk:"workload"`
	Status   types.String      `tfsdk:"status"`
	Gaps     []string          `tfsdk:"gaps"`
	Labels   map[string]string `tfsdk:"labels"`
	SignedAt types.String      `tfsdk:"signed_at"`
	Key      types.String      `tfsdk:"key"`
	Source   types.String      `tfsdk:"source"`
}

type fleetRejectedModel struct {
	Source types.String `tfsdk:"source"`
	Reason types.String `tfsdk:"reason"`
}

func (m *fleetModel) setResults(r *fleet.RollUp) diag.Diagnostics {
	var diags diag.Diagnostics
	_, digest, err := r.Encode()
	if err != nil {
		diags.AddError("The roll-up cannot be encoded", err.Error())
		return diags
	}
	m.Digest = types.StringValue(digest)
	kinds, counts := map[string]attr.Type{}, map[string]attr.Value{}
	for _, c := range fleetCounts {
		kinds[c.name], counts[c.name] = types.Int64Type, types.Int64Value(int64(c.of(r.Counts)))
	}
	m.Counts, diags = types.ObjectValue(kinds, counts)
	m.Failing, m.Rejected = []fleetRowModel{}, []fleetRejectedModel{}
	for _, w := range r.Failing() {
		row := fleetRowModel{
			Workload: types.StringValue(w.Name), Status: types.StringValue(string(w.Status)), Gaps: []string{},
			Labels: map[string]string{}, SignedAt: textOrNull(w.SignedAt), Key: textOrNull(w.Key), Source: textOrNull(w.Source),
		}
		for _, gap := range w.Gaps {
			row.Gaps = append(row.Gaps, gap.Check())
		}
		maps.Copy(row.Labels, w.Labels)
		m.Failing = append(m.Failing, row)
	}
	for _, x := range r.Rejected {
		m.Rejected = append(m.Rejected, fleetRejectedModel{types.StringValue(x.Source), types.StringValue(x.Reason)})
	}
	return diags
}
