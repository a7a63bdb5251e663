package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// Attributes that several data sources have, and how their values are made.

func computedString(description string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: description}
}

func computedNumber(description string) schema.Int64Attribute {
	return schema.Int64Attribute{Computed: true, MarkdownDescription: description}
}

// computedStrings is a list rather than a set where the order is part of the promise.
func computedStrings(description string) schema.ListAttribute {
	return schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: description}
}

// listOf is the value of computedStrings. The framework's own way from []string looks at the
// type of each element anew, which takes several times as long for hundreds of them.
func listOf(texts []string) types.List {
	values := make([]attr.Value, len(texts))
	for i, text := range texts {
		values[i] = types.StringValue(text)
	}
	return types.ListValueMust(types.StringType, values)
}

func asOfAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true,
		MarkdownDescription: "Leaves out documents published after this day (`YYYY-MM-DD`, UTC, inclusive). " +
			"Default: the newest documents.",
		Validators: []validator.String{isDate()},
	}
}

func lifecycleAttribute() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		Computed:            true,
		MarkdownDescription: "Where the service stands in its life, today.",
		Attributes: map[string]schema.Attribute{
			"stage":      computedString("Stage: " + words.OrCode(stageNames()) + "."),
			"retired_on": computedString("The first day without the service, `YYYY-MM-DD`; null where no end is known."),
			"successor":  computedString("What the vendor names in its place; null for nothing."),
			"notice":     computedString("What else is known of the end, in the catalogue's words; null for nothing."),
			"notices": schema.ListNestedAttribute{
				Computed: true,
				MarkdownDescription: "Announcements about parts of the service, " +
					"such as a version, a tier or a feature, and renamings. They change no verdict.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"scope": computedString("The part that the announcement is about."),
					"stage": computedString("What becomes of it: " + words.OrCode(names(catalog.NoticeStages)) + "."),
					"date": computedString(
						"When, `YYYY-MM-DD` or `YYYY-MM`, as precise as it is known; null where it is not.",
					),
					"successor": computedString("What the vendor names in its place, or the new name; null for nothing."),
					"source":    computedString("Title of the page that says so."),
					"url":       computedString("Address of that page; null where it has none."),
				}},
			},
		},
	}
}

func documentsAttribute(description string) schema.ListNestedAttribute {
	return schema.ListNestedAttribute{
		Computed:            true,
		MarkdownDescription: description,
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"id":        computedString("Id of the document."),
			"series":    computedString("Series that the document belongs to."),
			"title":     computedString("Title of the document."),
			"publisher": computedString("Who published it."),
			"published": computedString("Date of the document, `YYYY-MM-DD`."),
			"url":       computedString("Address of the document."),
			"license":   computedString("Licence of the document as an SPDX identifier; null where it is not known."),
		}},
	}
}

func documentValue(doc *catalog.Document) documentModel {
	return documentModel{
		ID: types.StringValue(doc.ID), Series: types.StringValue(doc.Series), Title: types.StringValue(doc.Title),
		Publisher: types.StringValue(doc.Publisher), Published: types.StringValue(string(doc.Published)),
		URL: types.StringValue(doc.URL), License: textOrNull(doc.License),
	}
}

// textOrNull keeps "there is none" apart from an empty text.
func textOrNull[T ~string](s T) types.String {
	if s == "" {
		return types.StringNull()
	}
	return types.StringValue(string(s))
}

func statusNames() []string { return names(catalog.Statuses) }

func stageNames() []string { return names(catalog.Stages) }

func names[T ~string](values []T) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return out
}
