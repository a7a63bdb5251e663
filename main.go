// Command terraform-provider-controls is the Terraform provider "controls".
package main

import (
	"flag"
	"log"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/security-controls/terraform-provider-controls/internal/provider"
)

// version is set by the release build.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "serve until stopped, for a debugger")
	flag.Parse()
	var opts []tf6server.ServeOpt
	if *debug {
		opts = append(opts, tf6server.WithManagedDebug())
	}
	newServer := providerserver.NewProtocol6(provider.New(version, time.Now)())
	if err := tf6server.Serve(provider.Address, newServer, opts...); err != nil {
		log.Fatal(err)
	}
}
