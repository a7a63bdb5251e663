// Command minimal is a provider that does nothing: what every provider built on
// terraform-plugin-framework costs at the least. The benchmark measures against it.
package main

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

type minimal struct{}

func (minimal) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "controls"
}
func (minimal) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}
func (minimal) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}
func (minimal) Resources(context.Context) []func() resource.Resource       { return nil }
func (minimal) DataSources(context.Context) []func() datasource.DataSource { return nil }

func main() {
	err := providerserver.Serve(context.Background(), func() provider.Provider { return minimal{} }, providerserver.ServeOpts{
		Address: "registry.terraform.io/security-controls/controls", ProtocolVersion: 6,
	})
	if err != nil {
		log.Fatal(err)
	}
}
