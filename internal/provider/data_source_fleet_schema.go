package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/security-controls/terraform-provider-controls/internal/fleet"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// thousand is maxFleet as people write it.
const thousand = "1,000"

// fleetSources are what is rolled up.
func fleetSources() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"bundles": schema.MapAttribute{
			Optional:    true,
			ElementType: types.StringType,
			MarkdownDescription: "Signed summaries, `bundles[\"summary\"]` of the resource `controls_attestation` or its " +
				"envelope, each under any name, such as that of its file; at most " + thousand + ". Of several of one workload " +
				"the newest counts. Other statements of an attestation may be among them. One of `bundles` and `oci` is " +
				"required. Default: none.",
			Validators: []validator.Map{mapvalidator.NoNullValues(), fewBundles{}},
		},
		"oci": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Repository of an OCI registry with a summary under each tag, such as " +
				"`registry.example/platform/verdicts`; at most " + thousand + " tags. It is read in every plan, with the " +
				"credentials of Docker's configuration, and a registry that cannot be asked fails the plan. Default: none.",
			Validators: []validator.String{notBlank()},
		},
	}
}

// fleetArguments are by what it is rolled up.
func fleetArguments() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"public_keys": schema.MapAttribute{
			Required:    true,
			ElementType: types.StringType,
			MarkdownDescription: "Public keys in PEM, by name. What none of them signed counts for nothing. They have to come " +
				"from somewhere else than the bundles.",
			Validators: []validator.Map{mapvalidator.SizeAtLeast(1), mapvalidator.NoNullValues()},
		},
		"workloads": schema.MapAttribute{
			Optional:    true,
			ElementType: types.SetType{ElemType: types.StringType},
			MarkdownDescription: "Which workloads each key may speak for, by its name in `public_keys`: names, or patterns in " +
				"which an asterisk stands for any characters. What a key signs about others counts for nothing, so that no " +
				"team can publish for another. Needed with several keys. Default: a single key speaks for all.",
			Validators: []validator.Map{
				mapvalidator.NoNullValues(),
				mapvalidator.ValueSetsAre(setvalidator.NoNullValues(), setvalidator.ValueStringsAre(isWorkloadPattern())),
			},
		},
		"expected_workloads": schema.SetAttribute{
			Optional:    true,
			ElementType: types.StringType,
			MarkdownDescription: "Names of the workloads that must have a verdict; at most " + thousand + ". One without is " +
				"`missing`. Default: those that have one.",
			Validators: []validator.Set{
				setvalidator.SizeAtMost(maxFleet), setvalidator.NoNullValues(), setvalidator.ValueStringsAre(isWorkload()),
			},
		},
		"max_age_hours": schema.Int64Attribute{
			Optional: true,
			MarkdownDescription: fmt.Sprintf("How many hours ago a verdict may have been signed, 1 to %d; one that passed and "+
				"is older is `stale`. Default: any time, as long as it has not expired.", maxValidityHours),
			Validators: []validator.Int64{int64validator.Between(1, maxValidityHours)},
		},
		"fail_on": schema.SetAttribute{
			Optional:    true,
			ElementType: types.StringType,
			MarkdownDescription: "What fails the plan: workloads that are " + words.OrCode(fleet.Failures()[:4]) + ", and `" +
				fleet.Rejections + "`, bundles that count for nothing; and in any case that no workload has a " +
				"verdict which counts. `[]` fails on nothing, for outputs and `check` blocks. " +
				"Default: all of them.",
			Validators: []validator.Set{
				setvalidator.NoNullValues(), setvalidator.ValueStringsAre(stringvalidator.OneOf(fleet.Failures()...)),
			},
		},
	}
}

// fleetResults are how the workloads stand.
func fleetResults() map[string]schema.Attribute {
	counts := map[string]schema.Attribute{}
	for _, c := range fleetCounts {
		counts[c.name] = computedNumber(c.description)
	}
	return map[string]schema.Attribute{
		"counts": schema.SingleNestedAttribute{
			Computed: true, MarkdownDescription: "How many there are of what.", Attributes: counts,
		},
		"failing": schema.ListNestedAttribute{
			Computed: true,
			MarkdownDescription: "The workloads that do not pass, also where `fail_on` lets them: by status, the worst " +
				"first, then by name.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"workload": computedString("Name of the workload."),
				"status":   computedString("How it stands: " + words.OrCode(fleet.Failures()[:4]) + "."),
				"gaps":     computedStrings("Its gaps as `service/control`, sorted."),
				"labels": schema.MapAttribute{
					Computed: true, ElementType: types.StringType,
					MarkdownDescription: "`labels` of its requirement: whose it is.",
				},
				"signed_at": computedString("When its verdict was signed, in RFC 3339, UTC; null for none."),
				"key":       computedString("Name of the key that signed it; null for none."),
				"source":    computedString("Name of the bundle that it is from; null for none."),
			}},
		},
		"rejected": schema.ListNestedAttribute{
			Computed:            true,
			MarkdownDescription: "The bundles that count for nothing, by name.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"source": computedString("Name of the bundle."),
				"reason": computedString("Why it counts for nothing."),
			}},
		},
		"digest": computedString(
			"Digest of the roll-up, whole: that of the JSON which the command `fleet` writes of the same input. It holds no " +
				"time, and changes only when something in it does: a verdict, a status, an exception that is to end soon.",
		),
	}
}

// fleetCounts are the counts that are passed on.
var fleetCounts = []struct {
	name, description string
	of                func(fleet.Counts) int
}{
	{"workloads", "Workloads in all.", func(c fleet.Counts) int { return c.Workloads }},
	{"passed", "Workloads whose verdict passed, and holds.", func(c fleet.Counts) int { return c.Passed }},
	{"missing", "Expected workloads without a verdict.", func(c fleet.Counts) int { return c.Missing }},
	{"failed", "Workloads whose verdict has gaps.", func(c fleet.Counts) int { return c.Failed }},
	{
		"expired", "Workloads whose verdict passed, and is over or has an exception that is.",
		func(c fleet.Counts) int { return c.Expired },
	},
	{
		"stale", "Workloads whose verdict passed longer than `max_age_hours` ago.",
		func(c fleet.Counts) int { return c.Stale },
	},
	{"unexpected", "Workloads besides `expected_workloads`.", func(c fleet.Counts) int { return c.Unexpected }},
	{"rejected", "Bundles that count for nothing.", func(c fleet.Counts) int { return c.Rejected }},
	{"gaps", "Gaps of all workloads.", func(c fleet.Counts) int { return c.Gaps }},
	{"exceptions", "Accepted gaps of all workloads.", func(c fleet.Counts) int { return c.Exceptions }},
	{
		"old_registers", "Workloads that rest on an older issue of a register of exceptions than another workload.",
		func(c fleet.Counts) int { return c.OldRegisters },
	},
	{
		"weakened", "Workloads of which something lowers the bar, such as `enforcement = \"warn\"`.",
		func(c fleet.Counts) int { return c.Weakened },
	},
	{"ending_soon", "Of `exceptions` those that end within 30 days.", func(c fleet.Counts) int { return c.EndingSoon }},
}
