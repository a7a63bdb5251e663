package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
)

// objectAsOptions lets nothing slip: a null or unknown that the target cannot hold is
// an error.
var objectAsOptions = basetypes.ObjectAsOptions{}

// configured is embedded by everything that needs the configured provider.
type configured struct {
	data *providerData
}

// configure keeps what Configure of the provider handed out. It is nil while Terraform
// only validates.
func (c *configured) configure(handed any, diags *diag.Diagnostics) {
	if handed == nil {
		return
	}
	data, ok := handed.(*providerData)
	if !ok {
		diags.AddError("Unexpected provider data",
			"The configuration of the provider did not reach this. This is a bug of the provider: please report it.")
		return
	}
	c.data = data
}

// catalogDataSource is a data source that reads the catalogue.
type catalogDataSource struct {
	configured
}

func (d *catalogDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.configure(req.ProviderData, &resp.Diagnostics)
}

// load returns the catalogue. A data source cannot wait for arguments of the provider
// as a resource can, so they have to be known.
func (d *catalogDataSource) load(diags *diag.Diagnostics) *catalog.Catalog {
	if d.data.unknown {
		diags.AddError("Arguments of the provider are not known yet",
			"A data source of this provider is read during the plan, and needs the "+
				"provider's catalog_sources and include_embedded_catalog then. "+
				"Give the provider values that do not depend on resources still to be created.")
		return nil
	}
	c, err := d.data.catalog()
	if err != nil {
		addCatalogError(diags, d.data, err)
		return nil
	}
	addSilences(diags, d.data, c)
	addCacheProblem(diags, d.data)
	return c
}
