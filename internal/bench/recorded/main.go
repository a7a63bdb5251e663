// Command recorded is the provider with a memory: what a data source answered once, it answers
// again without reading anything. A plan with it takes what the CLI takes for the same
// configuration and the same results, which no provider can be faster than. The benchmark
// measures against it.
package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/security-controls/terraform-provider-controls/internal/provider"
)

// recorded answers as the provider does that it wraps.
type recorded struct {
	tfprotov6.ProviderServer
	dir string // of the answers
}

// ValidateDataResourceConfig finds nothing: what is read has been validated before.
func (*recorded) ValidateDataResourceConfig(
	context.Context, *tfprotov6.ValidateDataResourceConfigRequest,
) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return &tfprotov6.ValidateDataResourceConfigResponse{}, nil
}

// ReadDataSource answers as before, and the first time as the provider does.
func (r *recorded) ReadDataSource(
	ctx context.Context, req *tfprotov6.ReadDataSourceRequest,
) (*tfprotov6.ReadDataSourceResponse, error) {
	sum := sha256.Sum256(append([]byte(req.TypeName), req.Config.MsgPack...))
	file := filepath.Join(r.dir, hex.EncodeToString(sum[:]))
	if state, err := os.ReadFile(file); err == nil {
		return &tfprotov6.ReadDataSourceResponse{State: &tfprotov6.DynamicValue{MsgPack: state}}, nil
	}
	resp, err := r.ProviderServer.ReadDataSource(ctx, req)
	if err != nil {
		return nil, err
	}
	// It would be asked again in each plan, and the CLI's own time would have the provider's in it.
	if len(resp.Diagnostics) > 0 || resp.Deferred != nil {
		return nil, fmt.Errorf("%s has a message or is deferred, and cannot be recorded", req.TypeName)
	}
	return resp, os.WriteFile(file, resp.State.MsgPack, 0o600)
}

func main() {
	dir := os.Getenv("CONTROLS_BENCH_ANSWERS")
	if dir == "" {
		log.Fatal("CONTROLS_BENCH_ANSWERS has to be the directory of the answers")
	}
	server := &recorded{providerserver.NewProtocol6(provider.New("0.1.0", time.Now)())(), dir}
	if err := tf6server.Serve(provider.Address, func() tfprotov6.ProviderServer { return server }); err != nil {
		log.Fatal(err)
	}
}
