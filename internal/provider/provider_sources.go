package provider

import (
	"context"
	"fmt"
	"maps"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/security-controls/terraform-provider-controls/internal/attest"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/article"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/source/remote"
	"github.com/security-controls/terraform-provider-controls/internal/oci"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

type catalogSourceModel struct {
	Path       types.String `tfsdk:"path"`
	OCI        types.String `tfsdk:"oci"`
	PublicKeys types.Set    `tfsdk:"public_keys"`

	Replace  types.Bool `tfsdk:"replace"`
	Corrects types.Bool `tfsdk:"corrects"`

	DefaultStatus types.String `tfsdk:"default_status"`

	Service     types.String `tfsdk:"service"`
	Published   types.String `tfsdk:"published"`
	NewControls types.Bool   `tfsdk:"new_controls"`
}

// defaultStatuses are the values of default_status: nothing, or what the catalogue calls it.
var defaultStatuses = []string{"undocumented", string(catalog.StatusYes)}

// sourceAttributes are those of one entry of catalog_sources.
func sourceAttributes() map[string]schema.Attribute {
	attributes := articleAttributes()
	maps.Copy(attributes, map[string]schema.Attribute{
		"path": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "A catalogue file (YAML or JSON), an OSCAL component definition (1.0 to 1.2), " +
				"a table of statements (`.csv`), a \"Security controls for X\" article in Markdown (`.md`), or a directory " +
				"of which every `.yaml`, `.yml` and `.json` file, also in directories below, is a catalogue file. " +
				"Relative paths start at the working directory; `\"${path.module}/catalog\"` is usually meant. " +
				"Default: none, and `oci` is set.",
			Validators: []validator.String{notBlank()},
		},
		"oci": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "An artifact in an OCI registry, `registry.example/platform/controls@sha256:…`, of which " +
				"each layer is a file, as `oras push` writes it: one file as for `path`, or several as for a directory. The " +
				"digest is required, so that nothing but a change here changes the catalogue. The guide *Catalogues in a " +
				"registry* says how to publish one, where credentials come from, and what is cached. Default: none, and " +
				"`path` is set.",
			Validators: []validator.String{isArtifact(remote.Artifact{NoTag: catalogNoTag})},
		},
		"public_keys": schema.SetAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "For `oci`: public keys in PEM, by one of which `cosign sign` has to have signed the " +
				"artifact. Default: the digest is enough.",
			Validators: []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.ValueStringsAre(isPublicKey())},
		},
		"replace": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether the services of this source replace those of earlier sources whole, " +
				"instead of adding documents to them. Default: `false`.",
		},
		"corrects": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether this source may speak in the name of earlier ones: " +
				"repeat the id of one of their documents with other words, take a resource type from the service that has it, " +
				"turn the polarity of a control, or move the end of a service. What it corrects is then named in plans, " +
				"assessments, reports and attestations. Default: `false`, a correction is an error.",
		},
		"default_status": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "For OSCAL component definitions of others: what a requirement without an " +
				"`implementation-status` says of its control. " + words.OrCode(defaultStatuses) + "; `yes` is your reading of " +
				"the document and not its word, and assessments and reports name it. Default: `undocumented`, it says " +
				"nothing, and a warning lists what is not taken.",
			Validators: []validator.String{stringvalidator.OneOf(defaultStatuses...)},
		},
	})
	return attributes
}

// articleAttributes are those of an entry of catalog_sources that is an article.
func articleAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"service": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "For an article: id of the service that it is about. " +
				"Default: the kebab case of the name in its title.",
			Validators: []validator.String{isID("service")},
		},
		"published": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "For an article: its date, `YYYY-MM-DD`. " +
				"Default: `ms.date` or `date` of its front matter.",
			Validators: []validator.String{isDate()},
		},
		"new_controls": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "For an article: whether a label that no control has defines a control of its own, " +
				"with the id `own-` and the label in kebab case. " +
				"Default: `false`, an unknown label is an error that names the nearest known one.",
		},
	}
}

// catalogNoTag says why a tag names no catalogue.
const catalogNoTag = "by a tag alone, the catalogue could change between two plans"

// isArtifact accepts references to what the artifact may be.
func isArtifact(a remote.Artifact) validator.String {
	return stringRule{"must name an artifact in a registry", "Malformed reference", func(s string) string {
		a.Reference = s
		if problem := a.Problem(); problem != "" {
			return words.Sentence(problem)
		}
		return ""
	}}
}

// isPublicKey accepts a public key in PEM.
func isPublicKey() validator.String {
	return stringRule{"must be a public key in PEM", "Public key refused", func(s string) string {
		if _, err := attest.ParsePublicKey(s); err != nil {
			return words.Sentence(err.Error())
		}
		return ""
	}}
}

// eachPathOrOCI accepts entries with either a path or a reference. Both are optional, so that
// nothing else refuses an entry with neither.
type eachPathOrOCI struct{}

func (eachPathOrOCI) Description(context.Context) string {
	return "each entry must have either path or oci"
}

func (v eachPathOrOCI) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (eachPathOrOCI) ValidateList(_ context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	for i, element := range req.ConfigValue.Elements() {
		object, ok := element.(types.Object)
		if !ok || object.IsUnknown() {
			continue
		}
		at := req.Path.AtListIndex(i)
		refuse := func(summary, problem string) {
			resp.Diagnostics.AddAttributeError(at, summary, at.String()+": "+problem)
		}
		attributes := object.Attributes()
		path, oci := attributes["path"], attributes["oci"]
		keys, hasKeys := attributes["public_keys"]
		switch {
		case object.IsNull(), path.IsNull() && oci.IsNull():
			refuse("Nothing to read", `Neither "path" nor "oci" is set: name a file or directory, or an artifact in a registry.`)
		case isSet(path) && isSet(oci):
			refuse("Two sources in one entry", `Both "path" and "oci" are set: make two entries of them, or leave one out.`)
		case hasKeys && isSet(path) && !keys.IsNull():
			refuse("Keys for a path",
				`"public_keys" verifies what is in a registry: leave it out, or set "oci" in place of "path".`)
		}
	}
}

func isSet(v attr.Value) bool { return !v.IsNull() && !v.IsUnknown() }

// registryClient reads from registries once somebody asks for it, and is nothing before.
type registryClient struct {
	version string

	mu     sync.Mutex
	client *oci.Client
}

func (r *registryClient) get() *oci.Client {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.client == nil {
		r.client = oci.New(oci.Options{Version: r.version, CacheDir: oci.CacheDir()})
	}
	return r.client
}

// cacheProblem is why what was read cannot be kept, or nil.
func (r *registryClient) cacheProblem() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.client == nil {
		return nil
	}
	return r.client.CacheProblem()
}

// sources are what the loader reads, and whether something is not known that decides on that.
func (m *providerModel) sources(
	ctx context.Context, registry func() *oci.Client,
) (sources []loader.Source, unknown bool, diags diag.Diagnostics) {
	var objects []types.Object
	diags.Append(m.CatalogSources.ElementsAs(ctx, &objects, false)...)
	for _, object := range objects {
		if hasUnknown(ctx, object) {
			unknown = true
			continue
		}
		var source catalogSourceModel
		diags.Append(object.As(ctx, &source, objectAsOptions)...)
		sources = append(sources, source.source(ctx, registry, &diags))
	}
	return sources, unknown, diags
}

func (m *catalogSourceModel) source(ctx context.Context, registry func() *oci.Client, diags *diag.Diagnostics) loader.Source {
	s := loader.Source{
		Path: m.Path.ValueString(), Replace: m.Replace.ValueBool(), Corrects: m.Corrects.ValueBool(),
		Article: article.Options{
			Service: m.Service.ValueString(), Published: catalog.Date(m.Published.ValueString()),
			NewControls: m.NewControls.ValueBool(),
		},
	}
	if m.DefaultStatus.ValueString() == string(catalog.StatusYes) {
		s.DefaultStatus = catalog.StatusYes
	}
	if m.OCI.IsNull() {
		return s
	}
	s.Remote = &remote.Artifact{Client: registry, Reference: m.OCI.ValueString(), NoTag: catalogNoTag}
	if !m.PublicKeys.IsNull() {
		var pems []string
		diags.Append(m.PublicKeys.ElementsAs(ctx, &pems, false)...)
		s.Remote.Verify = verifySigned(pems)
	}
	return s
}

// verifySigned accepts what one of the keys signed as a catalogue.
func verifySigned(pems []string) oci.Verify {
	return func(bundle, digest string) error {
		keys := make([]*attest.PublicKey, len(pems))
		for i, text := range pems {
			var err error
			if keys[i], err = attest.ParsePublicKey(text); err != nil {
				return fmt.Errorf("public_keys: %w", err)
			}
		}
		return attest.VerifyManifest(bundle, keys, digest)
	}
}
