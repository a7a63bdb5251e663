package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/article"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/fault"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
)

func newParseDocumentFunction() function.Function { return &parseDocumentFunction{} }

// parseDocumentFunction reads an article in Markdown into the form of a catalogue file.
type parseDocumentFunction struct{}

func (f *parseDocumentFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "parse_document"
}

func (f *parseDocumentFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Statements of a \"Security controls for X\" article",
		MarkdownDescription: "Reads a \"Security controls for X\" article in Markdown, " +
			"as vendors publish it, and returns what it states in the form of a catalogue file: " +
			"an object with `services`, a list of one service with one document and its statements. " +
			"`yamlencode` of it is a catalogue file. Labels are resolved by the embedded catalogue. " +
			"An unknown label, a status that is neither Yes, No nor N/A, and a missing date are errors with their line.",
		Parameters: []function.Parameter{function.StringParameter{
			Name: "content", MarkdownDescription: "The article, usually `file(\"article.md\")`.",
		}},
		Return: function.DynamicReturn{},
	}
}

func (f *parseDocumentFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var content string
	if resp.Error = req.Arguments.Get(ctx, &content); resp.Error != nil {
		return
	}
	c, err := loader.Catalog(loader.Options{Embedded: true})
	if err != nil {
		resp.Error = function.NewFuncError(err.Error())
		return
	}
	file, errs := article.Read(c, "content", []byte(content), article.Options{})
	if len(errs) > 0 {
		resp.Error = function.NewArgumentFuncError(0, fault.Join(errs).Error()+
			". Where the article itself is not to be changed, "+
			"catalog_sources of the provider reads it with \"service\", \"published\" and \"new_controls\" of your own")
		return
	}
	resp.Error = resp.Result.Set(ctx, types.DynamicValue(object(map[string]attr.Value{
		"services": tuple([]attr.Value{serviceObject(file.Services[0].Value)}),
	})))
}

// serviceObject is a service in the form of a catalogue file. A key without a value is
// left out, as the file format wants it.
func serviceObject(s *catalog.Service) attr.Value {
	documents := make([]attr.Value, len(s.Documents))
	for i, doc := range s.Documents {
		documents[i] = documentObject(doc)
	}
	return object(map[string]attr.Value{
		"id": text(s.ID), "name": text(s.Name), "cloud": text(s.Cloud),
		"lifecycle": lifecycleObject(s.Lifecycle), "documents": tuple(documents),
	})
}

// lifecycleObject is nil for a service of which the article announces no end.
func lifecycleObject(l catalog.Lifecycle) attr.Value {
	if l.IsZero() {
		return nil
	}
	values := map[string]attr.Value{
		"retired_on": text(string(l.RetiredOn)), "successor": text(l.Successor),
		"notice": text(l.Notice), "source": sourceObject(l.Source),
	}
	if len(l.Notices) > 0 { // of parts of a service that the catalogue has already
		notices := make([]attr.Value, len(l.Notices))
		for i, n := range l.Notices {
			notices[i] = object(map[string]attr.Value{
				"scope": text(n.Scope), "stage": text(string(n.Stage)), "date": text(n.Date),
				"successor": text(n.Successor), "source": sourceObject(n.Source),
			})
		}
		values["notices"] = tuple(notices)
	}
	return object(values)
}

func sourceObject(s catalog.Source) attr.Value {
	return object(map[string]attr.Value{"title": text(s.Title), "published": text(string(s.Published)), "url": text(s.URL)})
}

func documentObject(doc *catalog.Document) attr.Value {
	statements := make([]attr.Value, len(doc.Statements))
	for i, st := range doc.Statements {
		statements[i] = statementObject(st)
	}
	return object(map[string]attr.Value{
		"id": text(doc.ID), "series": text(doc.Series), "title": text(doc.Title), "publisher": text(doc.Publisher),
		"published": text(string(doc.Published)), "url": text(doc.URL), "license": text(doc.License),
		"statements": tuple(statements),
	})
}

func statementObject(st *catalog.Statement) attr.Value {
	values := map[string]attr.Value{
		"control": text(st.Control), "label": text(st.Label), "status": text(string(st.Status)),
		"condition": text(st.Condition), "notes": text(st.Notes),
	}
	if st.Planned {
		values["planned"] = types.BoolValue(true)
	}
	if len(st.References) > 0 {
		references := make([]attr.Value, len(st.References))
		for i, ref := range st.References {
			references[i] = object(map[string]attr.Value{"title": text(ref.Title), "url": text(ref.URL)})
		}
		values["references"] = tuple(references)
	}
	return object(values)
}

// text is a string that object leaves out when it is empty.
func text(s string) attr.Value {
	if s == "" {
		return nil
	}
	return types.StringValue(s)
}

// object makes an object of the values that are there.
func object(values map[string]attr.Value) attr.Value {
	present, attributeTypes := map[string]attr.Value{}, map[string]attr.Type{}
	for name, value := range values {
		if value != nil {
			present[name], attributeTypes[name] = value, value.Type(context.Background())
		}
	}
	return types.ObjectValueMust(attributeTypes, present)
}

// tuple makes a list of values that need not have the same type.
func tuple(values []attr.Value) attr.Value {
	elementTypes := make([]attr.Type, len(values))
	for i, value := range values {
		elementTypes[i] = value.Type(context.Background())
	}
	return types.TupleValueMust(elementTypes, values)
}
