// Package provider connects the catalogue and the evaluation with Terraform. It
// converts, and decides nothing itself.
package provider

import (
	"context"
	"maps"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

var _ provider.Provider = (*controlsProvider)(nil)

// Address is the provider's source address.
const Address = "registry.terraform.io/security-controls/controls"

// New returns a constructor of the provider. The clock says whether an exception, a
// document's age or a service's life is over; it is time.Now outside of tests.
func New(version string, clock func() time.Time) func() provider.Provider {
	return func() provider.Provider { return &controlsProvider{version: version, clock: clock} }
}

type controlsProvider struct {
	version string
	clock   func() time.Time
}

type providerModel struct {
	Enforcement            types.String `tfsdk:"enforcement"`
	IncludeEmbeddedCatalog types.Bool   `tfsdk:"include_embedded_catalog"`
	CatalogSources         types.List   `tfsdk:"catalog_sources"`
	approvalModel
}

// providerData is what resources and data sources get of the configured provider.
type providerData struct {
	version string
	clock   func() time.Time

	// unknown says that an argument which decides on the catalogue is not known yet.
	unknown bool
	// enforcement is the floor; "" where the provider sets none.
	enforcement        string
	enforcementUnknown bool

	// catalog loads on first use, so that Configure never fails on a source: a destroy
	// could not get past it.
	catalog func() (*catalog.Catalog, error)
	// catalogTold says that somebody has listed all that is wrong with the catalogue.
	catalogTold atomic.Bool
	// errorAdvised and warningAdvised say that a requirement has told what to do about gaps.
	errorAdvised, warningAdvised atomic.Bool
	// silencesTold says that somebody has told what was not taken of the sources.
	silencesTold atomic.Bool

	// registry reads what is in OCI registries.
	registry *registryClient
	// cacheTold says that somebody has told why what was fetched cannot be kept.
	cacheTold atomic.Bool

	// approval is what registers and the policy say of exceptions.
	approval *approval

	draft *draftFile
}

// advised reports whether what to do about gaps has been told in this run, and notes that it
// is now. A warning is no place to look for what an error leaves out.
func (d *providerData) advised(enforcement string) bool {
	if enforcement == assess.EnforcementWarn {
		return d.warningAdvised.Swap(true)
	}
	return d.errorAdvised.Swap(true)
}

// unknownArguments names what a requirement depends on and is not known yet.
func (d *providerData) unknownArguments() []string {
	var names []string
	if d.unknown {
		names = append(names, "the provider's catalog_sources or include_embedded_catalog")
	}
	return append(names, d.approval.unknown...)
}

// today is the day of the clock, in UTC.
func (d *providerData) today() catalog.Date { return catalog.DateOf(d.clock()) }

func (p *controlsProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "controls"
	resp.Version = p.version
}

func (p *controlsProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	enforcements := assess.SettingNamed(assess.SettingEnforcement).Allowed
	attributes := approvalAttributes()
	maps.Copy(attributes, map[string]schema.Attribute{
		"enforcement": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "What a gap does to the plan: " + words.OrCode(enforcements) + ". " +
				"Where it is set, it is a floor that a resource may raise, in the order `warn`, `ratchet`, `deny`, " +
				"and never lower. Default: a resource decides for itself, and denies unless it says otherwise.",
			Validators: []validator.String{stringvalidator.OneOf(enforcements...)},
		},
		"include_embedded_catalog": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "Whether to start from the catalogue embedded in the provider. Default: `true`.",
		},
		"catalog_sources": schema.ListNestedAttribute{
			Optional: true,
			MarkdownDescription: "Further catalogues, layered over the embedded one in their order. " +
				"Documents of a service add up, and of two statements about a control the newer counts, " +
				"on the same date that of the later source. Default: none.",
			NestedObject: schema.NestedAttributeObject{Attributes: sourceAttributes()},
			Validators:   []validator.List{eachPathOrOCI{}},
		},
	})
	resp.Schema = schema.Schema{
		MarkdownDescription: "Declares which security controls the services of a configuration must have, " +
			"and fails `terraform plan` where a vendor's documentation says that a chosen service lacks one. " +
			"Works without any arguments, and without a `provider` block.",
		Attributes: attributes,
	}
}

func (p *controlsProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var config providerModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	registry := &registryClient{version: p.version}
	data := &providerData{
		version:            p.version,
		registry:           registry,
		clock:              p.clock,
		enforcement:        config.Enforcement.ValueString(),
		enforcementUnknown: config.Enforcement.IsUnknown(),
		unknown:            config.IncludeEmbeddedCatalog.IsUnknown() || config.CatalogSources.IsUnknown(),
		approval:           config.approval(ctx, registry.get, &resp.Diagnostics),
		draft:              &draftFile{path: os.Getenv(DraftVariable), started: p.clock()},
	}
	opts := loader.Options{
		Embedded: config.IncludeEmbeddedCatalog.IsNull() || config.IncludeEmbeddedCatalog.ValueBool(),
		Today:    data.today(),
	}
	if !data.unknown {
		var diags diag.Diagnostics
		opts.Sources, data.unknown, diags = config.sources(ctx, data.registry.get)
		resp.Diagnostics.Append(diags...)
	}
	data.catalog = sync.OnceValues(func() (*catalog.Catalog, error) { return loader.Catalog(opts) })
	resp.ResourceData = data
	resp.DataSourceData = data
}

func (p *controlsProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{newAttestationResource, newRequirementResource}
}

func (p *controlsProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		newAssessmentDataSource,
		newAttestationDataSource,
		newBaselineDataSource,
		newCatalogDataSource,
		newConfigurationDataSource,
		newDefinitionsDataSource,
		newFleetDataSource,
		newProfileDataSource,
		newRegisterDataSource,
		newServicesDataSource,
	}
}
