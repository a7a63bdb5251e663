package provider

import (
	"fmt"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	dataschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// requirementAttributes are the arguments and results that the resource
// controls_requirement and the data source controls_assessment share.
func requirementAttributes() map[string]schema.Attribute {
	attributes := requiredAttributes()
	maps.Copy(attributes, workloadAttributes())
	attributes["exceptions"] = exceptionsAttribute()
	attributes["evidence"] = evidenceAttribute()
	maps.Copy(attributes, settingAttributes())
	maps.Copy(attributes, verdictAttributes())
	return attributes
}

// requiredAttributes say what is required of which services. That an argument is not
// empty is checked where the plan is made: while Terraform only validates, a mocked
// provider makes empty values up.
func requiredAttributes() map[string]schema.Attribute {
	ids := func(what string) []validator.Set {
		return []validator.Set{setvalidator.ValueStringsAre(isID(what))}
	}
	groups := func(description string) schema.MapAttribute {
		return schema.MapAttribute{
			Optional: true, ElementType: types.SetType{ElemType: types.StringType}, MarkdownDescription: description,
			Validators: []validator.Map{mapvalidator.KeysAre(isGroupName()), mapvalidator.ValueSetsAre(ids("control")...)},
		}
	}
	return map[string]schema.Attribute{
		"services": schema.SetAttribute{
			Optional: true, Computed: true, ElementType: types.StringType, CustomType: newStringSetType(),
			MarkdownDescription: "Ids of the services that are checked, such as `azure-key-vault`. " +
				"Services of the configuration that are not among them are recorded as out of scope; " +
				"one that the configuration does not choose is checked all the same. " +
				"Empty is an error unless `allow_no_services`. Default: all services of the configuration.",
			Validators: ids("service"),
		},
		"allow_no_services": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether there may be no services, by an empty `services` or a configuration that " +
				"chooses none: a requirement of nothing, which is met. Null for both is an error all the same. Default: `false`.",
		},
		"controls": schema.SetAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Ids of controls of which every service must have every one. " +
				"One of `controls`, `any_of`, `every_documented_of` and `avoid` is required. Default: none.",
			Validators: ids("control"),
		},
		"any_of": groups("Groups of control ids by a name: every service must have at least one control of each group. " +
			"Made for `data.controls_definitions.<name>.groups` and `data.controls_profile.<name>.groups`. Default: none."),
		"every_documented_of": groups("Groups of control ids by a name, as for `any_of`, of which every service must have " +
			"every control that its documents speak of, and they must speak of one at least. Which ones they do not speak of " +
			"stands in `assessment`, and in reports. A name in both is an error. Default: none."),
		"avoid": schema.SetAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Ids of adverse controls, such as `local-authentication-methods-for-data-plane-access`, " +
				"that no service may have, unless `evidence` shows that it is switched off. Default: none.",
			Validators: ids("control"),
		},
	}
}

func exceptionsAttribute() schema.ListNestedAttribute {
	return schema.ListNestedAttribute{
		Optional: true,
		MarkdownDescription: "Accepted gaps. An exception in force turns its gap into the outcome `excepted`; " +
			"it is recorded in `assessment`, one for each service and control that the entry is for. Default: none.",
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"service": optionalText(isID("service"),
				"Id of the service that has the gap. Exactly one of `service` and `services` is required. Default: none."),
			"services": severalIDs(isID("service"),
				"Ids of several services that have the gap, in place of `service`. Default: none."),
			"control": optionalText(notBlank(), "Id of the control that is missing, or the name of a group. "+
				"Exactly one of `control` and `controls` is required. Default: none."),
			"controls": severalIDs(notBlank(),
				"Several of these, of every service that the entry is for, in place of `control`. Default: none."),
			"justification": requiredText(notBlank(), "Why the gap is acceptable, for whoever reads the attestation."),
			"expires": requiredText(isDate(),
				"The last day of the exception, `YYYY-MM-DD`, UTC, inclusive; at most ten years ahead. "+
					"Afterwards the gap fails the plan again."),
			"approved_by": optionalText(notBlank(), "Who accepted the gap. Default: not recorded."),
			"ticket": optionalText(notBlank(),
				"Where the decision is filed, such as an issue number or a link. Default: not recorded."),
			"compensating_controls": schema.SetAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "What is done instead, in words or control ids. Default: none.",
				Validators:          []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.ValueStringsAre(notBlank())},
			},
		}},
	}
}

func evidenceAttribute() schema.ListNestedAttribute {
	return schema.ListNestedAttribute{
		Optional: true,
		MarkdownDescription: "References that show that a documented condition (\"Premium tier only\") is met, " +
			"that an adverse control is switched off, or, with `must_be = \"enabled\"`, that a control is switched on. " +
			"Evidence quotes the condition, so that it no longer counts when the documentation changes. Default: none.",
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"service": optionalText(isID("service"),
				"Id of the service. Exactly one of `service` and `services` is required. Default: none."),
			"services": severalIDs(isID("service"),
				"Ids of several services of which the evidence shows the same, in place of `service`. Default: none."),
			"control": requiredText(isID("control"),
				"Id of the control that is documented with a condition or has to be on, or of the adverse control."),
			"condition": requiredText(notBlank(),
				"The documented condition, verbatim; `"+assess.SwitchedOff+"` for an adverse control; `"+assess.SwitchedOn+
					"` for a control that has to be on. A control with a condition that has to be on takes two entries."),
			"reference": requiredText(notBlank(),
				"Where it shows that the condition is met: a link, or a value of the configuration. "+
					"May be unknown until apply."),
			"approved_by": optionalText(notBlank(), "Who checked it. Default: not recorded."),
			"holds": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "The value that the evidence is about, such as " +
					"`azurerm_storage_account.this.min_tls_version == \"TLS1_2\"`: where it is false, the evidence does not " +
					"count, and the gap is `" + string(assess.EvidenceFails) + "`. May be unknown until apply. " +
					"Default: not recorded, and the evidence counts.",
			},
		}},
	}
}

// settingAttributes are how strictly gaps are looked for, and what they do.
func settingAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"must_be": textSetting(assess.SettingMustBe, "What has to be shown of a control that a service must have",
			"With `supported` it is enough that the documents say that the service has it. With `enabled` it must be in "+
				"force as well: switched on by the settings of the configuration, which `data.controls_configuration` reads "+
				"with `settings = true`; documented as on by default where no setting applies; or shown to be on by `evidence`. "+
				"Whatever this says, a control of `avoid` passes where settings have it off, and fails where they have it on. "+
				"Default: `supported`."),
		"not_applicable": textSetting(assess.SettingNotApplicable,
			"Whether a control that the documentation calls not applicable passes", "Default: `allow`."),
		"on_retired": textSetting(assess.SettingOnRetired, "What choosing a retired service does",
			"`deny` makes it a gap that no exception covers; "+
				"`warn` warns of services still to be retired as well. Default: `warn`."),
		"enforcement": textSetting(assess.SettingEnforcement, "What a gap does to the plan",
			"`ratchet` fails on gaps that the last apply did not have, and warns of the others, which `assessment` names as "+
				"`weakened`. The provider's `enforcement` is a floor: the stricter of the two counts. "+
				"Default: the provider's, or `deny`."),
		"as_of": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Leaves out documents published after this day (`YYYY-MM-DD`, UTC, inclusive), " +
				"so that a verdict does not change when newer ones reach the catalogue. " +
				"Selects documents and nothing else: expiry, age and lifecycle go by the real clock. " +
				"Default: the newest documents.",
			Validators: []validator.String{isDate()},
		},
		"max_document_age_days": numberSetting(assess.SettingMaxDocumentAgeDays,
			"Age in days above which a document counts as stale: what it says is a gap, not proof.", "Default: any age."),
	}
}

// verdictAttributes are the results.
func verdictAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"compliant": schema.BoolAttribute{
			Computed: true,
			MarkdownDescription: "Whether there is no gap. False only under `warn` and `ratchet`, since a gap fails the plan " +
				"otherwise.",
		},
		"summary": schema.StringAttribute{
			Computed: true,
			MarkdownDescription: "The verdict in one line, as it heads reports, " +
				"such as `Compliant with 2 exceptions: 15 services`.",
		},
		"gaps": schema.ListAttribute{
			Computed: true, ElementType: types.StringType,
			MarkdownDescription: "The gaps as `service/control`, sorted; " +
				"a group's name in place of the control, and `service/lifecycle` for a retired service.",
		},
		"registers": schema.MapAttribute{
			Computed: true, ElementType: types.StringType,
			MarkdownDescription: "The registers that count for `workload`, by name, with the day of their newest issue so " +
				"far; null for none. " +
				"A requirement refuses an issue that is older than the one of its last apply.",
		},
		"assessment": assessmentAttribute(),
		"digest": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "SHA-256 digest of `assessment`, as `sha256:` and 64 hexadecimal digits.",
		},
	}
}

// configurationDescription is that of configuration_wo of the resource and of
// configuration of the data source.
const configurationDescription = "What the configuration chooses: `data.controls_configuration.<name>.document`. " +
	"Its services are checked, unless `services` names others; what is not checked of it is recorded in `assessment`, " +
	"as `scope`; diagnostics name the resource, file and line that chose a service. "

func assessmentAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		Computed: true,
		MarkdownDescription: "The assessment as canonical JSON (RFC 8785): " +
			"the requirement, the outcome for each service and control, the documents it rests on, the catalogue's digests. " +
			"For example `jsondecode(…).services[\"azure-key-vault\"].controls[\"vnet-injection\"].outcome`.",
	}
}

// dataSourceAttributes turns attributes of a resource into those of a data source, which
// the framework has other Go types for. It knows the kinds that requirementAttributes
// uses; another one panics when the schema is first asked for, so in every test.
func dataSourceAttributes(attributes map[string]schema.Attribute) map[string]dataschema.Attribute {
	out := make(map[string]dataschema.Attribute, len(attributes))
	for name, attribute := range attributes {
		switch a := attribute.(type) {
		case schema.StringAttribute:
			out[name] = dataschema.StringAttribute{
				Required: a.Required, Optional: a.Optional, Computed: a.Computed,
				MarkdownDescription: a.MarkdownDescription, Validators: a.Validators,
			}
		case schema.BoolAttribute:
			out[name] = dataschema.BoolAttribute{
				Required: a.Required, Optional: a.Optional, Computed: a.Computed,
				MarkdownDescription: a.MarkdownDescription, Validators: a.Validators,
			}
		case schema.Int64Attribute:
			out[name] = dataschema.Int64Attribute{
				Required: a.Required, Optional: a.Optional, Computed: a.Computed,
				MarkdownDescription: a.MarkdownDescription, Validators: a.Validators,
			}
		case schema.SetAttribute:
			out[name] = dataschema.SetAttribute{
				Required: a.Required, Optional: a.Optional, Computed: a.Computed,
				ElementType: a.ElementType, CustomType: a.CustomType,
				MarkdownDescription: a.MarkdownDescription, Validators: a.Validators,
			}
		case schema.ListAttribute:
			out[name] = dataschema.ListAttribute{
				Required: a.Required, Optional: a.Optional, Computed: a.Computed, ElementType: a.ElementType,
				MarkdownDescription: a.MarkdownDescription, Validators: a.Validators,
			}
		case schema.MapAttribute:
			out[name] = dataschema.MapAttribute{
				Required: a.Required, Optional: a.Optional, Computed: a.Computed, ElementType: a.ElementType,
				MarkdownDescription: a.MarkdownDescription, Validators: a.Validators,
			}
		case schema.ListNestedAttribute:
			out[name] = dataschema.ListNestedAttribute{
				Required: a.Required, Optional: a.Optional, Computed: a.Computed,
				MarkdownDescription: a.MarkdownDescription, Validators: a.Validators,
				NestedObject: dataschema.NestedAttributeObject{Attributes: dataSourceAttributes(a.NestedObject.Attributes)},
			}
		case schema.SingleNestedAttribute:
			out[name] = dataschema.SingleNestedAttribute{
				Required: a.Required, Optional: a.Optional, Computed: a.Computed,
				MarkdownDescription: a.MarkdownDescription, Validators: a.Validators,
				Attributes: dataSourceAttributes(a.Attributes),
			}
		default:
			panic("dataSourceAttributes does not know the attribute " + name)
		}
	}
	return out
}

// textSetting is an argument with one of the values that its setting allows.
func textSetting(name, what, more string) schema.StringAttribute {
	s := assess.SettingNamed(name)
	return schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: what + ": " + words.OrCode(s.Allowed) + ". " + more,
		Validators:          []validator.String{stringvalidator.OneOf(s.Allowed...)},
	}
}

// numberSetting is an argument with a number from 1 to the most that its setting allows.
func numberSetting(name, what, more string) schema.Int64Attribute {
	s := assess.SettingNamed(name)
	return schema.Int64Attribute{
		Optional:            true,
		MarkdownDescription: fmt.Sprintf("%s From 1 to %d. %s", what, s.Most, more),
		Validators:          []validator.Int64{int64validator.Between(1, s.Most)},
	}
}

// requiredText is an argument in text that must be there and be as the rule wants it.
func requiredText(rule validator.String, description string) schema.StringAttribute {
	return schema.StringAttribute{
		Required:            true,
		MarkdownDescription: description,
		Validators:          []validator.String{rule},
	}
}

// optionalText is an argument in text that may be null, and is else as the rule wants it.
func optionalText(rule validator.String, description string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: description,
		Validators:          []validator.String{rule},
	}
}

// severalIDs is an argument with a set of ids, each as the rule wants it. That it is not
// empty is checked where the plan is made.
func severalIDs(rule validator.String, description string) schema.SetAttribute {
	return schema.SetAttribute{
		Optional: true, ElementType: types.StringType,
		MarkdownDescription: description,
		Validators:          []validator.Set{setvalidator.ValueStringsAre(rule)},
	}
}
