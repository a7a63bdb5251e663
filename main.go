// Command terraform-provider-controls is the Terraform provider "controls".
package main

import (
	"flag"
	"log"
	"os"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/security-controls/terraform-provider-controls/internal/fleet/command"
	"github.com/security-controls/terraform-provider-controls/internal/provider"
)

// version is set by the release build.
var version = "dev"

func main() {
	waitWithCollection()
	// Somebody's hand starts a command; Terraform starts the provider, without arguments.
	if len(os.Args) > 1 && os.Args[1] == command.Name {
		os.Exit(rollUp(os.Args[2:]))
	}
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

// waitWithCollection lets the first garbage collection wait until the heap has 32 MB, which most
// plans never take; from then on the runtime collects as it always does. A plan starts three
// processes that each live for a fraction of a second: the collections of a small heap that grows
// took a third of their time. Whoever sets GOGC decides.
func waitWithCollection() {
	const percent = 800 // of the 4 MB at which the runtime collects first
	if os.Getenv("GOGC") != "" {
		return
	}
	usual := debug.SetGCPercent(percent)
	runtime.AddCleanup(new([64]byte), func(percent int) { debug.SetGCPercent(percent) }, usual)
}

// rollUp is the command "fleet".
func rollUp(args []string) int {
	info, err := os.Stderr.Stat()
	c := command.Command{
		Stdout: os.Stdout, Stderr: os.Stderr, Terminal: err == nil && info.Mode()&os.ModeCharDevice != 0, Now: time.Now(),
		Version: version,
	}
	return c.Run(args)
}
